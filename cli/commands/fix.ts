import path from 'node:path';
import { realpathSync } from 'node:fs';
import { notWritten } from '../../core/engine/run.js';
import type { FileReport, Problem } from '../../core/engine/types.js';
import type { Encoder } from '../../report/encoder.js';
import { type Closing, type Outcome, fixSummary, outcomeText, unwritten } from '../../report/fix-summary.js';
import type { Style } from '../../report/style.js';
import { isChanged } from '../../report/tally.js';
import { closingOf } from '../closing.js';
import { exitCodes } from '../exit-codes.js';
import type { RunFlags } from '../flags.js';
import { type WriteGuard, writeGuard } from '../guard.js';
import type { Host } from '../host.js';
import { openOutputs } from '../outputs.js';
import { exitCodeOf, isJudged, runSession, tellProblem } from '../runner.js';
import { type Session, openSession } from '../session.js';

/** What a run of `fix` did to the files. */
interface Work {
  readonly written: FileReport[];
  /** Files that were left alone to protect uncommitted work. */
  readonly refused: string[];
  /** Files that could not be written. */
  readonly failed: Problem[];
  /** The commands that end the text, known when all files are done. */
  closing?: Closing;
}

/** `stackmend fix`: writes the accepted fixes; 1 if a proven finding is left or a file was refused. */
export async function fix(paths: readonly string[], flags: RunFlags, host: Host): Promise<number> {
  const session = await openSession(paths, flags, host, 'safe');
  if (session.paths.length === 0 && flags.outputs.isPlain) return exitCodes.ok;
  const work: Work = { written: [], refused: [], failed: [] };
  const text = (style: Style): Encoder => (session.input ? filter(session.input.text) : account(work, flags, style));
  const outputs = await openOutputs(session, 'fix', text);
  const guard: WriteGuard = flags.force ? async () => undefined : writeGuard(flags.staged === true);
  const run = await runSession(session, async (report) => {
    const outcome = session.input || !isChanged(report) ? { report } : await write(report, guard, session, work);
    outputs.file({ ...outcome, written: !session.input && isChanged(report) && outcome.heldBack === undefined });
    return outcome.heldBack === undefined ? report : unwritten(report);
  });
  const result = { ...run, problems: [...run.problems, ...work.failed] };
  const wroteStaged = flags.staged === true && work.written.length > 0;
  const exitCode = exitCodeOf(result, result.tally.left.proven > 0 || work.refused.length > 0 || wroteStaged);
  if (!session.input) work.closing = await closingOf(work.written, paths, session);
  outputs.end({ ...result, exitCode });
  return exitCode;
}

async function write(report: FileReport, guard: WriteGuard, session: Session, work: Work): Promise<Outcome> {
  const { host } = session;
  const refusal = await guard(path.resolve(realpathSync(host.cwd), report.file));
  if (refusal !== undefined) {
    work.refused.push(report.file);
    return { report, heldBack: refusal };
  }
  const engine = await host.engine();
  const failure = await engine.write(report, host.cwd);
  if (failure === undefined) {
    work.written.push(report);
    return { report };
  }
  const problem = notWritten(report.file, failure);
  work.failed.push(problem);
  tellProblem(session, problem);
  return { report, heldBack: failure };
}

/** A template in, a template out: whatever happened, the caller gets a whole one back. */
function filter(input: string): Encoder {
  let output = input;
  return {
    file: ({ report }) => {
      output = report.after;
      return '';
    },
    end: () => output,
  };
}

/** What was done in each file, the sum and the way on. */
function account(work: Work, flags: RunFlags, style: Style): Encoder {
  return {
    file: (outcome) => (flags.quiet && outcome.heldBack === undefined ? '' : outcomeText(outcome, style)),
    end: (run) => {
      if (flags.quiet || !isJudged(run)) return '';
      return fixSummary(run.tally, work.refused.length + work.failed.length, work.closing ?? {}, style);
    },
  };
}
