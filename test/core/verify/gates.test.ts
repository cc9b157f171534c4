import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../core/engine/types.js';
import type { Path } from '../../../core/template/node.js';
import { applyEdits, editAt } from '../../../core/text/edit.js';
import { SourceFile } from '../../../core/text/source-file.js';
import { commentsKept } from '../../../core/verify/comments-kept.js';
import { findingGone } from '../../../core/verify/finding-gone.js';
import type { EditedText } from '../../../core/verify/gate.js';
import { idempotent } from '../../../core/verify/idempotent.js';
import { layoutKept } from '../../../core/verify/layout-kept.js';
import { newFindings } from '../../../core/verify/no-new-findings.js';
import { changedPaths, onlyTouchedPaths } from '../../../core/verify/only-touched-paths.js';
import { reparses } from '../../../core/verify/reparses.js';
import { functions, templateOf } from '../engine/kit.js';

const r = 'Resources:\n  T:\n    Type: AWS::SNS::Topic\n';

/** Replaces one piece of a text by another. */
async function edited(text: string, from: string, to: string, touches: readonly Path[] = []): Promise<EditedText> {
  const at = text.indexOf(from);
  if (at === -1) throw new Error(`no ${from}`);
  const edits = [editAt(text, at, at + from.length, to)];
  return { before: await templateOf(text), after: await templateOf(applyEdits(text, edits)), edits, touches };
}

describe('reparses', () => {
  test('gives the template, or the reason that there is none', async () => {
    const before = await templateOf(r);
    expect(await reparses(new SourceFile('a.yaml', r), before)).toMatchObject({ syntax: 'yaml' });
    expect(await reparses(new SourceFile('a.yaml', `${r}: [`), before)).toMatchObject({
      gate: 'reparses',
      because: expect.stringContaining('line 4'),
    });
    expect(await reparses(new SourceFile('a.yaml', 'x: 1'), before)).toEqual({
      gate: 'reparses',
      because: 'the edited text would be no template any more',
    });
  });
});

describe('only-touched-paths', () => {
  async function diff(
    before: object | string,
    after: object | string,
    declared: readonly Path[] = [],
  ): Promise<string[]> {
    const text = (body: object | string): string =>
      typeof body === 'string'
        ? `${r}${body}`
        : JSON.stringify({ Resources: { T: { Type: 'AWS::SNS::Topic' } }, X: body });
    const [a, b] = [await templateOf(text(before)), await templateOf(text(after))];
    return changedPaths(a.root, b.root, declared).map((path) => path.join('.'));
  }

  test.each<[string, object | string, object | string, readonly Path[], readonly string[]]>([
    ['nothing', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, [], []],
    ['a value', { a: { b: 1 } }, { a: { b: 2 } }, [], ['X.a.b']],
    ['a type', { a: '1' }, { a: 1 }, [], ['X.a']],
    ['a new key, as high as possible', { a: {} }, { a: { b: { c: 1 } } }, [], ['X.a']],
    ['a removed key', { a: { b: 1 } }, { a: {} }, [], ['X.a']],
    ['an appended element', { a: [1] }, { a: [1, 2] }, [], ['X.a.-']],
    ['a removed element', { a: [1, 2] }, { a: [1] }, [], ['X.a.1']],
    ['a declared value', { a: { b: 1 } }, { a: { b: 2 } }, [['X', 'a', 'b']], []],
    ['below a declared path', { a: { b: 1 } }, { a: { b: 2 } }, [['X', 'a']], []],
    ['a declared append', { a: [1] }, { a: [1, 2, 3] }, [['X', 'a', '-']], []],
    ['a declared append, and another element', { a: [1] }, { a: [9, 2] }, [['X', 'a', '-']], ['X.a.0']],
    ['a new parent of a declared key', {}, { a: { b: 1 } }, [['X', 'a', 'b']], []],
    ['a new parent with more in it', {}, { a: { b: 1, c: 2 } }, [['X', 'a', 'b']], ['X.a.c']],
    ['a parent that goes with its last key', { a: { b: 1 } }, {}, [['X', 'a', 'b']], []],
    ['a parent left empty', 'X:\n  a:\n    b: 1\n', 'X:\n  a:\n', [['X', 'a', 'b']], []],
    ['an empty key', { b: 1 }, { b: 1, a: {} }, [], ['X.a']],
    ['a scalar that becomes a list', { a: 'x' }, { a: ['x', 'y'] }, [], ['X.a']],
    ['an intrinsic', { a: { Ref: 'T' } }, { a: { Ref: 'U' } }, [], ['X.a']],
    ['the form of an intrinsic', 'X: !GetAtt A.B\n', 'X:\n  Fn::GetAtt: [A, B]\n', [], []],
    [
      'inside an intrinsic, declared',
      { a: { 'Fn::If': ['C', 1, 2] } },
      { a: { 'Fn::If': ['C', 1, 3] } },
      [['X', 'a', 'Fn::If', 2]],
      [],
    ],
    [
      'inside an intrinsic, undeclared',
      { a: { 'Fn::If': ['C', 0, 2] } },
      { a: { 'Fn::If': ['C', 1, 3] } },
      [['X', 'a', 'Fn::If', 2]],
      ['X.a.Fn::If.1'],
    ],
    ['another intrinsic', { a: { Ref: 'T' } }, { a: { 'Fn::Sub': 'T' } }, [], ['X.a']],
  ])('%s', async (_, before, after, declared, expected) => {
    expect(await diff(before, after, declared)).toEqual(expected);
  });

  test('names the first path that is not declared', async () => {
    expect(onlyTouchedPaths(await edited(`${r}X: 1\n`, 'X: 1', 'X: 2'))).toEqual({
      gate: 'only-touched-paths',
      because: 'the edit would also change X',
    });
    expect(onlyTouchedPaths(await edited(`${r}X: 1\n`, 'X: 1', 'X: 2', [['X']]))).toBeUndefined();
  });
});

