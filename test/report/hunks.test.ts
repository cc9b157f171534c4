import { applyPatch, parsePatch } from 'diff';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Hunk, blockHunk, hunksOf } from '../../report/hunks.js';

function patched(before: string, hunks: readonly Hunk[]): string | false {
  if (hunks.length === 0) return before;
  const lines = hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  const [patch] = parsePatch(`--- a\n+++ b\n${lines.join('\n')}\n`);
  return patch ? applyPatch(before, patch, { autoConvertLineEndings: false }) : false;
}

const line = fc.constantFrom('a', 'b', 'c', '', '--- x', '+++ y', '\\ z', 'd\r', '@@ -1 +1 @@');
const text = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends && lines.length > 0 ? '\n' : ''));

test('hunks turn one text into the other', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(patched(before, hunksOf(before, after))).toBe(after);
    }),
  );
});

test('so does the one block that stands in for an expensive diff', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      fc.pre(before !== after);
      expect(patched(before, [blockHunk(before, after)])).toBe(after);
    }),
  );
});

function numbered(word: string): string {
  return Array.from({ length: 6000 }, (_, index) => `${word}${index}\n`).join('');
}

test('two long texts without a common line take no time', () => {
  const start = performance.now();
  const hunks = hunksOf(`head\n${numbered('a')}tail\n`, `head\n${numbered('b')}tail\n`);
  expect(performance.now() - start).toBeLessThan(3000);
  expect(hunks).toHaveLength(1);
  expect(hunks[0]).toMatchObject({ oldStart: 1, oldLines: 6002, newStart: 1, newLines: 6002 });
});

test('a missing final newline is marked on its own side', () => {
  expect(hunksOf('a\nb', 'a\nb\n')[0]?.lines).toEqual([' a', '-b', String.raw`\ No newline at end of file`, '+b']);
  expect(blockHunk('a\nb', 'a\nb\n').lines).toEqual([' a', '-b', String.raw`\ No newline at end of file`, '+b']);
});
