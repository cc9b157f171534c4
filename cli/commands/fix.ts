import path from 'node:path';
import { realpathSync } from 'node:fs';
import { notWritten } from '../../core/engine/run.js';
import type { FileReport, Problem } from '../../core/engine/types.js';
import { type Outcome, fixSummary, outcomeText, unwritten } from '../../report/fix-summary.js';
import { isReported, jsonFile, jsonReport } from '../../report/json.js';
import type { JsonFile } from '../../report/report-schema.js';
import { isChanged } from '../../report/tally.js';
import { closingOf } from '../closing.js';
import { exitCodes } from '../exit-codes.js';
import type { RunFlags } from '../flags.js';
import { type WriteGuard, writeGuard } from '../guard.js';
import type { Host } from '../host.js';
import { type RunResult, exitCodeOf, isJudged, runSession, tellProblem } from '../runner.js';
import { type Session, openSession } from '../session.js';
import { version } from '../version.js';
import { renamePrefix } from './diff.js';

/** What a run of `fix` did to the files. */
interface Work {
  readonly written: FileReport[];
  /** Files that were left alone to protect uncommitted work. */
  readonly refused: string[];
  /** Files that could not be written. */
  readonly failed: Problem[];
  readonly files: JsonFile[];
}

/** `stackmend fix`: writes the accepted fixes; 1 if a proven finding is left or a file was refused. */
export async function fix(paths: readonly string[], flags: RunFlags, host: Host): Promise<number> {
  const session = await openSession(paths, flags, host, 'safe');
  if (session.paths.length === 0) return exitCodes.ok;
  const work: Work = { written: [], refused: [], failed: [], files: [] };
  const guard: WriteGuard = flags.force ? async () => undefined : writeGuard(flags.staged === true);
  const run = await runSession(session, async (report) => {
    const outcome = session.input || !isChanged(report) ? { report } : await write(report, guard, session, work);
    tell(outcome, work, session);
    return outcome.heldBack === undefined ? report : unwritten(report);
  });
  const result = { ...run, problems: [...run.problems, ...work.failed] };
  const wroteStaged = flags.staged === true && work.written.length > 0;
  const exitCode = exitCodeOf(result, result.tally.left.proven > 0 || work.refused.length > 0 || wroteStaged);
  await close({ session, work, result, exitCode, paths });
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

function tell(outcome: Outcome, work: Work, { host, flags, style, input }: Session): void {
  const { report, heldBack } = outcome;
  if (flags.format === 'json') {
    if (isReported(report))
      work.files.push(jsonFile(outcome, heldBack === undefined && !input, renamePrefix(host.cwd)));
  } else if (!input && (!flags.quiet || heldBack !== undefined)) {
    host.stdout.write(outcomeText(outcome, style));
  } else if (input) {
    work.written.push(report);
  }
}

interface Ending {
  readonly session: Session;
  readonly work: Work;
  readonly result: RunResult;
  readonly exitCode: number;
  readonly paths: readonly string[];
}

async function close({ session, work, result, exitCode, paths }: Ending): Promise<void> {
  const { host, flags, settings, style, input } = session;
  if (flags.format === 'json') {
    host.stdout.write(
      jsonReport({ command: 'fix', version: version(), today: settings.today, files: work.files, ...result, exitCode }),
    );
  } else if (input) {
    // Whatever happened, the caller gets a whole template back.
    host.stdout.write(work.written[0]?.after ?? input.text);
  } else if (!flags.quiet && isJudged(result)) {
    const held = work.refused.length + work.failed.length;
    host.stdout.write(fixSummary(result.tally, held, await closingOf(work.written, paths, session), style));
  }
}
