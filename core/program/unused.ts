import { type TextEdit, editAt } from '../text/edit.js';
import { type Node, type babel, bare, walkNodes } from './ast.js';
import type { ProgramFile } from './file.js';
import { lineEndBehind, lineStart } from './lines.js';
import type { Binding } from './scope.js';
import type { Expression } from './values.js';

/**
 * Takes away the constants that only expressions name which an edit takes away: what is unused is an error for many a
 * compiler's settings. One that is exported, or whose value may do something when it is computed, stays.
 */
export function removeUnused(gone: readonly Expression[]): TextEdit[] {
  const files = new Set(gone.map(({ place }) => place.file));
  return [...files].flatMap((file) => {
    const here = gone.filter(({ place }) => place.file === file);
    return unusedIn(
      file,
      here.map(({ node }) => node),
    );
  });
}

function unusedIn(file: ProgramFile, gone: readonly Node[]): TextEdit[] {
  const names = gone.map(bare).filter((node) => node.type === 'Identifier');
  const bindings = new Set(names.map((name) => file.scopes.resolve(name)).filter((binding) => binding !== undefined));
  const places = new Set(names.map(({ start }) => start));
  return [...bindings].flatMap((binding) => {
    const declaration = loneDeclaration(file, binding);
    const isUsed = usesOf(file, binding).some(({ start }) => !places.has(start));
    return declaration && !isUsed ? [withoutLines(file, declaration)] : [];
  });
}

/** The statement that declares nothing else, and may go without a trace. */
function loneDeclaration(file: ProgramFile, { kind, node, init }: Binding): Node | undefined {
  const declaration = file.scopes.parentOf(node);
  if (kind !== 'const' || declaration?.type !== 'VariableDeclaration' || !init || !isPure(init)) return undefined;
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier') return undefined;
  const isExported = file.scopes.parentOf(declaration)?.type === 'ExportNamedDeclaration';
  return isExported || declaration.declarations.length > 1 ? undefined : declaration;
}

function isPure(init: Node): boolean {
  return [...walkNodes(init)].every(({ type }) => !/^(?:Call|New|Await|Yield|Assignment|Update)/.test(type));
}

function usesOf(file: ProgramFile, binding: Binding): babel.Identifier[] {
  return [...walkNodes(file.ast.program)].filter(
    (node): node is babel.Identifier =>
      node.type === 'Identifier' &&
      node.name === binding.name &&
      !isOnlyName(file, node, binding) &&
      file.scopes.resolve(node) === binding,
  );
}

/** True where an identifier names a property, or the constant itself where it is declared. */
function isOnlyName(file: ProgramFile, node: babel.Identifier, binding: Binding): boolean {
  const parent = file.scopes.parentOf(node);
  if (parent === binding.node) return parent.type === 'VariableDeclarator' && parent.id === node;
  if (parent?.type === 'MemberExpression') return parent.property === node && !parent.computed;
  return parent !== undefined && 'key' in parent && parent.key === node && !('computed' in parent && parent.computed);
}

/** The lines of a statement, and one of two blank lines that would meet. */
function withoutLines(file: ProgramFile, statement: Node): TextEdit {
  const start = lineStart(file, statement.start ?? 0);
  const end = lineEndBehind(file, statement.end ?? 0);
  const isAlone = file.text.slice(start, statement.start ?? 0).trim() === '';
  const rest = /^[ \t]*\r?\n/.exec(file.text.slice(end))?.[0];
  if (!isAlone || rest === undefined) return at(file, statement.start ?? 0, statement.end ?? 0);
  const blank = /^[ \t]*\r?\n/.exec(file.text.slice(end + rest.length))?.[0] ?? '';
  const before = file.text.slice(0, start);
  const isFirst = /(?:^|\n[ \t]*\r?\n|[{[(]\r?\n)$/.test(before);
  return at(file, start, end + rest.length + (isFirst ? blank.length : 0));
}

function at(file: ProgramFile, start: number, end: number): TextEdit {
  return { ...editAt(file.text, start, end, ''), file: file.path };
}
