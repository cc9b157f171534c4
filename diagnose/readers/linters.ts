import type { LogLine, Reader, Sink } from '../failure.js';

/** `E3002 message` and below it `template.yaml:10:5`. */
const lintMessage = /^([EW]\d{4}) (.{1,2000})$/;
const lintPlace = /^(\S.{0,400}?):(\d{1,7}):(\d{1,7})$/;
/** `template.yaml:10:5:10:20:E3002:message` */
const lintParseable = /^(.{1,400}?):(\d{1,7}):(\d{1,7}):\d{1,7}:\d{1,7}:([EW]\d{4}):(.{1,2000})$/;

/** What cfn-lint prints, in its default and in its parseable format. */
export class CfnLint implements Reader {
  private begun: { readonly reason: string; readonly line: number } | undefined;

  constructor(private readonly found: Sink) {}

  get isOpen(): boolean {
    return this.begun !== undefined;
  }

  take({ text, number }: LogLine): boolean {
    const place = this.begun && lintPlace.exec(text);
    if (this.begun && place) {
      const [, file = '', line, column] = place;
      this.report(this.begun.reason, this.begun.line, file, line, column);
      this.begun = undefined;
      return true;
    }
    this.end();
    const [, id, message] = /^[EW]\d{4} /.test(text) ? (lintMessage.exec(text) ?? []) : [];
    if (id !== undefined && message !== undefined) {
      this.begun = { reason: `${id} ${message}`, line: number };
      return true;
    }
    const parseable = /:[EW]\d{4}:/.test(text) ? lintParseable.exec(text) : null;
    if (!parseable) return false;
    const [, file = '', line, column, code = '', said = ''] = parseable;
    this.report(`${code} ${said}`, number, file, line, column);
    return true;
  }

  end(): void {
    if (this.begun) this.found({ ...this.begun, format: 'cfn-lint' });
    this.begun = undefined;
  }

  private report(reason: string, at: number, file: string, line = '1', column = '1'): void {
    this.found({
      reason,
      place: { file, line: Number(line), column: Number(column) },
      format: 'cfn-lint',
      line: at,
    });
  }
}

/** `index.ts(10,5): error TS2353: message`, or `index.ts:10:5 - error TS2353: message`. */
const compiler = /^\s*(\S.{0,400}?)(?:\((\d{1,7}),(\d{1,7})\):|:(\d{1,7}):(\d{1,7}) -) error (TS\d{1,6}): (.{1,4000})$/;

/** What the TypeScript compiler prints, plain or pretty, also through ts-node. */
export class Tsc implements Reader {
  readonly isOpen = false;

  constructor(private readonly found: Sink) {}

  take({ text, number }: LogLine): boolean {
    const match = text.includes('error TS') ? compiler.exec(text) : null;
    if (!match) return false;
    const [, file = '', line, column, otherLine, otherColumn, code = '', message = ''] = match;
    this.found({
      reason: `error ${code}: ${message}`,
      place: { file, line: Number(line ?? otherLine), column: Number(column ?? otherColumn) },
      format: 'tsc',
      line: number,
    });
    return true;
  }

  end(): void {}
}
