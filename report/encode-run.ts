import type { RunResult } from '../core/engine/texts.js';
import { type Encoder, type EncoderContext, type FormatName, asChecked } from './encoder.js';
import { encoderOf } from './encoders.js';
import { type Tally, addReport, emptyTally, isChanged } from './tally.js';

/** A report over a run that is done: one text, as the command line prints it. */
export async function encodeRun(
  format: Exclude<FormatName, 'text'>,
  run: RunResult,
  context: EncoderContext & { readonly written: boolean },
): Promise<string> {
  const encoder: Encoder = await encoderOf(format, context);
  const checks = context.command === 'check' && format !== 'sarif';
  const reports = checks ? run.reports.map(asChecked) : run.reports;
  const pieces = reports.map((report) => encoder.file({ report, written: context.written && isChanged(report) }));
  const tally = reports.reduce(addReport, startOf(run));
  return [...pieces, encoder.end({ problems: run.problems, tally, exitCode: exitCodeOf(run, context, tally) })].join(
    '',
  );
}

/** What the command would exit with. */
function exitCodeOf({ problems }: RunResult, { command }: EncoderContext, { proven, left }: Tally): number {
  if (problems.some(({ severity }) => severity === 'error')) return 2;
  const open = { check: proven, diff: 0, fix: left.proven } as const;
  return open[command] > 0 ? 1 : 0;
}

function startOf({ stats: { files, templates, programs } }: RunResult): Tally {
  return { ...emptyTally, files, templates, programs };
}
