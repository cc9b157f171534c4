import { describe, expect, test } from 'vitest';
import { type RunOptions, cli, folder, read, template } from './support.js';

const settings = (limit: number, unreserved?: number): string =>
  JSON.stringify({
    AccountLimit: { TotalCodeSize: 1, ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved },
    AccountUsage: { FunctionCount: 0 },
  });

/** What the rules are told of account, options and date. */
async function told(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
  options: RunOptions = {},
): Promise<Record<string, unknown>> {
  const cwd = folder({ 'a.yaml': template('show-figures'), ...files });
  const { stdout } = await cli(['check', '--format', 'json', ...args, 'a.yaml'], { cwd, ...options });
  const report = JSON.parse(stdout) as { files: [{ findings: [{ message: string }] }] };
  return JSON.parse(report.files[0].findings[0].message) as Record<string, unknown>;
}

describe('figures of the account', () => {
  test('none', async () => {
    expect((await told([], {}))['accounts']).toEqual([]);
  });

  test('from --account', async () => {
    const { accounts } = await told(['--account', 'account.json'], { 'account.json': settings(1000, 900) });
    expect(accounts).toEqual([{ limit: 1000, unreserved: 900, source: 'account.json' }]);
  });

  test('from standard input', async () => {
    const { accounts } = await told(['--account', '-'], {}, { stdin: settings(10) });
    expect(accounts).toEqual([{ limit: 10, unreserved: 10, source: 'standard input' }]);
  });

  test('from --account-limit', async () => {
    expect((await told(['--account-limit', '10'], {}))['accounts']).toEqual([
      { limit: 10, unreserved: 10, source: '--account-limit' },
    ]);
  });

  test('from the config, for the paths that it names', async () => {
    const configured = [
      { name: 'prod', paths: ['prod/**'], limit: 5000 },
      { name: 'dev', limit: 50, unreserved: 40, minimumUnreserved: 10, reservations: { f: 3 } },
    ];
    const { accounts } = await told([], { 'stackmend.config.json': JSON.stringify({ accounts: configured }) });
    expect(accounts).toEqual([
      {
        name: 'dev',
        limit: 50,
        unreserved: 40,
        minimumUnreserved: 10,
        reservations: { f: 3 },
        source: 'stackmend.config.json',
      },
    ]);
  });

  test('from every account of the config whose paths hold the file', async () => {
    const configured = [
      { name: 'dev', limit: 900 },
      { name: 'other', paths: ['other/**'], limit: 1 },
      { name: 'prod', paths: ['*.yaml'], limit: 137 },
    ];
    const { accounts } = await told([], { 'stackmend.config.json': JSON.stringify({ accounts: configured }) });
    expect(accounts).toMatchObject([
      { name: 'dev', limit: 900 },
      { name: 'prod', limit: 137 },
    ]);
  });

  test('from several --account and the config, a fresh one in the place of the one of its name', async () => {
    const file = {
      version: 1,
      accounts: [
        { name: 'prod', region: 'eu-west-1', limit: 1000, unreserved: 137 },
        { name: 'prod', region: 'us-east-1', limit: 10 },
      ],
    };
    const configured = [
      { name: 'prod eu-west-1', limit: 1000, minimumUnreserved: 50 },
      { name: 'dev', limit: 900 },
    ];
    const { accounts } = await told(['--account', 'a.json', '--account', 'account.json'], {
      'a.json': JSON.stringify(file),
      'account.json': settings(500),
      'stackmend.config.json': JSON.stringify({ accounts: configured }),
    });
    expect(accounts).toEqual([
      { name: 'prod eu-west-1', limit: 1000, unreserved: 137, minimumUnreserved: 50, source: 'a.json' },
      { name: 'prod us-east-1', limit: 10, unreserved: 10, source: 'a.json' },
      { limit: 500, unreserved: 500, source: 'account.json' },
      { name: 'dev', limit: 900, unreserved: 900, source: 'stackmend.config.json' },
    ]);
  });

  test('--account beside the config, which still knows the reservations', async () => {
    const config = { accounts: [{ name: 'dev', limit: 50, reservations: { f: 3 } }] };
    const { accounts } = await told(
      ['--account', '-'],
      { 'stackmend.config.json': JSON.stringify(config) },
      { stdin: settings(10, 9) },
    );
    expect(accounts).toEqual([
      { limit: 10, unreserved: 9, reservations: { f: 3 }, source: 'standard input' },
      { name: 'dev', limit: 50, unreserved: 47, reservations: { f: 3 }, source: 'stackmend.config.json' },
    ]);
  });

  test('a file that is not there', async () => {
    expect((await cli(['check', '--account', 'no.json'])).stderr).toContain(
      'no.json cannot be read: there is no such file or directory\n',
    );
  });
});

