import path from 'node:path';
import type { FileReport, Finding, Problem } from '../core/engine/types.js';
import type { Impact, Rule } from '../core/rule.js';
import type { Outcome } from './fix-summary.js';
import type { Tally } from './tally.js';

/** The forms in which a run can be reported; `text` is what people read, and for `diff` the patch. */
export const formatNames = ['text', 'patch', 'json', 'sarif', 'github', 'gitlab', 'markdown'] as const;

export type FormatName = (typeof formatNames)[number];

/** What an encoder knows before the first file. */
export interface EncoderContext {
  readonly command: 'check' | 'diff' | 'fix';
  /** Of stackmend. */
  readonly version: string;
  /** `YYYY-MM-DD`, for which runtimes were judged. */
  readonly today: string;
  /** Where the paths start inside the git repository, such as `infra/`: forges name files from its root. */
  readonly prefix: string;
  readonly rules: readonly Rule[];
}

/** One file and what became of it. */
export interface FileOutcome extends Outcome {
  /** True when `after` stands on the disk. */
  readonly written: boolean;
}

/** What is known when all files are done. */
export interface RunEnd {
  readonly problems: readonly Problem[];
  readonly tally: Tally;
  readonly exitCode: number;
}

/** Turns a run into one text, piece by piece, so that long runs need not be kept. */
export interface Encoder {
  /** What can be said as soon as a file is done. */
  readonly file: (outcome: FileOutcome) => string;
  /** What is left to say at the end. */
  readonly end: (run: RunEnd) => string;
}

/** A file as it is on the disk when the command ends, and what is wrong with it then. */
export interface OnDisk {
  readonly file: string;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** True for a finding whose fix is not applied yet and passed every gate. */
  readonly isProved: (finding: Finding) => boolean;
}

/** What reports for machines describe: after `fix` the mended file with what is left, else the file with all its findings. */
export function onDisk({ report, written }: FileOutcome): OnDisk {
  if (written)
    return {
      file: report.renamedTo ?? report.file,
      text: report.after,
      findings: report.remaining,
      isProved: () => false,
    };
  const proved = new Set(report.applied.map(({ fingerprint }) => fingerprint));
  return {
    file: report.file,
    text: report.before,
    findings: report.findings,
    isProved: ({ fingerprint }) => proved.has(fingerprint),
  };
}

/** The report as `check` tells it: nothing was mended. */
export function asChecked(report: FileReport): FileReport {
  const { renamedTo: _, ...rest } = report;
  return { ...rest, after: report.before, applied: [], withheld: [], remaining: report.findings, passes: 0 };
}

/** How loud a finding is where a format knows three levels. */
export type Level = 'error' | 'warning' | 'note';

/** Proven and grave is an error; what is only possible is one step quieter. */
export function levelOf({ certainty, impact }: Pick<Finding, 'certainty' | 'impact'>): Level {
  const steps: readonly Level[] = ['error', 'warning', 'note'];
  return steps[Math.min(2, step[impact] + (certainty === 'proven' ? 0 : 1))] ?? 'note';
}

const step: Readonly<Record<Impact, number>> = { critical: 0, high: 0, medium: 1, low: 2 };

/** A path from the root of the repository, as forges want it. */
export function fromRoot(prefix: string, file: string): string {
  return path.posix.normalize(prefix + file);
}
