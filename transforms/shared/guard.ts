import { type Node, type babel } from '../../core/program/ast.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import type { ProgramFile } from '../../core/program/file.js';
import { lineAt } from '../../core/program/lines.js';
import { statementOf } from '../../core/program/names.js';
import { type Binding, isFunction } from '../../core/program/scope.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TextEdit } from '../../core/text/edit.js';
import type { SuffixCheck } from '../../rules/environment-suffix-unvalidated.js';

/** Has the program stop where a name does not pass its check: right behind its declaration, in a constructor behind `super`. */
export function insertGuard(
  editor: ProgramEditor,
  file: ProgramFile,
  binding: Binding,
  check: SuffixCheck,
): TextEdit[] {
  const statement = binding.kind === 'param' ? firstStatement(file, binding) : statementOf(file, binding.node);
  if (!statement) throw new CannotEdit(`there is no place for a statement behind ${binding.name}`);
  const isAhead = binding.kind === 'param' && !isSuper(statement);
  const { indent } = lineAt(file, statement.start ?? 0);
  const guard = guardCode(editor, file, indent, binding.name, check);
  if (!isAhead) return editor.insertAfter(file, exported(file, statement), guard);
  const { eol } = editor.styleOf(file);
  const start = statement.start ?? 0;
  return [editor.at(file, start, start, `${guard}${eol}${eol}${indent}`)];
}

function guardCode(editor: ProgramEditor, file: ProgramFile, indent: string, name: string, check: SuffixCheck): string {
  const { eol, semicolon, indent: step, width } = editor.styleOf(file);
  const end = semicolon ? ';' : '';
  const message = `\`${name} ${check.description}, not "\${${name}}"\``;
  const inner = indent + step;
  const flat = `${inner}throw new Error(${message})${end}`;
  const thrown =
    flat.length <= width
      ? [flat]
      : [
          `${inner}throw new Error(`,
          `${inner}${step}${message}${editor.styleOf(file).trailingCommaInCalls ? ',' : ''}`,
          `${inner})${end}`,
        ];
  return [`if (!/${bounded(check)}/.test(${name})) {`, ...thrown, `${indent}}`].join(eol);
}

/** The pattern with the length in it: `^[a-z0-9-]{1,20}$`. */
function bounded({ pattern, maxLength }: SuffixCheck): string {
  return pattern.replace(/\][+*]\$$/, (end) => `]{${end.startsWith(']*') ? 0 : 1},${maxLength}}$`);
}

/** What a function does first; the call of `super` in a constructor. */
function firstStatement(file: ProgramFile, { node }: Binding): Node | undefined {
  for (const each of file.scopes.around(node)) {
    if (!isFunction(each)) continue;
    const body = each.body.type === 'BlockStatement' ? each.body.body : [];
    return body.find(isSuper) ?? body[0];
  }
  return undefined;
}

function isSuper(statement: Node): boolean {
  return (
    statement.type === 'ExpressionStatement' &&
    statement.expression.type === 'CallExpression' &&
    (statement.expression.callee as babel.Node).type === 'Super'
  );
}

/** `export const x = ...` as a whole. */
function exported(file: ProgramFile, statement: Node): Node {
  const parent = file.scopes.parentOf(statement);
  return parent?.type === 'ExportNamedDeclaration' ? parent : statement;
}
