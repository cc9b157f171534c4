import { type Dirent, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type DiscoverOptions, discover } from '../../../core/engine/discover.js';
import { nodeFileSystem } from '../../../core/engine/file-system.js';
import { project, systemError } from './kit.js';

async function found(root: string, paths: readonly string[], options: Partial<DiscoverOptions> = {}) {
  const { files, problems } = await discover(paths, { cwd: root, ...options });
  return {
    files: files.map(({ file, explicit }) => (explicit ? `${file}!` : file)),
    problems: problems.map(({ severity, file, message }) => `${severity} ${file}: ${message}`),
  };
}

test('a directory gives its template-like files, sorted, hidden ones too', async () => {
  const root = project({
    'b.yml': '',
    'a.yaml': '',
    'c/x.template': '',
    'c/y.json': '',
    'c/z.cfn': '',
    'c/s.sam': '',
    'n.txt': '',
    '.aws/t.json.template': '',
    'B.JSON': '',
  });
  expect(await found(root, ['.'])).toEqual({
    files: ['.aws/t.json.template', 'B.JSON', 'a.yaml', 'b.yml', 'c/s.sam', 'c/x.template', 'c/y.json', 'c/z.cfn'],
    problems: [],
  });
});

test('directories of dependencies and of output are skipped unless named', async () => {
  const skipped = ['node_modules', '.git', 'cdk.out', '.aws-sam', '.serverless', 'dist'];
  const root = project(Object.fromEntries([...skipped.map((name) => [`p/${name}/x.yaml`, '']), ['p/x.yaml', '']]));
  expect((await found(root, ['.'])).files).toEqual(['p/x.yaml']);
  expect((await found(root, ['p/cdk.out'])).files).toEqual(['p/cdk.out/x.yaml']);
});

test('named files count whatever they are called, each real file once', async () => {
  const root = project({ 'stack.txt': '', 'a/b.yaml': '' });
  expect((await found(root, ['stack.txt', 'a', 'a/b.yaml', './a/../stack.txt'])).files).toEqual([
    'a/b.yaml!',
    'stack.txt!',
  ]);
});

test('a directory called x.yaml is walked, not read', async () => {
  const root = project({ 'x.yaml/inner.json': '' });
  expect((await found(root, ['.'])).files).toEqual(['x.yaml/inner.json']);
  expect((await found(root, ['x.yaml'])).files).toEqual(['x.yaml/inner.json']);
});

test('globs', async () => {
  const root = project({
    'a/t.yaml': '',
    'a/b/t.tmpl': '',
    'a/node_modules/t.tmpl': '',
    'c/t.yaml': '',
    '[x].yaml': '',
  });
  expect((await found(root, ['a/**/*.tmpl'])).files).toEqual(['a/b/t.tmpl']);
  expect((await found(root, ['{a,c}/t.yaml'])).files).toEqual(['a/t.yaml', 'c/t.yaml']);
  expect((await found(root, ['[x].yaml'])).files).toEqual(['[x].yaml!']);
});

test('a path that matches nothing is an error, and the rest goes on', async () => {
  const root = project({ 'a.yaml': '' });
  expect(await found(root, ['no.yaml', 'no/*.yaml', 'a.yaml'])).toEqual({
    files: ['a.yaml!'],
    problems: ['error no.yaml: cannot be read: there is no such file or directory', 'error no/*.yaml: matches no file'],
  });
});

test('.gitignore: nested, above up to the repository, negated, .git/info/exclude', async () => {
  const root = project({
    'repo/.git/info/exclude': 'excluded.yaml\n',
    'repo/.gitignore': 'build/\n*.gen.yaml\n',
    'repo/p/.gitignore': '!keep.gen.yaml\n/local.yaml\n',
    'repo/p/build/x.yaml': '',
    'repo/p/a.gen.yaml': '',
    'repo/p/keep.gen.yaml': '',
    'repo/p/local.yaml': '',
    'repo/p/q/local.yaml': '',
    'repo/p/excluded.yaml': '',
    '.gitignore': 'local.yaml\n',
  });
  const expected = ['keep.gen.yaml', 'q/local.yaml'];
  expect((await found(path.join(root, 'repo/p'), ['.'])).files).toEqual(expected);
  expect((await found(path.join(root, 'repo'), ['.'])).files).toEqual(expected.map((file) => `p/${file}`));
  expect((await found(path.join(root, 'repo'), ['p/build', 'p/a.gen.yaml'])).files).toEqual([
    'p/a.gen.yaml!',
    'p/build/x.yaml',
  ]);
});

test('globs of the configuration hold for named files too', async () => {
  const root = project({ 'vendor/a.yaml': '', 'b.yaml': '', 'c.yaml': '' });
  expect((await found(root, ['.'], { ignore: ['vendor/**', 'c.yaml'] })).files).toEqual(['b.yaml']);
  expect(await found(root, ['c.yaml'], { ignore: ['c.yaml'] })).toEqual({
    files: [],
    problems: ['note c.yaml: is not looked at, because the configuration ignores it'],
  });
});

test('links: inside once, outside, broken, looping', async () => {
  const outside = project({ 'secret.yaml': '' });
  const root = project({ 'real/a.yaml': '' });
  symlinkSync('real/a.yaml', path.join(root, 'link.yaml'));
  symlinkSync(path.join(outside, 'secret.yaml'), path.join(root, 'out.yaml'));
  symlinkSync('gone', path.join(root, 'broken.yaml'));
  symlinkSync('loop.yaml', path.join(root, 'loop.yaml'));
  symlinkSync('..', path.join(root, 'real/up'));
  const { files, problems } = await found(root, ['.']);
  expect(files).toEqual(['real/a.yaml']);
  expect(problems).toEqual([
    'note broken.yaml: is a symbolic link that leads nowhere (there is no such file or directory), so it is not followed',
    'note loop.yaml: is a symbolic link that leads nowhere (its symbolic links go round in a circle), so it is not followed',
    'note out.yaml: is a symbolic link to a place outside the project, so it is not followed',
  ]);
  expect((await found(root, ['link.yaml'])).files).toEqual(['real/a.yaml!']);
  for (const name of ['out.yaml', 'broken.yaml', 'loop.yaml'])
    expect((await found(root, [name])).problems).toEqual([expect.stringMatching(`^error ${name}: `)]);
});

test('a directory outside the working directory may be named, but links out of it are not followed', async () => {
  const other = project({ 'a.yaml': '' });
  const root = project();
  symlinkSync(other, path.join(root, 'there'));
  expect((await found(root, [other])).files).toEqual([`../${path.basename(other)}/a.yaml`]);
  expect((await found(root, ['there'])).problems).toEqual([
    expect.stringMatching(/^error there: is a symbolic link to a place outside/),
  ]);
});

async function refuseLocked(directory: string): Promise<Dirent[]> {
  if (directory.endsWith('locked')) throw systemError('EACCES');
  return nodeFileSystem.readdir(directory);
}

test('an unreadable directory is an error, and the rest goes on', async () => {
  const root = project({ 'a.yaml': '', 'locked/b.yaml': '' });
  mkdirSync(path.join(root, 'z'));
  expect(await found(root, ['.'], { fs: { ...nodeFileSystem, readdir: refuseLocked } })).toEqual({
    files: ['a.yaml'],
    problems: ['error locked: cannot be read: permission denied; make it readable, or leave it out'],
  });
});
