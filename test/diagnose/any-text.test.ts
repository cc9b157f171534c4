import { expect, test } from 'vitest';
import { AnyText, sights } from '../../diagnose/readers/text.js';

/** How much text is judged while lines that all look like known errors are read, in UTF-16 code units. */
function judgedOver(lines: readonly string[]): number {
  let judged = 0;
  const judge = (text: string): 0 => {
    judged += text.length;
    return 0;
  };
  const nothing = (): void => {};
  const reader = new AnyText(() => sights.known, judge, nothing, nothing);
  lines.forEach((text, index) => reader.take({ text, number: index + 1 }));
  reader.end();
  return judged;
}

test('huge lines are judged once each, and never put together', () => {
  const lines = Array.from({ length: 20 }, () => 'The provided execution role '.repeat(2_000).trim());
  expect(judgedOver(lines)).toBe(lines.join('').length);
});

test('short lines are put together as a terminal may have wrapped them, which has a bound', () => {
  const lines = Array.from({ length: 200 }, () => 'x'.repeat(100));
  expect(judgedOver(lines)).toBeGreaterThan(lines.join('').length * 4);
  expect(judgedOver(lines)).toBeLessThan(lines.join('').length * 30);
});
