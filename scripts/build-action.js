// Writes action/dist, which a runner takes from the repository as it is. With --check it writes nothing and fails where
// the files that are committed are not the ones that the sources make.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import config from '../rolldown.action.config.js';

process.chdir(path.resolve(import.meta.dirname, '..'));
const folder = config.output.dir;
const bundle = await rolldown(config);
const { output } = await bundle.generate(config.output);
await bundle.close();

const stale = output.filter(({ fileName, type, code, source }) => {
  const file = path.join(folder, fileName);
  const text = type === 'chunk' ? code : source;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  if (!process.argv.includes('--check')) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  return true;
});

if (process.argv.includes('--check') && stale.length > 0) {
  const names = stale.map(({ fileName }) => path.join(folder, fileName)).join(', ');
  console.error(`${names}: not what the sources make; run npm run build:action and commit it`);
  process.exitCode = 1;
}
