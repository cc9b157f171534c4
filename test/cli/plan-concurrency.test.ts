import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../rules/catalog.js';
import { type Ran, cli, folder } from './support.js';

const rule = ['--rule', 'lambda-reserved-concurrency'] as const;

/** A template with functions that reserve what they are given; a text is the value as it is written. */
function functions(reserved: Readonly<Record<string, number | string>>, more = ''): string {
  const resources = Object.entries(reserved).map(
    ([id, figure]) => `  ${id}:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: ${id.toLowerCase()}
      ReservedConcurrentExecutions: ${figure}
`,
  );
  return `AWSTemplateFormatVersion: "2010-09-09"\n${more}Resources:\n${resources.join('')}`;
}

function run(args: readonly string[], files: Readonly<Record<string, string>>): Promise<Ran> {
  return cli(['check', '--plan-concurrency', ...args], { cwd: folder(files), host: { catalog: async () => catalog } });
}

/** The lines of the table, from its title on. */
function table(stdout: string): string[] {
  const lines = stdout.split('\n');
  const start = lines.findIndex((line) => line.includes(': reserved concurrency of '));
  return lines.slice(start, lines.indexOf('', start));
}

const webhooks = functions({ ProcessWebhook: 100, CheckAlerts: 50, SendReceipt: 50, Cleanup: 5, Off: 0, Lock: 1 });

describe('the table', () => {
  test('says of each function what it asks for, what it gets, and why', async () => {
    const config = {
      accounts: [{ name: 'dev', limit: 1000, unreserved: 120, reservations: { checkalerts: 30, other: 500 } }],
      rules: {
        'lambda-reserved-concurrency': {
          caps: { Cleanup: 2 },
          load: { 'Send*': { requestsPerSecond: 10, averageMilliseconds: 1000 } },
          headroom: 4,
        },
      },
    };
    const { stdout, code } = await run([...rule, 'a.yaml'], {
      'a.yaml': webhooks,
      'stackmend.config.json': JSON.stringify(config),
    });
    expect(table(stdout)).toEqual([
      'a.yaml: reserved concurrency of 6 functions, in executions',
      '    function        requested  current  floor  proposed  why',
      '    ProcessWebhook        100        -      2        14  its share of 46 (max-min)',
      '    CheckAlerts            50       30      2        14  its share of 46 (max-min)',
      '    SendReceipt            50        -      2        15  its load needs 15: 10 requests a second x 1 s x 1.5 headroom = 15',
      '    Cleanup                 5        -      2         2  the configuration allows 2',
      '    Off                     0        -      0         0  switched off on purpose, costs nothing',
      '    Lock                    1        -      1         1  one at a time on purpose',
      '    sum                   206                        46',
      '    budget 46 = 120 unreserved + 30 that these functions hold already - 100 that must stay unreserved - 4 headroom of the configuration (dev in stackmend.config.json, quota 1000)',
    ]);
    expect(code).toBe(1);
  });

  test('needs no findings, and says where the figures are only assumed', async () => {
    const { stdout, code } = await run(['a.yaml', ...rule, '--quiet'], { 'a.yaml': functions({ Off: 0, Lock: 1 }) });
    expect(stdout).toMatch(/^a\.yaml: reserved concurrency of 2 functions/);
    expect(stdout).toContain('budget 900 = 1000 unreserved - 100 that must stay unreserved (assumed');
    expect(stdout).toContain('The account is not known: this is what one with the default quota of 1000 could hold');
    expect(code).toBe(0);
  });

  test('says when nothing fits, and that what a load needs is not there', async () => {
    const config = {
      rules: {
        'lambda-reserved-concurrency': { load: { A: { requestsPerHour: 3_600_000, averageMilliseconds: 50 } } },
      },
    };
    const files = { 'a.yaml': functions({ A: 20 }), 'stackmend.config.json': JSON.stringify(config) };
    const removed = await run([...rule, '--account-limit', '10', 'a.yaml'], files);
    expect(table(removed.stdout).slice(2, -1)).toEqual([
      '    A                20        -      2      none  the floors of all do not fit into 0',
      '    sum              20                         0',
    ]);
    const cut = await run([...rule, '--account-limit', '115', 'a.yaml'], files);
    expect(table(cut.stdout)[2]).toBe(
      '    A                20        -      2        15  its share of 15 (max-min); its load needs 150: 3600000 requests an hour (1000 a second) x 0.1 s (one environment takes 10 requests a second) x 1.5 headroom = 150',
    );
  });

  test('keeps open figures out of the sums, and marks defaults', async () => {
    const parameters = 'Parameters:\n  Given:\n    Type: Number\n  Usual:\n    Type: Number\n    Default: 7\n';
    const text = functions({ Open: '!Ref Given', Default: '!Ref Usual', Cut: 90 }, parameters);
    const { stdout } = await run([...rule, '--account-limit', '120', 'a.yaml'], { 'a.yaml': text });
    expect(table(stdout).slice(2, 6)).toEqual([
      '    Default           7        -      2         7  fits; only a default, so deployments may differ',
      '    Cut              90        -      2        13  its share of 20 (max-min)',
      '    Open              ?        -      0         ?  not in the sums: the parameter Given has no default',
      '    sum              97                        20',
    ]);
  });

  test('one for all templates that are deployed together, with what is elsewhere named', async () => {
    const parent = `${functions({ Parent: 10 })}  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./nested.yaml
`;
    const { stdout } = await run([...rule, '--account-limit', '115'], {
      'a.yaml': parent,
      'nested.yaml': functions({ Child: 10 }),
    });
    expect(stdout.match(/: reserved concurrency of/g)).toHaveLength(1);
    expect(table(stdout).slice(2, 5)).toEqual([
      '    Parent                      10        -      2         8  its share of 15 (max-min)',
      '    Child (nested.yaml)         10        -      2         7  its share of 15 (max-min)',
      '    sum                         20                        15',
    ]);
  });

  test('counts what conditions let exist together', async () => {
    const text = functions(
      { Prod: '!If [IsProd, 40, !Ref AWS::NoValue]', Dev: '!If [IsProd, !Ref AWS::NoValue, 30]' },
      [
        'Parameters:\n  Stage:\n    Type: String\n    Default: dev\n',
        'Conditions:\n  IsProd: !Equals [!Ref Stage, prod]\n',
      ].join(''),
    );
    const { stdout } = await run([...rule, '--account-limit', '140', 'a.yaml'], { 'a.yaml': text });
    expect(table(stdout)).toContain(
      '    sum              40                        40  the most that the conditions let exist together',
    );
  });

  test('of several accounts the tightest decides, and the others are told', async () => {
    const accounts = [
      { name: 'prod', limit: 1000 },
      { name: 'dev', limit: 120 },
    ];
    const { stdout } = await run([...rule, 'a.yaml'], {
      'a.yaml': functions({ A: 30 }),
      'stackmend.config.json': JSON.stringify({ accounts }),
    });
    expect(table(stdout).slice(2)).toEqual([
      '    A                30        -      2        20  its share of 20 (max-min)',
      '    sum              30                        20',
      '    budget 20 = 120 unreserved - 100 that must stay unreserved (dev in stackmend.config.json, quota 120)',
      '    the tightest account decides; others could give 900 (prod in stackmend.config.json)',
    ]);
  });

  test('names of a template cannot reach the terminal', async () => {
    const text = functions({ Fine: 3 }).replace('Fine:', '"Fi\\u001b[31mne":');
    const { stdout } = await run([...rule, 'a.yaml'], { 'a.yaml': text });
    expect(stdout).toContain('Fi\\x1b[31mne');
    expect(stdout).not.toContain('\u001B');
  });

  test('of a program', async () => {
    const program = `import * as aws from '@pulumi/aws';

const sizes = { small: 20 };
export const small = new aws.lambda.Function('small', { role: 'r', reservedConcurrentExecutions: sizes.small });
for (const name of ['a', 'b']) new aws.lambda.Function(name, { role: 'r', reservedConcurrentExecutions: 30 });
`;
    const { stdout } = await run([...rule, '--account-limit', '130', 'index.ts'], { 'index.ts': program });
    const lines = table(stdout);
    expect(lines[0]).toBe('index.ts: reserved concurrency of 2 functions, in executions');
    expect(lines[2]).toMatch(/^ {4}small +20 +- +2 +15 {2}its share of 30 \(max-min\)$/);
    expect(lines[3]).toMatch(/ 30 +- +2 +15 {2}its share of 30 \(max-min\); no fix: .* is created in a loop/);
  });

  test('is not there where nothing is reserved, nor without the flag', async () => {
    const files = { 'a.yaml': functions({}).replace('Resources:\n', 'Resources:\n  B:\n    Type: AWS::S3::Bucket\n') };
    expect((await run([], files)).stdout).toContain('No function reserves concurrency.\n');
    const plain = await cli(['check', 'a.yaml'], {
      cwd: folder({ 'a.yaml': webhooks }),
      host: { catalog: async () => catalog },
    });
    expect(plain.stdout).not.toContain('proposed');
  });
});

