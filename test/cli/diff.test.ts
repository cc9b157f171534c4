import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { cli, folder, git, read, repository, template } from './support.js';

const bad = template('bad');
const good = template('good');

test('one patch with the reasons above its hunks', async () => {
  const cwd = folder({ 'a.yaml': template('risky', 'bad') });
  const { code, stdout, stderr } = await cli(['diff'], { cwd });
  expect(stdout).toBe(`# test-risky-word: Call it calm
#   where: Bucket0 (AWS::S3::Bucket), line 6
#   why: Bucket0 is risky.
#   review, possible; the deployment updates in place
#   then: Tell the owner.
# test-bad-word: Call it good
#   where: Bucket1 (AWS::S3::Bucket), line 10
#   why: Bucket1 is called bad.
#   prevents: the word bad is bad for arn:aws:x
#   safe, proven; the deployment updates in place
--- a/a.yaml
+++ b/a.yaml
@@ -3,8 +3,8 @@
   Bucket0:
     Type: AWS::S3::Bucket
     Properties:
-      BucketName: risky
+      BucketName: calm
   Bucket1:
     Type: AWS::S3::Bucket
     Properties:
-      BucketName: bad
+      BucketName: good
`);
  expect(stderr).toBe('2 fixes in 1 file\n');
  expect(code).toBe(0);
});

test('--accept safe leaves the others, and the talk says so', async () => {
  const cwd = folder({ 'a.yaml': template('risky') });
  expect(await cli(['diff', '--accept', 'safe'], { cwd })).toEqual({
    code: 0,
    stdout: '',
    stderr: '0 fixes in 0 files; 1 finding without one here: stackmend check\n',
  });
});

test('--exit-code is 1 for a patch that is not empty', async () => {
  expect((await cli(['diff', '--exit-code', '-q'], { cwd: folder({ 'a.yaml': bad }) })).code).toBe(1);
  expect((await cli(['diff', '--exit-code', '-q'], { cwd: folder({ 'a.yaml': good }) })).code).toBe(0);
});

test('nothing to mend, no template, a file outside: each has its words', async () => {
  const root = folder({ 'here/a.yaml': good, 'there/b.yaml': bad, 'none/c.yaml': 'x: 1\n' });
  const talk = async (...paths: string[]) => (await cli(['diff', ...paths], { cwd: `${root}/here` })).stderr;
  expect(await talk()).toBe('Nothing to mend in 1 template.\n');
  expect(await talk('../none')).toBe('No CloudFormation, SAM or Pulumi source among 1 file.\n');
  expect(await talk('../there')).toBe(
    '1 fix in 1 file\nnote: ../there/b.yaml outside this directory cannot be patched from here by git apply or patch; run stackmend in a directory above\n',
  );
});

test('changes no file', async () => {
  const cwd = folder({ 'a.yaml': bad });
  await cli(['diff'], { cwd });
  expect(read(cwd, 'a.yaml')).toBe(bad);
});

test('a template on standard input', async () => {
  const { stdout } = await cli(['diff', '--stdin', '-q'], {
    stdin: JSON.stringify({ Resources: { B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'bad' } } } }),
  });
  expect(stdout).toContain('--- a/stdin.json\n+++ b/stdin.json\n');
  expect(stdout).toContain(String.raw`\ No newline at end of file`);
});

const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
const cut = (text: string): string => text.slice(0, -1);

/** What each case holds before and after. */
const cases: Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>> = {
  plain: { 'a.yaml': [bad, good] },
  'two files': { 'a.yaml': [bad, good], 'infra/deep/b.yaml': [template('fine', 'bad'), template('fine', 'good')] },
  CRLF: { 'a.yaml': [crlf(bad), crlf(good)], 'b.yaml': [bad, good] },
  'no final newline': {
    'a.yaml': [cut(bad), cut(good)],
    'b.yaml': [cut(crlf(template('bad', 'fine'))), cut(crlf(template('good', 'fine')))],
  },
  'byte order mark': { 'a.yaml': [`\uFEFF${bad}`, `\uFEFF${good}`] },
  'names with spaces': { 'my stack.yaml': [bad, good], 'a folder/b c.yaml': [bad, good], ' leading.yaml': [bad, good] },
  'names with unicode': { 'gebäude/模板.yaml': [bad, good] },
  'names with quotes': { 'it\'s "so".yaml': [bad, good], 'back\\slash.yaml': [bad, good] },
  'names with control characters': { 'tab\there.yaml': [bad, good], 'right\u202Eleft.yaml': [bad, good] },
  'names like options': { '-p0.yaml': [bad, good], '--- a.yaml': [bad, good] },
};

