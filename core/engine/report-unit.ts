import type { Bans } from './bans.js';
import type { State } from './pass.js';
import { type Fixable, filesOf } from './plan.js';
import type { FileReport, Finding, Problem, Withheld } from './types.js';

interface Step {
  readonly before: readonly State[];
  readonly applied: readonly Fixable[];
  readonly after: readonly State[];
}

/** What a unit came to: one report per file with something to tell, and the problems of all passes, each once. */
export function reportUnit(
  first: readonly State[],
  steps: readonly Step[],
  bans: Bans,
): { reports: FileReport[]; problems: Problem[] } {
  const last = steps.at(-1)?.after ?? first;
  const reports = first.map((state, index) =>
    reportFile(
      state,
      last[index] ?? state,
      steps.map(({ before, applied }) => {
        const path = before[index]?.document.source.path ?? '';
        return applied.filter(({ file, fix }) => file === path || filesOf(fix).includes(path));
      }),
      bans,
    ),
  );
  const problems = [first, ...steps.map(({ after }) => after)].flatMap((states) =>
    states.flatMap(({ detection }) => detection.problems),
  );
  const distinct = new Map(
    problems.map((problem) => [`${problem.file}\0${problem.rule}\0${problem.message}`, problem]),
  );
  return { reports: reports.filter(hasSomethingToTell), problems: [...distinct.values()] };
}

function reportFile(first: State, last: State, applied: readonly (readonly Fixable[])[], bans: Bans): FileReport {
  const { source } = first.document;
  const { detection } = last;
  const renamed = last.document.source.path;
  const maker = first.detection.generatedBy;
  return {
    file: source.path,
    before: source.text,
    after: last.document.source.text,
    ...(renamed === source.path ? {} : { renamedTo: renamed }),
    findings: first.detection.findings,
    applied: applied.flat(),
    withheld: detection.findings.flatMap((finding) => withheldOf(finding, bans)),
    remaining: detection.findings.map((finding) => withoutHeldFix(finding, bans)),
    suppressed: first.detection.suppressed,
    suppressionProblems: first.detection.suppressionProblems,
    ...(maker === undefined ? {} : { generatedBy: maker }),
    ...(first.detection.concurrency ? { concurrency: first.detection.concurrency } : {}),
    passes: applied.filter((fixes) => fixes.length > 0).length,
  };
}

function withheldOf(finding: Finding, bans: Bans): Withheld[] {
  const failure = finding.fix && bans.of(finding);
  return failure ? [{ finding, gate: failure.gate, because: failure.because }] : [];
}

function withoutHeldFix(finding: Finding, bans: Bans): Finding {
  const [held] = withheldOf(finding, bans);
  if (!held) return finding;
  const { fix: _, ...rest } = finding;
  return { ...rest, refusal: { code: 'withheld', because: `${held.because} (gate ${held.gate})` } };
}

function hasSomethingToTell(report: FileReport): boolean {
  const { findings, applied, remaining, suppressed, suppressionProblems, concurrency } = report;
  const lists = [findings, applied, remaining, suppressed, suppressionProblems];
  return concurrency !== undefined || lists.some((list) => list.length > 0);
}
