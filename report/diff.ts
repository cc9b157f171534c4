import type { FileReport, Finding } from '../core/engine/types.js';
import { visible, visibleLine } from './escape.js';
import { type Hunk, hunksOf } from './hunks.js';
import { patchName, quoted, renameName } from './patch-name.js';
import { type Style, plain } from './style.js';
import { isChanged } from './tally.js';
import { appliedAsFound, consequenceOf, resourceOf, sentence } from './words.js';

export interface DiffOptions {
  readonly style: Style;
  /** On a terminal control characters are shown, not sent; elsewhere the bytes are the patch. */
  readonly terminal: boolean;
  /** Where the paths start inside the git repository, such as `infra/`: git reads renames from its root. */
  readonly renamePrefix: string;
}

export const patchOptions: DiffOptions = { style: plain, terminal: false, renamePrefix: '' };

/**
 * What the fixes change in one file, as `git apply` and `patch -p1` take it; the empty text when nothing changed.
 * Above the hunks each fix is explained in lines that start with `# `, which both tools skip.
 */
export function fileDiff(report: FileReport, options: DiffOptions = patchOptions): string {
  if (!isChanged(report)) return '';
  const { style } = options;
  const reasons = appliedAsFound(report)
    .flatMap(reasonLines)
    .map((line) => `${style.faint(line)}\n`);
  return [
    ...reasons,
    ...headerLines(report, options).map((line) => `${style.strong(line)}\n`),
    filePatch(report, options),
  ].join('');
}

/** The bare hunks of one file, without header and reasons. */
function filePatch({ before, after }: FileReport, options: DiffOptions): string {
  return hunksOf(before, after)
    .map((hunk) => hunkText(hunk, options))
    .join('');
}

function headerLines(report: FileReport, { renamePrefix }: DiffOptions): readonly string[] {
  const { file, renamedTo } = report;
  if (renamedTo === undefined) return [`--- ${patchName('a/', file)}`, `+++ ${patchName('b/', file)}`];
  const from = renamePrefix + file;
  const to = renamePrefix + renamedTo;
  const git = [`diff --git ${gitName(`a/${from}`)} ${gitName(`b/${to}`)}`];
  git.push(`rename from ${renameName(from)}`, `rename to ${renameName(to)}`);
  if (report.before === report.after) return git;
  return [...git, `--- ${patchName('a/', from)}`, `+++ ${patchName('b/', to)}`];
}

/** On the `diff --git` line a space ends a name for `patch`, so that one is quoted too. */
function gitName(name: string): string {
  return name.includes(' ') || renameName(name) !== name ? quoted(name) : name;
}

function hunkText(hunk: Hunk, { style, terminal }: DiffOptions): string {
  const head = `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`;
  const body = hunk.lines.map((line) => lineStyle(line, style)(terminal ? visibleLine(line) : line));
  return [style.place(head), ...body].map((line) => `${line}\n`).join('');
}

function range(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${start},${lines}`;
}

function lineStyle(line: string, style: Style): (text: string) => string {
  if (line.startsWith('+')) return style.good;
  return line.startsWith('-') ? style.bad : (text) => text;
}

/** Why one fix is made, what it prevents and how far it can be trusted. */
export function reasonLines(finding: Finding): readonly string[] {
  const { fix } = finding;
  if (!fix) return [];
  const place = [resourceOf(finding), `line ${finding.position.line}`].filter((part) => part !== undefined).join(', ');
  const lines = [
    `# ${finding.rule}: ${visible(fix.title)}`,
    `#   where: ${place}`,
    `#   why: ${sentence(finding.message)}`,
  ];
  if (finding.prevents !== undefined) lines.push(`#   prevents: ${visible(finding.prevents)}`);
  lines.push(`#   ${fix.safety}, ${finding.certainty}; the deployment ${consequenceOf(fix.consequence)}`);
  return [...lines, ...finding.followUps.map((step) => `#   then: ${sentence(step)}`)];
}
