import { type TextEdit, editAt } from '../text/edit.js';
import { spanOfNode, walkNodes } from './ast.js';
import type { ProgramFile } from './file.js';
import { lineAt, lineStart } from './lines.js';
import { shorthandKey } from './names.js';
import type { CodeStyle } from './style.js';
import type { Expression } from './values.js';

/**
 * Puts an expression below a choice, `test ? preferred : expression`, laid out as Prettier would. The lines of the
 * expression move to the right, except within templates and comments, whose white space is their own.
 */
export function preferWhere(expression: Expression, test: string, preferred: string, style: CodeStyle): TextEdit[] {
  const { node, place } = expression;
  const { file } = place;
  const { start, end } = spanOfNode(node);
  const { indent, column } = lineAt(file, start);
  const key = shorthandKey(file, node);
  const line = `${key}${test} ? ${preferred} : `;
  const fits = !file.text.slice(start, end).includes('\n') && column + line.length + (end - start) + 1 <= style.width;
  if (fits || !startsLine(file, expression)) return [at(file, start, line)];
  const branch = `${style.eol}${indent}${style.indent}`;
  const align = style.indent === '\t' ? '\t' : '  ';
  return [
    at(file, start, `${key}${test}${branch}? ${preferred}${branch}: `),
    ...movedLines(file, expression).map((offset) => at(file, offset, style.indent + align)),
  ];
}

/** True where a line begins with the expression, or with the property that it is given to. */
function startsLine(file: ProgramFile, { node }: Expression): boolean {
  const parent = file.scopes.parentOf(node);
  const first = parent?.type === 'ObjectProperty' ? parent : node;
  const start = first.start ?? 0;
  return file.text.slice(lineStart(file, start), start).trim() === '';
}

/** Where the lines of an expression begin that may move, besides the first. */
function movedLines(file: ProgramFile, { node }: Expression): number[] {
  const { start, end } = spanOfNode(node);
  const fixed = [
    ...[...walkNodes(node)].filter(({ type }) => type === 'TemplateElement'),
    ...(file.ast.comments ?? []),
  ].map((each) => ({ start: each.start ?? 0, end: each.end ?? 0 }));
  return [...file.text.slice(start, end).matchAll(/\n(?=[ \t]*\S)/g)]
    .map(({ index }) => start + index + 1)
    .filter((offset) => !fixed.some((span) => span.start < offset && offset <= span.end));
}

function at(file: ProgramFile, offset: number, code: string): TextEdit {
  return { ...editAt(file.text, offset, offset, code), file: file.path };
}
