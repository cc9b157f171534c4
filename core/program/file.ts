import type { SourceFile } from '../text/source-file.js';
import type { babel } from './ast.js';
import { parseProgram } from './parse.js';
import { Scopes } from './scope.js';

/** One parsed file of a Pulumi program. */
export class ProgramFile {
  readonly ast: babel.File;
  readonly scopes: Scopes;
  private readonly derived = new Map<unknown, unknown>();

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

  /** What a function makes of this file, worked out once, and given up with the file: see `Template.once`. */
  once<T>(make: (file: ProgramFile) => T): T {
    if (!this.derived.has(make)) this.derived.set(make, make(this));
    return this.derived.get(make) as T;
  }
}
