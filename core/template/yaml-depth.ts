import { Lexer, Parser } from 'yaml';
import { ParseProblem, maximumDepth, maximumValues, tooManyValues } from './parse-error.js';

/**
 * Refuses nesting that would exhaust the composer's stack. The line scan is cheap and may be fooled by text inside
 * block scalars, so only its suspicion pays for the exact measure on the token tree.
 */
export function refuseDeepYaml(text: string): void {
  if (!suspectsDepth(text)) return;
  for (const token of new Parser().parse(text)) {
    const offset = offsetBeyondDepth(token);
    if (offset !== undefined)
      throw new ParseProblem('too-deep', `nested more than ${maximumDepth} levels deep`, offset);
  }
}

/**
 * Refuses so many values that their tree would not fit into memory. Between two values is a comma or a line end, so that few of
 * these spare the exact count, which the lexer gives without a tree.
 */
export function refuseManyValues(text: string): void {
  let separators = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x0a || code === 0x2c) separators++;
  }
  // A key and its value may share one.
  if (separators * 2 < maximumValues) return;
  let values = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === valueMark && ++values > maximumValues) throw tooManyValues(offset);
    if (!marks.has(token)) offset += token.length;
  }
}

/** What the lexer puts before a scalar, and its other marks, which stand for no text. */
const valueMark = '\x1f';
const marks = new Set([valueMark, '\x02', '\x18']);

function suspectsDepth(text: string): boolean {
  let brackets = 0;
  let column = 0;
  let dashes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x0a) {
      column = 0;
      dashes = 0;
      continue;
    }
    if (code === 0x5b || code === 0x7b) brackets++;
    else if ((code === 0x5d || code === 0x7d) && brackets > 0) brackets--;
    else if (code === 0x2d) dashes++;
    if (code === 0x20) column++;
    else column = Number.NEGATIVE_INFINITY;
    if (brackets > maximumDepth || column > maximumDepth || dashes > maximumDepth) return true;
  }
  return false;
}

interface TreeToken {
  readonly offset?: number;
  readonly items?: readonly { readonly key?: TreeToken | null; readonly value?: TreeToken | null }[];
  readonly value?: TreeToken | null;
}

/** Where the nesting first goes beyond the limit. */
function offsetBeyondDepth(root: unknown): number | undefined {
  const stack: [TreeToken, number][] = [[root as TreeToken, 0]];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [token, depth] = next;
    if (depth > maximumDepth) return token.offset ?? 0;
    if (token.value) stack.push([token.value, depth]);
    for (const item of token.items ?? []) {
      if (item.key) stack.push([item.key, depth + 1]);
      if (item.value) stack.push([item.value, depth + 1]);
    }
  }
  return undefined;
}
