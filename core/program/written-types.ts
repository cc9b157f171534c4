import { type Node, type babel, keyName } from './ast.js';
import type { ProgramFile } from './file.js';
import { importedFrom } from './packages.js';
import type { Project } from './values.js';

/** A type whose members are written out in the project: an interface or a literal, wherever it is imported from. */
export interface WrittenType {
  readonly file: ProgramFile;
  readonly body: babel.TSInterfaceBody | babel.TSTypeLiteral;
  /** The names of its members, with those of the types it extends as far as the project writes them. */
  readonly names: ReadonlySet<string>;
}

/** Types of TypeScript that keep the members of the type they are given. */
const sameMembers = new Set(['Readonly', 'Partial', 'Required']);
const maximumDepth = 8;

/**
 * The type behind an annotation: a literal, an interface or alias of the project, its part of an intersection or of
 * `X | undefined`, what `Readonly<X>` holds. Undefined for everything else.
 */
export function writtenTypeOf(
  project: Project,
  file: ProgramFile,
  annotation: Node,
  depth = 0,
): WrittenType | undefined {
  if (depth > maximumDepth) return undefined;
  const follow = (node: Node): WrittenType | undefined => writtenTypeOf(project, file, node, depth + 1);
  switch (annotation.type) {
    case 'TSTypeAnnotation':
    case 'TSParenthesizedType':
      return follow(annotation.typeAnnotation);
    case 'TSTypeLiteral':
      return { file, body: annotation, names: namesOf(annotation.members) };
    case 'TSIntersectionType':
      return firstOf(annotation.types.toReversed(), follow);
    case 'TSUnionType':
      return firstOf(optionalOf(annotation.types), follow);
    case 'TSTypeReference':
      return referred(project, file, annotation, depth);
    default:
      return undefined;
  }
}

function referred(
  project: Project,
  file: ProgramFile,
  { typeName, typeParameters }: babel.TSTypeReference,
  depth: number,
): WrittenType | undefined {
  const [parameter] = typeParameters?.params ?? [];
  if (typeName.type === 'TSQualifiedName')
    return typeName.left.type === 'Identifier'
      ? importedType(project, file, typeName.left.name, typeName.right.name, depth)
      : undefined;
  if (parameter && sameMembers.has(typeName.name)) return writtenTypeOf(project, file, parameter, depth + 1);
  return namedType(project, file, typeName.name, depth);
}

/** The type of a name that a file declares or imports. */
function namedType(project: Project, file: ProgramFile, name: string, depth: number): WrittenType | undefined {
  return declaredType(project, file, name, depth) ?? importedType(project, file, name, undefined, depth);
}

function declaredType(project: Project, file: ProgramFile, name: string, depth: number): WrittenType | undefined {
  for (const statement of file.body) {
    const declaration = declarationIn(statement);
    if (declaration?.type === 'TSTypeAliasDeclaration' && declaration.id.name === name)
      return writtenTypeOf(project, file, declaration.typeAnnotation, depth + 1);
    if (declaration?.type === 'TSInterfaceDeclaration' && declaration.id.name === name)
      return interfaceType(project, file, declaration, depth);
  }
  return undefined;
}

function interfaceType(
  project: Project,
  file: ProgramFile,
  declaration: babel.TSInterfaceDeclaration,
  depth: number,
): WrittenType {
  const bases = (declaration.extends ?? []).flatMap(({ expression }) =>
    expression.type === 'Identifier' && depth < maximumDepth
      ? [...(namedType(project, file, expression.name, depth + 1)?.names ?? [])]
      : [],
  );
  return { file, body: declaration.body, names: new Set([...bases, ...namesOf(declaration.body.body)]) };
}

/** The type behind an imported name, or behind `name.member` of a whole module. */
function importedType(
  project: Project,
  file: ProgramFile,
  name: string,
  member: string | undefined,
  depth: number,
): WrittenType | undefined {
  const binding = file.scopes.root.bindings.get(name);
  const from = binding?.kind === 'import' ? importedFrom(file, binding.node) : undefined;
  const target = from && project.resolve(file, from.module);
  const wanted = from?.name === '*' ? member : from?.name;
  return target && wanted !== undefined ? exportedType(project, target, wanted, depth + 1) : undefined;
}

function exportedType(project: Project, file: ProgramFile, name: string, depth: number): WrittenType | undefined {
  if (depth > maximumDepth) return undefined;
  for (const statement of file.body) {
    if (name === 'default' && statement.type === 'ExportDefaultDeclaration') {
      const declaration = declarationIn(statement);
      if (declaration?.type === 'TSInterfaceDeclaration') return interfaceType(project, file, declaration, depth);
    }
    if (statement.type !== 'ExportNamedDeclaration' && statement.type !== 'ExportAllDeclaration') continue;
    const inner = statement.type === 'ExportAllDeclaration' ? name : localName(statement, name);
    if (inner === undefined) continue;
    const target = statement.source ? project.resolve(file, statement.source.value) : undefined;
    const found = target
      ? exportedType(project, target, inner, depth + 1)
      : statement.source
        ? undefined
        : namedType(project, file, inner, depth + 1);
    if (found) return found;
  }
  return declaredType(project, file, name, depth + 1);
}

/** What `export { inner as name }` calls it inside. */
function localName({ specifiers }: babel.ExportNamedDeclaration, name: string): string | undefined {
  for (const specifier of specifiers) {
    if (specifier.type !== 'ExportSpecifier') continue;
    const { exported } = specifier;
    if ((exported.type === 'Identifier' ? exported.name : exported.value) === name) return specifier.local.name;
  }
  return undefined;
}

function declarationIn(statement: babel.Statement): Node | undefined {
  if (statement.type === 'ExportNamedDeclaration') return statement.declaration ?? undefined;
  return statement.type === 'ExportDefaultDeclaration' ? statement.declaration : statement;
}

/** The one type of a union that may be missing otherwise. */
function optionalOf(types: readonly babel.TSType[]): readonly babel.TSType[] {
  const present = types.filter(({ type }) => type !== 'TSUndefinedKeyword' && type !== 'TSNullKeyword');
  return present.length === 1 ? present : [];
}

function firstOf(
  types: readonly babel.TSType[],
  follow: (node: Node) => WrittenType | undefined,
): WrittenType | undefined {
  for (const type of types) {
    const found = follow(type);
    if (found) return found;
  }
  return undefined;
}

function namesOf(members: readonly babel.TSTypeElement[]): ReadonlySet<string> {
  return new Set(members.flatMap((member) => ('key' in member ? (keyName(member) ?? []) : [])));
}
