import { type TextEdit, editAt } from '../text/edit.js';
import { overlaps } from '../text/span.js';
import { type Node, type babel } from './ast.js';
import { ListEditor } from './edit-list.js';
import { hasNoEffect } from './effects.js';
import type { ProgramFile } from './file.js';
import { lineEndBehind, lineStart } from './lines.js';
import { isPropertyName, statementsAround } from './names.js';
import type { Binding } from './scope.js';
import { styleOf } from './style.js';

/**
 * Takes away the constants and imports that only code names which edits take away: what is unused is an error for many
 * a compiler's settings. One that is exported, that shares its declaration, or whose value may do something when it is
 * computed, stays; so do parameters, which callers give.
 * @returns more edits of the same file, apart from the given ones
 */
export function removeUnused(file: ProgramFile, edits: readonly TextEdit[]): TextEdit[] {
  const uses = usesIn(file);
  const all = [...edits];
  for (;;) {
    const more = unusedAfter(file, uses, all).filter(({ span }) => !all.some((other) => overlaps(span, other.span)));
    if (more.length === 0) return all.slice(edits.length);
    all.push(...more);
  }
}

/** Where names are used, besides their declarations. */
function usesIn(file: ProgramFile): Map<Binding, babel.Identifier[]> {
  const uses = new Map<Binding, babel.Identifier[]>();
  for (const node of file.scopes.all('Identifier')) {
    const binding = isPropertyName(file, node) ? undefined : file.scopes.resolve(node);
    if (!binding || isDeclaring(file, node, binding)) continue;
    const known = uses.get(binding);
    if (known) known.push(node);
    else uses.set(binding, [node]);
  }
  return uses;
}

/** True where an identifier stands for itself in its declaration: in a pattern or behind `import`. */
function isDeclaring(file: ProgramFile, node: babel.Identifier, binding: Binding): boolean {
  if (binding.kind === 'import') return file.scopes.parentOf(node) === binding.node;
  const pattern = binding.node.type === 'VariableDeclarator' ? binding.node.id : binding.node;
  for (const each of file.scopes.around(node)) {
    if (each === pattern) return true;
    const parent = file.scopes.parentOf(each);
    const isValue =
      parent?.type === 'AssignmentPattern'
        ? parent.left === each
        : parent?.type !== 'ObjectProperty' || parent.value === each;
    if (!isValue) return false;
  }
  return false;
}

/** Words of new code that may be variables: no keys, no members. */
function namesIn(code: string): string[] {
  return code.replaceAll(/(?<!\.\.)\.[\w$]+|[\w$]+:/g, ' ').split(/[^\w$]+/);
}

/** True for nodes whose text edits take away, or put other text in the place of. */
export function isWithin(edits: readonly TextEdit[]): (node: Node) => boolean {
  return ({ start, end }) => edits.some(({ span }) => span.start <= (start ?? 0) && (end ?? 0) <= span.end);
}

function unusedAfter(
  file: ProgramFile,
  uses: ReadonlyMap<Binding, readonly babel.Identifier[]>,
  edits: readonly TextEdit[],
): TextEdit[] {
  const words = new Set(edits.flatMap(({ text }) => namesIn(text)));
  const isGone = isWithin(edits);
  const unused = [...uses].flatMap(([binding, places]) =>
    !words.has(binding.name) && places.every(isGone) && !isGone(binding.node) ? [binding] : [],
  );
  const names = new Set(unused);
  const owners = new Set(unused.map(({ node, kind }) => (kind === 'import' ? file.scopes.parentOf(node) : node)));
  return [...owners].flatMap((owner) => {
    if (owner?.type === 'VariableDeclarator') return withoutDeclared(file, owner, names);
    return owner?.type === 'ImportDeclaration' ? withoutImported(file, owner, names) : [];
  });
}

/** Takes out a declaration, or those names of its pattern that nothing uses. */
function withoutDeclared(
  file: ProgramFile,
  declarator: babel.VariableDeclarator,
  unused: ReadonlySet<Binding>,
): TextEdit[] {
  const declaration = file.scopes.parentOf(declarator);
  const { id, init } = declarator;
  if (
    declaration?.type !== 'VariableDeclaration' ||
    declaration.kind !== 'const' ||
    declaration.declarations.length > 1
  )
    return [];
  if (!init || !statementsAround(file, declaration) || !hasNoEffect(file, declarator)) return [];
  const own = [...file.scopes.scopeOf(declaration).bindings.values()].filter(({ node }) => node === declarator);
  if (own.every((binding) => unused.has(binding))) return [withoutLines(file, declaration)];
  if (id.type !== 'ObjectPattern' || id.properties.some(({ type }) => type === 'RestElement')) return [];
  const names = new Set(own.filter((binding) => unused.has(binding)).map(({ name }) => name));
  const gone = id.properties.filter(
    (property) => property.type === 'ObjectProperty' && names.has(nameBound(property.value) ?? ''),
  );
  return gone.length === 0 ? [] : new ListEditor(file, styleOf(file)).removeMembers(id, gone);
}

function nameBound(pattern: Node): string | undefined {
  if (pattern.type === 'AssignmentPattern') return nameBound(pattern.left);
  return pattern.type === 'Identifier' ? pattern.name : undefined;
}

/** Takes out an import, or those of its names that nothing uses. Of a module of JavaScript it is what runs it. */
function withoutImported(
  file: ProgramFile,
  declaration: babel.ImportDeclaration,
  unused: ReadonlySet<Binding>,
): TextEdit[] {
  if (/\.[cm]?jsx?$/i.test(file.path)) return [];
  const nodes = new Set([...unused].map(({ node }) => node));
  const left = declaration.specifiers.filter((specifier) => !nodes.has(specifier));
  if (left.length === 0) return [withoutLines(file, declaration)];
  const gone = declaration.specifiers.filter((each) => each.type === 'ImportSpecifier' && nodes.has(each));
  if (gone.length === 0 || !left.some(({ type }) => type === 'ImportSpecifier')) return [];
  return new ListEditor(file, styleOf(file)).removeMembers(declaration, gone);
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
