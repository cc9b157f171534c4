import { expect, test } from 'vitest';
import { cli, folder, template } from './support.js';

test('no command means check: the finding, its certainty, what to do, and 1 for a proven one', async () => {
  const cwd = folder({ 'infra/a.yaml': template('bad') });
  const { code, stdout, stderr } = await cli([], { cwd });
  expect(stdout).toBe(`infra/a.yaml:6:19  proven  test-bad-word  Bucket0 (AWS::S3::Bucket)
    Bucket0 is called bad.
    AWS answers: the word bad is bad for arn:aws:x
    fix (safe): Call it good

1 finding in 1 of 1 template: 1 proven.
See the patch: stackmend diff
Mend 1 (safe): stackmend fix
`);
  expect(stderr).toBe('');
  expect(code).toBe(1);
});

test('a refused finding shows the reason and the snippet', async () => {
  const cwd = folder({ 'a.yaml': template('stuck') });
  const { stdout } = await cli(['check', 'a.yaml'], { cwd });
  expect(stdout).toContain(
    '    no fix: its owner is elsewhere. Add by hand:\n        BucketName: free\n        Tags: []\n',
  );
});

test('possible findings fail only with --strict', async () => {
  const cwd = folder({ 'a.yaml': template('risky') });
  const lax = await cli(['check'], { cwd });
  expect(lax.code).toBe(0);
  expect(lax.stdout).toContain('1 possible');
  expect(lax.stdout).toContain('Mend 1 (review the patch first): stackmend fix --accept review\n');
  expect((await cli(['check', '--strict'], { cwd })).code).toBe(1);
});

test('nothing to mend', async () => {
  const cwd = folder({ 'a.yaml': template('fine'), 'package.json': '{}' });
  expect(await cli(['check'], { cwd })).toEqual({ code: 0, stdout: 'Nothing to mend in 1 template.\n', stderr: '' });
});

test('no template at all', async () => {
  expect(await cli(['check'])).toEqual({
    code: 0,
    stdout: 'No CloudFormation, SAM or Pulumi source among 0 files.\n',
    stderr: '',
  });
});

test('a file that cannot be judged makes it 2, and the others are still judged', async () => {
  const cwd = folder({ 'a.yaml': `${template('bad')}  - broken: [`, 'b.yaml': template('bad') });
  const { code, stdout, stderr } = await cli(['check'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: a\.yaml:\d+:\d+: /);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stdout).toContain('b.yaml:6:19');
});

test('the next commands keep the selection, quoted for a shell', async () => {
  const cwd = folder({ "it's/a b.yaml": template('bad') });
  const { stdout } = await cli(["it's", '--rule', 'test-bad-word,test-odd-word', '--today', '2026-01-01'], { cwd });
  expect(stdout).toContain(
    String.raw`stackmend fix 'it'\''s' --rule test-bad-word --rule test-odd-word --today 2026-01-01`,
  );
});

test('--preset all shows every message, --rule only its rules', async () => {
  const cwd = folder({ 'a.yaml': template('odd', 'bad') });
  expect((await cli(['check'], { cwd })).stdout).not.toContain('is odd');
  expect((await cli(['check', '--preset', 'all'], { cwd })).stdout).toContain('is odd');
  const one = await cli(['check', '--rule', 'test-risky-word', '-r', 'test-odd-word'], { cwd });
  expect(one.stdout).toContain('is odd');
  expect(one.stdout).not.toContain('is called bad');
});

test('--quiet says nothing but findings and errors', async () => {
  const cwd = folder({ 'a.yaml': template('bad') });
  const { stdout } = await cli(['check', '-q'], { cwd });
  expect(stdout).not.toContain('See the patch');
  expect(await cli(['check', '-q'], { cwd: folder() })).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('--verbose tells what the deployment does', async () => {
  const cwd = folder({ 'a.yaml': template('bad') });
  expect((await cli(['--verbose', 'check'], { cwd })).stdout).toContain('deployment: updates in place\n');
});

test('a template on standard input', async () => {
  const { code, stdout } = await cli(['check', '--stdin', '--stdin-name', 'infra/x.yaml'], { stdin: template('bad') });
  expect(stdout).toContain('infra/x.yaml:6:19');
  expect(code).toBe(1);
});

test('what is no template on standard input', async () => {
  const { code, stderr } = await cli(['check', '--stdin'], { stdin: 'hello' });
  expect(stderr).toBe(
    'error: stdin.yaml: does not look like a CloudFormation or SAM template: there is no Resources section\n',
  );
  expect(code).toBe(2);
});
