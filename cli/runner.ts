import path from 'node:path';
import type { FileReport, Problem, RunEvent } from '../core/engine/types.js';
import { type Tally, addReport, emptyTally } from '../report/tally.js';
import { problemText } from '../report/text.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { readStdin } from './host.js';
import { type Progress, startProgress } from './progress.js';
import type { Session } from './session.js';

export interface RunResult {
  readonly tally: Tally;
  readonly problems: readonly Problem[];
}

/** Runs the engine over the selection and hands each file on as soon as it is done. */
export async function runSession(session: Session, each: (report: FileReport) => Promise<void> | void): Promise<RunResult> {
  const { host, flags } = session;
  const progress = startProgress(host, flags.quiet === true);
  const release = host.onInterrupt(() => {
    progress.clear();
    host.stderr.write('stackmend: interrupted; every file is whole\n');
  });
  try {
    return await consume(session, progress, each);
  } finally {
    progress.clear();
    release();
  }
}

async function consume(session: Session, progress: Progress, each: (report: FileReport) => Promise<void> | void): Promise<RunResult> {
  let tally = emptyTally;
  const problems: Problem[] = [];
  for await (const event of await eventsOf(session, progress)) {
    if (event.kind === 'stats') {
      tally = { ...tally, files: event.stats.templates };
      continue;
    }
    progress.clear();
    if (event.kind === 'problem') {
      problems.push(event.problem);
      tellProblem(session, event.problem);
      continue;
    }
    tally = addReport(tally, event.report);
    await each(event.report);
  }
  return { tally, problems };
}

async function eventsOf(session: Session, progress: Progress): Promise<AsyncIterable<RunEvent>> {
  const { host, flags, catalog, settings, paths, ignore } = session;
  const engine = await host.engine();
  if (!flags.stdin) return engine.judge({ paths, cwd: host.cwd, ignore, catalog, settings, onProgress: progress.seen });
  const text = await readStdin(host);
  return engine.judgeText({ name: stdinName(flags.stdinName, text, host.cwd), text, catalog, settings });
}

/** The name of a template from standard input: relative to the working directory where it lies in it. */
function stdinName(name: string | undefined, text: string, cwd: string): string {
  if (name === undefined) return /^\uFEFF?\s*[{[]/.test(text) ? 'stdin.json' : 'stdin.yaml';
  const relative = path.relative(cwd, path.resolve(cwd, name));
  return relative.split(path.sep).join('/');
}

/** Problems are told at once; with JSON they stand in the report. */
function tellProblem({ host, flags, errorStyle }: Session, problem: Problem): void {
  if (flags.format === 'json' || (flags.quiet && problem.severity === 'note')) return;
  host.stderr.write(problemText(problem, errorStyle));
}

/** 2 where a file could not be judged, whatever was found elsewhere. */
export function exitCodeOf(result: RunResult, hasFindings: boolean): ExitCode {
  if (result.problems.some(({ severity }) => severity === 'error')) return exitCodes.failed;
  return hasFindings ? exitCodes.findings : exitCodes.ok;
}
