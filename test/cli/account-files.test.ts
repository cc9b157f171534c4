import { describe, expect, test } from 'vitest';
import { cli, folder, template } from './support.js';

/** What the rules are told of accounts, by one file; as bytes it is written as it is. */
async function told(content: string): Promise<unknown> {
  const cwd = folder({ 'a.yaml': template('show-figures'), 'account.json': content });
  const { stdout, stderr } = await cli(['check', '--format', 'json', '--account', 'account.json', 'a.yaml'], { cwd });
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as { files: [{ findings: [{ message: string }] }] };
  return (JSON.parse(report.files[0].findings[0].message) as { accounts: unknown }).accounts;
}

const settings = (limit: number, unreserved?: number): object => ({
  AccountLimit: { TotalCodeSize: 1, ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved },
  AccountUsage: { TotalCodeSize: 0, FunctionCount: 0 },
});

const quota = (value: unknown, more: object = {}): object => ({
  ServiceCode: 'lambda',
  ServiceName: 'AWS Lambda',
  QuotaArn: 'arn:aws:servicequotas:eu-west-1:111122223333:lambda/L-B99A9384',
  QuotaCode: 'L-B99A9384',
  QuotaName: 'Concurrent executions',
  Value: value,
  Unit: 'None',
  Adjustable: true,
  GlobalQuota: false,
  ...more,
});
const otherQuota = { QuotaCode: 'L-2ACBD22F', QuotaName: 'Function and layer storage', Value: 75.5 };
const held = (name: string, executions: number | null): object => ({
  FunctionName: name,
  ReservedConcurrentExecutions: executions,
});
const own = (...accounts: readonly object[]): object => ({ version: 1, accounts });
const prod = { name: 'prod', region: 'eu-west-1', limit: 1000 };
const source = 'account.json';

describe('a file with figures is known by its content', () => {
  test.each<[string, readonly object[], readonly object[]]>([
    ['get-account-settings', [settings(1000, 900)], [{ limit: 1000, unreserved: 900, source }]],
    ['list-service-quotas', [{ Quotas: [otherQuota, quota(50)] }], [{ limit: 50, unreserved: 50, source }]],
    ['get-service-quota', [{ Quota: quota(50) }], [{ limit: 50, unreserved: 50, source }]],
    [
      'all of them, and reservations by function',
      [settings(1000, 800), { Quotas: [quota(1000)] }, held('a', 150), held('b', null), held('c', 50)],
      [{ limit: 1000, unreserved: 800, reservations: { a: 150, c: 50 }, source }],
    ],
    [
      'a list of outputs',
      [[settings(1000, 850), held('a', 150)]],
      [{ limit: 1000, unreserved: 850, reservations: { a: 150 }, source }],
    ],
    [
      'quota and reservations, from which follows what is unreserved',
      [{ Quota: quota(100) }, held('a', 30)],
      [{ limit: 100, unreserved: 70, reservations: { a: 30 }, source }],
    ],
    [
      'what follows labels, by name and region',
      [
        { stackmend: { name: 'dev', collected: '2026-11-26' } },
        settings(10),
        { stackmend: { name: 'prod', region: 'us-east-1' } },
        settings(1000, 900),
      ],
      [
        { name: 'dev', limit: 10, unreserved: 10, source },
        { name: 'prod us-east-1', limit: 1000, unreserved: 900, source },
      ],
    ],
    [
      'a file of ours',
      [
        own(
          { ...prod, unreserved: 400, minimumUnreserved: 50, reservations: { a: 600 } },
          { ...prod, region: 'us-gov-west-1' },
        ),
      ],
      [
        {
          name: 'prod eu-west-1',
          limit: 1000,
          unreserved: 400,
          minimumUnreserved: 50,
          reservations: { a: 600 },
          source,
        },
        { name: 'prod us-gov-west-1', limit: 1000, unreserved: 1000, source },
      ],
    ],
  ])('%s', async (_name, values, accounts) => {
    for (const separator of ['\n', '']) {
      expect(await told(values.map((value) => JSON.stringify(value)).join(separator))).toEqual(accounts);
      expect(await told(values.map((value) => JSON.stringify(value, undefined, 4)).join(separator))).toEqual(accounts);
    }
  });

  test('with a byte order mark', async () => {
    expect(await told(`\uFEFF${JSON.stringify(settings(10))}`)).toEqual([{ limit: 10, unreserved: 10, source }]);
  });

  test.each(['utf-16le', 'utf-16be'] as const)('in %s, as PowerShell writes it', async (encoding) => {
    const { decoded } = await import('../../cli/account/input.js');
    const bytes = Buffer.from(`\uFEFF${JSON.stringify(settings(10))}`, 'utf16le');
    expect(decoded(encoding === 'utf-16le' ? bytes : bytes.swap16())).toBe(JSON.stringify(settings(10)));
  });
});

