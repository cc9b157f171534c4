import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Installs the packages of the oracles where they are missing. No script of theirs runs: one would download a plugin. */
export default function install(): void {
  const directory = import.meta.dirname;
  if (existsSync(path.join(directory, 'node_modules', '.package-lock.json'))) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: directory, stdio: 'inherit' });
}