test('--max-reserved is an option of the one rule, over the config', async () => {
  const config = { rules: { 'lambda-reserved-concurrency': { caps: { Handler: 3 }, maxPerFunction: 9 } } };
  const { options } = await told(['--max-reserved', '5'], { 'stackmend.config.json': JSON.stringify(config) });
  expect(options).toEqual({ caps: { Handler: 3 }, maxPerFunction: 5 });
});

test('the date is today, or what --today says', async () => {
  expect((await told([], {}))['today']).toBe('2026-11-21');
  expect((await told(['--today', '2024-02-29'], {}))['today']).toBe('2024-02-29');
});

describe('init', () => {
  test('writes a config that is right', async () => {
    const cwd = folder({ 'a.yaml': template('bad') });
    const { code, stdout } = await cli(['init'], { cwd });
    expect(stdout).toBe('wrote stackmend.config.json\nNext: stackmend check\n');
    expect(JSON.parse(read(cwd, 'stackmend.config.json'))).toEqual({
      $schema: './node_modules/stackmend/schemas/config.schema.json',
      preset: 'deploy',
      rules: {},
      ignore: [],
    });
    expect(code).toBe(0);
    expect((await cli(['check'], { cwd })).code).toBe(1);
  });

  test('with the figures of the account', async () => {
    const cwd = folder();
    await cli(['init', '--account', '-'], { cwd, stdin: settings(10, 8) });
    expect(JSON.parse(read(cwd, 'stackmend.config.json'))).toMatchObject({
      accounts: [{ name: 'default', paths: ['**'], limit: 10, unreserved: 8 }],
    });
    expect((await cli(['check'], { cwd })).code).toBe(0);
  });

  test('names a file of ours, so that it stays the one that is kept', async () => {
    const accounts = ['eu-west-1', 'us-east-1'].map((region) => ({ name: 'prod', region, limit: 500 }));
    const cwd = folder({ 'infra/figures.json': JSON.stringify({ version: 1, accounts }) });
    const { stdout } = await cli(['init', '--account', './infra/figures.json'], { cwd });
    expect(stdout).toBe('wrote stackmend.config.json with 2 accounts\nNext: stackmend check\n');
    expect(JSON.parse(read(cwd, 'stackmend.config.json'))).toMatchObject({
      accounts: [
        { name: 'prod eu-west-1', paths: ['**'], file: 'infra/figures.json', account: 'prod eu-west-1' },
        { name: 'prod us-east-1', paths: ['**'], file: 'infra/figures.json', account: 'prod us-east-1' },
      ],
    });
    expect((await cli(['check'], { cwd })).code).toBe(0);
  });

  test('takes over what lies elsewhere', async () => {
    const file = { version: 1, accounts: [{ name: 'prod', region: 'eu-west-1', limit: 500, reservations: { f: 3 } }] };
    const other = folder({ 'figures.json': JSON.stringify(file) });
    const cwd = folder();
    await cli(['init', '--account', `${other}/figures.json`, '--account', '-'], { cwd, stdin: settings(10, 8) });
    expect(JSON.parse(read(cwd, 'stackmend.config.json'))).toMatchObject({
      accounts: [
        { name: 'prod eu-west-1', paths: ['**'], limit: 500, unreserved: 497, reservations: { f: 3 } },
        { name: 'default 2', paths: ['**'], limit: 10, unreserved: 8 },
      ],
    });
    expect((await cli(['check'], { cwd })).code).toBe(0);
  });

  test('overwrites only with --force', async () => {
    const cwd = folder({ 'stackmend.config.json': '{}' });
    const { code, stderr } = await cli(['init'], { cwd });
    expect(stderr).toBe(
      'stackmend: stackmend.config.json is there already\nhint: edit it, or overwrite it with --force\n',
    );
    expect([code, read(cwd, 'stackmend.config.json')]).toEqual([2, '{}']);
    expect((await cli(['init', '--force'], { cwd })).code).toBe(0);
    expect(read(cwd, 'stackmend.config.json')).toContain('$schema');
  });

  test('leaves a YAML config alone', async () => {
    const cwd = folder({ 'stackmend.config.yaml': '{}' });
    expect((await cli(['init', '--force'], { cwd })).stderr).toContain(
      'stackmend.config.yaml is there already\nhint: edit it, or remove it first\n',
    );
  });
});
