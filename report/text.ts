import type { FileReport, Finding, Problem } from '../core/engine/types.js';
import type { Refusal } from '../core/rule.js';
import { visible, visibleLines } from './escape.js';
import type { Style } from './style.js';
import type { Tally } from './tally.js';
import { consequenceOf, count, fixLine, list, placeOf, resourceOf, sentence, sources } from './words.js';

/** How much a report says, and how it is set off. */
export interface TextOptions {
  readonly style: Style;
  readonly verbose: boolean;
}

/** Commands to go on with, ready to be pasted into a shell. */
export interface NextCommands {
  readonly diff: string;
  readonly fix: string;
  readonly review: string;
}

/** The findings of one file, each as a paragraph; the empty text when there are none. */
export function fileText(report: FileReport, options: TextOptions): string {
  const paragraphs = report.findings.map((finding) => findingText(finding, options));
  const problems = report.suppressionProblems.map(
    ({ file, position, message }) => `${placeOf({ file, position })}: ${sentence(message)}\n`,
  );
  return [...problems, ...paragraphs].join('');
}

/** One finding: where, what is wrong, what AWS answers, and what to do about it. */
export function findingText(finding: Finding, { style, verbose }: TextOptions): string {
  const { fix, refusal, prevents } = finding;
  const mark = finding.certainty === 'proven' ? style.bad('proven') : style.unsure('possible');
  const heading = [style.place(placeOf(finding)), mark, style.strong(finding.rule), resourceOf(finding)];
  const lines = [sentence(finding.message)];
  if (prevents !== undefined) lines.push(style.faint(`AWS answers: ${visible(prevents)}`));
  if (fix)
    lines.push(
      style.good(fixLine(fix)),
      ...(verbose ? [style.faint(`deployment: ${consequenceOf(fix.consequence)}`)] : []),
    );
  if (refusal) lines.push(...refusalLines(refusal));
  lines.push(...finding.followUps.map((step) => `then: ${sentence(step)}`));
  if (verbose) lines.push(style.faint(`impact ${finding.impact}, fingerprint ${finding.fingerprint}`));
  return `${heading.filter(Boolean).join('  ')}\n${indented(lines)}\n`;
}

/** Why there is no fix, and what to add by hand. */
export function refusalLines({ because, snippet }: Refusal): readonly string[] {
  const reason = `no fix: ${sentence(because)}`;
  return snippet === undefined
    ? [reason]
    : [`${reason} Add by hand:`, ...visibleLines(snippet.trimEnd()).map((line) => `    ${line}`)];
}

/** A file that could not be judged, on one line. */
export function problemText({ severity, file, position, message }: Problem, style: Style): string {
  const place = position ? placeOf({ file, position }) : visible(file);
  const mark = severity === 'error' ? style.bad('error') : style.faint('note');
  return `${mark}: ${place === '' ? '' : `${place}: `}${visible(message)}\n`;
}

/** The last lines of `check`: how much was found, and which command goes on. */
export function checkSummary(tally: Tally, next: NextCommands, style: Style): string {
  if (tally.templates + tally.programs === 0) return `${noTemplate(tally)}\n`;
  if (tally.findings === 0) return `${style.good('Nothing to mend')} in ${sources(tally)}.${suppressedNote(tally)}\n`;
  const kinds = [tally.proven && `${tally.proven} proven`, tally.possible && `${tally.possible} possible`].filter(
    (part) => part !== 0,
  );
  const total = `${count(tally.findings, 'finding')} in ${tally.filesWithFindings} of ${sources(tally)}`;
  return `${style.strong(total)}: ${list(kinds)}.${suppressedNote(tally)}\n${nextLines(tally, next)}`;
}

/** Said where there was nothing to judge. */
export function noTemplate({ files }: Tally): string {
  return `No CloudFormation, SAM or Pulumi source among ${count(files, 'file')}.`;
}

function nextLines({ fixable }: Tally, next: NextCommands): string {
  const lines: string[] = [];
  if (fixable.safe + fixable.review > 0) lines.push(`See the patch: ${next.diff}`);
  if (fixable.safe > 0) lines.push(`Mend ${fixable.safe} (safe): ${next.fix}`);
  if (fixable.review > 0) lines.push(`Mend ${fixable.safe + fixable.review} (review the patch first): ${next.review}`);
  return lines.map((line) => `${line}\n`).join('');
}

function suppressedNote({ suppressed }: Tally): string {
  return suppressed === 0 ? '' : ` ${count(suppressed, 'finding')} suppressed by comments or metadata.`;
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}\n`).join('');
}
