import type { FileReport, Problem, RunEvent } from '../core/engine/types.js';
import { type Tally, addReport, emptyTally } from '../report/tally.js';
import { problemText } from '../report/text.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { Interrupted } from './interrupted.js';
import { type Progress, startProgress } from './progress.js';
import type { Session } from './session.js';

export interface RunResult {
  readonly tally: Tally;
  readonly problems: readonly Problem[];
}

/** Takes a file as soon as it is done; answers the report as it is to be counted, where that differs. */
export type EachReport = (report: FileReport) => Promise<FileReport | void> | FileReport | void;

/**
 * Runs the engine over the selection and hands on each file.
 * @throws {Interrupted} on Ctrl-C, after the file that is being written
 */
export async function runSession(session: Session, each: EachReport): Promise<RunResult> {
  const { host, flags } = session;
  const progress = startProgress(host, flags.quiet === true);
  const abort = new AbortController();
  const release = host.onInterrupt(() => abort.abort());
  try {
    const result = await consume(session, progress, abort.signal, each);
    if (abort.signal.aborted) throw new Interrupted();
    return result;
  } finally {
    progress.clear();
    release();
  }
}

async function consume(
  session: Session,
  progress: Progress,
  signal: AbortSignal,
  each: EachReport,
): Promise<RunResult> {
  let tally = emptyTally;
  const problems: Problem[] = [];
  for await (const event of await eventsOf(session, progress, signal)) {
    if (event.kind === 'stats') {
      tally = { ...tally, files: event.stats.files, templates: event.stats.templates, programs: event.stats.programs };
      continue;
    }
    progress.clear();
    if (event.kind === 'problem') {
      problems.push(event.problem);
      tellProblem(session, event.problem);
    } else {
      tally = addReport(tally, (await each(event.report)) ?? event.report);
    }
  }
  return { tally, problems };
}

async function eventsOf(session: Session, progress: Progress, signal: AbortSignal): Promise<AsyncIterable<RunEvent>> {
  const { host, catalog, settings, paths, ignore, input } = session;
  const engine = await host.engine();
  if (input) return engine.judgeText({ ...input, catalog, settings });
  return engine.judge({ paths, cwd: host.cwd, ignore, catalog, settings, signal, onProgress: progress.tell });
}

/** The reports that hold the problems, so that they need not be told beside them. */
const holdsProblems: readonly (string | undefined)[] = ['json', 'sarif', 'github'];

/** Problems are told at once, unless they stand in the report on standard output. */
export function tellProblem({ host, flags, errorStyle }: Session, problem: Problem): void {
  if (holdsProblems.includes(flags.outputs.shown) || (flags.quiet && problem.severity === 'note')) return;
  host.stderr.write(problemText(problem, errorStyle));
}

/** False when there was nothing but errors, which have been told: a sum of nothing would only confuse. */
export function isJudged({ tally, problems }: RunResult): boolean {
  return tally.templates + tally.programs > 0 || !problems.some(({ severity }) => severity === 'error');
}

/** 2 where a file could not be judged, whatever was found elsewhere. */
export function exitCodeOf(result: RunResult, hasFindings: boolean): ExitCode {
  if (result.problems.some(({ severity }) => severity === 'error')) return exitCodes.failed;
  return hasFindings ? exitCodes.findings : exitCodes.ok;
}
