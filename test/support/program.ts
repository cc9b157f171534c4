import { moduleCandidates } from '../../core/engine/modules.js';
import { ProgramEditor } from '../../core/program/editor.js';
import { ProgramFile } from '../../core/program/file.js';
import { Program } from '../../core/program/program.js';
import type { TemplateNode } from '../../core/template/node.js';
import { type TextEdit, applyEdits } from '../../core/text/edit.js';
import { SourceFile } from '../../core/text/source-file.js';

/** A program of the given files, the first of which is its main one. */
export class TestProgram {
  readonly files: readonly ProgramFile[];
  readonly program: Program;
  readonly editor: ProgramEditor;

  constructor(texts: Readonly<Record<string, string>>) {
    this.files = Object.entries(texts).map(([path, text]) => new ProgramFile(new SourceFile(path, text)));
    this.program = new Program({
      files: this.files,
      resolve: (from, module) => {
        const candidates = new Set(module.startsWith('.') ? moduleCandidates(from.path, module) : []);
        return this.files.find(({ path }) => candidates.has(path));
      },
    });
    this.editor = new ProgramEditor(this.program);
  }

  file(path: string): ProgramFile {
    const found = this.files.find((file) => file.path === path);
    if (!found) throw new Error(`there is no file ${path}`);
    return found;
  }

  /** The text of a file after those of the edits that are for it. */
  after(path: string, edits: readonly TextEdit[]): string {
    return applyEdits(
      this.file(path).text,
      edits.filter((edit) => edit.file === path),
    );
  }
}

/** A node of a model as data: an intrinsic is a map of its name, as templates in JSON spell it. */
export function dataOf(node: TemplateNode | undefined): unknown {
  switch (node?.kind) {
    case undefined:
      return undefined;
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(dataOf);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, dataOf(value)]));
    case 'intrinsic':
      return { [node.name]: dataOf(node.argument) };
  }
}
