import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runTexts } from '../../core/engine/texts.js';
import { check } from '../../index.js';
import type { EngineSettings, FileReport } from '../../core/engine/types.js';
import type { AccountFigures, RefusedReservations } from '../../core/rule.js';
import { catalog } from '../../rules/catalog.js';
import { type ReservedConcurrencyOptions, rule } from '../../rules/lambda-reserved-concurrency.js';
import { entriesFor, entryFor } from '../../rules/shared/by-name.js';
import { type Load, needOf } from '../../rules/shared/load.js';

describe('names', () => {
  const entries = { Orders: 1, 'Ord*': 2, '*': 3, 'orders-${Stage}': 4, 'a.b': 5 };

  test('an exact one counts alone', () => {
    expect(entriesFor(entries, ['Orders'])).toEqual({ isExact: true, found: [['Orders', 1]] });
    expect(entryFor(entries, ['Function', 'orders-${Stage}'])).toBe(4);
  });

  test('of patterns the longest says most, and all are told', () => {
    expect(entryFor(entries, ['OrdersArchive'])).toBe(2);
    expect(entriesFor(entries, ['OrdersArchive']).found).toEqual([
      ['Ord*', 2],
      ['*', 3],
    ]);
  });

  test('nothing but * is special', () => {
    expect(entryFor({ 'a.b': 5 }, ['axb'])).toBeUndefined();
    expect(entryFor({ 'a*(': 5 }, ['abc('])).toBe(5);
  });
});

describe('loads', () => {
  test.each<[Load, number, string]>([
    // Seed 002: 50,000 webhooks an hour are 14 a second.
    [
      { requestsPerHour: 50_000, averageMilliseconds: 1000, headroom: 1 },
      14,
      '50000 requests an hour (13.9 a second) x 1 s x 1 headroom = 13.9',
    ],
    [
      { requestsPerHour: 50_000, averageMilliseconds: 1000 },
      21,
      '50000 requests an hour (13.9 a second) x 1 s x 1.5 headroom = 20.8',
    ],
    // The example of the developer guide: 100 requests a second of 500 ms are 50 at once.
    [
      { requestsPerSecond: 100, averageMilliseconds: 500, headroom: 1 },
      50,
      '100 requests a second x 0.5 s x 1 headroom = 50',
    ],
    // Its other one: at 50 ms a request, 200 environments take 2,000 requests a second, not 4,000.
    [
      { requestsPerSecond: 2000, averageMilliseconds: 50, headroom: 1 },
      200,
      '2000 requests a second x 0.1 s (one environment takes 10 requests a second) x 1 headroom = 200',
    ],
    [
      { requestsPerMinute: 3, averageMilliseconds: 100, headroom: 1 },
      2,
      '3 requests a minute (0.05 a second) x 0.1 s x 1 headroom = 0.005',
    ],
    // 3 x 1.1 is more than 3.3 in floating point.
    [
      { requestsPerSecond: 30, averageMilliseconds: 1000, headroom: 1.1 },
      33,
      '30 requests a second x 1 s x 1.1 headroom = 33',
    ],
  ])('%j', (load, executions, arithmetic) => {
    expect(needOf(load)).toEqual({ executions, arithmetic });
  });

  test('one rate is given, no more and no less', () => {
    const schema = rule.options?.schema(z);
    const withLoad = (load: object) => schema?.safeParse({ load: { f: { averageMilliseconds: 5, ...load } } });
    expect(withLoad({ requestsPerHour: 5 })?.success).toBe(true);
    expect(withLoad({ requestsPerHour: 5, requestsPerSecond: 5 })?.error?.issues[0]?.message).toBe(
      'expected one of requestsPerSecond, requestsPerMinute and requestsPerHour',
    );
    expect(withLoad({})?.success).toBe(false);
    expect(withLoad({ requestsPerHour: 0 })?.success).toBe(false);
  });
});

const template = (property: string, more = ''): string => `AWSTemplateFormatVersion: "2010-09-09"
${more}Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      ReservedConcurrentExecutions: ${property}
`;

interface Given {
  readonly options?: Partial<ReservedConcurrencyOptions>;
  readonly account?: AccountFigures;
  readonly refused?: RefusedReservations;
}

