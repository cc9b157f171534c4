import type { ScalarNode } from '../../core/template/node.js';
import type { Span } from '../../core/text/span.js';

/** The escapes that stand for another character than the one behind the backslash; those for white space are left out. */
const escapes: Readonly<Record<string, string>> = { '0': '\0', a: '\u0007', b: '\b', e: '\u001b', N: '\u0085' };
const whiteEscapes = new Set(['n', 't', 'r', 'f', 'v', '_', 'L', 'P', ' ', '\t', '\n', '\r']);

interface Unit extends Span {
  readonly text: string;
}

/**
 * Where a part of a scalar's value stands in the file; the part must begin and end with a sign, not with white space.
 * Line folding and indentation change white space only, so that value and file are compared by their other signs.
 * @returns undefined where the part runs over a line break of the file, or the two do not agree.
 */
export function placeInSource(source: string, scalar: ScalarNode, part: Span): Span | undefined {
  const value = String(scalar.value);
  let at = 0;
  let start: number | undefined;
  for (const unit of unitsOf(source, scalar)) {
    while (/\s/.test(value.charAt(at))) at++;
    if (!value.startsWith(unit.text, at)) return undefined;
    if (at === part.start) start = unit.start;
    at += unit.text.length;
    if (at !== part.end || start === undefined) continue;
    return source.slice(start, unit.end).includes('\n') ? undefined : { start, end: unit.end };
  }
  return undefined;
}

/** The signs of a scalar other than white space, each with where it is written. */
function* unitsOf(source: string, scalar: ScalarNode): Generator<Unit> {
  const { start, end } = scalar.content;
  const pattern = patternOf(scalar);
  pattern.lastIndex = start;
  for (let match = pattern.exec(source); match && match.index < end; match = pattern.exec(source)) {
    const text = scalar.style === 'double' ? unescape(match[0]) : match[0].slice(0, 1);
    if (text !== undefined) yield { text, start: match.index, end: match.index + match[0].length };
  }
}

function patternOf({ style }: ScalarNode): RegExp {
  if (style === 'double') return /\\(?:u[\da-f]{4}|x[\da-f]{2}|U[\da-f]{8}|[^])|\S/gi;
  return style === 'single' ? /''|\S/g : /\S/g;
}

/** The sign that is meant; undefined for white space. */
function unescape(text: string): string | undefined {
  if (!text.startsWith('\\')) return text;
  const sign = text.slice(1, 2);
  const code = text.length > 2 ? Number.parseInt(text.slice(2), 16) : undefined;
  const meant = code === undefined ? (escapes[sign] ?? sign) : String.fromCodePoint(code);
  return (code === undefined && whiteEscapes.has(sign)) || /^\s$/.test(meant) ? undefined : meant;
}
