import { type Node, type babel, childNodes } from './ast.js';
import type { ProgramFile } from './file.js';
import type { Project } from './values.js';

/** The identifier or expression that a file exports under a name. */
export function exportedNode(
  project: Project,
  file: ProgramFile,
  name: string,
  depth = 0,
): { readonly node: Node; readonly file: ProgramFile } | undefined {
  for (const statement of depth > 8 ? [] : file.body) {
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default')
      return { node: statement.declaration, file };
    if (statement.type === 'ExportAllDeclaration') {
      const target = project.resolve(file, statement.source.value);
      const found = target && exportedNode(project, target, name, depth + 1);
      if (found) return found;
    }
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const identifier = statement.declaration && declaredNames(statement.declaration).find((each) => each.name === name);
    if (identifier) return { node: identifier, file };
    for (const specifier of statement.specifiers) {
      if (specifier.type !== 'ExportSpecifier' || exportedName(specifier.exported) !== name) continue;
      const target = statement.source ? project.resolve(file, statement.source.value) : undefined;
      return target ? exportedNode(project, target, specifier.local.name, depth + 1) : { node: specifier.local, file };
    }
  }
  return undefined;
}

function declaredNames(declaration: Node): babel.Identifier[] {
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => identifiersIn(id));
  if ((declaration.type === 'ClassDeclaration' || declaration.type === 'FunctionDeclaration') && declaration.id)
    return [declaration.id];
  return [];
}

function identifiersIn(pattern: Node): babel.Identifier[] {
  if (pattern.type === 'Identifier') return [pattern];
  return childNodes(pattern).flatMap((child) => identifiersIn(child));
}

function exportedName(node: babel.Identifier | babel.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value;
}
