import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type WritingFileSystem, nodeWritingFileSystem } from '../../../core/engine/file-system.js';
import { type WriteRequest, WriteRefused, writeSource } from '../../../core/engine/write.js';
import { filesIn, project, systemError } from './kit.js';

function request(root: string, rest: Partial<WriteRequest> = {}): WriteRequest {
  return { absolute: path.join(root, 'a.yaml'), before: 'old\n', after: 'new\n', ...rest };
}

function refusal(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof WriteRefused) return error.message;
    throw error;
  }
  return 'written';
}

test('a file is replaced whole, its mode kept, nothing left behind', () => {
  const root = project({ 'a.yaml': 'old\n' });
  chmodSync(path.join(root, 'a.yaml'), 0o754);
  writeSource(request(root, { after: '\uFEFFnew\r\n' }));
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe('\uFEFFnew\r\n');
  expect(statSync(path.join(root, 'a.yaml')).mode & 0o777).toBe(0o754);
  expect(filesIn(root)).toEqual(['a.yaml']);
});

test('the owner of a file stays, where this user may say so', () => {
  const root = project({ 'a.yaml': 'old\n' });
  const owners: number[][] = [];
  const fs = {
    ...nodeWritingFileSystem,
    lstatSync: (file: string) => Object.assign(nodeWritingFileSystem.lstatSync(file), { uid: 12, gid: 34 }),
    fchownSync: (_: number, ...owner: number[]) => {
      owners.push(owner);
      throw systemError('EPERM');
    },
  };
  writeSource(request(root), fs);
  expect(owners).toEqual([[12, 34]]);
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe('new\n');
});

test.each<[string, keyof WritingFileSystem, string, string]>([
  ['a full disk', 'writeSync', 'ENOSPC', 'the disk is full'],
  ['a full disk, told late', 'fsyncSync', 'ENOSPC', 'the disk is full'],
  ['a full disk, told at the end', 'closeSync', 'EDQUOT', 'the disk quota is used up'],
  ['a mode that cannot be set', 'fchmodSync', 'EPERM', 'the operation is not permitted'],
  ['a read-only file system', 'createSync', 'EROFS', 'the file system is read-only'],
  ['a directory that is closed', 'createSync', 'EACCES', 'permission denied'],
  ['a rename that fails', 'renameSync', 'EACCES', 'permission denied'],
])('%s: the original is whole, nothing left behind', (_, call, code, words) => {
  const root = project({ 'a.yaml': 'old\n' });
  const fs = {
    ...nodeWritingFileSystem,
    [call]: () => {
      throw systemError(code);
    },
  };
  expect(refusal(() => writeSource(request(root), fs))).toBe(`${words}; the original is whole`);
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe('old\n');
  expect(filesIn(root)).toEqual(['a.yaml']);
});

/** Fills the disk in the middle of the text. */
function writeHalf(descriptor: number, text: string): void {
  nodeWritingFileSystem.writeSync(descriptor, text.slice(0, 2));
  throw systemError('ENOSPC');
}

test('half a text on a full disk never takes the name', () => {
  const root = project({ 'a.yaml': 'old\n' });
  expect(refusal(() => writeSource(request(root), { ...nodeWritingFileSystem, writeSync: writeHalf }))).toContain(
    'the disk is full',
  );
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe('old\n');
  expect(filesIn(root)).toEqual(['a.yaml']);
});

test('a file that changed since it was read stays as it is', () => {
  const root = project({ 'a.yaml': 'other\n' });
  expect(refusal(() => writeSource(request(root)))).toBe('it has changed since it was read; run again');
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe('other\n');
});

test('a read-only file is not overwritten', () => {
  const root = project({ 'a.yaml': 'old\n' });
  chmodSync(path.join(root, 'a.yaml'), 0o444);
  expect(refusal(() => writeSource(request(root)))).toContain('it is read-only');
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe('old\n');
});

