import { describe, expect, it } from 'vitest';
import { type Node, walkNodes } from '../../../core/program/ast.js';
import { placeInText, textPieces } from '../../../core/program/text-pieces.js';
import { atTop } from '../../../core/program/values.js';
import { TestProgram } from '../../support/program.js';

/** The text that `use(...)` is given, and what stands in the file where it reads `part`. */
function read(source: string, part = ''): readonly [text: string | undefined, written: string | undefined] {
  const { program, files } = new TestProgram({ 'index.ts': source });
  const [file] = files;
  const nodes: Node[] = file ? [...walkNodes(file.ast.program)] : [];
  const call = nodes.find(
    (node) => node.type === 'CallExpression' && 'name' in node.callee && node.callee.name === 'use',
  );
  const argument = call?.type === 'CallExpression' ? call.arguments[0] : undefined;
  if (!file || !argument) throw new Error('nothing is used');
  const pieces = textPieces(program.resolver, { node: argument, place: atTop(file) });
  const piece = pieces?.find(({ text }) => text.includes(part));
  const start = piece?.text.indexOf(part) ?? -1;
  const span = piece?.written && placeInText(piece.written, { start, end: start + part.length });
  return [pieces?.map(({ text }) => text).join(''), span && file.text.slice(span.start, span.end)];
}

describe('a text that a program puts together', () => {
  it.each([
    ['a string', `use('abc');`, 'abc'],
    ['a template with a placeholder', 'use(`a${stage}c`);', 'astagec'],
    ['a sum of constants', `const a = 'a' + "b";\nuse(a + 'c');`, 'abc'],
    ['lines that are joined', String.raw`use(['a', "b", x.y].join('\n'));`, 'a\nb\nvalue'],
    ['a template without its white space', 'use(`\n  abc\n`.trim());', '\n  abc\n'],
  ])('is read from %s', (_, source, text) => {
    expect(read(source)[0]).toBe(text);
  });

  it('is unknown where a function gives it', () => {
    expect(read(`use(load('a'));`)[0]).toBeUndefined();
  });
});

describe('the place of a part', () => {
  it.each([
    [
      'behind every kind of escape',
      String.raw`use('\u{1F600}\u00e9\x41\n\'\\\
 in here');`,
    ],
    ['behind signs of two units', `use("😀 in here");`],
    ['behind line breaks of the file', 'use(`a\r\n\\`b\\`\r\n in here`);'],
    ['behind a placeholder', 'use(`${a} in here`);'],
  ])('is found %s', (_, source) => {
    expect(read(source, 'in here')[1]).toBe('in here');
  });

  it.each([
    ['with an escape', String.raw`use('in h\x65re');`, 'in here'],
    ['over two lines', 'use(`in\nhere`);', 'in\nhere'],
  ])('is not told where it is written %s', (_, source, part) => {
    expect(read(source, part)).toEqual([part, undefined]);
  });
});
