import { expect, test } from 'vitest';
import { planBatch } from '../../../core/engine/plan.js';
import type { Accept, Finding, Fix } from '../../../core/engine/types.js';
import type { Path } from '../../../core/template/node.js';

interface Planned {
  readonly at?: readonly [number, number];
  readonly touches?: readonly Path[];
  readonly safety?: Fix['safety'];
  readonly rename?: string;
  readonly claim?: string;
}

function findingOf(rule: string, { at, touches = [], safety = 'safe', rename, claim }: Planned): Finding {
  const edits = at
    ? [
        {
          span: { start: at[0], end: at[1] },
          expected: 'x'.repeat(at[1] - at[0]),
          text: 'y',
          ...(claim !== undefined && { claim }),
        },
      ]
    : [];
  const changes: Fix['changes'] = [
    ...(at ? [{ kind: 'edit' as const, file: 't', edits }] : []),
    ...(rename === undefined ? [] : [{ kind: 'rename' as const, file: 't', to: rename }]),
  ];
  const fix: Fix = { title: rule, safety, consequence: { deployment: 'none' }, changes, touches };
  return {
    rule,
    messageId: 'm',
    message: '',
    impact: 'low',
    preset: 'all',
    certainty: 'proven',
    file: 't',
    span: { start: 0, end: 0 },
    position: { line: 1, column: 1 },
    path: [],
    fingerprint: rule,
    followUps: [],
    fix,
  };
}

function planned(accept: Accept, ...fixes: readonly Planned[]): string[] {
  return planBatch(
    fixes.map((fix, index) => findingOf(`f${index}`, fix)),
    accept,
    () => false,
  ).map(({ rule }) => rule);
}

const [safe, review, manual] = (['safe', 'review', 'manual'] as const).map((safety, index) => ({
  safety,
  at: [index * 10, index * 10 + 1] as const,
  touches: [[index]],
}));

test.each([
  ['none', []],
  ['safe', ['f0']],
  ['review', ['f0', 'f1']],
] as const)('accept %s takes its safety and below, manual never', (accept, expected) => {
  expect(planned(accept, safe ?? {}, review ?? {}, manual ?? {})).toEqual(expected);
});

test.each<[string, readonly [number, number], readonly [number, number], boolean]>([
  ['overlapping spans', [0, 10], [5, 15], false],
  ['equal spans', [0, 10], [0, 10], false],
  ['spans side by side', [0, 10], [10, 20], true],
  ['an insertion inside a span', [0, 10], [5, 5], false],
  ['an insertion at the border of a span', [0, 10], [10, 10], false],
  ['two insertions at one place', [5, 5], [5, 5], true],
])('%s', (_, a, b, together) => {
  expect(planned('review', { at: a, touches: [['a']] }, { at: b, touches: [['b']] })).toEqual(
    together ? ['f0', 'f1'] : ['f0'],
  );
});

test.each<[string, Path, Path, boolean]>([
  ['the same path', ['a', 'b'], ['a', 'b'], false],
  ['one above the other', ['a'], ['a', 'b', 'c'], false],
  ['one below the other', ['a', 'b', 'c'], ['a'], false],
  ['brothers', ['a', 'b'], ['a', 'c'], true],
  ['two appended elements', ['a', '-'], ['a', '-'], true],
  ['an appended element and another of the list', ['a', '-'], ['a', 0, 'b'], true],
  ['an appended element and the whole list', ['a', '-'], ['a'], false],
  ['a name that starts like another', ['a'], ['ab'], true],
])('touching %s', (_, a, b, together) => {
  expect(planned('review', { at: [0, 0], touches: [a] }, { at: [50, 50], touches: [b] })).toEqual(
    together ? ['f0', 'f1'] : ['f0'],
  );
});

test.each([
  ['/a/b', '/a/b', false],
  ['/a', '/a/b', false],
  ['/a/b', '/a/c', true],
  ['/a', '/ab', true],
])('edits that claim %s and %s', (a, b, together) => {
  expect(planned('review', { at: [0, 0], claim: a }, { at: [9, 9], claim: b })).toEqual(
    together ? ['f0', 'f1'] : ['f0'],
  );
});

test('renames come last, one at a time', () => {
  expect(planned('review', { rename: 'a' }, { at: [0, 0] }, { rename: 'b' })).toEqual(['f1']);
  expect(planned('review', { rename: 'a' }, { rename: 'b' })).toEqual(['f0']);
});

test('a banned fix is left out', () => {
  expect(planBatch([findingOf('f', { at: [0, 1] })], 'review', () => true)).toEqual([]);
});

test('thousands of fixes are planned at once', () => {
  const many = Array.from({ length: 3000 }, (_, index) => ({
    at: [index * 3, index * 3 + 1] as const,
    touches: [['Resources', `R${index}`, 'Properties', 'X']],
  }));
  expect(planned('review', ...many)).toHaveLength(3000);
});