describe('comments-kept', () => {
  const text = `${r}    Properties:\n      # above\n      A: 1 # behind\n      # between\n      B: 2\n      # below\n      C: 3\n`;

  test.each<[string, string, string, boolean]>([
    ['an edit beside comments', 'A: 1', 'A: 2', true],
    ['a removed line with its comment', '      A: 1 # behind\n', '', true],
    ['a comment removed, its line kept', ' # behind', '', false],
    ['a comment above removed', '      # above\n      A: 1', '      A: 1', false],
    ['a comment above removed with the code', '      # above\n      A: 1 # behind\n', '', false],
    ['comments between removed lines', 'A: 1 # behind\n      # between\n      B: 2\n      ', '', true],
    ['a comment below removed with the code', '      B: 2\n      # below\n', '', false],
    ['comments inside what is replaced', 'A: 1 # behind\n      # between\n      B: 2', 'A: 9\n      B: 9', false],
    ['a comment that became text', 'A: 1 # behind', "A: '1 # behind'", false],
    ['a comment that moved', '# above\n      A: 1 # behind', 'A: 1 # behind\n      # above', true],
  ])('%s', async (_, from, to, passes) => {
    const because = commentsKept(await edited(text, from, to))?.because ?? 'kept';
    expect(because).toMatch(passes ? /^kept$/ : /^the comment in line \d+ would be lost$/);
  });
});

describe('layout-kept', () => {
  test.each<[string, string, string, string, string | undefined]>([
    ['an edit in its layout', 'X: 1\n', 'X: 1', 'X: 2', undefined],
    ['a line feed among CRLF', 'X: 1\r\nY: 2\r\n', 'X: 1', 'X: 1\nZ: 3', 'the line ends'],
    ['a CRLF among CRLF', 'X: 1\r\nY: 2\r\n', 'X: 1', 'X: 1\r\nZ: 3', undefined],
    ['a CRLF among line feeds', 'X: 1\n', 'X: 1', 'X: 1\r\nZ: 3', 'the line ends'],
    ['a lost final newline', 'X: 1\n', 'X: 1\n', 'X: 2', 'the end of the file'],
    ['a new final newline', 'X: 1', 'X: 1', 'X: 2\n', 'the end of the file'],
  ])('%s', async (_, body, from, to, because) => {
    const text = (body.includes('\r') ? r.replaceAll('\n', '\r\n') : r) + body;
    expect(layoutKept(await edited(text, from, to))?.because).toBe(because && `the edit would change ${because}`);
  });

  test('the byte order mark', async () => {
    expect(layoutKept(await edited(`\uFEFF${r}`, '\uFEFF', ''))?.because).toContain('the byte order mark');
  });

  test('a mixed file may go on as it is', async () => {
    expect(layoutKept(await edited(`${r}X: 1\r\nY: 1\n`, 'X: 1', 'X: 1\nZ: 2'))).toBeUndefined();
  });

  test('bytes outside the edits', async () => {
    const { before, edits } = await edited(`${r}X: 1\n`, 'X: 1', 'X: 2');
    const after = await templateOf(`${r.replace('T:', 'U:')}X: 2\n`);
    expect(layoutKept({ before, after, edits, touches: [] })?.because).toContain('bytes outside the edits');
  });
});

