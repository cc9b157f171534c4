import type { FileReport, Finding } from '../core/engine/types.js';
import { visible } from './escape.js';
import type { Style } from './style.js';
import { type Tally, isChanged } from './tally.js';
import { noTemplate, refusalLines } from './text.js';
import { appliedAsFound, count, placeOf, resourceOf, sentence, sources } from './words.js';

/** What became of one file: it was written, or left alone and why. */
export interface Outcome {
  readonly report: FileReport;
  /** Why the fixes were not written although there are some. */
  readonly heldBack?: string;
}

/** Commands that end a run of `fix`. */
export interface Closing {
  /** `git checkout -- FILE`, where git can undo. */
  readonly undo?: string;
  /** Puts what was mended into the commit, with `--staged`. */
  readonly stage?: string;
  /** Mends what waits for a review; absent where this run accepted it already. */
  readonly review?: string;
  /** Validates what was written. */
  readonly validate?: string;
}

/** What was done in one file, what was held back and what is left for a person; empty when there is nothing to say. */
export function outcomeText({ report, heldBack }: Outcome, style: Style): string {
  const lines: string[] = [];
  if (heldBack !== undefined) lines.push(`${style.unsure('not written')}: ${visible(heldBack)}`);
  const verb = heldBack === undefined ? style.good('mended') : 'would mend';
  lines.push(
    ...appliedAsFound(report).map(
      (finding) => `${verb} ${line(finding)}: ${visible(finding.fix?.title ?? finding.message)}`,
    ),
  );
  if (report.renamedTo !== undefined && heldBack === undefined)
    lines.push(`${style.good('renamed')} to ${visible(report.renamedTo)}`);
  lines.push(
    ...report.withheld.map(
      ({ finding, gate, because }) =>
        `${style.unsure('held back')} ${line(finding)}: ${sentence(because)} (${visible(gate)})`,
    ),
  );
  if (heldBack === undefined) lines.push(...leftLines(report, style));
  lines.push(...followUps(report));
  return lines.length === 0
    ? ''
    : `${style.strong(visible(report.file))}\n${lines.map((text) => `    ${text}\n`).join('')}\n`;
}

/** The report of a file that was not written: nothing was mended, all is left. */
export function unwritten(report: FileReport): FileReport {
  const { renamedTo: _, ...rest } = report;
  return { ...rest, after: report.before, applied: [], remaining: report.findings };
}

/** The last lines of `fix`: the sum, the way back and the way on. */
export function fixSummary(tally: Tally, refused: number, closing: Closing, style: Style): string {
  const lines = [style.strong(sumLine(tally, refused))];
  const { proven, possible } = tally.left;
  if (proven + possible > 0) lines.push(`Left: ${proven} proven, ${possible} possible.`);
  if (tally.heldForReview > 0 && closing.review !== undefined)
    lines.push(`Mend ${tally.heldForReview} more after a review: ${closing.review}`);
  if (closing.undo !== undefined) lines.push(`Undo: ${closing.undo}`);
  if (closing.stage !== undefined) lines.push(`Stage it: ${closing.stage}`);
  if (closing.validate !== undefined) lines.push(`Next: ${closing.validate}`);
  return lines.map((text) => `${text}\n`).join('');
}

function sumLine(tally: Tally, refused: number): string {
  const written = tally.changedFiles;
  const kept = refused > 0 ? ` ${count(refused, 'file')} not written.` : '';
  if (tally.templates + tally.programs === 0) return noTemplate(tally);
  if (written > 0) return `Mended ${written} of ${sources(tally)}.${kept}`;
  return tally.findings === 0 ? `Nothing to mend in ${sources(tally)}.` : `Nothing was written.${kept}`;
}

function leftLines(report: FileReport, style: Style): readonly string[] {
  const told = new Set(report.withheld.map(({ finding }) => finding.fingerprint));
  const left = report.remaining.filter(({ fingerprint }) => !told.has(fingerprint));
  return left.flatMap((finding) => {
    const head = `${style.unsure('left')} ${line(finding)} (${finding.certainty}): ${sentence(finding.message)}`;
    const { fix, refusal } = finding;
    if (fix)
      return [head, `    ${fix.safety === 'review' ? 'needs --accept review' : fix.safety}: ${visible(fix.title)}`];
    return [head, ...(refusal ? refusalLines(refusal) : []).map((text) => `    ${text}`)];
  });
}

function followUps(report: FileReport): readonly string[] {
  const steps = new Set([...report.applied, ...report.remaining].flatMap((finding) => finding.followUps));
  return [...steps].map((step) => `then: ${sentence(step)}`);
}

function line(finding: Finding): string {
  return [placeOf(finding), finding.rule, resourceOf(finding)].filter(Boolean).join(' ');
}

/** True when `fix` has anything to tell about a file. */
export function isWorthTelling(report: FileReport): boolean {
  return isChanged(report) || report.remaining.length > 0 || report.withheld.length > 0;
}