test('a file of somebody else is not overwritten, although its directory would allow it', () => {
  const root = project({ 'a.yaml': 'old\n' });
  const accessSync = (): never => {
    throw systemError('EACCES');
  };
  expect(refusal(() => writeSource(request(root), { ...nodeWritingFileSystem, accessSync }))).toContain(
    'it is read-only',
  );
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe('old\n');
});

test('a file that became a link, or is reached through one, is not written', () => {
  const outside = project({ 'b.yaml': 'old\n' });
  const root = project({ 'd/a.yaml': 'old\n', 'a.yaml': 'old\n' });
  unlinkSync(path.join(root, 'a.yaml'));
  symlinkSync(path.join(outside, 'b.yaml'), path.join(root, 'a.yaml'));
  symlinkSync('d', path.join(root, 'e'));
  expect(refusal(() => writeSource(request(root)))).toContain('no plain file any more');
  expect(refusal(() => writeSource(request(root, { absolute: path.join(root, 'e/a.yaml') })))).toContain(
    'no plain file any more',
  );
  expect(readFileSync(path.join(outside, 'b.yaml'), 'utf8')).toBe('old\n');
});

test('a file that is gone', () => {
  expect(refusal(() => writeSource(request(project())))).toContain('there is no such file');
});

test('a temporary file of another run is left alone', () => {
  const root = project({ 'a.yaml': 'old\n', '.a.yaml.stackmend-0.tmp': 'theirs' });
  writeSource(request(root));
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe('new\n');
  expect(readFileSync(path.join(root, '.a.yaml.stackmend-0.tmp'), 'utf8')).toBe('theirs');
});

test('a rename, into a new directory', () => {
  const root = project({ 'a.yaml': 'old\n' });
  writeSource(request(root, { renameTo: path.join(root, 'lib/b.yaml') }));
  expect(filesIn(root)).toEqual(['lib/b.yaml']);
  expect(readFileSync(path.join(root, 'lib/b.yaml'), 'utf8')).toBe('new\n');
});

test('a rename never overwrites', () => {
  const root = project({ 'a.yaml': 'old\n', 'b.yaml': 'theirs' });
  expect(refusal(() => writeSource(request(root, { renameTo: path.join(root, 'b.yaml') })))).toBe(
    'b.yaml exists already',
  );
  expect(readFileSync(path.join(root, 'b.yaml'), 'utf8')).toBe('theirs');
  expect(filesIn(root)).toEqual(['a.yaml', 'b.yaml']);
});

test.each<keyof WritingFileSystem>(['linkSync', 'unlinkSync', 'mkdirSync'])(
  'a rename of which %s fails leaves one whole file',
  (call) => {
    const root = project({ 'a.yaml': 'old\n' });
    let failed = false;
    const fs = {
      ...nodeWritingFileSystem,
      [call]: (...args: never[]) => {
        // Of the two calls of unlink, that of the temporary file and that of the original, the second one fails.
        const isCleaning = call === 'unlinkSync' && String(args[0]).endsWith('.tmp');
        if (isCleaning || failed) return (nodeWritingFileSystem[call] as (...all: never[]) => unknown)(...args);
        failed = true;
        throw systemError('EACCES');
      },
    };
    expect(refusal(() => writeSource(request(root, { renameTo: path.join(root, 'b.yaml') }), fs))).toContain(
      'permission denied',
    );
    expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe('old\n');
    expect(existsSync(path.join(root, 'b.yaml'))).toBe(false);
  },
);

test('what is no system error is not hidden', () => {
  const root = project({ 'a.yaml': 'old\n' });
  writeFileSync(path.join(root, 'a.yaml'), 'old\n');
  const fs = {
    ...nodeWritingFileSystem,
    fsyncSync: () => {
      throw new TypeError('a defect');
    },
  };
  expect(refusal(() => writeSource(request(root), fs))).toContain('a defect');
});
