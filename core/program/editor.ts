import { CannotEdit } from '../template/cannot-edit.js';
import { type TextEdit, editAt } from '../text/edit.js';
import { type Node, type babel, bare, propertyOf } from './ast.js';
import { CallArguments } from './edit-arguments.js';
import { type NewMember, addMembers } from './edit-interface.js';
import { type Bracketed, ListEditor } from './edit-list.js';
import { Imports } from './imports.js';
import { lineAt, lineEndBehind, lineStart } from './lines.js';
import { type NameUser, type Spot, freeName, referenceFrom, shorthandKey, spotOf, statementOf } from './names.js';
import { type Code, list, object, print, text } from './print.js';
import type { Program } from './program.js';
import type { ProgramResource } from './resources.js';
import { type CodeStyle, styleOf } from './style.js';
import type { Expression } from './values.js';
import type { ProgramFile } from './file.js';
import type { WrittenType } from './written-types.js';

/** A resource under a name that other code can use; `edits` make the name where there was none. */
export interface Named {
  readonly reference: string;
  readonly edits: readonly TextEdit[];
}

/**
 * Verbs over a program: each gives the text edits that do it, in the file's own style, and throws `CannotEdit` where the
 * source is not written out. Edits name their file, for a fix may need several.
 */
export class ProgramEditor {
  private readonly styles = new Map<ProgramFile, CodeStyle>();

  constructor(readonly program: Program) {}

  styleOf(file: ProgramFile): CodeStyle {
    const known = this.styles.get(file) ?? styleOf(file);
    this.styles.set(file, known);
    return known;
  }

  /** New code for a snippet, in the style of a file. */
  print(code: Code, file: ProgramFile): string {
    return print(code, this.styleOf(file));
  }

  /** Puts other code in the place of an expression. */
  replace({ node, place: { file } }: Expression, code: Code): TextEdit[] {
    const [start, end] = [node.start ?? 0, node.end ?? 0];
    const { indent, column } = lineAt(file, start);
    const key = shorthandKey(file, node);
    return [this.at(file, start, end, key + print(code, this.styleOf(file), indent, column + key.length))];
  }

  /** Sets a property of the arguments, replacing the one that is there. */
  setArgument(resource: ProgramResource, name: string, code: Code): TextEdit[] {
    const literal = resource.args && bare(resource.args);
    if (!literal) return this.addArgumentObject(resource, 1, object({ [name]: code }));
    if (literal.type !== 'ObjectExpression')
      throw new CannotEdit(`the arguments of ${resource.id} are not written out`);
    const present = propertyOf(literal, name);
    if (present) return this.replace({ node: present.value, place: resource.place }, code);
    return this.addEntry(resource.file, literal, name, code);
  }

  /** Takes properties or elements out of what they stand in, with their lines and the comments on them. */
  removeMembers(file: ProgramFile, owner: Bracketed, ...members: readonly Node[]): TextEdit[] {
    return this.objects(file).removeMembers(owner, members);
  }

  /** Puts another property in the place of one. */
  replaceProperty(file: ProgramFile, property: babel.ObjectProperty, name: string, code: Code): TextEdit[] {
    const [start, end] = [property.start ?? 0, property.end ?? 0];
    const { indent, column } = lineAt(file, start);
    const head = `${name}: `;
    return [this.at(file, start, end, head + print(code, this.styleOf(file), indent, column + head.length, 1))];
  }

  /** Takes a property out of an object. */
  removeProperty(file: ProgramFile, owner: babel.ObjectExpression, property: Node): TextEdit[] {
    return this.removeMembers(file, owner, property);
  }

  /** Takes a property out of the arguments. */
  removeArgument(resource: ProgramResource, name: string): TextEdit[] {
    const literal = resource.args && bare(resource.args);
    const property = literal?.type === 'ObjectExpression' ? propertyOf(literal, name) : undefined;
    if (literal?.type !== 'ObjectExpression' || !property)
      throw new CannotEdit(`${name} does not stand in the arguments of ${resource.id}`);
    return this.removeProperty(resource.file, literal, property);
  }

  /** Adds an entry to an object that is written out. */
  addEntry(file: ProgramFile, owner: babel.ObjectExpression, name: string, code: Code): TextEdit[] {
    return this.addEntries(file, owner, { [name]: code });
  }

