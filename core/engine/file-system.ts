import fs, { type Dirent, type Stats } from 'node:fs';
import promises from 'node:fs/promises';

/** The calls that discovery and loading make, so that tests can let any of them fail. */
export interface FileSystem {
  readonly lstat: (file: string) => Promise<Stats>;
  readonly stat: (file: string) => Promise<Stats>;
  readonly realpath: (file: string) => Promise<string>;
  readonly readdir: (directory: string) => Promise<Dirent[]> | Dirent[];
  /** The bytes of a file, at most so many from its start; all of them when no number is given. */
  readonly readFile: (file: string, atMost?: number) => Promise<Buffer>;
  /**
   * False where a file is text that certainly holds none of the marks (ASCII), by a look that costs no more than reading it; true
   * where one is there, or where the look does not tell. Not there where looking is not cheaper than reading.
   */
  readonly mayHold?: (file: string, marks: readonly string[]) => boolean;
}

/** The calls that writing makes. */
export interface WritingFileSystem {
  readonly lstatSync: (file: string) => Stats;
  readonly realpathSync: (file: string) => string;
  /** Fails where this user may not write the file itself, whatever its directory allows. */
  readonly accessSync: (file: string) => void;
  readonly readFileSync: (file: string) => Buffer;
  readonly mkdirSync: (directory: string) => void;
  /** Makes a new file; fails where there is one. */
  readonly createSync: (file: string) => number;
  readonly writeSync: (descriptor: number, text: string) => void;
  readonly fchmodSync: (descriptor: number, mode: number) => void;
  readonly fchownSync: (descriptor: number, user: number, group: number) => void;
  readonly fsyncSync: (descriptor: number) => void;
  readonly closeSync: (descriptor: number) => void;
  readonly renameSync: (from: string, to: string) => void;
  readonly linkSync: (existing: string, file: string) => void;
  readonly unlinkSync: (file: string) => void;
}

export const nodeFileSystem: FileSystem = {
  lstat: (file) => promises.lstat(file),
  stat: async (file) => fs.statSync(file),
  realpath: (file) => promises.realpath(file),
  readdir: (directory) => fs.readdirSync(directory, { withFileTypes: true }),
  readFile: async (file, atMost) => read(file, atMost),
  mayHold,
};

/**
 * Repositories have thousands of small files that are read once, one after the other. Each `promises.readFile` goes to the
 * thread pool and back five times, which takes several times as long as the reading itself; and a file that is small, as
 * nearly all are, need not be asked for its size first.
 */
function read(file: string, atMost = Number.POSITIVE_INFINITY): Buffer {
  const descriptor = fs.openSync(file, fs.constants.O_RDONLY);
  try {
    const length = fillScratch(descriptor, Math.min(scratch.length, atMost));
    const start = Buffer.allocUnsafe(length);
    scratch.copy(start, 0, 0, length);
    if (length < scratch.length) return start;
    return Buffer.concat([start, ...chunksOf(descriptor, atMost - length)]);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Most files are looked at and forgotten: nothing of them is kept, and nobody waits for them. */
function mayHold(file: string, marks: readonly string[]): boolean {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, fs.constants.O_RDONLY);
  } catch {
    return true;
  }
  try {
    const length = fillScratch(descriptor, scratch.length);
    // What is longer, or not text of single bytes, is for those who read it.
    if (length === scratch.length || isWide()) return true;
    const view = length < small.length ? small : scratch;
    return marks.some((mark) => {
      const at = view.indexOf(mark);
      // Behind the file stands what is left of one before it.
      return at !== -1 && at + mark.length <= length;
    });
  } catch {
    return true;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Reads from where a file stands, until it ends or there are so many bytes. */
function fillScratch(descriptor: number, most: number): number {
  let length = 0;
  while (length < most) {
    const read = fs.readSync(descriptor, scratch, length, most - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

/** True where a text of UTF-16 may begin: by its byte order mark, else by the zero in its first letter. */
function isWide(): boolean {
  const first = scratch[0] ?? 0;
  const second = scratch[1] ?? 0;
  return first === 0 || second === 0 || first >= 0xfe;
}

/** The rest of a file that is larger than what is read in one go. */
function* chunksOf(descriptor: number, atMost: number): Generator<Buffer> {
  for (let left = atMost; left > 0;) {
    const chunk = Buffer.allocUnsafe(Math.min(scratch.length, left));
    const read = fs.readSync(descriptor, chunk, 0, chunk.length, null);
    if (read === 0) return;
    yield chunk.subarray(0, read);
    left -= read;
  }
}

const scratch = Buffer.allocUnsafeSlow(256 * 1024);
/** What nearly all files fit in. Made once: a view of each file would be garbage. */
const small = scratch.subarray(0, 16 * 1024);

export const nodeWritingFileSystem: WritingFileSystem = {
  lstatSync: (file) => fs.lstatSync(file),
  realpathSync: (file) => fs.realpathSync(file),
  accessSync: (file) => fs.accessSync(file, fs.constants.W_OK),
  readFileSync: (file) => fs.readFileSync(file),
  mkdirSync: (directory) => void fs.mkdirSync(directory, { recursive: true }),
  createSync: (file) => fs.openSync(file, 'wx', 0o600),
  writeSync: (descriptor, text) => fs.writeFileSync(descriptor, text, 'utf8'),
  fchmodSync: (descriptor, mode) => fs.fchmodSync(descriptor, mode),
  fchownSync: (descriptor, user, group) => fs.fchownSync(descriptor, user, group),
  fsyncSync: (descriptor) => fs.fsyncSync(descriptor),
  closeSync: (descriptor) => fs.closeSync(descriptor),
  renameSync: (from, to) => fs.renameSync(from, to),
  linkSync: (existing, file) => fs.linkSync(existing, file),
  unlinkSync: (file) => fs.unlinkSync(file),
};

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'a part of the path is no directory',
  ELOOP: 'its symbolic links go round in a circle',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk failed',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EEXIST: 'a file of that name exists already',
};

/** The `code` of a system error, else undefined. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Why a call failed, in words for a person. */
export function describeSystemError(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined) return words[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}
