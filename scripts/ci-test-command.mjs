// Prints the command by which README.md says the tests are run, so that CI runs that and nothing else.
import { readFileSync } from 'node:fs';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/^```\w*\r?\n(.*?)^```/gms)].map((match) => match[1] ?? '');
const command = blocks
  .flatMap((block) => block.split(/\r?\n/))
  .map((line) => line.replace(/^\s*\$ /, '').trim())
  .find((line) => /^npm ci && npm test\b/.test(line));

if (command) {
  console.log(command);
} else {
  console.error('README.md shows no line `npm ci && npm test` in a code block');
  process.exitCode = 1;
}