  addEntries(file: ProgramFile, owner: babel.ObjectExpression, entries: Readonly<Record<string, Code>>): TextEdit[] {
    return this.objects(file).addEntries(owner, entries);
  }

  /** Adds an entry before another one, on a line of its own where that one has one. */
  addEntryBefore(file: ProgramFile, next: babel.ObjectProperty, name: string, code: Code): TextEdit[] {
    const style = this.styleOf(file);
    const start = next.start ?? 0;
    const { indent, column } = lineAt(file, start);
    const head = `${name}: `;
    const gap = column === indent.length ? style.eol + indent : ' ';
    return [this.at(file, start, start, `${head}${print(code, style, indent, column + head.length, 1)},${gap}`)];
  }

  /** Adds elements to the end of a list that is written out. */
  append(file: ProgramFile, owner: babel.ArrayExpression | babel.ArrayPattern, ...codes: readonly Code[]): TextEdit[] {
    return this.objects(file).append(owner, codes);
  }

  /** Adds optional properties, each with a doc comment, to an interface or a type literal that is written out. */
  addMembers(type: WrittenType, ...members: readonly NewMember[]): TextEdit[] {
    return addMembers(type, members, this.styleOf(type.file));
  }

  /** Sets an option: a third argument where there is none, a spread of what a name holds otherwise. */
  setOption(resource: ProgramResource, name: string, code: Code): TextEdit[] {
    const { opts, file } = resource;
    if (!opts) return this.addArgumentObject(resource, 2, object({ [name]: code }, false));
    const literal = bare(opts);
    if (literal.type === 'ObjectExpression') {
      if (propertyOf(literal, name)) throw new CannotEdit(`${resource.id} has the option ${name} already`);
      return this.addEntry(file, literal, name, code);
    }
    if (literal.type !== 'Identifier') throw new CannotEdit(`the options of ${resource.id} are computed`);
    const spread: Code = {
      kind: 'object',
      broken: false,
      entries: [
        [`...${literal.name}`, text(`...${literal.name}`)],
        [name, code],
      ],
    };
    return this.replace({ node: opts, place: resource.place }, spread);
  }

  /** Makes a resource wait for others, beside what it waits for already. */
  addDependencies(resource: ProgramResource, on: readonly ProgramResource[]): TextEdit[] {
    const named = on.map((each) => this.nameFor(each, resource));
    const references = named.map(({ reference }) => text(reference));
    return [...named.flatMap(({ edits }) => edits), ...this.dependOn(resource, references)];
  }

  /** Like `addDependencies`, on expressions that are in scope there. */
  dependOn(resource: ProgramResource, references: readonly Code[]): TextEdit[] {
    const literal = resource.opts && bare(resource.opts);
    const present = literal?.type === 'ObjectExpression' ? propertyOf(literal, 'dependsOn') : undefined;
    if (!present) {
      if (this.program.hasOpenOrder(resource))
        throw new CannotEdit(`what ${resource.id} depends on is not written out`);
      return this.setOption(resource, 'dependsOn', list(references));
    }
    const value = bare(present.value);
    if (value.type === 'ArrayExpression') return this.append(resource.file, value, ...references);
    if (value.type !== 'Identifier' && value.type !== 'MemberExpression')
      throw new CannotEdit(`what ${resource.id} depends on is computed`);
    const { kind, expression } = this.program.resolver.value({ node: value, place: resource.place });
    const isList = kind === 'written' && expression.node.type === 'ArrayExpression';
    if (kind !== 'created' && !isList) throw new CannotEdit(`what ${resource.id} depends on is kept elsewhere`);
    const written = `${isList ? '...' : ''}${resource.file.text.slice(value.start ?? 0, value.end ?? 0)}`;
    return this.replace({ node: present.value, place: resource.place }, list([text(written), ...references]));
  }

  /** A reference to a resource that can be used where another one is created; an unnamed one is bound to a name first. */
  nameFor(resource: ProgramResource, user: NameUser): Named {
    return this.nameAt(resource, spotOf(user), user.id);
  }

  /** Like `nameFor`, for code at any spot; what another file creates is imported. */
  nameAt(resource: ProgramResource, spot: Spot, user: string): Named {
    if (resource.file !== spot.file) return new Imports(this).named(resource, spot.file);
    if (resource.holder.kind === 'none') return this.bind(resource, spot, user);
    const reference = referenceFrom(resource, spot);
    if (reference === undefined) throw new CannotEdit(`${resource.id} cannot be named where ${user} is created`);
    return { reference, edits: [] };
  }

