import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { folder, git, put, read, repository, template } from '../cli/support.js';

const root = path.resolve(import.meta.dirname, '../..');
const script = fileURLToPath(new URL('../support/spawned-cli.ts', import.meta.url));

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
  readonly pass_filenames?: boolean;
}

/** Takes a hook as pre-commit does: from a clone of the hook's repository at a revision. */
function hookAt(id: string): Hook {
  const home = repository({
    '.pre-commit-hooks.yaml': readFileSync(path.join(root, '.pre-commit-hooks.yaml'), 'utf8'),
    'package.json': readFileSync(path.join(root, 'package.json'), 'utf8'),
  });
  const revision = git(home, 'rev-parse', 'HEAD').trim();
  const clone = folder();
  git(clone, 'clone', '-q', '--no-checkout', home, '.');
  git(clone, 'checkout', '-q', revision);
  const { bin } = JSON.parse(read(clone, 'package.json')) as { bin: Record<string, string> };
  const hook = (parse(read(clone, '.pre-commit-hooks.yaml')) as Hook[]).find((each) => each.id === id);
  // pre-commit installs the package and finds the entry among its programs.
  expect(Object.keys(bin)).toContain(hook?.entry.split(' ')[0]);
  expect(hook?.language).toBe('node');
  return hook as Hook;
}

/** A folder for PATH in which `stackmend` is the command line. */
function programs(): string {
  const bin = folder();
  const words = [process.execPath, '--import', import.meta.resolve('tsx'), script].map((word) => `'${word}'`);
  writeFileSync(path.join(bin, 'stackmend'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(path.join(bin, 'stackmend'), 0o755);
  return bin;
}

/** Runs a hook as pre-commit does: on the staged files that it asks for; what it changes fails the commit too. */
function runHook(cwd: string, hook: Hook, bin: string): { code: number | null; said: string } {
  const staged = git(cwd, 'diff', '--staged', '--name-only', '--no-ext-diff', '-z', '--diff-filter=ACMRTUXB')
    .split('\0')
    .filter((file) => new RegExp(hook.files).test(file) && file !== '');
  if (staged.length === 0) return { code: 0, said: 'no files to check' };
  const [program = '', ...args] = hook.entry.split(' ');
  const before = git(cwd, 'diff', '--no-ext-diff');
  const { status, stdout, stderr } = spawnSync(program, [...args, ...(hook.pass_filenames === false ? [] : staged)], {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
      PRE_COMMIT: '1',
      GIT_INDEX_FILE: path.join(cwd, '.git/index'),
    },
  });
  const changed = git(cwd, 'diff', '--no-ext-diff') !== before;
  return { code: changed ? status || 1 : status, said: stdout + stderr };
}

test('stackmend: mends what is staged and stops the commit once', () => {
  const hook = hookAt('stackmend');
  const bin = programs();
  const cwd = repository({ 'infra/a.yaml': template('fine'), 'other.yaml': template('bad') });
  put(cwd, { 'infra/a.yaml': template('bad', 'fine') });
  git(cwd, 'add', 'infra/a.yaml');
  const first = runHook(cwd, hook, bin);
  expect(first.code, first.said).toBe(1);
  expect(first.said).toContain('Stage it: git add -- infra/a.yaml');
  expect(read(cwd, 'infra/a.yaml')).toBe(template('good', 'fine'));
  // What is staged is the author's to change, and so is what is not staged.
  expect(git(cwd, 'show', ':infra/a.yaml')).toBe(template('bad', 'fine'));
  expect(read(cwd, 'other.yaml')).toBe(template('bad'));
  git(cwd, 'add', 'infra/a.yaml');
  expect(runHook(cwd, hook, bin)).toMatchObject({ code: 0 });
});

test('stackmend: files that it does not ask for do not start it', () => {
  const hook = hookAt('stackmend');
  const cwd = repository({ 'a.md': 'a' });
  put(cwd, { 'a.md': 'b' });
  git(cwd, 'add', '-A');
  expect(runHook(cwd, hook, '/nowhere')).toEqual({ code: 0, said: 'no files to check' });
  for (const file of ['a.yaml', 'b.yml', 'c.json', 'd.template', 'e.ts', 'f.tsx', 'g.mts', 'h.cts'])
    expect(new RegExp(hook.files).test(file), file).toBe(true);
});

test('stackmend-check: stops the commit and writes nothing', () => {
  const hook = hookAt('stackmend-check');
  const bin = programs();
  const cwd = repository({ 'a.yaml': template('fine'), 'b.yaml': template('bad') });
  put(cwd, { 'a.yaml': template('bad') });
  git(cwd, 'add', 'a.yaml');
  const { code, said } = runHook(cwd, hook, bin);
  expect(code).toBe(1);
  expect(said).toContain('a.yaml:6:19');
  expect(said).not.toContain('b.yaml');
  expect(read(cwd, 'a.yaml')).toBe(template('bad'));
});

test('a commit by git itself runs into the hook, and goes through once what it wrote is staged', () => {
  const bin = programs();
  const cwd = repository({ 'a.yaml': template('fine') });
  const hook = path.join(cwd, '.git/hooks/pre-commit');
  writeFileSync(hook, `#!/bin/sh\nPATH='${bin}':"$PATH"\nexec ${hookAt('stackmend').entry}\n`);
  chmodSync(hook, 0o755);
  put(cwd, { 'a.yaml': template('bad') });
  git(cwd, 'add', 'a.yaml');
  expect(() => git(cwd, 'commit', '-q', '-m', 'second')).toThrow(/Mended 1 of 1 template/);
  git(cwd, 'add', 'a.yaml');
  git(cwd, 'commit', '-q', '-m', 'second');
  expect(git(cwd, 'show', 'HEAD:a.yaml')).toBe(template('good'));
}, 60_000);
