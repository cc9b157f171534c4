import { type Node, keyName, walkNodes } from './ast.js';
import type { ProgramFile } from './file.js';
import type { ProgramResource } from './resources.js';
import { type Scope, isFunction } from './scope.js';

/** A name that no identifier of the file has: the wanted one, else with a figure behind it. */
export function freeName(file: ProgramFile, wanted: string): string {
  if (file.scopes.isFree(wanted) && !reserved.has(wanted)) return wanted;
  for (let figure = 2; ; figure++) if (file.scopes.isFree(`${wanted}${figure}`)) return `${wanted}${figure}`;
}

const reserved = new Set(
  'break case catch class const continue default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static await async of package private protected public interface'.split(
    ' ',
  ),
);

/** The statement that an expression stands in. */
export function statementOf(file: ProgramFile, node: Node): Node | undefined {
  for (const each of file.scopes.around(node))
    if (/Statement$|^VariableDeclaration$|Declaration$/.test(each.type)) return each;
  return undefined;
}

/** The statements of the block, file or namespace that one stands in; undefined where none can stand beside it. */
export function statementsAround(file: ProgramFile, statement: Node): readonly Node[] | undefined {
  const parent = file.scopes.parentOf(statement);
  switch (parent?.type) {
    case 'BlockStatement':
    case 'Program':
    case 'StaticBlock':
    case 'TSModuleBlock':
      return parent.body;
    default:
      return undefined;
  }
}

/** The statement in a block or file that an expression runs in; undefined where it stands in a function without a block, or in a field. */
export function blockStatementOf(file: ProgramFile, node: Node): Node | undefined {
  for (const each of file.scopes.around(node)) {
    if (statementsAround(file, each)) return each;
    if (isFunction(each) || each.type.startsWith('Class')) return undefined;
  }
  return undefined;
}

/** The statement of a block that a node stands in, however deep; undefined where it stands outside of the block. */
export function statementIn(file: ProgramFile, block: Node, node: Node): Node | undefined {
  for (const each of file.scopes.around(node)) if (file.scopes.parentOf(each) === block) return each;
  return undefined;
}

/** Where code is to be written: what is in scope at a node and ends before an offset can be named there. */
export interface Spot {
  readonly file: ProgramFile;
  readonly node: Node;
  readonly offset: number;
}

/** Where something is to be named: at another resource, a call, a statement. */
export interface NameUser {
  readonly id: string;
  readonly file: ProgramFile;
  readonly node: Node;
  /** Where in the text, if not at the start of the node. */
  readonly at?: number;
}

export function spotOf({ file, node, at }: Pick<NameUser, 'file' | 'node' | 'at'>): Spot {
  return { file, node, offset: at ?? node.start ?? 0 };
}

/**
 * How a resource can be referred to elsewhere in its file: its variable where it is in scope and declared before, its
 * field within the same class; undefined where neither is so.
 */
export function referenceFrom({ holder, file, node }: ProgramResource, spot: Spot): string | undefined {
  // Within functions that run later this is more than is needed, never less.
  if (file !== spot.file || (node.end ?? 0) > spot.offset) return undefined;
  if (holder.kind === 'field')
    return classAround(file, node) === classAround(file, spot.node) ? `this.${holder.name}` : undefined;
  if (holder.kind !== 'const' && holder.kind !== 'let') return undefined;
  return [...scopesAround(file, spot.node)].includes(file.scopes.scopeOf(node)) ? holder.name : undefined;
}

/** True where every name of an expression means the same at another place of its file, and is declared there. */
export function canMove(file: ProgramFile, expression: Node, spot: Spot): boolean {
  if (file !== spot.file) return false;
  return [...walkNodes(expression)].every((node) => {
    if (node.type === 'ThisExpression') return classAround(file, node) === classAround(file, spot.node);
    if (node.type !== 'Identifier' || isPropertyName(file, node)) return true;
    const binding = file.scopes.resolve(node);
    if (!binding) return true;
    const isDeclared =
      binding.kind !== 'const' && binding.kind !== 'let' ? true : (binding.node.end ?? 0) <= spot.offset;
    return isDeclared && [...scopesAround(file, spot.node)].includes(binding.scope);
  });
}

/** The declarations that an expression draws on, in its own file. */
export function declarationsIn(file: ProgramFile, expression: Node): Node[] {
  return [...walkNodes(expression)].flatMap((node) => {
    const binding = node.type === 'Identifier' && !isPropertyName(file, node) ? file.scopes.resolve(node) : undefined;
    return binding ? [binding.node] : [];
  });
}

/** True for the name of a property or member, which means no variable; of `{ name }` the value does. */
export function isPropertyName(file: ProgramFile, node: Node): boolean {
  const parent = file.scopes.parentOf(node);
  if (parent?.type === 'MemberExpression' || parent?.type === 'OptionalMemberExpression')
    return parent.property === node && !parent.computed;
  return parent !== undefined && 'key' in parent && parent.key === node && !('computed' in parent && parent.computed);
}

export function classAround(file: ProgramFile, node: Node): Node | undefined {
  for (const each of file.scopes.around(node))
    if (each.type === 'ClassDeclaration' || each.type === 'ClassExpression') return each;
  return undefined;
}

function* scopesAround(file: ProgramFile, node: Node): Generator<Scope> {
  for (let scope: Scope | undefined = file.scopes.scopeOf(node); scope; scope = scope.parent) yield scope;
}

/** The function, method or constructor that a node stands in. */
export function functionAround(file: ProgramFile, node: Node): Node | undefined {
  for (const each of file.scopes.around(node)) if (isFunction(each)) return each;
  return undefined;
}

/** What has to stand before other code in the place of `name` in `{ name }`. */
export function shorthandKey(file: ProgramFile, node: Node): string {
  const property = file.scopes.parentOf(node);
  return property?.type === 'ObjectProperty' && property.shorthand ? `${keyName(property) ?? ''}: ` : '';
}
