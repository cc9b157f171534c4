import { CannotEdit } from '../template/cannot-edit.js';
import type { TextEdit } from '../text/edit.js';
import type { Node, babel } from './ast.js';
import type { Named, ProgramEditor } from './editor.js';
import type { ProgramFile } from './file.js';
import { blockStatementOf } from './names.js';
import type { ProgramResource } from './resources.js';
import { quoted } from './print.js';
import { atTop } from './values.js';

/** Names in one file what another one creates: by an import that is there, else by a new one. */
export class Imports {
  constructor(private readonly editor: ProgramEditor) {}

  /** @throws {CannotEdit} where the resource is not kept at the top of its file, or the import would close a circle. */
  named(resource: ProgramResource, file: ProgramFile): Named {
    const present = this.present(resource, file);
    if (present !== undefined) return { reference: present, edits: [] };
    const { name, edits } = this.exported(resource);
    if (!file.scopes.isFree(name)) throw new CannotEdit(`${name} means something else in ${file.path}`);
    if (this.leadsTo(resource.file, file, new Set()))
      throw new CannotEdit(
        `${resource.file.path} imports ${file.path} already, so that ${resource.id} cannot be named there`,
      );
    return { reference: name, edits: [...edits, ...this.add(name, resource.file, file)] };
  }

  /** An imported name, or a member of an imported file. */
  private present(resource: ProgramResource, file: ProgramFile): string | undefined {
    const { program } = this.editor;
    for (const { kind, name, node } of file.scopes.root.bindings.values()) {
      if (kind !== 'import') continue;
      const identifier = { type: 'Identifier', name, start: node.start, end: node.end } as babel.Identifier;
      const value = program.resolver.value({ node: identifier, place: atTop(file) });
      if (value.kind === 'created' && program.resourceAt(value.expression) === resource) return name;
      const isFile = value.kind === 'written' && value.expression.node === resource.file.ast.program;
      if (isFile && exportedName(resource) !== undefined) return `${name}.${exportedName(resource)}`;
    }
    return undefined;
  }

  /** The name under which its file exports a resource, which it may have to begin with. */
  private exported(resource: ProgramResource): { readonly name: string; readonly edits: readonly TextEdit[] } {
    const { file, holder, id, node } = resource;
    const name = exportedName(resource);
    if (name !== undefined) return { name, edits: [] };
    const statement = blockStatementOf(file, node);
    if (!statement || file.scopes.parentOf(statement)?.type !== 'Program')
      throw new CannotEdit(`${id} is created inside of a function or class of another file`);
    // What the main file exports is an output of the stack.
    if (!this.isImported(file)) throw new CannotEdit(`${id} is created in ${file.path}, which no other file imports`);
    const start = statement.start ?? 0;
    if (statement.type === 'VariableDeclaration' && holder.kind === 'const')
      return { name: holder.name, edits: [this.editor.at(file, start, start, 'export ')] };
    if (statement.type !== 'ExpressionStatement' || holder.kind !== 'none')
      throw new CannotEdit(`${id} is kept by nothing that ${file.path} could export`);
    const fresh = this.editor.boundName(resource);
    return { name: fresh, edits: [this.editor.at(file, start, node.start ?? 0, `export const ${fresh} = `)] };
  }

  private isImported(file: ProgramFile): boolean {
    return this.editor.program.project.files.some((other) => other !== file && this.importedBy(other).includes(file));
  }

  private leadsTo(from: ProgramFile, to: ProgramFile, seen: Set<ProgramFile>): boolean {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return this.importedBy(from).some((next) => this.leadsTo(next, to, seen));
  }

  private importedBy(file: ProgramFile): ProgramFile[] {
    return file.body.flatMap((statement) => {
      const source = 'source' in statement ? statement.source : undefined;
      const target =
        source?.type === 'StringLiteral' ? this.editor.program.project.resolve(file, source.value) : undefined;
      return target ? [target] : [];
    });
  }

  /** Beside the names that come from that file already, else on a line below the other imports. */
  private add(name: string, from: ProgramFile, into: ProgramFile): TextEdit[] {
    const imports = into.body.filter((each): each is babel.ImportDeclaration => each.type === 'ImportDeclaration');
    const last = imports.at(-1);
    if (!last) throw new CannotEdit(`${into.path} imports nothing, so that ${name} cannot be named there`);
    for (const declaration of imports) {
      const specifier = declaration.specifiers.at(-1);
      const isFrom = this.editor.program.project.resolve(into, declaration.source.value) === from;
      if (isFrom && declaration.importKind !== 'type' && specifier?.type === 'ImportSpecifier')
        return [this.behind(into, specifier, `, ${name}`)];
    }
    const { quote, semicolon, eol, bracketSpacing } = this.editor.styleOf(into);
    const braced = bracketSpacing ? `{ ${name} }` : `{${name}}`;
    const module = quoted(moduleName(into, from), quote);
    return [this.behind(into, last, `${eol}import ${braced} from ${module}${semicolon ? ';' : ''}`)];
  }

  private behind(file: ProgramFile, { end }: Node, code: string): TextEdit {
    return this.editor.at(file, end ?? 0, end ?? 0, code);
  }
}

/** The name of a resource that stands in the file's own `export const`, or in its `export { ... }`. */
function exportedName({ file, holder, node }: ProgramResource): string | undefined {
  if (holder.kind !== 'const') return undefined;
  const statement = blockStatementOf(file, node);
  if (statement?.type === 'ExportNamedDeclaration') return holder.name;
  if (!statement || file.scopes.parentOf(statement)?.type !== 'Program') return undefined;
  const listed = file.body
    .flatMap((each) => (each.type === 'ExportNamedDeclaration' && !each.source ? each.specifiers : []))
    .find((each) => each.type === 'ExportSpecifier' && each.local.name === holder.name);
  return listed?.exported.type === 'Identifier' && listed.exported.name !== 'default'
    ? listed.exported.name
    : undefined;
}

/** `../iam`, with the ending that the file's other imports have. */
function moduleName(into: ProgramFile, from: ProgramFile): string {
  const [own, other] = [into.path, from.path].map((path) => path.split(/[\\/]/));
  const folders = own?.slice(0, -1) ?? [];
  const common = folders.findIndex((folder, index) => other?.[index] !== folder);
  const shared = common === -1 ? folders.length : common;
  const up = folders.slice(shared).map(() => '..');
  const down = (other ?? []).slice(shared).join('/');
  const ending = into.body.some((each) => each.type === 'ImportDeclaration' && /^\..*\.js$/.test(each.source.value))
    ? '.js'
    : '';
  return `${up.length === 0 ? '.' : up.join('/')}/${down.replace(/\.[cm]?[jt]sx?$/, ending)}`;
}