function findingOf(rule: string, path: Path, certainty: Finding['certainty'] = 'proven'): Finding {
  return {
    rule,
    messageId: 'm',
    message: `${rule} speaks`,
    impact: 'low',
    preset: 'all',
    certainty,
    file: 't',
    span: { start: 0, end: 0 },
    position: { line: 1, column: 1 },
    path,
    fingerprint: '',
    followUps: [],
  };
}

describe('finding-gone', () => {
  const a = findingOf('a', ['x', 0]);
  const twin = findingOf('a', ['x', 1]);
  const b = findingOf('b', ['x']);

  test('says which applied fix left its finding', () => {
    expect(findingGone([a, b], [b], [a])).toEqual([]);
    expect(findingGone([a, b], [a, b], [a])).toMatchObject([{ gate: 'finding-gone', finding: a }]);
  });

  test('counts findings that differ only in their place in a list', () => {
    expect(findingGone([a, twin], [a], [twin])).toEqual([]);
    expect(findingGone([a, twin], [a], [a, twin])).toHaveLength(1);
    expect(findingGone([a, twin], [a, twin], [a, twin])).toHaveLength(2);
  });
});

describe('no-new-findings', () => {
  const a = findingOf('a', ['Resources', 'A']);

  test('what was there before is not new, wherever it moved in a list', () => {
    expect(newFindings([a], [a], [])).toEqual([]);
    expect(newFindings([findingOf('a', ['x', 0])], [findingOf('a', ['x', 3])], [])).toEqual([]);
  });

  test('another finding is, and one more of the same too', () => {
    expect(newFindings([a], [findingOf('b', ['Resources', 'A'])], [])).toMatchObject([
      { gate: 'no-new-findings', because: 'the edited text would have a new finding of b: b speaks' },
    ]);
    expect(newFindings([a], [a, a], [])).toHaveLength(1);
    expect(newFindings([a], [findingOf('a', ['Resources', 'B'])], [])).toHaveLength(1);
  });

  test('a possible finding about the whole template may move to where no fix has been, one for one', () => {
    const before = [findingOf('sum', ['Resources', 'A'], 'possible')];
    const moved = findingOf('sum', ['Resources', 'B'], 'possible');
    expect(newFindings(before, [moved], [['Resources', 'A']])).toEqual([]);
    expect(newFindings(before, [moved], [['Resources', 'B']])).toHaveLength(1);
    expect(newFindings(before, [moved, findingOf('sum', ['Resources', 'C'], 'possible')], [])).toHaveLength(1);
    expect(newFindings([], [moved], [])).toHaveLength(1);
  });
});

describe('idempotent', () => {
  test('says which files a second run would change', () => {
    expect(idempotent(['a', 'b'], ['a', 'b'])).toEqual([]);
    expect(idempotent(['a', 'b'], ['a', 'c'])).toMatchObject([{ gate: 'idempotent' }]);
  });
});

test('gates over a text with thousands of lines stay quick', async () => {
  const text = functions(...Array.from({ length: 2000 }, () => ({ Runtime: 'old # why' })));
  const whole = await edited(text, 'old', 'new', [['Resources', 'F0', 'Properties', 'Runtime']]);
  const start = performance.now();
  for (const gate of [layoutKept, onlyTouchedPaths, commentsKept]) expect(gate(whole)).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(2000);
});
