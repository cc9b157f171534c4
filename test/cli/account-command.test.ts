import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { cli, folder, put, read, template } from './support.js';

const settings = (limit: number, unreserved: number): string =>
  JSON.stringify({ AccountLimit: { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } });
const quotas = (value: number, region = 'eu-west-1', id = '111122223333'): string =>
  JSON.stringify({
    Quotas: [
      { QuotaCode: 'L-B99A9384', Value: value, QuotaArn: `arn:aws:servicequotas:${region}:${id}:lambda/L-B99A9384` },
    ],
  });
const held = (name: string, executions: number | null): string =>
  JSON.stringify({ FunctionName: name, ReservedConcurrentExecutions: executions });
const label = (name: string, region?: string, collected = '2026-11-26'): string =>
  JSON.stringify({ stackmend: { name, region, collected } });
const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

/** Stands in for the AWS CLI: notes how it was called, and answers as AWS would for an account with two functions. */
const aws = `#!/bin/sh
echo "$*" >> calls.txt
case "$1 $2" in
  "lambda get-account-settings") echo '${settings(1000, 850)}' ;;
  "service-quotas list-service-quotas") echo '${quotas(1000)}' ;;
  "lambda list-functions") printf 'orders\\tbilling\\n' ;;
  "lambda get-function-concurrency")
    case "$*" in
      *"--function-name orders"*) printf '{\\n    "FunctionName": "orders",\\n    "ReservedConcurrentExecutions": 150\\n}\\n' ;;
      *) printf '{\\n    "FunctionName": "billing",\\n    "ReservedConcurrentExecutions": null\\n}\\n' ;;
    esac ;;
  *) exit 1 ;;
esac
`;

describe('the commands that collect', () => {
  /** Every call of the AWS CLI in a script. */
  const callsIn = (script: string): string[] => [...script.matchAll(/\baws [a-z-]+ [a-z-]+/g)].map(([call]) => call);

  test.each([[[]], [['--profile', 'dev', '--profile', 'prod', '--region', 'eu-west-1', '--region', 'us-east-1']]])(
    'only read: %j',
    async (args) => {
      const { code, stdout, stderr } = await cli(['account', ...args]);
      const calls = callsIn(stdout);
      expect(calls.length).toBeGreaterThan(3);
      for (const call of calls) expect(call).toMatch(/^aws (?:lambda|service-quotas) (?:get|list)-[a-z-]+$/);
      expect(stdout.match(/\baws\b/g)).toHaveLength(calls.length);
      expect([code, stderr]).toEqual([0, '']);
    },
  );

  test('are written for every profile in every region', async () => {
    const args = ['--profile', 'dev', '--profile', "my prod's", '--region', 'eu-west-1', '--region', 'us-east-1'];
    const { stdout } = await cli(['account', ...args]);
    expect([...stdout.matchAll(/^\} > (.*)$/gm)].map(([, file]) => file)).toEqual([
      'account-dev-eu-west-1.json',
      'account-dev-us-east-1.json',
      'account-my_prod_s-eu-west-1.json',
      'account-my_prod_s-us-east-1.json',
    ]);
    expect(stdout).toContain(
      String.raw`aws lambda get-account-settings --profile 'my prod'\''s' --region us-east-1 --output json`,
    );
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>, string, readonly string[]]>([
    ['of the shell', [], {}, 'default', ['account.json']],
    ['of AWS_PROFILE', [], { AWS_PROFILE: 'stage' }, 'stage', ['account.json']],
    ['of a profile', ['--profile', "o'b $x"], {}, "o'b $x", ['account-o_b_x.json']],
    ['of a region', ['--profile', 'p', '--region', 'eu-west-1'], {}, 'p', ['account-p-eu-west-1.json']],
  ])('are a POSIX script whose outputs merge: %s', async (_name, args, env, name, files) => {
    const cwd = folder({ 'bin/aws': aws });
    chmodSync(path.join(cwd, 'bin/aws'), 0o755);
    const { stdout } = await cli(['account', ...args]);
    put(cwd, { 'collect.sh': stdout });
    const { AWS_PROFILE: _, ...outer } = process.env;
    const PATH = `${path.join(cwd, 'bin')}${path.delimiter}${process.env['PATH']}`;
    const ran = spawnSync('sh', ['-eu', 'collect.sh'], { cwd, encoding: 'utf8', env: { ...outer, ...env, PATH } });
    expect([ran.status, ran.stdout, ran.stderr]).toEqual([0, '', '']);
    for (const call of read(cwd, 'calls.txt').trim().split('\n')) expect(call).toMatch(/^[a-z-]+ (?:get|list)-/);
    const merged = await cli(['account', ...files], { cwd });
    expect(merged).toEqual({
      code: 0,
      stdout: `wrote stackmend.account.json\n  ${name} eu-west-1: limit 1000, 850 unreserved, 1 function with 150 reserved\nNext: stackmend check --account stackmend.account.json\n`,
      stderr: '',
    });
    const today = new Date().toISOString().slice(0, 10);
    expect(JSON.parse(read(cwd, 'stackmend.account.json'))).toMatchObject({
      accounts: [
        { name, region: 'eu-west-1', limit: 1000, unreserved: 850, reservations: { orders: 150 }, collected: today },
      ],
    });
    expect(stdout).toContain(`stackmend account ${files.join(' ')}\n`);
  });

  test.each<[readonly string[], string]>([
    [['--region', 'Ireland'], '"Ireland" is no region\nhint: such as eu-west-1\n'],
    [
      ['--name', 'x'],
      '--name needs files to merge\nhint: name what the printed commands wrote: stackmend account account.json\n',
    ],
    [['--with-account-id'], '--with-account-id needs files to merge\n'],
    [['--profile', 'x', 'a.json'], '--profile is for the commands that are printed, not for merging\n'],
    [
      ['--region', 'eu-west-1', '--region', 'us-east-1', 'a.json'],
      '--region names the region of the files, which is one\n',
    ],
  ])('%j', async (args, message) => {
    const { code, stderr } = await cli(['account', ...args]);
    expect(stderr).toContain(`stackmend: ${message}`);
    expect(code).toBe(2);
  });
});

