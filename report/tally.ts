import type { FileReport, Finding } from '../core/engine/types.js';

/** What a run found and did, in numbers. */
export interface Tally {
  /** Files that the run looked at, sources of infrastructure or not. */
  readonly files: number;
  /** Those of them that look like templates. */
  readonly templates: number;
  /** Files of Pulumi programs. */
  readonly programs: number;
  readonly filesWithFindings: number;
  readonly findings: number;
  readonly proven: number;
  readonly possible: number;
  /** Findings by what can be done about them. */
  readonly fixable: { readonly safe: number; readonly review: number; readonly manual: number };
  readonly refused: number;
  readonly suppressed: number;
  readonly applied: number;
  readonly withheld: number;
  readonly changedFiles: number;
  /** Findings that are left after the fixes. */
  readonly left: { readonly proven: number; readonly possible: number };
  /** Those left whose fix waits for `--accept review`. */
  readonly heldForReview: number;
}

export const emptyTally: Tally = {
  files: 0,
  templates: 0,
  programs: 0,
  filesWithFindings: 0,
  findings: 0,
  proven: 0,
  possible: 0,
  fixable: { safe: 0, review: 0, manual: 0 },
  refused: 0,
  suppressed: 0,
  applied: 0,
  withheld: 0,
  changedFiles: 0,
  left: { proven: 0, possible: 0 },
  heldForReview: 0,
};

/** The tally with one more file in it. */
export function addReport(tally: Tally, report: FileReport): Tally {
  const { findings } = report;
  return {
    files: tally.files,
    templates: tally.templates,
    programs: tally.programs,
    filesWithFindings: tally.filesWithFindings + (findings.length > 0 ? 1 : 0),
    findings: tally.findings + findings.length,
    proven: tally.proven + certain(findings, 'proven'),
    possible: tally.possible + certain(findings, 'possible'),
    fixable: {
      safe: tally.fixable.safe + withSafety(findings, 'safe'),
      review: tally.fixable.review + withSafety(findings, 'review'),
      manual: tally.fixable.manual + withSafety(findings, 'manual'),
    },
    refused: tally.refused + findings.filter((finding) => !finding.fix).length,
    suppressed: tally.suppressed + report.suppressed.length,
    applied:
      tally.applied + report.applied.filter(({ file }) => file === report.file || file === report.renamedTo).length,
    withheld: tally.withheld + report.withheld.length,
    changedFiles: tally.changedFiles + (isChanged(report) ? 1 : 0),
    left: {
      proven: tally.left.proven + certain(report.remaining, 'proven'),
      possible: tally.left.possible + certain(report.remaining, 'possible'),
    },
    heldForReview: tally.heldForReview + withSafety(report.remaining, 'review'),
  };
}

/** True when the fixes gave the file another text or another name. */
export function isChanged(report: FileReport): boolean {
  return report.before !== report.after || report.renamedTo !== undefined;
}

function certain(findings: readonly Finding[], certainty: Finding['certainty']): number {
  return findings.filter((finding) => finding.certainty === certainty).length;
}

function withSafety(findings: readonly Finding[], safety: string): number {
  return findings.filter((finding) => finding.fix?.safety === safety).length;
}
