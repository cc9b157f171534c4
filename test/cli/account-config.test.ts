import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeFileSystem } from '../../core/engine/file-system.js';
import { configOfBase } from '../../cli/pr/base-config.js';
import type { BaseTree } from '../../bot/base.js';
import { cli, folder, template } from './support.js';

const figures = JSON.stringify({
  version: 1,
  accounts: [
    { name: 'dev', region: 'us-east-1', limit: 10 },
    { name: 'prod', region: 'eu-west-1', limit: 1000, unreserved: 137 },
    { name: 'prod', region: 'us-east-1', limit: 500 },
  ],
});

const config = (...accounts: readonly object[]): string => JSON.stringify({ accounts });

/** The limits that the rules are told of, with the names of the accounts. */
async function told(cwd: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await cli(['check', '--format', 'json', ...args], { cwd });
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as { files: [{ findings: [{ message: string }] }] };
  const { accounts } = JSON.parse(report.files[0].findings[0].message) as {
    accounts: readonly { name: string; limit: number; source: string }[];
  };
  return accounts.map(({ name, limit, source }) => `${name} ${limit} ${source}`);
}

const files = { 'a.yaml': template('show-figures'), 'infra/figures.json': figures };
const [dev, prodEurope, prodAmerica] = [
  'dev us-east-1 10 infra/figures.json',
  'prod eu-west-1 1000 infra/figures.json',
  'prod us-east-1 500 infra/figures.json',
];

describe('an account of the config may be in a file', () => {
  test.each<[string, object, readonly (string | undefined)[]]>([
    ['all of the file', { name: 'x', file: 'infra/figures.json' }, [dev, prodEurope, prodAmerica]],
    ['those of a name', { name: 'x', file: './infra/figures.json', account: 'prod' }, [prodEurope, prodAmerica]],
    ['that of a region', { name: 'x', file: 'infra/figures.json', account: 'prod eu-west-1' }, [prodEurope]],
  ])('%s', async (_name, account, expected) => {
    expect(await told(folder({ ...files, 'stackmend.config.json': config(account) }))).toEqual(expected);
  });

  test('the output of AWS has the name of the config', async () => {
    const settings = JSON.stringify({ AccountLimit: { ConcurrentExecutions: 10 } });
    const cwd = folder({
      ...files,
      'x.json': settings,
      'stackmend.config.json': config({ name: 'x', file: 'x.json' }),
    });
    expect(await told(cwd)).toEqual(['x 10 x.json']);
  });

  test('relative to the config, from whatever directory', async () => {
    const cwd = folder({
      ...files,
      '.git/HEAD': '',
      'sub/a.yaml': template('show-figures'),
      'stackmend.config.json': config({ name: 'x', file: 'infra/figures.json', account: 'dev' }),
    });
    expect(await told(path.join(cwd, 'sub'))).toEqual([dev]);
  });

  test('by YAML', async () => {
    const text = 'accounts:\n  - name: x\n    file: infra/figures.json\n    account: dev\n';
    expect(await told(folder({ ...files, 'stackmend.config.yaml': text }))).toEqual([dev]);
  });

  test('of the base, as git has it', async () => {
    const cwd = folder({
      ...files,
      'stackmend.config.json': config({ name: 'x', file: 'infra/figures.json', account: 'dev' }),
    });
    const found = await configOfBase({ files: nodeFileSystem } as unknown as BaseTree, cwd, cwd, []);
    expect(found?.accounts).toEqual([
      {
        paths: ['**'],
        shareBudget: false,
        figures: [{ name: 'dev us-east-1', limit: 10, unreserved: 10, source: 'infra/figures.json' }],
      },
    ]);
  });
});

describe('a wrong entry is told at its place', () => {
  test.each<[object, string]>([
    [
      { name: 'x', file: 'no.json' },
      '1:33: accounts.0.file: no.json cannot be read: there is no such file or directory\n',
    ],
    [{ name: 'x', file: '../figures.json' }, '1:33: accounts.0.file: is not below the directory of the config\n'],
    [{ name: 'x', file: '/etc/passwd' }, '1:33: accounts.0.file: is not below the directory of the config\n'],
    [{ name: 'x', file: 'infra/../../x.json' }, '1:33: accounts.0.file: is not below the directory of the config\n'],
    [{ name: 'x', file: 'infra' }, '1:33: accounts.0.file: infra cannot be read: it is a directory\n'],
    [{ name: 'x', file: 'out.json' }, '1:33: accounts.0.file: leads out of the directory of the config\n'],
    [
      { name: 'x', file: 'infra/figures.json', account: 'stage' },
      '1:64: accounts.0.account: infra/figures.json has no account "stage"; there are "dev us-east-1", "prod eu-west-1", "prod us-east-1"\n',
    ],
    [
      { name: 'x', file: 'infra/figures.json', limit: 10 },
      '1:62: accounts.0.limit: stands beside "file", which tells it: leave one away\n',
    ],
    [
      { name: 'x', account: 'dev', limit: 10 },
      '1:36: accounts.0.account: names an account of a file, and there is no "file"\n',
    ],
    [
      { name: 'x', limit: 10, reservations: { f: 11 } },
      '1:52: accounts.0.reservations: come to 11 together, more than the limit of 10\n',
    ],
    [
      { name: 'x', limit: 10, minimumUnreserved: 11 },
      '1:57: accounts.0.minimumUnreserved: is larger than the limit of the account\n',
    ],
  ])('%j', async (account, message) => {
    const cwd = folder({ ...files, 'stackmend.config.json': config(account) });
    symlinkSync(path.join(folder({ 'figures.json': figures }), 'figures.json'), path.join(cwd, 'out.json'));
    const { code, stderr } = await cli(['check'], { cwd });
    expect(stderr).toContain(`stackmend: stackmend.config.json:${message}`);
    expect(code).toBe(2);
  });

  test('what is wrong in the file is told by its own place', async () => {
    const cwd = folder({
      'x.json': '{"version": 1, "accounts": []}',
      'stackmend.config.json': config({ name: 'x', file: 'x.json' }),
    });
    expect((await cli(['check'], { cwd })).stderr).toContain('stackmend: x.json:1:28: accounts: holds no account\n');
  });
});
