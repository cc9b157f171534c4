import { chmodSync, existsSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cli, folder, git, put, read, repository, template } from './support.js';

const bad = template('bad');
const good = template('good');

test('writes safe fixes, tells what is left, and how to undo and go on', async () => {
  const cwd = repository({ 'a.yaml': template('bad', 'risky', 'stuck') });
  const { code, stdout } = await cli(['fix'], { cwd });
  expect(stdout).toBe(`a.yaml
    mended a.yaml:6:19 test-bad-word Bucket0 (AWS::S3::Bucket): Call it good
    left a.yaml:10:19 test-risky-word Bucket1 (AWS::S3::Bucket) (possible): Bucket1 is risky.
        needs --accept review: Call it calm
    left a.yaml:14:19 test-odd-word Bucket2 (AWS::S3::Bucket) (proven): Bucket2 is stuck.
        no fix: its owner is elsewhere. Add by hand:
            BucketName: free
            Tags: []
    then: Tell the owner.

Mended 1 of 1 template.
Left: 1 proven, 1 possible.
Mend 1 more after a review: stackmend fix --accept review
Undo: git checkout -- a.yaml
Next: aws cloudformation validate-template --template-body file://a.yaml
`);
  expect(code).toBe(1);
  expect(read(cwd, 'a.yaml')).toBe(template('good', 'risky', 'stuck'));
  git(cwd, 'checkout', '--', 'a.yaml');
  expect(read(cwd, 'a.yaml')).toBe(template('bad', 'risky', 'stuck'));
});

test('--accept review writes what diff shows', async () => {
  const cwd = folder({ 'a.yaml': template('bad', 'risky') });
  const { code } = await cli(['fix', '--accept', 'review'], { cwd });
  expect(read(cwd, 'a.yaml')).toBe(template('good', 'calm'));
  expect(code).toBe(0);
});

test('0 when nothing proven is left', async () => {
  expect((await cli(['fix'], { cwd: folder({ 'a.yaml': bad }) })).code).toBe(0);
  expect(await cli(['fix'], { cwd: folder({ 'a.yaml': good }) })).toEqual({
    code: 0,
    stdout: 'Nothing to mend in 1 template.\n',
    stderr: '',
  });
});

test('a SAM template goes on with sam validate', async () => {
  const cwd = folder({ 'a b.yaml': `Transform: AWS::Serverless-2016-10-31\n${bad}` });
  expect((await cli(['fix'], { cwd })).stdout).toContain("Next: sam validate --template-file 'a b.yaml'\n");
});

test('a rename tells how to undo it', async () => {
  const cwd = repository({
    'old.yaml': bad,
    'stackmend.config.json': '{"rules": {"test-file-name": {"name": "new.yaml"}}}',
  });
  const { stdout } = await cli(['fix', '--accept', 'review', 'old.yaml'], { cwd });
  expect(stdout).toContain('    renamed to new.yaml\n');
  expect(stdout).toContain('Undo: git checkout -- old.yaml && rm -- new.yaml\n');
  expect(read(cwd, 'new.yaml')).toBe(good);
  expect(existsSync(`${cwd}/old.yaml`)).toBe(false);
});

test('a read-only file is an error of its own, the rest is written', async () => {
  const cwd = folder({ 'a.yaml': bad, 'b.yaml': bad });
  chmodSync(`${cwd}/a.yaml`, 0o444);
  const { code, stdout, stderr } = await cli(['fix'], { cwd });
  expect(stderr).toBe('error: a.yaml: was not written: it is read-only; make it writable (chmod u+w) and run again\n');
  expect(stdout).toContain('    not written: ');
  expect(stdout).toContain('    would mend a.yaml:6:19');
  expect([read(cwd, 'a.yaml'), read(cwd, 'b.yaml'), code]).toEqual([bad, good, 2]);
});

test('what was accepted and not written is not offered for a review', async () => {
  const cwd = folder({ 'a.yaml': template('risky') });
  chmodSync(`${cwd}/a.yaml`, 0o444);
  const { stdout } = await cli(['fix', '--accept', 'review'], { cwd });
  expect(stdout).toContain('    not written: it is read-only; make it writable (chmod u+w) and run again\n');
  expect(stdout).toContain('Nothing was written. 1 file not written.\nLeft: 0 proven, 1 possible.\n');
  expect(stdout).not.toContain('after a review');
});

test('keeps the mode of a file', async () => {
  const cwd = folder({ 'a.yaml': bad });
  chmodSync(`${cwd}/a.yaml`, 0o640);
  await cli(['fix'], { cwd });
  expect(statSync(`${cwd}/a.yaml`).mode & 0o777).toBe(0o640);
});

