import { type TextEdit, applyEdits } from '../core/text/edit.js';
import { byteLength, longestRun } from './markdown-text.js';

/** Lines from 1, both included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** Edits of one text that mean something only together, such as those of one fix. */
export interface EditSet {
  readonly id: string;
  readonly edits: readonly TextEdit[];
}

export interface SuggestionInput {
  /** The text on the side that the suggestion is made for. */
  readonly text: string;
  /** Sets whose edits do not clash; each is suggested whole or refused whole. */
  readonly sets: readonly EditSet[];
  /** The lines of that text which the diff shows, one range a hunk; all of them when absent. */
  readonly hunks?: readonly LineRange[];
}

/** Whole lines, and what takes their place. */
export interface Suggestion extends LineRange {
  /** The sets that it carries, or a part of them: those are complete when all suggestions with their id are accepted. */
  readonly ids: readonly string[];
  /** Lines without their ends; none deletes. */
  readonly lines: readonly string[];
}

export type RefusalReason =
  /** There is a carriage return in the lines or in what is to replace them; a forge would write its own line ends. */
  | 'line-ends'
  /** The edit adds or takes away the end of the last line, which a suggestion cannot say. */
  | 'final-newline'
  /** A character that does not survive Markdown: NUL, half a surrogate pair, a byte order mark in front. */
  | 'characters'
  /** The diff does not show the lines, or not in one hunk. */
  | 'outside-diff'
  /** More than a comment holds. */
  | 'too-long'
  /** It shares lines, or a fix, with edits that cannot be suggested. */
  | 'incomplete';

export interface RefusedEdits {
  readonly id: string;
  readonly reason: RefusalReason;
}

export interface Suggestions {
  /** In the order of the text; no two share a line. */
  readonly suggestions: readonly Suggestion[];
  /** One entry for each set that is not suggested. */
  readonly refused: readonly RefusedEdits[];
}

/** GitHub's limit of a comment is 65,536 characters; some are for the words around the block. */
const longest = 60_000;

/** Turns edits into suggestions on whole lines. Pressing all of them does what applying the edits of their sets does. */
export function suggestionsOf({ text, sets, hunks }: SuggestionInput): Suggestions {
  const lines = new Lines(text);
  const groups = grouped(sets, lines).filter(
    ({ range, edits }) => replaced(lines, range, edits) !== lines.slice(range),
  );
  const reasons = new Map<string, RefusalReason>();
  for (const group of groups) {
    const reason = refusalOf(group, lines, hunks);
    if (reason === undefined) continue;
    for (const id of group.ids) reasons.set(id, reasons.get(id) ?? reason);
  }
  spread(groups, reasons);
  return {
    suggestions: groups
      .filter(({ ids }) => ids.every((id) => !reasons.has(id)))
      .map(({ ids, range, edits }) => ({ ids, ...range, lines: linesIn(replaced(lines, range, edits)) })),
    refused: sets.flatMap(({ id }) => {
      const reason = reasons.get(id);
      return reason === undefined ? [] : [{ id, reason }];
    }),
  };
}

/** Edits whose lines touch each other's, and the lines that they replace. */
interface Group {
  readonly ids: readonly string[];
  readonly range: LineRange;
  readonly edits: readonly TextEdit[];
}

/** Half of a set must not be offered, so what keeps one group back keeps back all that share a set with it. */
function spread(groups: readonly Group[], reasons: Map<string, RefusalReason>): void {
  for (let size = -1; size !== reasons.size;) {
    size = reasons.size;
    for (const { ids } of groups)
      if (ids.some((id) => reasons.has(id))) for (const id of ids) reasons.set(id, reasons.get(id) ?? 'incomplete');
  }
}

function grouped(sets: readonly EditSet[], lines: Lines): readonly Group[] {
  const single = sets.flatMap(({ id, edits }) =>
    edits.map((edit): Group => ({ ids: [id], range: lines.touchedBy(edit), edits: [edit] })),
  );
  let groups = merged(single);
  for (let again = true; again;) {
    // What no longer ends with a line end joins the next line, which is then replaced with it.
    const wider = groups.map((group) => widened(group, lines));
    again = wider.some((group, index) => group !== groups[index]);
    groups = merged(wider);
  }
  return groups;
}

