import { CannotEdit } from '../template/cannot-edit.js';
import type { TextEdit } from '../text/edit.js';
import { type Node, type babel, bare, memberName, spanOfNode } from './ast.js';
import { StatementEditor } from './edit-statements.js';
import type { ProgramEditor } from './editor.js';
import { lineAt, lineEndBehind, lineStart } from './lines.js';
import type { ProgramFile } from './file.js';
import { statementsAround } from './names.js';
import { text } from './print.js';

/** A name under which something is handed over, and the expression that it stands for. */
export interface Output {
  readonly name: string;
  readonly value: string;
}

/** Verbs for what a component or a stack hands over: fields, their assignments, `registerOutputs`, `export const`. */
export class ClassEditor {
  constructor(
    private readonly editor: ProgramEditor,
    private readonly file: ProgramFile,
  ) {}

  /** Public fields beside the last one of a type, `Output<string>`, declared as it is. */
  addFields(owner: babel.Class, type: string, names: readonly string[]): TextEdit[] {
    const sibling = outputFields(this.file, owner, type).at(-1);
    const annotation = sibling?.typeAnnotation;
    if (!sibling || !annotation) throw new CannotEdit(`the class has no field of the type ${type}`);
    const head = this.textBetween(sibling.start, sibling.key.start);
    const tail = this.textBetween(annotation.start, sibling.end);
    return this.behind(
      sibling,
      names.map((name) => `${head}${name}${tail}`),
    );
  }

  /** Assigns fields before a statement: behind the assignments that end right before it, else apart from what is there. */
  assignBefore(statement: Node, outputs: readonly Output[]): TextEdit[] {
    const codes = outputs.map(({ name, value }) => this.ended(`this.${name} = ${value}`));
    const previous = this.previousOf(statement);
    if (previous && isFieldAssignment(previous)) return this.behind(previous, codes);
    const { eol } = this.editor.styleOf(this.file);
    const { indent } = lineAt(this.file, statement.start ?? 0);
    return new StatementEditor(this.editor).insertBefore(this.file, statement, codes.join(eol + indent));
  }

  /** Entries behind the last one of what `registerOutputs` is given. */
  registerOutputs(call: babel.CallExpression, outputs: readonly Output[]): TextEdit[] {
    const [argument] = call.arguments;
    const literal = argument && bare(argument);
    if (literal?.type !== 'ObjectExpression') throw new CannotEdit('what registerOutputs is given is not written out');
    return this.editor.addEntries(
      this.file,
      literal,
      Object.fromEntries(outputs.map(({ name, value }) => [name, text(value)])),
    );
  }

  /** Exports behind another statement, set apart where the exports of the file are. */
  exportBehind(statement: Node, outputs: readonly Output[]): TextEdit[] {
    const { eol } = this.editor.styleOf(this.file);
    const previous = this.previousOf(statement);
    const start = lineStart(this.file, statement.start ?? 0);
    const isApart =
      statement.type !== 'ExportNamedDeclaration' ||
      (previous?.type === 'ExportNamedDeclaration' && /\n[ \t]*\r?\n$/.test(this.file.text.slice(0, start)));
    const codes = outputs.map(({ name, value }) => this.ended(`export const ${name} = ${value}`));
    return isApart ? this.behind(statement, [codes.join(eol)], eol) : this.behind(statement, codes);
  }

  private ended(code: string): string {
    return this.editor.styleOf(this.file).semicolon ? `${code};` : code;
  }

  /** Lines behind the one that something ends on, at its indentation. */
  private behind(node: Node, codes: readonly string[], gap = ''): TextEdit[] {
    const { eol } = this.editor.styleOf(this.file);
    const { indent } = lineAt(this.file, node.start ?? 0);
    const at = lineEndBehind(this.file, spanOfNode(node).end);
    return [this.editor.at(this.file, at, at, gap + codes.map((code) => eol + indent + code).join(''))];
  }

  private previousOf(statement: Node): Node | undefined {
    const list = statementsAround(this.file, statement) ?? [];
    return list[list.indexOf(statement) - 1];
  }

  private textBetween(start: number | null | undefined, end: number | null | undefined): string {
    return this.file.text.slice(start ?? 0, end ?? 0);
  }
}

/** The fields of a class that others can read and that are of a type, `pulumi.Output<string>` being `Output<string>`. */
export function outputFields({ text: source }: ProgramFile, owner: babel.Class, type: string): babel.ClassProperty[] {
  return owner.body.body.filter(
    (member): member is babel.ClassProperty =>
      member.type === 'ClassProperty' &&
      isPublicField(member) &&
      source.slice(member.typeAnnotation?.start ?? 0, member.typeAnnotation?.end ?? 0).endsWith(type),
  );
}

export function isPublicField({ accessibility, static: isStatic }: babel.ClassProperty): boolean {
  return !isStatic && accessibility !== 'private' && accessibility !== 'protected';
}

/** `this.name = value` of something that is not made right there. */
function isFieldAssignment(statement: Node): boolean {
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return false;
  const { left, right } = statement.expression;
  return (
    left.type === 'MemberExpression' &&
    left.object.type === 'ThisExpression' &&
    memberName(left) !== undefined &&
    right.type !== 'NewExpression'
  );
}
