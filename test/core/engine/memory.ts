/** Checks a directory and prints how much memory that took. Run by run.test.ts. */
import process from 'node:process';
import { run } from '../../../core/engine/run.js';
import { scalarRule, settingsOf } from './rules-kit.js';

const catalog = [scalarRule('a-rule')];
for await (const event of run({
  paths: ['.'],
  cwd: process.argv[2] ?? '',
  catalog,
  settings: settingsOf(catalog),
  write: false,
})) {
  if (event.kind === 'stats')
    process.stdout.write(
      JSON.stringify({ parsed: event.stats.parsed, peak: Math.round(process.resourceUsage().maxRSS / 1024) }),
    );
}
