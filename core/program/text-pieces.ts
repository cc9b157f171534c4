import type { Span } from '../text/span.js';
import { type Node, type babel, bare, memberName } from './ast.js';
import type { ProgramFile } from './file.js';
import { packageMember, pulumiPackage } from './packages.js';
import { type Expression, type Resolver, isMissing } from './values.js';

/** A string, or a part of a template between its placeholders, and the file that it is written in. */
export interface WrittenText {
  readonly file: ProgramFile;
  readonly node: babel.StringLiteral | babel.TemplateElement;
}

/** One step of a text that a program puts together. */
export interface TextPiece {
  readonly text: string;
  /** Absent for what only a run would tell, and for what joins two pieces. */
  readonly written?: WrittenText;
}

const maximumDepth = 60;
/** Methods that take white space off the ends, or the indentation off each line. */
const trims = new Set(['trim', 'trimStart', 'trimEnd']);

/**
 * The pieces of a text: a string, a template, sums and joined lists of them, names followed.
 * @returns undefined for what is no text that is written out
 */
export function textPieces(resolver: Resolver, expression: Expression, depth = 0): TextPiece[] | undefined {
  const value = resolver.value(expression);
  if (depth > maximumDepth || value.kind !== 'written' || isMissing(value)) return undefined;
  const { node, place } = value.expression;
  const { file } = place;
  const read = (part: Node): TextPiece[] =>
    textPieces(resolver, { node: part, place }, depth + 1) ?? [{ text: nameOf(part) }];
  switch (node.type) {
    case 'StringLiteral':
      return [{ text: node.value, written: { file, node } }];
    case 'TemplateLiteral':
      return ofTemplate(node, file, read);
    case 'TaggedTemplateExpression':
      return isInterpolate(file, node.tag) ? ofTemplate(node.quasi, file, read) : undefined;
    case 'BinaryExpression':
      return node.operator === '+' ? [node.left, node.right].flatMap(read) : undefined;
    case 'CallExpression':
      return ofCall(node, read);
    default:
      return undefined;
  }
}

function ofTemplate(
  { quasis, expressions }: babel.TemplateLiteral,
  file: ProgramFile,
  read: (part: Node) => TextPiece[],
): TextPiece[] {
  return quasis.flatMap((node, index) => {
    const placeholder = expressions[index];
    const piece = { text: node.value.cooked ?? '', written: { file, node } };
    return [piece, ...(placeholder ? read(placeholder) : [])];
  });
}

/** `text.trim()` and `[line, line].join('\n')`. */
function ofCall(
  { callee, arguments: given }: babel.CallExpression,
  read: (part: Node) => TextPiece[],
): TextPiece[] | undefined {
  if (callee.type !== 'MemberExpression') return undefined;
  const name = memberName(callee) ?? '';
  if (trims.has(name) && given.length === 0) return read(callee.object);
  const list = bare(callee.object);
  const [delimiter] = given;
  if (name !== 'join' || list.type !== 'ArrayExpression' || delimiter?.type !== 'StringLiteral') return undefined;
  return list.elements.flatMap((element, index) => {
    const between = index > 0 ? [{ text: delimiter.value }] : [];
    return element && element.type !== 'SpreadElement' ? [...between, ...read(element)] : between;
  });
}

function isInterpolate(file: ProgramFile, tag: Node): boolean {
  const member = packageMember(file, tag);
  return member?.package === pulumiPackage && member.path.at(-1) === 'interpolate';
}

/** What is known only when the program runs reads like a name. */
function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : 'value';
}

/** Backslash escapes, line breaks as a file has them, and any other sign. */
const unit = /\\(?:u\{[\da-f]+\}|u[\da-f]{4}|x[\da-f]{2}|\r\n|[^])|\r\n|[^]/giu;

/**
 * Where a part of a string's value is written.
 * @param part offsets of the value
 * @returns undefined where the part is written otherwise than it reads: with escapes, or over several lines
 */
export function placeInText({ file, node }: WrittenText, part: Span): Span | undefined {
  const value = node.type === 'StringLiteral' ? node.value : (node.value.cooked ?? '');
  const quote = node.type === 'StringLiteral' ? 1 : 0;
  const first = (node.start ?? 0) + quote;
  const source = file.text.slice(first, (node.end ?? 0) - quote);
  let offset = 0;
  let start: number | undefined;
  let end: number | undefined;
  for (const match of source.matchAll(unit)) {
    if (offset === part.start) start ??= first + match.index;
    offset += lengthOf(match[0]);
    if (offset === part.end) end ??= first + match.index + match[0].length;
  }
  if (offset !== value.length || start === undefined || end === undefined) return undefined;
  const text = file.text.slice(start, end);
  return text === value.slice(part.start, part.end) && !text.includes('\n') ? { start, end } : undefined;
}

/** How many code units of the value something in the source stands for. */
function lengthOf(written: string): number {
  if (/^\\\r?\n$/.test(written)) return 0;
  if (written.startsWith('\\u{')) return String.fromCodePoint(Number.parseInt(written.slice(3, -1), 16)).length;
  if (written === '\r\n' || /^\\[ux]/.test(written)) return 1;
  return written.startsWith('\\') ? written.length - 1 : written.length;
}
