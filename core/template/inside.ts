import { type TextEdit, editAt } from '../text/edit.js';
import { blockColumn, blockHeader } from './below.js';
import { CannotEdit } from './cannot-edit.js';
import type { Lines } from './lines.js';
import type { ScalarNode } from './node.js';
import { isInBrackets, ownEnd } from './place.js';
import type { Syntax } from './template.js';
import { doubleQuoted, isPlain, isPrintable, readsAsOther } from './yaml-scalar.js';

/**
 * Replaces a part of a scalar's text, in the scalar's own style: escaped in double quotes and JSON, with doubled
 * apostrophes in single ones, indented in a literal block. Refuses a line break in plain text, quotes and folded
 * blocks, a cut through an escape, and what would read as another type or end the scalar.
 */
export function editInside(
  scalar: ScalarNode,
  from: number,
  to: number,
  text: string,
  lines: Lines,
  syntax: Syntax,
): TextEdit {
  const { start, end } = scalar.content;
  if (from < start || to > end || from > to) throw new CannotEdit('the place lies outside of the text');
  return editAt(lines.text, from, to, written(scalar, from, to, text, lines, syntax));
}

function written(scalar: ScalarNode, from: number, to: number, text: string, lines: Lines, syntax: Syntax): string {
  switch (scalar.style) {
    case 'double':
      refuseCut(lines.text, scalar, from, to, syntax === 'json' ? /\\(?:u.{4}|.)/g : /\\(?:x..|u.{4}|U.{8}|.)/gs);
      return syntax === 'json' ? JSON.stringify(text).slice(1, -1) : doubleQuoted(text).slice(1, -1);
    case 'single':
      refuseCut(lines.text, scalar, from, to, /''/g);
      refuseOddSigns(text);
      return text.replaceAll("'", "''");
    case 'plain':
      return plain(scalar, from, to, text, lines, syntax);
    case 'literal':
    case 'folded':
      return inBlock(scalar, from, to, text, lines);
    case 'empty':
      throw new CannotEdit('there is no text to change');
  }
}

function refuseCut(source: string, scalar: ScalarNode, from: number, to: number, escapes: RegExp): void {
  const { start, end } = scalar.content;
  for (const { index, 0: escape } of source.slice(start, end).matchAll(escapes)) {
    const isCut = (at: number): boolean => at > start + index && at < start + index + escape.length;
    if (isCut(from) || isCut(to)) throw new CannotEdit('the place cuts an escape sequence in two');
  }
}

function refuseOddSigns(text: string): void {
  if (!isPrintable(text))
    throw new CannotEdit('the text holds a line break or control character, which its quotes cannot');
}

function plain(scalar: ScalarNode, from: number, to: number, text: string, lines: Lines, syntax: Syntax): string {
  const source = lines.text;
  const whole = source.slice(scalar.content.start, from) + text + source.slice(to, scalar.content.end);
  if (text.includes('\n')) throw new CannotEdit('a text without quotes takes no line break');
  const isText = typeof scalar.value === 'string';
  const tagged = scalar.parent?.kind === 'intrinsic' && scalar.parent.form === 'short';
  const fits =
    syntax === 'json'
      ? /^(?:-?\d+(?:\.\d+)?|true|false|null)$/.test(whole)
      : isPlain(whole.replaceAll(/\s*\n\s*/g, ' '), isInBrackets(scalar, source));
  if (!fits || (syntax === 'yaml' && !tagged && isText === readsAsOther(whole)))
    throw new CannotEdit('the text would need quotes');
  return text;
}

function inBlock(scalar: ScalarNode, from: number, to: number, text: string, lines: Lines): string {
  const source = lines.text;
  const column = blockColumn(scalar, lines);
  if (lines.column(from) < column || lines.column(to) < column || to > ownEnd(scalar, source)) {
    throw new CannotEdit('the place lies in the indentation of the text');
  }
  if (text.includes('\n') && scalar.style === 'folded') throw new CannotEdit('a folded text takes no line break');
  if (!isPrintable(text.replaceAll(/[\n\t]/g, ' '))) throw new CannotEdit('the text holds a control character');
  const [first = '', ...rest] = text.split('\n');
  const result = [first, ...rest.map((line) => (line === '' ? '' : ' '.repeat(column) + line))].join(lines.eol);
  const whole = source.slice(scalar.content.start, from) + result + source.slice(to, scalar.content.end);
  const indent = /^[ \r\n]*?( *)[^ \r\n]/.exec(whole)?.[1]?.length;
  const isSet = /\d/.test(blockHeader(scalar, source));
  if (indent === undefined || (!isSet && indent !== column))
    throw new CannotEdit('the first line would set another indentation');
  return result;
}