const make = (command: string): string => `hint: make it with: ${command} --output json > account.json\n`;
const makeSettings = make('aws lambda get-account-settings');
const makeQuotas = make('aws service-quotas list-service-quotas --service-code lambda');
const makeQuota = make('aws service-quotas get-service-quota --service-code lambda --quota-code L-B99A9384');
const makeOurs =
  'hint: make it with the commands that "stackmend account" prints; schemas/account.schema.json tells the keys\n';
const see = 'hint: see "stackmend account" for the commands\n';

describe('a wrong file is one line with its name, the key and the command that makes it', () => {
  test.each<[string, string, string]>([
    ['', ': is empty; expected JSON as "aws lambda get-account-settings" prints it', makeSettings],
    [' \n', ': is empty; ', makeSettings],
    ['AccountLimit:\n  ConcurrentExecutions: 10\n', ': is the output of --output yaml; ', makeSettings],
    ['ACCOUNTLIMIT\t262144000\t52428800\t1000\n', ': is the output of --output text; ', makeSettings],
    ['----------\n|  GetAccountSettings  |\n', ': is the output of --output table; ', makeSettings],
    [
      '\nAn error occurred (AccessDeniedException) when calling the GetAccountSettings operation: no\n',
      ': holds an error of the AWS CLI; ',
      makeSettings,
    ],
    ['hello', ': is no JSON; ', makeSettings],
    ['[]', ': tells nothing\n', makeSettings],
    ['{}', ':1:1: is neither the JSON of "aws lambda get-account-settings", that of "aws service-quotas ', see],
    ['[1]', ':1:1: is neither ', see],
    ['{"AccountLimit": {}}', ':1:18: AccountLimit.ConcurrentExecutions: is missing, expected number\n', makeSettings],
    [
      '{\n  "AccountLimit": {\n    "ConcurrentExecutions": "10"}}',
      ':3:29: AccountLimit.ConcurrentExecutions: expected number, received string\n',
      makeSettings,
    ],
    [
      JSON.stringify(settings(10, 20)),
      ':1:95: AccountLimit.UnreservedConcurrentExecutions: is larger than ConcurrentExecutions\n',
      makeSettings,
    ],
    ['{"Quotas": []}', ':1:12: Quotas: holds no L-B99A9384 (Concurrent executions)\n', makeQuotas],
    [
      JSON.stringify({ Quotas: [otherQuota], NextToken: 'x' }),
      ':1:11: Quotas: holds no L-B99A9384 (Concurrent executions), and it is only a part of the list\n',
      makeQuotas,
    ],
    [
      '{"Quotas": [{"QuotaCode": "L-B99A9384", "Value": 10.5}]}',
      ':1:50: Quotas.0.Value: expected a whole number\n',
      makeQuotas,
    ],
    ['{"Quotas": [{"QuotaCode": "L-B99A9384"}]}', ':1:13: Quotas.0.Value: expected a whole number\n', makeQuotas],
    [
      '{"Quota": {"QuotaCode": "L-2ACBD22F", "Value": 75}}',
      ':1:25: Quota.QuotaCode: is not L-B99A9384 (Concurrent executions)\n',
      makeQuota,
    ],
    [
      '{"ReservedConcurrentExecutions": 100}',
      ':1:1: the output of get-function-concurrency does not say which function it is about; ',
      see,
    ],
    [
      '{"Functions": [{"FunctionName": "a"}]}',
      ':1:1: the output of list-functions does not tell what the functions have reserved\n',
      see,
    ],
    ['{"AccountLimit": {"ConcurrentExecutions": 10}', ':1:46: cannot be read: Close brace expected\n', makeSettings],
    ['{"AccountLimit": {"ConcurrentExecutions": 10,}}', ':1:1: is no JSON\n', makeSettings],
    ['{"AccountLimit": {"ConcurrentExecutions": 10}}\nhello', ':2:1: what stands here is no JSON\n', makeSettings],
    [
      '{"AccountLimit": {"ConcurrentExecutions": 10}}\nAn error occurred (AccessDeniedException) when calling the ListServiceQuotas operation: no\n',
      ':2:1: what stands here holds an error of the AWS CLI\n',
      makeSettings,
    ],
    [
      '{"AccountLimit": {"ConcurrentExecutions": 10}}\n{"FunctionName": "a b", "ReservedConcurrentExecutions": 1}',
      ':2:18: FunctionName: expected the name of a function\n',
      'hint: make it with the commands that "stackmend account" prints\n',
    ],
    ['{"version": 1, "accounts": []}', ':1:28: accounts: holds no account\n', makeOurs],
    [
      '{"version": 2, "accounts": []}',
      ':1:13: version: 2 is newer than the 1 that is known here\n',
      'hint: use a newer stackmend\n',
    ],
    ['{"accounts": [{"name": "a", "region": "eu-west-1", "limit": 1}]}', ':1:1: version: expected 1\n', makeOurs],
    [
      '{"version": 1, "accounts": [{"name": "a", "region": "eu-west-1", "limit": "1"}]}',
      ':1:75: accounts.0.limit: expected number, received string\n',
      makeOurs,
    ],
    [
      '{"version": 1, "accounts": [{"name": "a", "region": "eu-west-1", "limit": 1, "unreservd": 1}]}',
      ':1:78: unknown key "unreservd"; did you mean "unreserved"?\n',
      makeOurs,
    ],
    [
      '{"version": 1, "version": 1, "accounts": []}',
      ':1:16: cannot be read: the key "version" stands twice\n',
      makeOurs,
    ],
    [JSON.stringify(own(prod, prod)), ':1:84: accounts.1.name: prod eu-west-1 stands twice\n', makeOurs],
    [
      JSON.stringify(own({ ...prod, region: 'Ireland' })),
      ':1:50: accounts.0.region: expected a region, such as eu-west-1\n',
      makeOurs,
    ],
    [
      JSON.stringify(own({ ...prod, unreserved: 1001 })),
      ':1:88: accounts.0.unreserved: is larger than the limit of the account\n',
      makeOurs,
    ],
    [
      JSON.stringify(own({ ...prod, minimumUnreserved: 1001 })),
      ':1:95: accounts.0.minimumUnreserved: is larger than the limit of the account\n',
      makeOurs,
    ],
    [
      JSON.stringify(own({ ...prod, unreserved: 900, reservations: { a: 60, b: 41 } })),
      ':1:107: accounts.0.reservations: come to 101 together, more than the 100 that 1000 less 900 unreserved leave\n',
      makeOurs,
    ],
    [
      JSON.stringify(own({ ...prod, reservations: { a: 1001 } })),
      ':1:90: accounts.0.reservations: come to 1001 together, more than the limit of 1000\n',
      makeOurs,
    ],
    [
      JSON.stringify(own({ ...prod, collected: '26.11.2026' })),
      ':1:87: accounts.0.collected: expected a date, YYYY-MM-DD\n',
      makeOurs,
    ],
  ])('%s', async (text, message, hint) => {
    const cwd = folder({ 'a.yaml': template('fine'), 'account.json': text });
    const { code, stderr } = await cli(['check', '--account', 'account.json'], { cwd });
    expect(stderr).toContain(`stackmend: account.json${message}`);
    expect(stderr.endsWith(hint), stderr).toBe(true);
    expect(stderr.split('\n')).toHaveLength(3);
    expect(code).toBe(2);
  });

  test.each<[string, readonly object[], string]>([
    [
      'two limits',
      [settings(10), { Quota: quota(1000) }],
      'there are two limits: 10 (account.json, get-account-settings) and 1000 (account.json, the quota)',
    ],
    [
      'two figures of one function',
      [settings(100), held('a', 1), held('a', 2)],
      'there are two reservations of a: 1 (account.json) and 2 (account.json)',
    ],
    [
      'two regions',
      [{ stackmend: { region: 'us-east-1' } }, { Quota: quota(10) }],
      'there are two regions: us-east-1 (account.json) and eu-west-1 (account.json)',
    ],
    [
      'more reserved than there is',
      [settings(100, 90), held('a', 11)],
      'account.json: the reservations come to 11 together, more than the 10 that 100 less 90 unreserved leave',
    ],
    ['no limit', [held('a', 11)], 'account.json: the limit of the account is missing'],
  ])('%s', async (_name, values, message) => {
    const cwd = folder({ 'account.json': values.map((value) => JSON.stringify(value)).join('\n') });
    const { code, stderr } = await cli(['check', '--account', 'account.json'], { cwd });
    expect(stderr).toContain(`stackmend: ${message}\n`);
    expect(code).toBe(2);
  });

  test('two accounts are told without their ids', async () => {
    const other = quota(10, { QuotaArn: 'arn:aws:servicequotas:eu-west-1:999999999999:lambda/L-B99A9384' });
    const cwd = folder({
      'account.json': `${JSON.stringify({ Quota: quota(10) })}\n${JSON.stringify({ Quota: other })}`,
    });
    const { stderr } = await cli(['check', '--account', 'account.json'], { cwd });
    expect(stderr).toContain('there are two accounts: account.json and account.json\n');
    expect(stderr).not.toMatch(/\d{12}/);
  });

  test('ten thousand functions cost no more than their size', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => JSON.stringify(held(`f${index}`, index % 2)));
    const started = performance.now();
    const [figures] = (await told([JSON.stringify(settings(10_000, 5000)), ...lines].join('\n'))) as [
      { reservations: object },
    ];
    expect(Object.keys(figures.reservations)).toHaveLength(10_000);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
