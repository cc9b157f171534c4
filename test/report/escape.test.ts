import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible, visibleJson, visibleLine, visibleLines } from '../../report/escape.js';

test.each([
  ['plain text, größe 模板 👍', 'plain text, größe 模板 👍'],
  ['\u001B[31mred\u001B[0m', String.raw`\x1b[31mred\x1b[0m`],
  ['\u001B]8;;http://x\u0007link', String.raw`\x1b]8;;http://x\x07link`],
  ['\u009B31m', String.raw`\x9b31m`],
  ['a\nb\r\tc', String.raw`a\nb\r\tc`],
  ['a\u202Eb\u2066c', String.raw`a\u202eb\u2066c`],
  ['a\u200Bb\uFEFFc\u00AD', String.raw`a\u200bb\ufeffc\xad`],
  ['a\u2028b', String.raw`a\u2028b`],
  ['tag \u{E0041}', String.raw`tag \u{e0041}`],
  ['lone \uD83D', String.raw`lone \ud83d`],
])('%j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('lines keep tabs and the carriage return at their end', () => {
  expect(visibleLine('\ta\rb\r')).toBe('\ta\\rb\r');
  expect(visibleLines('a\r\n\tb\u0007')).toEqual(['a', '\tb\\x07']);
});

test('nothing active is ever left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visible(text)).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
    }),
  );
});

test('JSON keeps its value and shows nothing active', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const json = JSON.stringify({ value, text: `\u009B\u202E\u{E0041}${text}` }, undefined, 2);
      expect(JSON.parse(visibleJson(json))).toEqual(JSON.parse(json));
      expect(visible(visibleJson(json).replaceAll('\n', ''))).toBe(visibleJson(json).replaceAll('\n', ''));
    }),
  );
});
