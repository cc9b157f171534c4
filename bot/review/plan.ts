import { createHash } from 'node:crypto';
import type { FileReport, Finding } from '../../core/engine/types.js';
import { type TextEdit, editsClash } from '../../core/text/edit.js';
import { holdsSecret } from '../../core/text/secrets.js';
import { byteLength } from '../../report/markdown-text.js';
import { type EditSet, type Suggestion, githubComment, suggestionsOf } from '../../report/suggestions.js';
import { consequenceOf } from '../../report/words.js';
import { inert } from '../body/inert.js';
import type { LineComment } from '../forges/github-review.js';
import type { PatchLines } from './patch-lines.js';

/** What a review says of one file. */
export interface FileReview {
  readonly comments: readonly LineComment[];
  /** Findings that are no suggestion, for the summary. */
  readonly rest: readonly Finding[];
}

/** Longer comments are refused by GitHub. */
const longest = 65_000;

/**
 * Suggestions for the fixes that passed every gate, lie in the diff, and touch a line that the author wrote; everything else
 * is the rest.
 * @param report of a run that accepted fixes, on the text of the head
 * @param path of the file, from the root of the repository
 */
export function reviewOf(report: FileReport, path: string, lines: PatchLines): FileReview {
  const { before, findings, applied } = report;
  const proved = new Set(applied.map(({ fingerprint }) => fingerprint));
  const candidates = findings.filter((finding) => proved.has(finding.fingerprint) && editsOf(finding).length > 0);
  const sets = compatible(candidates);
  const { suggestions } = suggestionsOf({ text: before, sets, hunks: lines.hunks });
  const wanted = new Map<string, boolean>();
  const secret = new Set<string>();
  const text = before.split('\n');
  for (const { ids, start, end, lines: own } of suggestions) {
    const touches = [...lines.touched].some((line) => start <= line && line <= end);
    // A comment is mailed and indexed: what looks like a secret is not repeated in one.
    const tells = holdsSecret([...text.slice(start - 1, end), ...own].join('\n'));
    if (tells) for (const id of ids) secret.add(id);
    for (const id of ids) wanted.set(id, (wanted.get(id) ?? true) && touches && !tells);
  }
  const byId = new Map(candidates.map((finding) => [finding.fingerprint, finding]));
  const chosen = suggestions.filter(({ ids }) => ids.every((id) => wanted.get(id) === true));
  const comments = chosen.map((suggestion) => commentOf(suggestion, path, byId, chosen));
  const fit = comments.every(({ body }) => byteLength(body) <= longest);
  const said = new Set(fit ? chosen.flatMap(({ ids }) => ids) : []);
  return {
    comments: fit ? comments : [],
    rest: findings
      .filter(({ fingerprint }) => !said.has(fingerprint))
      .map((finding) => (secret.has(finding.fingerprint) ? withNote(finding) : finding)),
  };
}

function withNote(finding: Finding): Finding {
  const { line } = finding.position;
  const note = `The lines at ${finding.file}:${line} hold what looks like a secret, so the fix is no suggestion: make it with stackmend fix, and keep the secret elsewhere.`;
  return { ...finding, followUps: [...finding.followUps, note] };
}

/** The edits of a fix that stays in the file of its finding; none of any other. */
function editsOf({ fix, file }: Finding): readonly TextEdit[] {
  const changes = fix?.changes ?? [];
  return changes.every((change) => change.kind === 'edit' && change.file === file)
    ? changes.flatMap((change) => (change.kind === 'edit' ? change.edits : []))
    : [];
}

/** Fixes that can be made together; a later one that clashes waits for the next run. */
function compatible(findings: readonly Finding[]): readonly EditSet[] {
  const sets: EditSet[] = [];
  for (const finding of findings) {
    const edits = editsOf(finding);
    const clashes = sets.some((set) => set.edits.some((one) => edits.some((other) => editsClash(one, other))));
    if (!clashes) sets.push({ id: finding.fingerprint, edits });
  }
  return sets;
}

function commentOf(
  suggestion: Suggestion,
  path: string,
  byId: ReadonlyMap<string, Finding>,
  all: readonly Suggestion[],
): LineComment {
  const words = suggestion.ids.map((id) => {
    const finding = byId.get(id);
    const parts = all.filter(({ ids }) => ids.includes(id)).length;
    return finding === undefined ? '' : wordsOf(finding, parts);
  });
  return { path, ...githubComment(suggestion, [markerOf(path, suggestion), ...words].join('\n\n')) };
}

function wordsOf({ rule, message, certainty, fix, prevents, followUps }: Finding, parts: number): string {
  const lines = [`**${rule}** (${certainty}, ${fix?.safety ?? 'manual'}): ${inert(message)}`];
  if (prevents !== undefined) lines.push(`AWS answers: ${inert(prevents)}`);
  if (fix)
    lines.push(`${inert(fix.title)}; the deployment ${consequenceOf({ deployment: fix.consequence.deployment })}.`);
  lines.push(...followUps.map((step) => `Then: ${inert(step)}`));
  if (parts > 1)
    lines.push(`This fix has ${parts} parts: add the suggestion of each comment of this rule to one batch.`);
  return lines.join('\n');
}

/** By which the next run knows that it was said already, whatever became of the lines. */
export function markerOf(path: string, { ids, lines }: Suggestion): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([path, ids, lines]))
    .digest('hex')
    .slice(0, 16);
  return `<!-- stackmend:suggestion ${hash} -->`;
}
