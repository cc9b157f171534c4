import { CannotEdit } from '../template/cannot-edit.js';
import type { TextEdit } from '../text/edit.js';
import { type Node, type babel } from './ast.js';
import type { ProgramEditor } from './editor.js';
import { lineAt, lineEndBehind, lineStart } from './lines.js';
import type { ProgramFile } from './file.js';
import { functionAround, isPropertyName, statementOf, statementsAround } from './names.js';
import type { ProgramResource } from './resources.js';

/** Verbs over whole statements: one before another, one taken out. */
export class StatementEditor {
  constructor(private readonly editor: ProgramEditor) {}

  /** The statement that creates a resource, `export` included, where others can stand beside it. */
  statementOf({ file, node, id }: ProgramResource): Node {
    const inner = statementOf(file, node);
    const parent = inner && file.scopes.parentOf(inner);
    const statement = parent?.type === 'ExportNamedDeclaration' ? parent : inner;
    if (
      !statement ||
      !statementsAround(file, statement) ||
      functionAround(file, statement) !== functionAround(file, node)
    )
      throw new CannotEdit(`${id} is not created by a statement of its own`);
    return statement;
  }

  /**
   * Inserts statements before another one, above the comments that belong to it, and set apart as the other one is. Code
   * of several lines always stands apart.
   * @throws {CannotEdit} when other code stands on the line of the statement
   */
  insertBefore(file: ProgramFile, statement: Node, code: string): TextEdit[] {
    const { eol } = this.editor.styleOf(file);
    const { indent } = lineAt(file, statement.start ?? 0);
    const at = aboveComments(file, this.startOfLine(file, statement));
    const isLong = code.includes('\n');
    const above = isLong && !isBlankBefore(file.text, at) && !opensBlock(file.text, at) ? eol : '';
    const isApart = isLong || isBlankBefore(file.text, at) || isBlankBehind(file, statement);
    return [this.editor.at(file, at, at, above + indent + code + (isApart ? eol + eol : eol))];
  }

  /** Takes a statement out with its lines and one of the blank lines around; a comment above it stays. */
  remove(file: ProgramFile, statement: Node): TextEdit[] {
    const isInFile = file.scopes.parentOf(statement)?.type === 'Program';
    if (!isInFile && statementsAround(file, statement)?.length === 1)
      throw new CannotEdit('it is the only statement of its block');
    const start = this.startOfLine(file, statement);
    const end = lineEndBehind(file, statement.end ?? 0);
    const rest = file.text.slice(end);
    const line = /^(?:\r?\n|$)/.exec(rest)?.[0];
    if (line === undefined) throw new CannotEdit('other code stands on the same line');
    const blank = isBlankBefore(file.text, start) ? /^[ \t]*\r?\n/.exec(rest.slice(line.length)) : null;
    return [this.editor.at(file, start, end + line.length + (blank?.[0].length ?? 0), '')];
  }

  private startOfLine(file: ProgramFile, statement: Node): number {
    const start = lineStart(file, statement.start ?? 0);
    if (file.text.slice(start, statement.start ?? 0).trim() !== '')
      throw new CannotEdit('other code stands on the same line');
    return start;
  }
}

/** Where the variable that holds a resource is used, besides its declaration. */
export function usesOf(file: ProgramFile, declarator: babel.VariableDeclarator): babel.Identifier[] {
  const { id } = declarator;
  const binding = id.type === 'Identifier' ? file.scopes.resolve(id) : undefined;
  return file.scopes
    .all('Identifier')
    .filter(
      (node) =>
        node !== id &&
        node.name === binding?.name &&
        !isPropertyName(file, node) &&
        file.scopes.resolve(node) === binding,
    );
}

/** The start of the lines of comments that end right above a line. */
function aboveComments(file: ProgramFile, start: number): number {
  let at = start;
  for (const comment of (file.ast.comments ?? []).toReversed()) {
    const [from, to] = [comment.start ?? 0, comment.end ?? 0];
    if (to > at) continue;
    const line = lineStart(file, from);
    const isAlone = file.text.slice(line, from).trim() === '';
    if (!isAlone || !/^[ \t]*\r?\n$/.test(file.text.slice(to, at))) break;
    at = line;
  }
  return at;
}

function isBlankBefore(text: string, start: number): boolean {
  return /\n[ \t]*\r?\n$/.test(text.slice(Math.max(0, start - 200), start));
}

/** True for the first line of a file or of a block. */
function opensBlock(text: string, start: number): boolean {
  const before = text.slice(0, start).trimEnd();
  return before === '' || before.endsWith('{');
}

function isBlankBehind(file: ProgramFile, statement: Node): boolean {
  return /^\r?\n[ \t]*\r?\n/.test(file.text.slice(lineEndBehind(file, statement.end ?? 0)));
}
