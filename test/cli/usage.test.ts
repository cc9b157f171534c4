import { describe, expect, test } from 'vitest';
import { type RunOptions, cli, folder, template } from './support.js';

test.each<[string, readonly string[], string]>([
  ['unknown option', ['--formt', 'json'], "unknown option '--formt'\nhint: did you mean --format?"],
  ['unknown option of a command', ['fix', '--acept', 'safe'], "unknown option '--acept'\nhint: did you mean --accept?"],
  [
    'option of another command',
    ['check', '--force'],
    'unknown option \'--force\'\nhint: it belongs to "stackmend fix", "stackmend diagnose", "stackmend account" and "stackmend init"',
  ],
  [
    'unknown command',
    ['chekc'],
    'there is no file, directory or command "chekc"\nhint: did you mean the command "check"?',
  ],
  [
    'unknown rule',
    ['check', '--rule', 'test-bad-wrod'],
    'unknown rule "test-bad-wrod"\nhint: did you mean "test-bad-word"?',
  ],
  ['no rule', ['check', '--rule', ' ,'], '--rule names no rule\nhint: see "stackmend rules"'],
  ['nothing to explain', ['explain'], 'missing required argument \'what\'\nhint: see "stackmend help explain"'],
  [
    'unknown preset',
    ['check', '--preset', 'most'],
    "option '--preset <name>' argument 'most' is invalid. Allowed choices are deploy, all.\nhint: see \"stackmend help check\"",
  ],
  [
    'no number',
    ['check', '--max-reserved', '0'],
    "option '--max-reserved <n>' argument '0' is invalid. It must be a whole number from 1.\nhint: see \"stackmend help check\"",
  ],
  ['no date', ['check', '--today', '2026-02-30'], '--today takes a date as YYYY-MM-DD, not "2026-02-30"'],
  [
    'stdin with paths',
    ['check', '--stdin', 'a.yaml'],
    '--stdin reads one template from standard input and takes no paths\nhint: leave the paths away, or --stdin',
  ],
  [
    'stdin twice',
    ['check', '--stdin', '--account', '-'],
    '--stdin and --account - both read standard input\nhint: put the figures into a file',
  ],
  [
    'stdin of two accounts',
    ['check', '--account', '-', '--account', '-'],
    'standard input is named twice\nhint: put the figures into files',
  ],
  ['a name for no stdin', ['check', '--stdin-name', 'x.yaml'], '--stdin-name needs --stdin'],
  [
    'figures twice',
    ['check', '--account', 'a', '--account-limit', '10'],
    '--account and --account-limit both give figures\nhint: keep one of them',
  ],
  [
    'stdin is not written',
    ['fix', '--stdin', '--staged'],
    '--stdin and --staged do not go together\nhint: with --stdin nothing is written',
  ],
])('%s', async (_name, args, said) => {
  expect(await cli(args)).toEqual({ code: 2, stdout: '', stderr: `stackmend: ${said}\n` });
});

test('a path that does not exist', async () => {
  expect(await cli(['check', 'no/such.yaml'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: no/such.yaml: cannot be read: there is no such file or directory\n',
  });
});

test('a defect is one line and a hint; --verbose adds the stack', async () => {
  const broken: RunOptions = { host: { catalog: () => Promise.reject(new TypeError('oh\u001B[2J')) } };
  const { code, stderr } = await cli(['check'], broken);
  expect(stderr).toBe(
    'stackmend: this should not have happened: oh\\x1b[2J\nhint: run it again with --verbose and report what it says; no file is left half-written\n',
  );
  expect(code).toBe(2);
  expect((await cli(['check', '--verbose'], broken)).stderr).toContain('\n    at ');
});

describe('help', () => {
  test.each([['--help'], ['help']])('%s lists the commands and examples', async (...args) => {
    const { code, stdout, stderr } = await cli(args);
    for (const word of ['check', 'diff', 'fix', 'rules', 'explain', 'init', 'Examples:', 'Exit codes:'])
      expect(stdout).toContain(word);
    expect([code, stderr]).toEqual([0, '']);
  });

  test.each([
    ['help', 'fix'],
    ['fix', '--help'],
  ])('%s %s tells the options and examples', async (...args) => {
    const { code, stdout } = await cli(args);
    for (const word of ['--staged', '--force', '--accept', '--max-reserved', 'stackmend fix --staged'])
      expect(stdout).toContain(word);
    expect(code).toBe(0);
  });

  test('--version', async () => {
    expect(await cli(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

async function isColoured(options: RunOptions, ...args: readonly string[]): Promise<boolean> {
  const { stdout } = await cli(['check', ...args], { ...options, cwd: folder({ 'a.yaml': template('bad') }) });
  return stdout.includes('\u001B[');
}

describe('colour', () => {
  test.each<[boolean, string, RunOptions, string[]]>([
    [false, 'in a pipe', {}, []],
    [true, 'on a terminal', { tty: true }, []],
    [false, 'with --no-color', { tty: true, env: { FORCE_COLOR: '1' } }, ['--no-color']],
    [false, 'with NO_COLOR', { tty: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, []],
    [true, 'with an empty NO_COLOR', { tty: true, env: { NO_COLOR: '' } }, []],
    [true, 'with FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, []],
    [false, 'with FORCE_COLOR=0', { tty: true, env: { FORCE_COLOR: '0' } }, []],
    [false, 'on a dumb terminal', { tty: true, env: { TERM: 'dumb' } }, []],
  ])('%s %s', async (expected, _name, options, args) => {
    expect(await isColoured(options, ...args)).toBe(expected);
  });
});
