import { describe, expect, test } from 'vitest';
import { type AccountFigures, type Finding, check, fix } from '../../index.js';

const fn = (id: string, reserved: number, more = ''): string =>
  `  ${id}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: nodejs22.x\n      Handler: a.b\n${more}      ReservedConcurrentExecutions: ${reserved}\n`;
const template = (...functions: readonly string[]): string => `Resources:\n${functions.join('')}`;
const named = (name: string): string => `      FunctionName: ${name}\n`;

const account = (limit: number, figures: Partial<AccountFigures> = {}): AccountFigures => ({
  limit,
  unreserved: limit,
  source: 'account.json',
  ...figures,
});

const rule = ['lambda-reserved-concurrency'];

async function findings(
  text: string,
  accounts: readonly AccountFigures[],
  path = 'template.yaml',
): Promise<readonly Finding[]> {
  const { reports, problems } = await check({ texts: [{ path, text }], accounts, rules: rule });
  expect(problems).toEqual([]);
  return reports.flatMap((report) => report.findings);
}

describe('of several accounts the tightest decides', () => {
  const text = template(fn('A', 100));
  const dev = account(1000, { name: 'dev', source: 'stackmend.config.json' });
  const prod = account(137, { name: 'prod eu-west-1', source: 'stackmend.account.json' });

  test.each([
    ['the tightest last', [dev, prod]],
    ['the tightest first', [prod, dev]],
  ])('%s', async (_name, accounts) => {
    const found = await findings(text, accounts);
    expect(found.map(({ message, certainty }) => [message, certainty])).toEqual([
      [
        'A reserves 100 executions; the unit asks for 100, and prod eu-west-1 can give 37 (stackmend.account.json); dev 900',
        'proven',
      ],
    ]);
    const { reports } = await fix({ texts: [{ path: 'a.yaml', text }], accounts, rules: rule, accept: 'review' });
    expect(reports[0]?.after).toBe(template(fn('A', 37)));
  });

  test('nothing is found where every one of them holds it', async () => {
    expect(await findings(text, [dev, account(200)])).toEqual([]);
  });

  test('what the function holds in one account makes that one the wider', async () => {
    const holder = account(1000, { name: 'prod', unreserved: 120, reservations: { A: 880 } });
    const [found] = await findings(template(fn('A', 901)), [holder, account(950, { name: 'dev' })]);
    expect(found?.message).toContain('dev can give 850 (account.json); prod 900');
  });

  test('a message names three others at most, the tightest first', async () => {
    const accounts = [500, 400, 300, 200, 110].map((limit) => account(limit, { name: `a${limit}` }));
    const [found] = await findings(text, accounts);
    expect(found?.message).toContain('a110 can give 10 (account.json); a200 100, a300 200, a400 300 and 1 more');
  });

  test('one that is there twice counts once', async () => {
    const [found] = await findings(text, [prod, dev, { ...prod }]);
    expect(found?.message).toMatch(/; dev 900$/);
  });

  test('accounts without a name are told by their files', async () => {
    const [found] = await findings(text, [account(110), account(1000, { source: 'dev.json' })]);
    expect(found?.message).toContain('the account can give 10 (account.json); dev.json 900');
  });
});

describe('what must stay unreserved', () => {
  test.each<[string, AccountFigures, number]>([
    ['100 of a usual account', account(120), 20],
    ['the whole limit of a new account', account(10), 0],
    ['the whole limit at 100', account(100), 0],
    ['what the error text said', account(120, { minimumUnreserved: 50 }), 70],
    ['nothing, where the error said so', account(120, { minimumUnreserved: 0 }), 120],
  ])('%s', async (_name, figures, budget) => {
    const [found] = await findings(template(fn('A', 500)), [figures]);
    expect(found?.message).toContain(`the account can give ${budget} (account.json)`);
  });
});

describe('what the functions hold already is given back', () => {
  const budgetOf = async (text: string, reservations: Readonly<Record<string, number>>, path?: string) => {
    const sum = Object.values(reservations).reduce((total, each) => total + each, 0);
    const [found] = await findings(text, [account(1000, { unreserved: 1000 - sum, reservations })], path);
    return Number(/can give (\d+)/.exec(found?.message ?? '')?.[1]);
  };

  test.each<[string, string, Record<string, number>, number]>([
    ['by the literal name', named('orders'), { orders: 300, other: 200 }, 700],
    ['by a name that is put together', named('!Sub "${Stage}-orders"'), { 'dev-orders': 300, orders: 200 }, 700],
    ['of several that fit the largest', named('!Sub "${Stage}-orders"'), { 'a-orders': 100, 'b-orders': 200 }, 800],
    ['never by a name that is all open', named('!Ref Name'), { orders: 300 }, 600],
    ['by the name that CloudFormation made', '', { 'shop-A-IWaQgsTEtLtX': 300, 'shop-AA-IWaQgsTEtLtX': 100 }, 800],
    ['by the logical id, where a person wrote that down', '', { A: 300, 'shop-A-IWaQgsTEtLtX': 100 }, 800],
    ['not to a function of another name', named('orders'), { 'orders-2': 300 }, 600],
    ['not to what only ends alike', '', { 'shop-A-worker': 300, 'A-IWaQgsTEtLtX': 10 }, 590],
    ['a dot in a name is a dot', named('!Sub "a.${Stage}"'), { abc: 300 }, 600],
  ])('%s', async (_name, property, reservations, budget) => {
    expect(await budgetOf(template(fn('A', 999, property)), reservations)).toBe(budget);
  });

  test('each function its own, each once', async () => {
    const text = template(fn('A', 900, named('a')), fn('B', 900, named('b')));
    expect(await budgetOf(text, { a: 100, b: 200, c: 50 })).toBe(850);
  });

  test('in a program by the name that Pulumi made', async () => {
    const program =
      "import * as aws from '@pulumi/aws';\nnew aws.lambda.Function('orders', { runtime: 'nodejs22.x', handler: 'a.b', reservedConcurrentExecutions: 999 });\n";
    expect(await budgetOf(program, { 'orders-1a2b3c4': 300, 'orders-worker': 100 }, 'index.ts')).toBe(800);
  });

  test('figures of different days never add up to more than the limit', async () => {
    const [found] = await findings(template(fn('A', 1000)), [account(1000, { reservations: { A: 400 } })]);
    expect(found?.message).toContain('can give 900');
  });
});

describe('reservations that the figures do not attribute may be the own ones', () => {
  const half = account(1000, { unreserved: 500 });

  test('then it is not proven that they do not fit, and it is said what settles it', async () => {
    const [found] = await findings(template(fn('A', 600)), [half]);
    expect(found).toMatchObject({ certainty: 'possible', message: expect.stringContaining('can give 400') as string });
    expect(found?.followUps[0]).toContain('"stackmend account" tells how to collect them');
  });

  test('what exceeds even that is proven', async () => {
    const [found] = await findings(template(fn('A', 901)), [half]);
    expect(found?.certainty).toBe('proven');
    expect(found?.followUps.join(' ')).not.toContain('stackmend account');
  });

  test('another account may prove it', async () => {
    const [found] = await findings(template(fn('A', 600)), [half, account(650)]);
    expect(found).toMatchObject({ certainty: 'proven', message: expect.stringContaining('can give 400') as string });
  });

  test('where all are attributed to others, it is proven', async () => {
    const known = account(1000, { unreserved: 500, reservations: { other: 500 } });
    expect(await findings(template(fn('A', 600)), [known])).toMatchObject([{ certainty: 'proven' }]);
  });
});
