import type { Stats } from 'node:fs';
import path from 'node:path';
import { type WritingFileSystem, codeOf, describeSystemError, nodeWritingFileSystem } from './file-system.js';

/** What is to be written where an original was read. */
export interface WriteRequest {
  /** The real file, as it was discovered. */
  readonly absolute: string;
  readonly before: string;
  readonly after: string;
  /** A new place for the file; nothing may stand there. */
  readonly renameTo?: string;
}

/** The reason why a file was not written. The original is whole. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
}

/**
 * Replaces a file in one step: the text goes into a new file beside it, onto the disk, then takes the old name. At any
 * moment the name holds the old text or the new one, whole. All calls are synchronous, so that a signal handler runs
 * before or after the whole of it and nothing is left lying about.
 * @throws {WriteRefused} when that cannot be done; nothing has changed then.
 */
export function writeSource(request: WriteRequest, fs: WritingFileSystem = nodeWritingFileSystem): void {
  try {
    const stats = inspect(request, fs);
    if (request.renameTo === undefined) replace(request.absolute, request.after, stats, fs);
    else move(request, request.renameTo, stats, fs);
  } catch (error) {
    if (error instanceof WriteRefused) throw error;
    throw new WriteRefused(`${describeSystemError(error)}; the original is whole`, { cause: error });
  }
}

/** Makes sure that the file is the one that was read, and may be written. */
function inspect({ absolute, before }: WriteRequest, fs: WritingFileSystem): Stats {
  const stats = fs.lstatSync(absolute);
  if (!stats.isFile() || fs.realpathSync(absolute) !== absolute) throw new WriteRefused('it is no plain file any more');
  if (!isWritable(absolute, stats, fs))
    throw new WriteRefused('it is read-only; make it writable (chmod u+w) and run again');
  if (!fs.readFileSync(absolute).equals(Buffer.from(before, 'utf8'))) {
    throw new WriteRefused('it has changed since it was read; run again');
  }
  return stats;
}

/** To root every file is writable, so the mode is asked as well: whoever took the write bits away meant it. */
function isWritable(absolute: string, { mode }: Stats, fs: WritingFileSystem): boolean {
  if ((mode & 0o222) === 0) return false;
  try {
    fs.accessSync(absolute);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

function replace(target: string, text: string, like: Stats, fs: WritingFileSystem): void {
  const temporary = writeBeside(target, text, like, fs);
  try {
    fs.renameSync(temporary, target);
  } catch (error) {
    discard(temporary, fs);
    throw error;
  }
}

/** A hard link fails where a file stands already, which a rename would overwrite. */
function move({ absolute, after }: WriteRequest, target: string, like: Stats, fs: WritingFileSystem): void {
  fs.mkdirSync(path.dirname(target));
  const temporary = writeBeside(target, after, like, fs);
  try {
    fs.linkSync(temporary, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new WriteRefused(`${path.basename(target)} exists already`, { cause: error });
    throw error;
  } finally {
    discard(temporary, fs);
  }
  try {
    fs.unlinkSync(absolute);
  } catch (error) {
    discard(target, fs);
    throw error;
  }
}

/** Writes a text to a new file in the target's directory and onto the disk. Leaves nothing behind when that fails. */
function writeBeside(target: string, text: string, like: Stats, fs: WritingFileSystem): string {
  const { descriptor, temporary } = openBeside(target, fs);
  try {
    fs.writeSync(descriptor, text);
    // Only root may give a file away; for anybody else it stays theirs, as with any editor.
    attempt(() => fs.fchownSync(descriptor, like.uid, like.gid));
    fs.fchmodSync(descriptor, like.mode & 0o7777);
    fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
  } catch (error) {
    attempt(() => fs.closeSync(descriptor));
    discard(temporary, fs);
    throw error;
  }
  return temporary;
}

function openBeside(target: string, fs: WritingFileSystem): { descriptor: number; temporary: string } {
  for (let count = 0; ; count++) {
    const temporary = path.join(path.dirname(target), `.${path.basename(target)}.stackmend-${count}.tmp`);
    try {
      return { descriptor: fs.createSync(temporary), temporary };
    } catch (error) {
      // Another run is writing here, or one was killed: its file is not ours to touch.
      if (codeOf(error) !== 'EEXIST' || count > 99) throw error;
    }
  }
}

function discard(file: string, fs: WritingFileSystem): void {
  attempt(() => fs.unlinkSync(file));
}

/** What may fail without harm; cleaning up must not hide the error that made it necessary. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Nothing depends on it.
  }
}