function widened(group: Group, lines: Lines): Group {
  const { range, edits } = group;
  const text = replaced(lines, range, edits);
  const joins = text !== '' && !text.endsWith('\n') && range.end < lines.count;
  return joins ? { ...group, range: { start: range.start, end: range.end + 1 } } : group;
}

/** One group out of those that share a line. The order of edits stays: it decides between insertions at one place. */
function merged(groups: readonly Group[]): Group[] {
  const result: Group[] = [];
  for (const group of groups.toSorted((a, b) => a.range.start - b.range.start)) {
    const last = result.at(-1);
    if (!last || last.range.end < group.range.start) result.push(group);
    else
      result[result.length - 1] = {
        ids: [...new Set([...last.ids, ...group.ids])],
        range: { start: last.range.start, end: Math.max(last.range.end, group.range.end) },
        edits: [...last.edits, ...group.edits],
      };
  }
  return result;
}

function replaced(lines: Lines, range: LineRange, edits: readonly TextEdit[]): string {
  const from = lines.startOf(range.start);
  const moved = edits.map((edit) => ({
    ...edit,
    span: { start: edit.span.start - from, end: edit.span.end - from },
  }));
  return applyEdits(lines.slice(range), moved);
}

function refusalOf(group: Group, lines: Lines, hunks: readonly LineRange[] | undefined): RefusalReason | undefined {
  const { range, edits } = group;
  const before = lines.slice(range);
  const after = replaced(lines, range, edits);
  if (/\r/.test(before + after)) return 'line-ends';
  // eslint-disable-next-line no-control-regex
  if (/[\u0000\p{Cs}]/u.test(after) || (range.start === 1 && `${before}${after}`.startsWith('\uFEFF')))
    return 'characters';
  const ends = before.endsWith('\n');
  if (ends ? after !== '' && !after.endsWith('\n') : after === '' || after.endsWith('\n')) return 'final-newline';
  if (hunks && !hunks.some(({ start, end }) => start <= range.start && range.end <= end)) return 'outside-diff';
  return byteLength(after) > longest ? 'too-long' : undefined;
}

function linesIn(text: string): readonly string[] {
  return text === '' ? [] : (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** A text by its lines; what stands behind the last line end is a line only if there is something. */
class Lines {
  private readonly starts: readonly number[];

  constructor(private readonly text: string) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    if (starts.length > 1 && starts.at(-1) === text.length) starts.pop();
    this.starts = starts;
  }

  get count(): number {
    return this.starts.length;
  }

  startOf(line: number): number {
    return this.starts[line - 1] ?? this.text.length;
  }

  slice({ start, end }: LineRange): string {
    return this.text.slice(this.startOf(start), this.startOf(end + 1));
  }

  /** The lines that an edit touches; an insertion behind the last line end touches the last line. */
  touchedBy({ span: { start, end } }: TextEdit): LineRange {
    return { start: this.lineOf(start), end: this.lineOf(Math.max(start, end - 1)) };
  }

  private lineOf(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}

/** A comment of a review on GitHub, as its REST API takes it. */
export interface GitHubComment {
  readonly body: string;
  readonly line: number;
  readonly side: 'RIGHT';
  /** Only for more than one line. */
  readonly start_line?: number;
  readonly start_side?: 'RIGHT';
}

/** @param words Markdown above the block */
export function githubComment(suggestion: Suggestion, words: string): GitHubComment {
  const { start, end } = suggestion;
  return {
    body: `${words}${words === '' ? '' : '\n\n'}${block('suggestion', suggestion.lines)}`,
    line: end,
    side: 'RIGHT',
    ...(start < end && { start_line: start, start_side: 'RIGHT' }),
  };
}

/** A note on a line of a GitLab merge request, with the line that it hangs on. */
export interface GitLabNote {
  readonly body: string;
  readonly line: number;
}

/** GitLab replaces at most so many lines above and below the one that a note hangs on. */
const reach = 100;

/** @returns undefined for more lines than GitLab replaces at once */
export function gitlabNote(suggestion: Suggestion, words: string): GitLabNote | undefined {
  const { start, end } = suggestion;
  if (end - start > 2 * reach) return undefined;
  const line = Math.min(end, start + reach);
  const info = `suggestion:-${line - start}+${end - line}`;
  return { body: `${words}${words === '' ? '' : '\n\n'}${block(info, suggestion.lines)}`, line };
}

/** A fenced block whose fence is longer than every run of backticks in it. */
function block(info: string, lines: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [fence + info, ...lines, fence].join('\n');
}
