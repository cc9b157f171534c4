import { CannotEdit } from '../template/cannot-edit.js';
import { type TextEdit, editAt } from '../text/edit.js';
import { type Node, spanOfNode } from './ast.js';
import type { ProgramFile } from './file.js';
import { lineAt, lineEndBehind } from './lines.js';
import type { CodeStyle } from './style.js';
import type { WrittenType } from './written-types.js';

/** An optional property of a type, for a required one would break those who give the type already. */
export interface NewMember {
  readonly name: string;
  /** As TypeScript writes it: `number`. */
  readonly type: string;
  /** One paragraph for the doc comment, without its signs. */
  readonly doc: string;
}

/** A body, as it stands in its file. */
interface Body {
  readonly file: ProgramFile;
  readonly style: CodeStyle;
  readonly start: number;
  readonly end: number;
  readonly members: readonly Node[];
}

/**
 * Adds members behind the last one, in the separators, the spacing and the form of comment of their neighbours. Members
 * that share a line get lines of their own, for a doc comment needs one.
 */
export function addMembers(
  { file, body: node }: WrittenType,
  members: readonly NewMember[],
  style: CodeStyle,
): TextEdit[] {
  const present = node.type === 'TSTypeLiteral' ? node.members : node.body;
  const body: Body = { file, style, ...spanOfNode(node), members: present };
  const last = present.at(-1);
  if (!last) return [fill(body, members)];
  return file.text.slice(spanOfNode(last).end, body.end).includes('\n')
    ? behind(body, last, members)
    : spread(body, members);
}

/** The first members of an empty body. */
function fill(body: Body, members: readonly NewMember[]): TextEdit {
  const { file, style, start, end } = body;
  if (file.text.slice(start + 1, end - 1).trim() !== '') throw new CannotEdit('only a comment stands in the type');
  const { indent } = lineAt(file, start);
  const lines = printed(body, members, indent + style.indent, endOf(style));
  return at(file, start + 1, end - 1, style.eol + lines + style.eol + indent);
}

/** On lines of their own behind the last one; a comment behind that one stays there. */
function behind(body: Body, last: Node, members: readonly NewMember[]): TextEdit[] {
  const { file, style } = body;
  const { start, end } = spanOfNode(last);
  const [between, final] = [separatorOf(file, body.members[0] ?? last) || endOf(style), separatorOf(file, last)];
  const place = lineEndBehind(file, end);
  const gap = isSetApart(body) ? style.eol + style.eol : style.eol;
  const lines = printed(body, members, lineAt(file, start).indent, between, final);
  const insertion = at(file, place, place, gap + lines);
  return final === '' && between !== '' ? [at(file, end, end, between), insertion] : [insertion];
}

/** Takes a body on one line apart: every member gets a line. */
function spread(body: Body, members: readonly NewMember[]): TextEdit[] {
  const { file, style, start, end } = body;
  const { indent } = lineAt(file, start);
  const inner = indent + style.indent;
  const separator = separatorOf(file, body.members[0]) || endOf(style);
  const edits: TextEdit[] = [];
  let from = start + 1;
  for (const member of body.members) {
    const span = spanOfNode(member);
    edits.push(breakAt(file, from, span.start, style.eol + inner));
    from = span.end;
  }
  const before = separatorOf(file, body.members.at(-1)) === '' ? separator : '';
  const added = printed(body, members, inner, separator);
  return [...edits, breakAt(file, from, end - 1, before + style.eol + added + style.eol + indent)];
}

function breakAt(file: ProgramFile, start: number, end: number, text: string): TextEdit {
  if (file.text.slice(start, end).trim() !== '')
    throw new CannotEdit('a comment stands between the members of the type');
  return at(file, start, end, text);
}

/** The members with their comments, from the first line's indentation to the last one's separator. */
function printed(
  body: Body,
  members: readonly NewMember[],
  indent: string,
  between: string,
  final: string = between,
): string {
  const { style } = body;
  const gap = isSetApart(body) ? style.eol + style.eol : style.eol;
  const all = members.map(({ name, type, doc }, index) => {
    const separator = index === members.length - 1 ? final : between;
    return [...comment(body, doc, indent), `${indent}${name}?: ${type}${separator}`].join(style.eol);
  });
  return all.join(gap);
}

/** On one line where it fits and no neighbour takes three for one. */
function comment({ file, style, start, end }: Body, doc: string, indent: string): string[] {
  const line = `${indent}/** ${doc} */`;
  const isTall = /\/\*\*[ \t]*\r?\n/.test(file.text.slice(start, end));
  if (!isTall && line.length <= style.width) return [line];
  const room = style.width - indent.length - ' * '.length;
  return [`${indent}/**`, ...wrapped(doc, room).map((each) => `${indent} * ${each}`), `${indent} */`];
}

/** Words on lines of at most so many columns; what stands between backquotes stays together. */
function wrapped(paragraph: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of paragraph.match(/(?:`[^`]*`|\S)+/g) ?? []) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && longer.length <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function isSetApart({ file, members }: Body): boolean {
  const [previous, last] = members.slice(-2);
  return (
    previous !== undefined &&
    last !== undefined &&
    /\n[ \t]*\r?\n/.test(file.text.slice(spanOfNode(previous).end, spanOfNode(last).start))
  );
}

/** What ends a member: Babel counts it in. */
function separatorOf(file: ProgramFile, member: Node | undefined): '' | ';' | ',' {
  const sign = member && file.text.charAt(spanOfNode(member).end - 1);
  return sign === ';' || sign === ',' ? sign : '';
}

function endOf({ semicolon }: CodeStyle): '' | ';' {
  return semicolon ? ';' : '';
}

function at(file: ProgramFile, start: number, end: number, code: string): TextEdit {
  return { ...editAt(file.text, start, end, code), file: file.path };
}
