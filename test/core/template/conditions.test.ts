import { describe, expect, test } from 'vitest';
import type { Guards } from '../../../core/template/conditions.js';
import { load } from './iam/iam-template.js';

/** More parameters than all their combinations could be tried for, each with a condition of its own. */
const many = Array.from({ length: 40 }, (_, index) => `P${index}`);
const text = `
Parameters:
${many.map((name) => `  ${name}: {Type: String}`).join('\n')}
  Stage: {Type: String, AllowedValues: [dev, test, prod]}
Conditions:
${many.map((name) => `  Has${name}: !Not [!Equals [!Ref ${name}, '']]`).join('\n')}
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Equals [!Ref Stage, dev]
  IsProdWithP0: !And [!Condition IsProd, !Condition HasP0]
  HasAny: !Or [${many.map((name) => `!Condition Has${name}`).join(', ')}]
Resources:
  Topic: {Type: AWS::SNS::Topic}
`;

/** `IsProd`, `not IsProd and HasP0`. */
function guards(words: string): Guards {
  return words
    .split(' and ')
    .map((word) => ({ condition: word.replace(/^not /, ''), holds: !word.startsWith('not ') }));
}

describe('conditions in a template with many of them', () => {
  test.each([
    ['IsProdWithP0', 'IsProd', true],
    ['IsProdWithP0', 'HasP0', true],
    ['IsProd', 'IsProdWithP0', false],
    ['IsProd and HasP0', 'IsProdWithP0', true],
    ['IsProd', 'not IsDev', true],
    ['not IsDev', 'IsProd', false],
    ['HasP1', 'HasP2', false],
    ['HasP1 and HasP2', 'HasP2', true],
    ['HasP1', 'Undefined', false],
    ['HasAny', 'HasP1', false],
    ['HasP1', 'HasAny', false],
  ])('%s implies %s: %s', async (a, b, expected) => {
    expect((await load(text)).conditions.implies(guards(a), guards(b))).toBe(expected);
  });

  test.each([
    ['IsProd', 'IsDev', true],
    ['IsProdWithP0', 'not HasP0', true],
    ['IsProdWithP0', 'HasP1', false],
    ['HasP1', 'not HasP1', true],
    ['HasAny', 'IsProd', false],
  ])('%s excludes %s: %s', async (a, b, expected) => {
    expect((await load(text)).conditions.exclusive(guards(a), guards(b))).toBe(expected);
  });
});
