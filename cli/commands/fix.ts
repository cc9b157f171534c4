import path from 'node:path';
import type { FileReport } from '../../core/engine/types.js';
import { type Outcome, fixSummary, outcomeText } from '../../report/fix-summary.js';
import { isReported, jsonFile, jsonReport } from '../../report/json.js';
import type { JsonFile } from '../../report/report-schema.js';
import { isChanged } from '../../report/tally.js';
import { closingOf } from '../closing.js';
import type { RunFlags } from '../flags.js';
import { type WriteGuard, stagedPaths, writeGuard } from '../guard.js';
import type { Host } from '../host.js';
import { type RunResult, exitCodeOf, runSession } from '../runner.js';
import { type Session, openSession } from '../session.js';
import { version } from '../version.js';
import { renamePrefix } from './diff.js';

/** What a run of `fix` did to the files. */
interface Work {
  readonly written: FileReport[];
  readonly refused: string[];
  readonly files: JsonFile[];
}

/** `stackmend fix`: writes the accepted fixes; 1 if a proven finding is left or a file was refused. */
export async function fix(paths: readonly string[], flags: RunFlags, host: Host): Promise<number> {
  const selection = flags.staged ? await stagedPaths(host.cwd, paths) : paths;
  const session = await openSession(selection, flags, host, 'safe');
  if (flags.staged && selection.length === 0) return 0;
  const work: Work = { written: [], refused: [], files: [] };
  const guard = flags.force ? async (): Promise<undefined> => undefined : writeGuard(flags.staged === true);
  const result = await runSession(session, async (report) => {
    const outcome = flags.stdin ? { report } : await write(report, guard, host);
    record(outcome, work, session);
  });
  const exitCode = exitCodeOf(result, result.tally.left.proven > 0 || work.refused.length > 0 || (flags.staged === true && work.written.length > 0));
  await close({ session, work, result, exitCode, paths });
  return exitCode;
}

async function write(report: FileReport, guard: WriteGuard, host: Host): Promise<Outcome> {
  if (!isChanged(report)) return { report };
  const engine = await host.engine();
  const heldBack = (await guard(path.resolve(host.cwd, report.file))) ?? (await engine.write(report, host.cwd));
  return heldBack === undefined ? { report } : { report, heldBack };
}

function record(outcome: Outcome, work: Work, { host, flags, style }: Session): void {
  const { report, heldBack } = outcome;
  if (heldBack !== undefined) work.refused.push(report.file);
  else if (isChanged(report) && !flags.stdin) work.written.push(report);
  if (flags.format === 'json') {
    if (isReported(report)) work.files.push(jsonFile(outcome, heldBack === undefined && !flags.stdin, renamePrefix(host.cwd)));
  } else if (flags.stdin) {
    host.stdout.write(report.after);
  } else if (!flags.quiet || heldBack !== undefined) {
    host.stdout.write(outcomeText(outcome, style));
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
  const { host, flags, settings, style } = session;
  if (flags.format === 'json') {
    host.stdout.write(jsonReport({ command: 'fix', version: version(), today: settings.today, files: work.files, ...result, exitCode }));
    return;
  }
  if (flags.quiet || flags.stdin) return;
  host.stdout.write(fixSummary(result.tally, work.refused.length, await closingOf(work.written, paths, session), style));
}
