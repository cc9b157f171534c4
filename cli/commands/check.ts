import type { FileReport } from '../../core/engine/types.js';
import type { Style } from '../../report/style.js';
import { type Encoder, asChecked } from '../../report/encoder.js';
import { checkSummary, fileText } from '../../report/text.js';
import type { RunFlags } from '../flags.js';
import type { Host } from '../host.js';
import { openOutputs, showsFixes } from '../outputs.js';
import { exitCodeOf, isJudged, runSession } from '../runner.js';
import { type Session, openSession } from '../session.js';
import { commandLine } from '../shell.js';

/** `stackmend check`: the findings; 1 if a proven one is among them (`--strict`: any). */
export async function check(paths: readonly string[], flags: RunFlags, host: Host): Promise<number> {
  // Fixes that are shown must have passed the gates, so they are made, in memory.
  const needsFixes = flags.outputs.list.some(({ format }) => showsFixes(format));
  const session = await openSession(paths, flags, host, needsFixes ? 'review' : 'none');
  const planText = flags.planConcurrency
    ? (await import('../../report/concurrency-table.js')).concurrencyText
    : undefined;
  const outputs = await openOutputs(session, 'check', (style) => textEncoder({ ...session, style }, paths, planText));
  const result = await runSession(session, (report) => {
    const checked = asChecked(report);
    outputs.file({ report, written: false }, { report: checked, written: false });
    return checked;
  });
  const { proven, findings } = result.tally;
  const exitCode = exitCodeOf(result, flags.strict ? findings > 0 : proven > 0);
  outputs.end({ ...result, exitCode });
  return exitCode;
}

function textEncoder(
  { flags, style }: Session,
  paths: readonly string[],
  planText: ((report: FileReport, style: Style) => string) | undefined,
): Encoder {
  let hasPlan = false;
  return {
    file: ({ report }) => {
      hasPlan ||= report.concurrency !== undefined;
      return fileText(report, { style, verbose: flags.verbose === true }) + (planText?.(report, style) ?? '');
    },
    end: (result) => {
      const noPlan = planText && !hasPlan ? 'No function reserves concurrency.\n' : '';
      if (flags.quiet || !isJudged(result)) return noPlan;
      const from = flags.stdin ? ['--stdin'] : [];
      const next = {
        diff: commandLine('diff', paths, flags, from),
        fix: commandLine('fix', paths, flags, from),
        review: commandLine('fix', paths, flags, ['--accept', 'review', ...from]),
      };
      return noPlan + checkSummary(result.tally, next, style);
    },
  };
}