async function judged(text: string, { options = {}, account, refused }: Given): Promise<FileReport | undefined> {
  const rules = new Map([[rule.id, { options: { ...rule.options?.defaults, ...options }, preset: 'all' as const }]]);
  const settings: EngineSettings = {
    accept: 'review',
    today: '2026-11-26',
    includeGenerated: false,
    plansConcurrency: true,
    settingsFor: () => ({ rules, ...(account && { accounts: [account] }), ...(refused && { refused }) }),
  };
  const { reports, problems } = await runTexts([{ path: 'a.yaml', text }], catalog, settings);
  expect(problems).toEqual([]);
  return reports[0];
}

test('what AWS refused is taken back, whatever the account could hold', async () => {
  const report = await judged(template('20'), { refused: new Map([['Orders', 10]]) });
  expect(report?.concurrency?.functions[0]).toMatchObject({
    requested: 20,
    proposed: undefined,
    reason: 'refused',
    why: 'AWS refused it: [10] must stay unreserved',
  });
  expect(report?.after).not.toContain('Reserved');
});

test('what the plan proposes is what the fix writes', async () => {
  const report = await judged(template('200'), { account: { limit: 150, unreserved: 130, source: 'test' } });
  expect(report?.concurrency).toMatchObject({ requested: 200, proposed: 30, functions: [{ proposed: 30 }] });
  expect(report?.after).toBe(template('30'));
});

describe('a figure for each environment', () => {
  const parameter = (values: string): string =>
    `Parameters:\n  Stage:\n    Type: String\n    Default: prod\n    AllowedValues: ${values}\n`;
  const options = { strategy: 'per-environment', environments: { dev: {}, prod: { Orders: 20 } } } as const;

  test('is settled, though the default of the parameter reserves', async () => {
    const report = await judged(template('50', parameter('[dev, prod]')), { options });
    expect(report?.withheld).toEqual([]);
    expect(report?.remaining).toEqual([]);
    expect(report?.after).toContain('!FindInMap [ReservedConcurrency, !Ref Stage, Orders]');
    expect(report?.concurrency?.functions[0]?.why).toBe('would fit; by environment: dev none, prod 20');
  });

  test('is written no more a second time', async () => {
    const once = await judged(template('50', parameter('[dev, prod]')), { options });
    const again = await judged(once?.after ?? '', { options });
    expect(again?.after).toBe(once?.after);
    expect(again?.findings).toEqual([]);
  });

  test('is withheld where it would not fit the account either', async () => {
    const account = { limit: 110, unreserved: 110, source: 'test' };
    const report = await judged(template('50', parameter('[dev, prod]')), { options, account });
    expect(report?.after).toBe(report?.before);
    expect(report?.withheld).toHaveLength(1);
  });

  test('a value that cannot be a key is told', async () => {
    const environments = { dev_1: {}, prod: { Orders: 20 } };
    const report = await judged(template('50', parameter('[dev_1, prod]')), { options: { ...options, environments } });
    expect(report?.findings[0]?.refusal?.because).toBe(
      '"dev_1" cannot be a key of a mapping: letters, digits, dots and dashes can',
    );
  });

  test('two parameters that may be meant are a choice', async () => {
    const two = `${parameter('[dev, prod]')}  Environment:\n    Type: String\n    AllowedValues: [dev, prod]\n`;
    const report = await judged(template('50', two), { options });
    expect(report?.findings[0]?.refusal?.because).toBe('both Stage and Environment may name the environment');
  });

  test('a function that no environment names is treated as ever', async () => {
    const account = { limit: 110, unreserved: 110, source: 'test' };
    const environments = { dev: {}, prod: { Other: 20 } };
    const report = await judged(template('50', parameter('[dev, prod]')), {
      options: { ...options, environments },
      account,
    });
    expect(report?.after).toBe(template('10', parameter('[dev, prod]')));
  });
});

test('the library plans too', async () => {
  const { reports } = await check({
    texts: [{ path: 'a.yaml', text: template('200') }],
    accounts: [{ limit: 150, unreserved: 130, source: 'test' }],
    options: { [rule.id]: { weights: { Orders: 2 } } },
    planConcurrency: true,
  });
  expect(reports[0]?.concurrency).toMatchObject({
    proposed: 30,
    functions: [{ why: 'its share of 30 (max-min, weight 2)' }],
  });
});