describe('uncommitted changes', () => {
  test('a tracked file that has some is refused, a clean and an untracked one are written', async () => {
    const cwd = repository({ 'dirty.yaml': good, 'clean.yaml': bad, 'sub dir/ünï.yaml': good });
    put(cwd, { 'dirty.yaml': bad, 'sub dir/ünï.yaml': bad, 'new.yaml': bad });
    const { code, stdout } = await cli(['fix'], { cwd });
    expect(stdout).toContain(
      'dirty.yaml\n    not written: it has uncommitted changes; commit or stash them first, or use --force\n',
    );
    expect(stdout).toContain('Mended 2 of 4 templates. 2 files not written.\n');
    expect(stdout).toContain('Undo: git checkout -- clean.yaml\n');
    const texts = ['dirty.yaml', 'sub dir/ünï.yaml', 'clean.yaml', 'new.yaml'].map((name) => read(cwd, name));
    expect(texts).toEqual([bad, bad, good, good]);
    expect(code).toBe(1);
  });

  test('staged changes count as well', async () => {
    const cwd = repository({ 'a.yaml': good });
    put(cwd, { 'a.yaml': bad });
    git(cwd, 'add', '-A');
    expect((await cli(['fix'], { cwd })).code).toBe(1);
    expect(read(cwd, 'a.yaml')).toBe(bad);
  });

  test('--force writes them, and offers no undo that would take more along', async () => {
    const cwd = repository({ 'a.yaml': good });
    put(cwd, { 'a.yaml': bad });
    const { code, stdout } = await cli(['fix', '--force'], { cwd });
    expect(stdout).not.toContain('Undo');
    expect([read(cwd, 'a.yaml'), code]).toEqual([good, 0]);
  });

  test('in a subdirectory, and for a repository below the directory', async () => {
    const cwd = folder({ 'x/readme': '' });
    const inner = repository({ 'in/a.yaml': good });
    put(inner, { 'in/a.yaml': bad });
    expect((await cli(['fix'], { cwd: `${inner}/in` })).code).toBe(1);
    git(inner, 'commit', '-aqm', 'x');
    expect((await cli(['fix'], { cwd: `${inner}/in` })).code).toBe(0);
    expect(existsSync(`${cwd}/x/readme`)).toBe(true);
  });

  test('nothing of the repository is run', async () => {
    const cwd = repository({ 'a.yaml': bad });
    put(cwd, { 'evil.sh': '#!/bin/sh\ntouch owned\n' });
    chmodSync(`${cwd}/evil.sh`, 0o755);
    git(cwd, 'config', 'core.fsmonitor', './evil.sh');
    git(cwd, 'config', 'core.hooksPath', '.');
    await cli(['fix'], { cwd });
    expect(read(cwd, 'a.yaml')).toBe(good);
    expect(existsSync(`${cwd}/owned`)).toBe(false);
  });
});

describe('--staged', () => {
  test('mends staged files only, and is 1 when it wrote', async () => {
    const cwd = repository({ 'a.yaml': good, 'b.yaml': good, 'c.yaml': bad });
    put(cwd, { 'a.yaml': bad, 'b.yaml': bad, 'new.yaml': bad, 'notes.md': 'bad' });
    git(cwd, 'add', 'a.yaml', 'new.yaml', 'notes.md');
    const { code, stdout } = await cli(['fix', '--staged'], { cwd });
    expect(stdout).toContain('Stage it: git add -- a.yaml new.yaml\n');
    const texts = ['a.yaml', 'new.yaml', 'b.yaml', 'c.yaml'].map((name) => read(cwd, name));
    expect(texts).toEqual([good, good, bad, bad]);
    expect(code).toBe(1);
    git(cwd, 'add', 'a.yaml', 'new.yaml');
    expect((await cli(['fix', '--staged'], { cwd })).code).toBe(0);
  });

  test('refuses a file with unstaged changes on top', async () => {
    const cwd = repository({ 'a.yaml': good });
    put(cwd, { 'a.yaml': bad });
    git(cwd, 'add', '-A');
    put(cwd, { 'a.yaml': `${bad}# more\n` });
    const { code, stdout } = await cli(['fix', '--staged'], { cwd });
    expect(stdout).toContain('not written: it has changes that are not staged; stage or stash them first\n');
    expect([read(cwd, 'a.yaml'), code]).toEqual([`${bad}# more\n`, 1]);
  });

  test('nothing staged is nothing to do; paths narrow it down', async () => {
    const cwd = repository({ 'a.yaml': good, 'sub/b.yaml': good });
    expect(await cli(['fix', '--staged'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
    put(cwd, { 'a.yaml': bad, 'sub/b.yaml': bad });
    git(cwd, 'add', '-A');
    expect((await cli(['fix', '--staged', 'sub'], { cwd })).code).toBe(1);
    expect([read(cwd, 'a.yaml'), read(cwd, 'sub/b.yaml')]).toEqual([bad, good]);
  });

  test('needs a repository', async () => {
    const { code, stderr } = await cli(['fix', '--staged'], { cwd: folder({ 'a.yaml': bad }) });
    expect(stderr).toBe('stackmend: --staged needs git and a repository\nhint: without them, name the files\n');
    expect(code).toBe(2);
  });
});

describe('--stdin', () => {
  test('prints the mended template and nothing else', async () => {
    expect(await cli(['fix', '--stdin'], { stdin: `\uFEFF${bad}` })).toEqual({
      code: 0,
      stdout: `\uFEFF${good}`,
      stderr: '',
    });
    expect((await cli(['fix', '--stdin'], { stdin: good })).stdout).toBe(good);
  });

  test('what cannot be judged comes back as it was', async () => {
    expect(await cli(['fix', '--stdin'], { stdin: 'hello' })).toMatchObject({ code: 2, stdout: 'hello' });
  });

  test('what is not UTF-8 is refused', async () => {
    const { code, stdout, stderr } = await cli(['fix', '--stdin'], { stdin: Uint8Array.of(0xff, 0xfe, 0x41) });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('is not UTF-8');
  });
});