  /** A reference for a statement right behind the one that creates a resource; an unnamed one is bound to a name first. */
  nameBehind(resource: ProgramResource): Named {
    const { holder } = resource;
    if (holder.kind === 'none') return this.declare(resource);
    if (holder.kind === 'other') throw new CannotEdit(`${resource.id} is not kept in a name`);
    return { reference: holder.kind === 'field' ? `this.${holder.name}` : holder.name, edits: [] };
  }

  /** Inserts a statement behind another one, set apart by a blank line where the file does so. */
  insertAfter(file: ProgramFile, statement: Node, code: string): TextEdit[] {
    const { eol } = this.styleOf(file);
    const end = lineEndBehind(file, statement.end ?? 0);
    const { indent } = lineAt(file, statement.start ?? 0);
    const gap = this.setsApart(file, statement) ? eol + eol : eol;
    return [this.at(file, end, end, gap + indent + code)];
  }

  /** A statement that creates a resource, in the style of the file at a statement's indentation. */
  creation(file: ProgramFile, beside: Node, name: string | undefined, created: Code): string {
    const style = this.styleOf(file);
    const { indent } = lineAt(file, beside.start ?? 0);
    const head = name === undefined ? '' : `const ${name} = `;
    const semicolon = style.semicolon ? ';' : '';
    return head + print(created, style, indent, indent.length + head.length, semicolon.length) + semicolon;
  }

  /** The text of an expression as it stands. */
  textOf({ node, place }: Expression): string {
    return place.file.text.slice(node.start ?? 0, node.end ?? 0);
  }

  freeName(file: ProgramFile, wanted: string): string {
    return freeName(file, wanted);
  }

  at(file: ProgramFile, start: number, end: number, code: string): TextEdit {
    return { ...editAt(file.text, start, end, code), file: file.path };
  }

  private objects(file: ProgramFile): ListEditor {
    return new ListEditor(file, this.styleOf(file));
  }

  private addArgumentObject(resource: ProgramResource, index: number, code: Code): TextEdit[] {
    return new CallArguments(resource.file, this.styleOf(resource.file)).add(resource.node, index, code);
  }

  /** The name that an unnamed resource gets. */
  boundName(resource: ProgramResource): string {
    return freeName(resource.file, nameLike(resource));
  }

  private bind(resource: ProgramResource, spot: Spot, user: string): Named {
    const name = this.boundName(resource);
    const named = referenceFrom({ ...resource, holder: { kind: 'const', name, declarator: undefined as never } }, spot);
    if (named === undefined) throw new CannotEdit(`${resource.id} cannot be named where ${user} is created`);
    return this.declare(resource);
  }

  private declare(resource: ProgramResource): Named {
    const { file, node } = resource;
    const statement = statementOf(file, node);
    if (statement?.type !== 'ExpressionStatement') throw new CannotEdit(`${resource.id} is not a statement of its own`);
    const reference = this.boundName(resource);
    return { reference, edits: [this.at(file, statement.start ?? 0, node.start ?? 0, `const ${reference} = `)] };
  }

  /** True where the statements around are parted by blank lines. */
  private setsApart(file: ProgramFile, statement: Node): boolean {
    const before = file.text.slice(0, lineStart(file, statement.start ?? 0));
    const behind = file.text.slice(lineEndBehind(file, statement.end ?? 0));
    return /\r?\n[ \t]*\r?\n$/.test(before) || /^\r?\n[ \t]*\r?\n/.test(behind);
  }
}

/** A name for a resource that has none, out of its logical name: `notice-basic-${suffix}` is `noticeBasic`. */
export function nameLike(resource: ProgramResource): string {
  const { logicalName } = resource;
  const written =
    logicalName?.type === 'StringLiteral'
      ? logicalName.value
      : logicalName?.type === 'TemplateLiteral'
        ? logicalName.quasis.map(({ value }) => value.cooked ?? '').join('-')
        : '';
  const words = written.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const kind = resource.member.path.at(-1) ?? 'resource';
  const camel = words
    .map((word, index) => (index === 0 ? lowerFirst(word) : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
  return /^[A-Za-z]/.test(camel) ? camel : lowerFirst(kind);
}

export function lowerFirst(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}
