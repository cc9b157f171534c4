import type { SourceFile } from '../text/source-file.js';
import type { babel } from './ast.js';
import { parseProgram } from './parse.js';
import { Scopes } from './scope.js';

/** One parsed file of a Pulumi program. */
export class ProgramFile {
  readonly ast: babel.File;
  readonly scopes: Scopes;

  /** @throws {ParseProblem} when the text cannot be parsed. */
  constructor(readonly source: SourceFile) {
    this.ast = parseProgram(source);
    this.scopes = new Scopes(this.ast.program);
  }

  get path(): string {
    return this.source.path;
  }

  get text(): string {
    return this.source.text;
  }

  /** The statements of the file itself. */
  get body(): readonly babel.Statement[] {
    return this.ast.program.body;
  }
}
