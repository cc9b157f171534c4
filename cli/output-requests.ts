import { InvalidArgumentError } from 'commander';
import type { FormatName } from '../report/encoder.js';
import { UserError } from './user-error.js';

/** One report that is asked for. */
export interface OutputRequest {
  readonly format: FormatName;
  /** Where it goes; standard output when absent. */
  readonly file?: string;
}

/**
 * Reads `--format` and `--output` in the order in which they stand: `--output` says where the format before it goes, and
 * where there is none, the format that the command has anyway.
 */
export class OutputRequests {
  private readonly requests: { format: FormatName; file?: string }[] = [];

  constructor(private readonly known: readonly FormatName[]) {}

  readonly addFormat = (name: string): OutputRequests => {
    const format = this.known.find((each) => each === name);
    if (format === undefined) throw new InvalidArgumentError(`Allowed choices are ${this.known.join(', ')}.`);
    this.requests.push({ format });
    return this;
  };

  readonly addFile = (file: string): OutputRequests => {
    const last = this.requests.at(-1);
    if (last && last.file === undefined) last.file = file;
    else this.requests.push({ format: 'text', file });
    return this;
  };

  /** What was asked for, or text on standard output. */
  get list(): readonly OutputRequest[] {
    return this.requests.length === 0 ? [{ format: 'text' }] : this.requests;
  }

  /** The format on standard output, where there is one. */
  get shown(): FormatName | undefined {
    return this.list.find(({ file }) => file === undefined)?.format;
  }

  /** True for text on standard output alone. */
  get isPlain(): boolean {
    return this.list.every(({ format, file }) => format === 'text' && file === undefined);
  }

  /** @throws {UserError} where two reports would go to one place */
  check(): void {
    const shown = this.list.filter(({ file }) => file === undefined).map(({ format }) => format);
    if (shown.length > 1)
      throw new UserError(
        `${shown.join(' and ')} cannot both go to standard output`,
        `say where one goes, right behind it: --format ${shown[0]} --output FILE`,
      );
  }
}
