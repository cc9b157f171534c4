import MagicString from 'magic-string';
import { type Span, overlaps } from './span.js';

/**
 * Replaces one span by a text. Offsets are UTF-16 code units of the text that was analysed.
 * `expected` is what stands there; an edit that meets another text is refused, never applied elsewhere.
 */
export interface TextEdit {
  readonly span: Span;
  readonly expected: string;
  readonly text: string;
  /**
   * Insertions at one offset: the deeper one stands first, whatever the order of planning, for the end of an inner and
   * of an outer YAML map are one place.
   */
  readonly depth?: number;
  /**
   * The place in the document that the edit makes or takes away, as a pointer (`/Resources/Fn/DependsOn`). Two edits
   * whose claims are equal, or lie one within the other, exclude each other even where their spans do not touch: both
   * insert the same key, or one inserts into the map that the other empties.
   */
  readonly claim?: string;
  /** The path of the file, where it is not the one that the finding is in. */
  readonly file?: string;
}

/** True when two edits of one text cannot both be applied. */
export function editsClash(a: TextEdit, b: TextEdit): boolean {
  return overlaps(a.span, b.span) || claimsClash(a.claim, b.claim);
}

function claimsClash(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}

/** Thrown by `applyEdits` when edits overlap or do not fit the text: a defect of a rule, never of user input. */
export class EditMismatch extends Error {
  override readonly name = 'EditMismatch';
}

/** Makes an edit whose `expected` text is read from the source. */
export function editAt(source: string, start: number, end: number, text: string): TextEdit {
  return { span: { start, end }, expected: source.slice(start, end), text };
}

/** Edits by position; insertions at one offset go by depth, then keep the order in which they were planned. */
export function sortEdits(edits: readonly TextEdit[]): TextEdit[] {
  return edits
    .map((edit, index) => ({ edit, index }))
    .toSorted(
      (a, b) =>
        a.edit.span.start - b.edit.span.start ||
        a.edit.span.end - b.edit.span.end ||
        (b.edit.depth ?? 0) - (a.edit.depth ?? 0) ||
        a.index - b.index,
    )
    .map(({ edit }) => edit);
}

/**
 * Applies edits to a text.
 * @throws {EditMismatch} when two edits overlap or claim the same place, or the text at a span is not the expected one.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  if (edits.length === 0) return text;
  const magic = new MagicString(text);
  let previous: TextEdit | undefined;
  refuseClaims(edits);
  for (const edit of sortEdits(edits)) {
    const { start, end } = edit.span;
    if (text.slice(start, end) !== edit.expected)
      throw new EditMismatch(`the text at ${start} is not the one analysed`);
    if (previous && overlaps(previous.span, edit.span)) throw new EditMismatch(`two edits overlap at ${start}`);
    if (start === end) magic.appendLeft(start, edit.text);
    else if (edit.text === '') magic.remove(start, end);
    else magic.overwrite(start, end, edit.text);
    previous = edit;
  }
  return magic.toString();
}

function refuseClaims(edits: readonly TextEdit[]): void {
  const claims = edits.flatMap(({ claim }) => (claim === undefined ? [] : [`${claim}/`])).toSorted();
  claims.forEach((claim, index) => {
    const before = claims[index - 1];
    if (before !== undefined && claim.startsWith(before))
      throw new EditMismatch(`two edits claim ${before.slice(0, -1)}`);
  });
}
