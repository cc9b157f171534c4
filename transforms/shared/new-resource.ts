import type { Node } from '../../core/program/ast.js';
import { StatementEditor } from '../../core/program/edit-statements.js';
import { type ProgramEditor, nameLike } from '../../core/program/editor.js';
import { type Spot, blockStatementOf, functionAround, statementIn } from '../../core/program/names.js';
import { type Code, call, text } from '../../core/program/print.js';
import type { ProgramResource } from '../../core/program/resources.js';
import { constructorLike, logicalNameLike, optionsLike } from '../../core/program/surroundings.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TextEdit } from '../../core/text/edit.js';

/** Where a new resource goes: into the block in which another one is created that waits for it. */
export interface Site {
  readonly spot: Spot;
  readonly block: Node;
  readonly statement: Node;
}

/** A resource to be created: what it is, and what it is called. */
export interface NewResource {
  readonly type: string;
  readonly args: Code;
  readonly title: Title;
  /** The neighbour that its options are taken from. */
  readonly beside: ProgramResource;
}

/** The variable and the logical name of a new resource. */
export interface Title {
  readonly variable: string;
  readonly logicalName: Code;
}

/** Creates resources beside those that the program creates. */
export class ResourceWriter {
  constructor(private readonly editor: ProgramEditor) {}

  /** The site of what a resource is to wait for. */
  siteBefore({ file, node, id, repeated }: ProgramResource): Site {
    if (repeated) throw new CannotEdit(`${id} is created ${repetition(repeated)}`);
    const statement = blockStatementOf(file, node);
    const block = statement && file.scopes.parentOf(statement);
    if (!statement || !block) throw new CannotEdit(`${id} does not stand in a statement of its own`);
    return { spot: { file, node, offset: statement.start ?? 0 }, block, statement };
  }

  /** Names after a neighbour that no other resource of the project has. */
  titleLike(neighbour: ProgramResource, slugs: readonly string[]): Title {
    const { program } = this.editor;
    const { holder, file } = neighbour;
    const base = ('name' in holder ? holder.name : nameLike(neighbour)).replace(/Role$/, '');
    const taken = new Set(program.resources.map((each) => logicalText(each)));
    for (let figure = 1; ; figure++) {
      for (const slug of figure === 1 ? slugs : slugs.map((each) => `${each}-${figure}`)) {
        const logicalName = logicalNameLike(neighbour, slug);
        const written = logicalName.kind === 'string' ? logicalName.value : this.editor.print(logicalName, file);
        const variable = base + pascal(slug);
        const isFree = this.editor.freeName(file, variable) === variable && !program.of(variable);
        if (isFree && !taken.has(written)) return { variable, logicalName };
      }
    }
  }

  /** Behind the last of what it names and its siblings, all of which stand before the subject. */
  insert({ spot, block, statement }: Site, before: readonly Node[], resource: NewResource): TextEdit[] {
    const { type, args, title, beside } = resource;
    const last = [...before, ...this.declarationsOf(args, spot)]
      .flatMap((node) => statementIn(spot.file, block, node) ?? [])
      .filter(({ end }) => (end ?? 0) <= spot.offset)
      .toSorted((a, b) => (b.end ?? 0) - (a.end ?? 0))[0];
    const options = optionsLike(beside);
    const constructor = `new ${constructorLike(beside, ['iam', type])}`;
    const created = call(constructor, title.logicalName, args, ...(options ? [options] : []));
    const code = this.editor.creation(spot.file, last ?? statement, title.variable, created);
    return last
      ? this.editor.insertAfter(spot.file, last, code)
      : new StatementEditor(this.editor).insertBefore(spot.file, statement, code);
  }

  /** Where the names in new code are declared: a role may be what a function returned. */
  private declarationsOf(code: Code, { file, node }: Spot): Node[] {
    const words = new Set(this.editor.print(code, file).match(/[A-Za-z_$][\w$]*/g) ?? []);
    const scope = file.scopes.scopeOf(node);
    return [...words].flatMap((word) => {
      const binding = scope.lookup(word);
      return binding && (binding.kind === 'const' || binding.kind === 'let') ? [binding.node] : [];
    });
  }

  /** The subject waits for the new resource. */
  waitFor(subject: ProgramResource, { variable }: Title): TextEdit[] {
    return this.editor.dependOn(subject, [text(variable)]);
  }
}

/** True where one run of the same function creates both. */
export function areTogether(a: ProgramResource, b: ProgramResource): boolean {
  return a.file === b.file && functionAround(a.file, a.node) === functionAround(b.file, b.node);
}

export function repetition(repeated: NonNullable<ProgramResource['repeated']>): string {
  if (repeated === 'function') return 'by a function that is called more than once';
  return repeated === 'loop' ? 'in a loop' : 'in a callback';
}

/** A logical name as it is written, plain text without its quotes. */
function logicalText({ file, logicalName }: ProgramResource): string {
  if (logicalName?.type === 'StringLiteral') return logicalName.value;
  return file.text.slice(logicalName?.start ?? 0, logicalName?.end ?? 0);
}

export function kebab(name: string): string {
  return name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();
}

function pascal(slug: string): string {
  return slug
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
