import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { accountsIn, check, diagnose, fix } from '../index.js';
import { entryOf, functions, project, ruleOf, scalarRule } from './core/engine/kit.js';

const catalog = [
  scalarRule('a-rule'),
  scalarRule('b-rule', { property: 'Handler', overrides: { safety: 'review' } }),
  scalarRule('c-rule', { property: 'Role', message: 'untidy' }),
];
const text = functions({ Runtime: 'old', Handler: 'old', Role: 'old' });
const today = '2026-01-01';

test('check on texts changes nothing and tells fix or reason', async () => {
  const { reports, problems, stats } = await check({
    texts: [
      { path: 'a.yaml', text },
      { path: 'package.json', text: '{}' },
    ],
    catalog,
    today,
  });
  expect(problems).toEqual([]);
  expect(stats).toEqual({ files: 2, templates: 1, programs: 0, parsed: 1, changed: 0, written: 0 });
  expect(reports[0]).toMatchObject({ file: 'a.yaml', after: text, applied: [] });
  expect(reports[0]?.findings.map(({ rule, fix: own }) => [rule, own?.safety])).toEqual([
    ['a-rule', 'safe'],
    ['b-rule', 'review'],
  ]);
});

test('fix on texts applies what is safe, more on request', async () => {
  const texts = [{ path: 'a.yaml', text }];
  expect((await fix({ texts, catalog, today })).reports[0]?.after).toBe(text.replace('Runtime: old', 'Runtime: new'));
  expect((await fix({ texts, catalog, today, accept: 'review', preset: 'all' })).reports[0]?.after).toBe(
    text.replaceAll('old', 'new'),
  );
  expect((await fix({ texts, catalog, today, rules: ['c-rule'] })).reports[0]?.after).toBe(
    text.replace('Role: old', 'Role: new'),
  );
});

test('check and fix on files', async () => {
  const root = project({ 'a.yaml': text, 'skip/b.yaml': text });
  const read = (): string => readFileSync(path.join(root, 'a.yaml'), 'utf8');
  const input = { paths: ['.'], cwd: root, ignore: ['skip/**'], catalog, today };
  expect((await check(input)).reports).toHaveLength(1);
  expect((await fix({ ...input, write: false })).stats).toMatchObject({ changed: 1, written: 0 });
  expect(read()).toBe(text);
  expect((await fix(input)).stats).toMatchObject({ changed: 1, written: 1 });
  expect(read()).toBe(text.replace('Runtime: old', 'Runtime: new'));
});

test('an unknown rule and wrong options are refused', async () => {
  const texts = [{ path: 'a.yaml', text }];
  await expect(check({ texts, catalog, today, rules: ['z-rule'] })).rejects.toThrow('there is no rule "z-rule"');
  const rule = ruleOf('opts', {
    options: { schema: (zod) => zod.strictObject({ size: zod.number().optional() }), defaults: {} },
  });
  const strict = [entryOf('opts', () => [], { rule })];
  await expect(check({ texts, catalog: strict, today, options: { opts: { size: 'x' } } })).rejects.toThrow(z.ZodError);
  await expect(check({ texts, catalog: strict, today, options: { opts: { size: 1 } } })).resolves.toMatchObject({
    problems: [],
  });
});

test('the figures of the accounts and the day reach the rules', async () => {
  const seen: unknown[] = [];
  const looks = entryOf('looks', ({ accounts, today: day }) => {
    seen.push(...accounts.map(({ limit }) => limit), day);
    return [];
  });
  await check({
    texts: [{ path: 'a.yaml', text }],
    catalog: [looks],
    accounts: [
      { limit: 10, unreserved: 10, source: 'test' },
      { limit: 20, unreserved: 20, source: 'test' },
    ],
    today,
  });
  expect(seen).toEqual([10, 20, today]);
});

test('figures of accounts are read from a text', async () => {
  const file = { version: 1, accounts: [{ name: 'prod', region: 'eu-west-1', limit: 1000, unreserved: 137 }] };
  expect(await accountsIn(JSON.stringify(file), 'x.json')).toEqual([
    { name: 'prod eu-west-1', limit: 1000, unreserved: 137, source: 'x.json' },
  ]);
  await expect(accountsIn('{"AccountLimit": {}}', 'x.json')).rejects.toThrow(
    'x.json:1:18: AccountLimit.ConcurrentExecutions: is missing',
  );
});

test('diagnose reads a log, and finds its cause in texts', async () => {
  const template = [
    'Resources:',
    '  Worker:',
    '    Type: AWS::Lambda::Function',
    '    Properties:',
    '      Runtime: nodejs14.x',
    '      Handler: index.handler',
    '',
  ].join('\n');
  const log =
    'The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions.';
  const alone = await diagnose({ log, today });
  expect(alone.causes.map(({ known, findings }) => [known?.id, findings])).toEqual([['lambda-deprecated-runtime', []]]);
  const { causes, next } = await diagnose({
    log,
    today,
    sources: { texts: [{ path: 'template.yaml', text: template }] },
  });
  expect(causes[0]?.findings.map(({ rule, resource, fix: own }) => [rule, resource?.id, own?.safety])).toEqual([
    ['lambda-runtime-retired', 'Worker', 'review'],
  ]);
  expect(next).toEqual([]);
});
