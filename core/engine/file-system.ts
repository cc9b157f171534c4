import * as node from 'node:fs/promises';

/** The calls that discovery, loading and writing make, so that tests can let any of them fail. */
export type FileSystem = Pick<
  typeof node,
  'lstat' | 'stat' | 'realpath' | 'readdir' | 'readFile' | 'open' | 'rename' | 'link' | 'unlink' | 'mkdir'
>;

export const nodeFileSystem: FileSystem = node;

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
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
