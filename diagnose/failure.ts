/** What produced the lines that a failure was read from. */
export type LogFormat =
  'cloudformation-events' | 'sam-deploy' | 'cdk-deploy' | 'pulumi-up' | 'pulumi-events' | 'cfn-lint' | 'tsc' | 'text';

/** The resource as the log names it. */
export interface NamedResource {
  /** Logical id in the template, or the name in the program. */
  readonly name: string;
  /** `AWS::Lambda::Function`, or Pulumi's `aws:lambda/function:Function`. */
  readonly type?: string;
  readonly urn?: string;
  readonly stack?: string;
}

/** One thing that a log says went wrong. */
export interface Failure {
  /** The text of AWS or of the tool, on one line. */
  readonly reason: string;
  readonly resource?: NamedResource;
  /** Where a linter or compiler says that it is. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
  /** `CREATE_FAILED`... */
  readonly status?: string;
  readonly format: LogFormat;
  /** Line of the log, from 1. */
  readonly line: number;
  /** When it happened, as the log writes it. */
  readonly time?: string;
}

/** Takes what a reader finds. */
export type Sink = (failure: Failure) => void;

/** A line without colours, time stamps and marks of CI systems. */
export interface LogLine {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** Reads one format out of the lines of a log; several read the same log side by side. */
export interface Reader {
  /** True when the line belongs to this format: then no other reader sees it. */
  take(line: LogLine): boolean;
  /** True while the next line may go on with what was begun, whatever it looks like. */
  readonly isOpen: boolean;
  /** After the last line. */
  end(): void;
}