test('JSON tells the same, by the published schema', async () => {
  const { stdout } = await run([...rule, '--account-limit', '137', '--format', 'json', 'a.yaml'], {
    'a.yaml': functions({ Big: 100, Open: '!Ref Given' }, 'Parameters:\n  Given:\n    Type: Number\n'),
  });
  const report = JSON.parse(stdout) as { files: readonly { concurrency?: unknown }[] };
  const schema = JSON.parse(
    readFileSync(new URL('../../schemas/report.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv2020({ strict: false }).compile(schema);
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  expect(report.files[0]?.concurrency).toEqual({
    account: {
      source: '--account-limit',
      isAssumed: false,
      limit: 137,
      unreserved: 137,
      held: 0,
      minimumUnreserved: 100,
      headroom: 0,
      budget: 37,
      others: [],
    },
    share: 'max-min',
    functions: [
      {
        file: 'a.yaml',
        function: 'Big',
        requested: 100,
        current: null,
        floor: 2,
        proposed: 37,
        reason: 'share',
        why: 'its share of 37 (max-min)',
      },
      {
        file: 'a.yaml',
        function: 'Open',
        requested: null,
        current: null,
        floor: 0,
        proposed: null,
        reason: 'open',
        why: 'not in the sums: the parameter Given has no default',
      },
    ],
    requested: 100,
    proposed: 37,
  });
});

test('a run of other rules has no plan to show', async () => {
  const { stderr, code } = await run(['--rule', 'lambda-dlq-permission'], { 'a.yaml': webhooks });
  expect(stderr).toContain('--plan-concurrency needs the rule lambda-reserved-concurrency');
  expect(code).toBe(2);
});

test('the page on concurrency shows what is printed', async () => {
  const page = readFileSync(new URL('../../docs/concurrency.md', import.meta.url), 'utf8');
  const first = (language: string): string =>
    new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
  const { stdout } = await run([...rule, 'template.yaml'], {
    'template.yaml': first('yaml'),
    'stackmend.config.json': first('json'),
  });
  expect(`${table(stdout).join('\n')}\n`).toBe(first('text'));
});
