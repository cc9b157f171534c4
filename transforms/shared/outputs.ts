import type { ProgramEditor } from '../../core/program/editor.js';
import { type Code, text } from '../../core/program/print.js';
import { pulumiName } from '../../core/program/surroundings.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TextEdit } from '../../core/text/edit.js';
import type { Embedding } from './documents.js';
import { withTail } from './policy-code.js';
import type { ResourceCode } from './resource-code.js';
import { Unpacking, takingOutputs } from './unpacking.js';

/** The names that outputs have inside of a document, and the edits that bring new ones in. */
export class Outputs {
  private readonly unpacking: Unpacking | undefined;
  private takesOutputs = false;

  constructor(
    private readonly editor: ProgramEditor,
    private readonly embedding: Embedding,
  ) {
    const { file, callback } = embedding;
    this.unpacking = callback && new Unpacking(editor, file, callback);
  }

  codeOf(resource: ResourceCode): Code {
    if (resource.kind === 'plain') return resource.code;
    const { expression, name } = resource;
    if (this.unpacking) return text(withTail(this.unpacking.add(expression, name), resource, '`'));
    this.takesOutputs = true;
    if (resource.tail === '') return text(expression);
    const pulumi = pulumiName(this.embedding.file);
    if (pulumi === undefined) throw new CannotEdit('the file imports no name for @pulumi/pulumi');
    return text(withTail(expression, resource, `${pulumi}.interpolate\``));
  }

  /** To be asked for when all outputs are named. */
  edits(): TextEdit[] {
    const { stringify, file } = this.embedding;
    if (this.unpacking) return this.unpacking.edits();
    return this.takesOutputs && stringify ? takingOutputs(this.editor, file, stringify) : [];
  }
}
