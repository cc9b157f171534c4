// Preloaded into a measured process: tells on the fourth pipe what the process took.
const { writeSync } = require('node:fs');

process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));