const merge = async (files: Readonly<Record<string, string>>, ...args: readonly string[]) => {
  const { code, stdout, stderr } = await cli(['account', '--output', '-', ...args], { cwd: folder(files) });
  return {
    code,
    stderr,
    text: stdout,
    accounts: code === 0 ? (JSON.parse(stdout) as { accounts: unknown }).accounts : [],
  };
};

describe('merging', () => {
  const dev = lines(label('dev'), settings(10, 10), quotas(10, 'us-east-1'));
  const prod = lines(
    label('prod', 'eu-west-1'),
    settings(1000, 700),
    quotas(1000),
    held('b', 200),
    held('c', null),
    held('a', 100),
  );
  const both = [
    { name: 'dev', region: 'us-east-1', limit: 10, unreserved: 10, collected: '2026-11-26' },
    {
      name: 'prod',
      region: 'eu-west-1',
      limit: 1000,
      unreserved: 700,
      reservations: { a: 100, b: 200 },
      collected: '2026-11-26',
    },
  ];

  test('gives the same text whatever the order, and however the inputs are cut into files', async () => {
    const { text, accounts } = await merge({ 'a.json': dev, 'b.json': prod }, 'a.json', 'b.json');
    expect(accounts).toEqual(both);
    expect((await merge({ 'a.json': dev, 'b.json': prod }, 'b.json', 'a.json')).text).toBe(text);
    expect((await merge({ 'a.json': prod + dev }, 'a.json')).text).toBe(text);
    const pieces = prod.trim().split('\n');
    const mixed = lines(pieces[0] ?? '', ...pieces.slice(1).toReversed());
    expect((await merge({ 'a.json': dev, 'b.json': mixed }, 'a.json', 'b.json')).text).toBe(text);
    expect((await merge({ 'a.json': text }, 'a.json')).text).toBe(text);
    expect((await merge({ 'a.json': text, 'b.json': prod }, 'b.json', 'a.json')).text).toBe(text);
  });

  test('what it writes fits the published schema, and is read back', async () => {
    const schema = JSON.parse(
      readFileSync(path.join(import.meta.dirname, '../../schemas/account.schema.json'), 'utf8'),
    ) as object;
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const isValid = ajv.compile(schema);
    for (const args of [[], ['--with-account-id']]) {
      const { text } = await merge({ 'a.json': dev, 'b.json': prod }, 'a.json', 'b.json', ...args);
      expect(isValid(JSON.parse(text)), JSON.stringify(isValid.errors)).toBe(true);
      const cwd = folder({ 'account.json': text, 'a.yaml': template('fine') });
      expect(await cli(['check', '--account', 'account.json'], { cwd })).toMatchObject({ code: 0, stderr: '' });
    }
    expect(isValid({ version: 1, accounts: [{ name: 'x', region: 'eu-west-1', limit: 1, more: 1 }] })).toBe(false);
  });

  test('leaves account ids and ARNs out, unless they are asked for', async () => {
    const files = { 'a.json': dev, 'b.json': prod };
    const { text } = await merge(files, 'a.json', 'b.json');
    expect(text).not.toMatch(/\d{12}|arn:/);
    const { text: full, accounts } = await merge(files, 'a.json', 'b.json', '--with-account-id');
    expect(accounts).toMatchObject([{ accountId: '111122223333' }, { accountId: '111122223333' }]);
    expect(full).not.toContain('arn:');
    expect((await merge({ 'a.json': full }, 'a.json')).text).not.toMatch(/\d{12}/);
    const { stderr } = await merge(
      { 'a.json': lines(label('x', 'eu-west-1'), settings(1, 1)) },
      'a.json',
      '--with-account-id',
    );
    expect(stderr).toContain('no input tells the account id\n');
  });

  test('outputs without a label get their name and region from the options or from each other', async () => {
    const files = { 'a.json': settings(1000, 900), 'b.json': quotas(1000), 'c.json': lines(held('f', 100)) };
    const wanted = [{ name: 'prod', region: 'eu-west-1', limit: 1000, unreserved: 900, reservations: { f: 100 } }];
    expect((await merge(files, 'a.json', 'b.json', 'c.json', '--name', 'prod')).accounts).toEqual(wanted);
    expect((await merge(files, 'a.json', 'c.json', '--name', 'prod', '--region', 'eu-west-1')).accounts).toEqual(
      wanted,
    );
    expect(
      (await merge({ ...files, 'd.json': label('prod') }, 'd.json', 'c.json', 'b.json', 'a.json')).accounts,
    ).toMatchObject(wanted);
    expect((await merge(files, 'a.json', '--name', 'prod')).stderr).toBe(
      'stackmend: a.json does not tell the region\nhint: name it with --region\n',
    );
    expect((await merge(files, 'b.json')).stderr).toBe(
      'stackmend: b.json does not tell the name of the account\nhint: give it one with --name\n',
    );
    expect((await merge(files, 'b.json', '--name', 'x', '--region', 'us-east-1')).stderr).toBe(
      'stackmend: b.json is of eu-west-1, not of us-east-1\nhint: leave --region away\n',
    );
  });

  test('--name gives one account another name', async () => {
    expect((await merge({ 'a.json': dev }, 'a.json', '--name', 'test')).accounts).toMatchObject([{ name: 'test' }]);
    expect((await merge({ 'a.json': dev, 'b.json': prod }, 'a.json', 'b.json', '--name', 'test')).stderr).toContain(
      '--name names one account, and the inputs are of dev and prod\n',
    );
  });

  test('newer outputs bring a file of ours up to date, and leave what AWS does not print', async () => {
    const kept = { name: 'prod', region: 'us-east-1', limit: 50 };
    const old = { name: 'prod', region: 'eu-west-1', limit: 500, minimumUnreserved: 50, reservations: { gone: 1 } };
    const file = JSON.stringify({ version: 1, accounts: [kept, old] });
    const { accounts } = await merge({ 'a.json': file, 'b.json': prod }, 'b.json', 'a.json');
    expect(accounts).toEqual([{ ...both[1], minimumUnreserved: 50 }, kept]);
    const lowered = lines(label('prod', 'eu-west-1'), settings(10, 10));
    expect((await merge({ 'a.json': file, 'b.json': lowered }, 'a.json', 'b.json')).accounts).toEqual([
      { name: 'prod', region: 'eu-west-1', limit: 10, unreserved: 10, collected: '2026-11-26' },
      kept,
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'two limits',
      {
        'a.json': lines(label('x', 'eu-west-1'), settings(10, 10)),
        'b.json': lines(label('x', 'eu-west-1'), settings(20, 20)),
      },
      'there are two limits: 10 (a.json, get-account-settings) and 20 (b.json, get-account-settings)\n',
    ],
    [
      'a limit and another quota',
      {
        'a.json': lines(label('x', 'eu-west-1'), settings(10, 10)),
        'b.json': lines(label('x', 'eu-west-1'), quotas(20)),
      },
      'there are two limits: 10 (a.json, get-account-settings) and 20 (b.json, the quota)\n',
    ],
    [
      'two figures of what is unreserved',
      {
        'a.json': lines(label('x', 'eu-west-1'), settings(10, 10)),
        'b.json': lines(label('x', 'eu-west-1'), settings(10, 9)),
      },
      'there are two figures of what is unreserved: 10 (a.json) and 9 (b.json)\n',
    ],
    [
      'two files of ours',
      {
        'a.json': JSON.stringify({ version: 1, accounts: [{ name: 'x', region: 'eu-west-1', limit: 1 }] }),
        'b.json': JSON.stringify({ version: 1, accounts: [{ name: 'x', region: 'eu-west-1', limit: 2 }] }),
      },
      'a.json and b.json say different things of x eu-west-1\n',
    ],
    [
      'more than the limit',
      { 'a.json': settings(10, 20), 'b.json': '{}' },
      'a.json:1:77: AccountLimit.UnreservedConcurrentExecutions: is larger than ConcurrentExecutions\n',
    ],
    [
      'no limit',
      { 'a.json': lines(label('x', 'eu-west-1'), held('f', 1)), 'b.json': lines(held('g', 1)) },
      'a.json and b.json: the limit of the account is missing\n',
    ],
  ])('refuses what contradicts itself: %s', async (_name, files, message) => {
    const { code, stderr } = await merge(files, ...Object.keys(files));
    expect(stderr).toContain(`stackmend: ${message}`);
    expect(code).toBe(2);
  });

  test('reads standard input', async () => {
    const { stdout } = await cli(['account', '-', '-o', '-'], { stdin: dev });
    expect(JSON.parse(stdout)).toMatchObject({ accounts: [both[0]] });
  });
});

describe('writing', () => {
  const one = lines(label('dev', 'us-east-1'), settings(10, 10));
  const other = lines(label('prod', 'eu-west-1'), settings(1000, 1000));
  const run = (cwd: string, ...args: readonly string[]) => cli(['account', ...args], { cwd });

  test('goes over a file of its own that loses no account', async () => {
    const cwd = folder({ 'one.json': one, 'other.json': other });
    expect((await run(cwd, 'one.json')).code).toBe(0);
    expect((await run(cwd, 'one.json', 'other.json')).stdout).toBe(
      'wrote stackmend.account.json\n  dev us-east-1: limit 10, 10 unreserved, reservations of functions unknown\n  prod eu-west-1: limit 1000, 1000 unreserved, reservations of functions unknown\nNext: stackmend check --account stackmend.account.json\n',
    );
    const before = read(cwd, 'stackmend.account.json');
    expect(await run(cwd, 'one.json')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'stackmend: stackmend.account.json holds prod eu-west-1 too, which would be lost\nhint: name it among the files to keep what it holds, or overwrite it with --force\n',
    });
    expect(read(cwd, 'stackmend.account.json')).toBe(before);
    expect((await run(cwd, 'one.json', 'stackmend.account.json', '--quiet')).stdout).toBe('');
    expect(read(cwd, 'stackmend.account.json')).toBe(before);
    expect((await run(cwd, 'one.json', '--force')).code).toBe(0);
    expect(read(cwd, 'stackmend.account.json')).not.toContain('prod');
  });

  test.each(['{}', 'not JSON', '{"version": 2, "accounts": []}', settings(10, 10)])(
    'never over %j without --force',
    async (text) => {
      const cwd = folder({ 'one.json': one, 'mine.json': text });
      expect(await run(cwd, 'one.json', '-o', 'mine.json')).toMatchObject({
        code: 2,
        stderr:
          'stackmend: mine.json is there already, and holds no figures of stackmend\nhint: name another with --output, or overwrite it with --force\n',
      });
      expect(read(cwd, 'mine.json')).toBe(text);
      expect((await run(cwd, 'one.json', '-o', 'mine.json', '--force')).code).toBe(0);
    },
  );

  test('says what keeps it from writing', async () => {
    const cwd = folder({ 'one.json': one });
    expect((await run(cwd, 'one.json', '-o', 'no/such/file.json')).stderr).toBe(
      'stackmend: no/such/file.json cannot be written: there is no such file or directory\n',
    );
  });

  test('shows hostile names escaped', async () => {
    const cwd = folder({ 'one.json': lines(label('dev\u001B[2J', 'us-east-1'), settings(10, 10)) });
    const { stdout } = await run(cwd, 'one.json');
    expect(stdout).toContain('  dev\\x1b[2J us-east-1: ');
  });
});