describe.each(Object.entries(cases))('%s', (_name, files) => {
  const before = Object.fromEntries(Object.entries(files).map(([name, [text]]) => [name, text]));

  test('git apply takes it', async () => {
    const cwd = repository(before);
    const { stdout } = await cli(['diff'], { cwd });
    apply(cwd, 'git', ['apply', '--whitespace=nowarn', '-'], stdout);
    for (const [name, [, after]] of Object.entries(files)) expect(read(cwd, name)).toBe(after);
  });

  test('patch -p1 takes it', async () => {
    const cwd = folder(before);
    const { stdout } = await cli(['diff'], { cwd });
    const said = apply(cwd, 'patch', ['-p1', '--no-backup-if-mismatch'], stdout);
    expect(said).not.toMatch(/fuzz|offset|Stripping/);
    for (const [name, [, after]] of Object.entries(files)) expect(read(cwd, name)).toBe(after);
  });

  test('git apply takes it in a subdirectory', async () => {
    const root = repository(
      Object.fromEntries(Object.entries(before).map(([name, text]) => [`sub dir/${name}`, text])),
    );
    const cwd = `${root}/sub dir`;
    const { stdout } = await cli(['diff'], { cwd });
    apply(cwd, 'git', ['apply', '--whitespace=nowarn', '-'], stdout);
    for (const [name, [, after]] of Object.entries(files)) expect(read(cwd, name)).toBe(after);
  });
});

describe('a rename', () => {
  const config = JSON.stringify({ rules: { 'test-file-name': { name: 'lib/Tap Stack.yaml' } } });
  const diff = ['diff', '--rule', 'test-file-name,test-bad-word', 'old.yaml'];

  test.each([
    ['pure', good, good],
    ['with an edit', bad, good],
  ])('%s: git apply and patch -p1 take it', async (_name, before, after) => {
    for (const [command, args] of [
      ['git', ['apply', '-']],
      ['patch', ['-p1']],
    ] as const) {
      const cwd = repository({ 'old.yaml': before, 'stackmend.config.json': config });
      const { stdout } = await cli(diff, { cwd });
      expect(stdout).toContain(
        'diff --git a/old.yaml "b/lib/Tap Stack.yaml"\nrename from old.yaml\nrename to lib/Tap Stack.yaml\n',
      );
      apply(cwd, command, args, stdout);
      expect(read(cwd, 'lib/Tap Stack.yaml')).toBe(after);
      expect(git(cwd, 'status', '--porcelain')).toContain(' D old.yaml');
    }
  });

  test('from a subdirectory git apply takes it', async () => {
    const root = repository({ 'sub/old.yaml': bad, 'sub/stackmend.config.json': config });
    const cwd = `${root}/sub`;
    const { stdout } = await cli(diff, { cwd });
    expect(stdout).toContain('rename from sub/old.yaml\n');
    apply(cwd, 'git', ['apply', '-'], stdout);
    expect(read(cwd, 'lib/Tap Stack.yaml')).toBe(good);
  });
});

test('a hostile template forges nothing', async () => {
  const evil =
    'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  "B\\n--- a/x\\n+++ b/x\\n\\e[31m":\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: bad\n';
  const cwd = folder({ 'a.yaml': evil });
  const { stdout } = await cli(['diff'], { cwd });
  expect(stdout).toContain(String.raw`#   where: B\n--- a/x\n+++ b/x\n\x1b[31m (AWS::S3::Bucket), line 6`);
  expect(stdout.split('\n').filter((line) => /^(---|\+\+\+) /.test(line))).toEqual(['--- a/a.yaml', '+++ b/a.yaml']);
  apply(cwd, 'patch', ['-p1'], stdout);
  expect(read(cwd, 'a.yaml')).toBe(evil.replace('bad', 'good'));
});

test('on a terminal control characters are shown, elsewhere the bytes are the patch', async () => {
  const cwd = folder({ 'a.yaml': bad.replace('Properties:', 'Properties: # \u202Eevil') });
  const piped = await cli(['diff'], { cwd });
  const shown = await cli(['diff', '--no-color'], { cwd, tty: true });
  expect(piped.stdout).toContain('Properties: # \u202Eevil\n');
  expect(shown.stdout).toContain(String.raw`Properties: # \u202eevil`);
});

function apply(cwd: string, command: string, args: readonly string[], patch: string): string {
  return execFileSync(command, args, { cwd, input: patch, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}
