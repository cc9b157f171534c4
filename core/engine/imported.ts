import path from 'node:path';
import { isInside, matcherOf, skippedDirectories } from './discover.js';
import type { FileSystem } from './file-system.js';
import { type ReadResult, readSource } from './load.js';

/** Reads a file that a program imports, by its path from the root; undefined where there is none that may be read. */
export type ReadImported = (file: string) => Promise<ReadResult | undefined>;

/**
 * Reads files that nobody named because a program imports them: regular files inside of the root, not behind a link, not among
 * dependencies or what other tools made, and not ignored by the configuration.
 */
export function importedReader(root: string, ignore: readonly string[], fs: FileSystem): ReadImported {
  const ignored = ignore.length === 0 ? Promise.resolve(() => false) : matcherOf(ignore);
  return async (file) => {
    const absolute = path.resolve(root, file);
    const isSkipped = file.split('/').some((part) => skippedDirectories.has(part));
    if (isSkipped || !isInside(root, absolute) || (await ignored)(file)) return undefined;
    if (!(await isRegular(absolute, fs))) return undefined;
    return readSource({ file, absolute, explicit: false }, fs, true);
  };
}

async function isRegular(absolute: string, fs: FileSystem): Promise<boolean> {
  try {
    return (await fs.lstat(absolute)).isFile() && (await fs.realpath(absolute)) === absolute;
  } catch {
    return false;
  }
}
