import type { FileReport, Finding, Problem } from '../core/engine/types.js';
import type { ConcurrencyPlan } from '../core/rule.js';
import { LineIndex } from '../core/text/line-index.js';
import { fileDiff, patchOptions } from './diff.js';
import type { Encoder, EncoderContext } from './encoder.js';
import type { Outcome } from './fix-summary.js';
import { visibleJson } from './escape.js';
import { type JsonFile, type JsonFinding, type JsonReport, schemaVersion } from './report-schema.js';
import { type Tally, isChanged } from './tally.js';
import { appliedAsFound } from './words.js';

export interface JsonInput {
  readonly command: JsonReport['command'];
  readonly version: string;
  readonly today: string;
  readonly files: readonly JsonFile[];
  readonly problems: readonly Problem[];
  readonly tally: Tally;
  readonly exitCode: number;
}

/** The report of `--format json`; the schema is published. */
export function jsonEncoder({ command, version, today, prefix }: EncoderContext): Encoder {
  const files: JsonFile[] = [];
  return {
    file: (outcome) => {
      if (isReported(outcome.report)) files.push(jsonFile(outcome, outcome.written, prefix));
      return '';
    },
    end: (run) => jsonReport({ command, version, today, files, ...run }),
  };
}

/** The whole report of a run as JSON with a final newline. */
export function jsonReport({ command, version, today, files, problems, tally, exitCode }: JsonInput): string {
  const report: JsonReport = {
    schemaVersion,
    tool: { name: 'stackmend', version },
    command,
    today,
    files: [...files],
    problems: problems.map(jsonProblem),
    summary: tally,
    exitCode,
  };
  return `${visibleJson(JSON.stringify(report, undefined, 2))}\n`;
}

/** One file of a report, made as soon as the file is done, so that its texts can be let go. */
export function jsonFile(outcome: Outcome, written: boolean, renamePrefix = ''): JsonFile {
  const { report, heldBack } = outcome;
  const changed = isChanged(report);
  const lines = new LineIndex(report.before);
  const after = new LineIndex(report.after);
  const inOld = (finding: Finding): JsonFinding => jsonFinding(finding, lines);
  return {
    file: report.file,
    ...(report.renamedTo !== undefined && { renamedTo: report.renamedTo }),
    ...(report.generatedBy !== undefined && { generatedBy: report.generatedBy }),
    changed,
    written: changed && written,
    ...(heldBack !== undefined && { notWrittenBecause: heldBack }),
    findings: report.findings.map(inOld),
    applied: appliedAsFound(report).map(inOld),
    withheld: report.withheld.map(({ finding, gate, because }) => ({ finding: inOld(finding), gate, because })),
    remaining: report.remaining.map((finding) => jsonFinding(finding, after)),
    suppressed: report.suppressed.map(inOld),
    suppressionProblems: report.suppressionProblems.map(({ position, message }) => ({ position, message })),
    ...(report.concurrency && { concurrency: jsonPlan(report.concurrency) }),
    ...(changed && { patch: fileDiff(report, { ...patchOptions, renamePrefix }) }),
  };
}

/** True when a file has anything to report. */
export function isReported(report: FileReport): boolean {
  const { findings, suppressed, suppressionProblems, concurrency } = report;
  const told = findings.length + suppressed.length + suppressionProblems.length;
  return told > 0 || concurrency !== undefined || isChanged(report);
}

function jsonPlan({ account, share, functions, requested, proposed }: ConcurrencyPlan): JsonFile['concurrency'] {
  return {
    account: { ...account, others: account.others.map((other) => ({ ...other })) },
    share,
    functions: functions.map((each) => ({
      ...each,
      requested: each.requested ?? null,
      current: each.current ?? null,
      proposed: each.proposed ?? null,
    })),
    requested,
    proposed,
  };
}

function jsonFinding(finding: Finding, lines: LineIndex): JsonFinding {
  const { resource, prevents, fix, refusal } = finding;
  return {
    rule: finding.rule,
    messageId: finding.messageId,
    message: finding.message,
    impact: finding.impact,
    certainty: finding.certainty,
    start: finding.position,
    end: lines.position(finding.span.end),
    path: [...finding.path],
    ...(resource && { resource: { id: resource.id, type: resource.type } }),
    fingerprint: finding.fingerprint,
    ...(prevents !== undefined && { prevents }),
    ...(fix && { fix: { title: fix.title, safety: fix.safety, ...fix.consequence } }),
    ...(refusal && { refusal: { ...refusal } }),
    followUps: [...finding.followUps],
  };
}

function jsonProblem({ severity, file, position, message, rule }: Problem): JsonReport['problems'][number] {
  return { severity, file, ...(position && { position }), message, ...(rule !== undefined && { rule }) };
}
