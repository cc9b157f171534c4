import { expect, test } from 'vitest';
import { runTexts } from '../../../core/engine/texts.js';
import type { AccountFigures } from '../../../core/rule.js';
import { entryOf } from './kit.js';

const stack = (...nested: readonly string[]): string =>
  [
    'Resources:',
    '  Topic: {Type: AWS::SNS::Topic}',
    ...nested.map((file, at) => `  S${at}: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ${file}}}`),
  ].join('\n');

/** The accounts that a rule is told of, by file. */
async function accountsOf(
  texts: Readonly<Record<string, string>>,
  limits: Readonly<Record<string, number>>,
): Promise<Record<string, readonly number[]>> {
  const told: Record<string, readonly number[]> = {};
  const looks = entryOf('looks', ({ template, accounts }) => {
    told[template.source.path] = accounts.map(({ limit }) => limit);
    return [];
  });
  const rules = new Map([['looks', { options: {}, preset: 'all' as const }]]);
  const figures = (limit: number): AccountFigures => ({ limit, unreserved: limit, source: 'test' });
  await runTexts(
    Object.entries(texts).map(([path, text]) => ({ path, text })),
    [looks],
    {
      accept: 'none',
      today: '2026-11-26',
      includeGenerated: false,
      settingsFor: (file) => ({ rules, accounts: limits[file] === undefined ? [] : [figures(limits[file])] }),
    },
  );
  return told;
}

test('a nested stack goes where its parents go, and a parent not where its nested stacks go', async () => {
  const texts = {
    'dev.yaml': stack('shared.yaml'),
    'prod.yaml': stack('shared.yaml'),
    'shared.yaml': stack('deep.yaml'),
    'deep.yaml': stack(),
  };
  expect(await accountsOf(texts, { 'dev.yaml': 10, 'prod.yaml': 1000, 'deep.yaml': 50 })).toEqual({
    'dev.yaml': [10],
    'prod.yaml': [1000],
    'shared.yaml': [10, 1000],
    'deep.yaml': [50, 10, 1000],
  });
});

test('nesting that goes round in a circle ends', async () => {
  const texts = { 'a.yaml': stack('b.yaml'), 'b.yaml': stack('a.yaml') };
  const told = await accountsOf(texts, { 'a.yaml': 10 });
  expect(told['b.yaml']).toEqual([10]);
});

test('without figures nobody is told of any', async () => {
  expect(await accountsOf({ 'a.yaml': stack('b.yaml'), 'b.yaml': stack() }, {})).toEqual({
    'a.yaml': [],
    'b.yaml': [],
  });
});
