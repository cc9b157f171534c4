import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** The names of a config, in the order in which they are looked for. */
export const configNames = ['stackmend.config.json', 'stackmend.config.yaml', 'stackmend.config.yml'] as const;

/**
 * The nearest config from a directory up to the root of its git repository. Outside a repository only the directory
 * itself counts, so that a file that somebody left in /tmp never decides.
 */
export function findConfig(cwd: string): string | undefined {
  const root = repositoryRoot(cwd) ?? cwd;
  for (let directory = cwd; ; directory = path.dirname(directory)) {
    const found = configNames.map((name) => path.join(directory, name)).find(isFile);
    if (found !== undefined || directory === root) return found;
  }
}

/** The nearest directory at or above this one that holds `.git`. */
export function repositoryRoot(directory: string): string | undefined {
  for (let current = directory; ; current = path.dirname(current)) {
    if (existsSync(path.join(current, '.git'))) return current;
    if (path.dirname(current) === current) return undefined;
  }
}

/** Where a directory lies in its repository, such as `infra/`: git and forges name files from the root. */
export function repositoryPrefix(cwd: string): string {
  const real = realpathSync(cwd);
  const root = repositoryRoot(real);
  const below = root === undefined ? '' : path.relative(root, real).split(path.sep).join('/');
  return below === '' ? '' : `${below}/`;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
