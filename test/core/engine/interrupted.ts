/** Mends a directory until SIGINT ends it between two files; tells when the first file is written. Run by run.test.ts. */
import process from 'node:process';
import { run } from '../../../core/engine/run.js';
import { scalarRule, settingsOf } from './rules-kit.js';

const catalog = [scalarRule('a-rule')];
process.once('SIGINT', () => process.exit(130));
for await (const event of run({
  paths: ['.'],
  cwd: process.argv[2] ?? '',
  catalog,
  settings: settingsOf(catalog),
  write: true,
})) {
  if (event.kind === 'file') process.stdout.write('.');
}
