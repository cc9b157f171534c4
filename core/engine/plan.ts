import type { Path } from '../template/node.js';
import { type TextEdit, sortEdits } from '../text/edit.js';
import type { Span } from '../text/span.js';
import type { Accept, Finding, Fix } from './types.js';

/** A finding that has a fix. */
export type Fixable = Finding & { readonly fix: Fix };

/** True when the fix may be applied without asking: `manual` never, `review` only where it is accepted. */
export function isAccepted(finding: Finding, accept: Accept): finding is Fixable {
  const safety = finding.fix?.safety;
  return safety !== undefined && accept !== 'none' && safety !== 'manual' && (safety === 'safe' || accept === 'review');
}

/** The edits of a fix, in the one file that a CloudFormation fix changes. */
export function editsOf({ changes }: Fix): readonly TextEdit[] {
  return changes.flatMap((change) => (change.kind === 'edit' ? change.edits : []));
}

export function renameOf({ changes }: Fix): string | undefined {
  return changes.find((change) => change.kind === 'rename')?.to;
}

/** The fixes that go together in one pass, in the order of the text. Those in conflict wait; renames come last, one alone. */
export function planBatch(
  findings: readonly Finding[],
  accept: Accept,
  isBanned: (finding: Finding) => boolean,
): Fixable[] {
  const wanted = findings.filter((finding): finding is Fixable => isAccepted(finding, accept) && !isBanned(finding));
  const edits = wanted.filter(({ fix }) => renameOf(fix) === undefined);
  if (edits.length === 0) return wanted.slice(0, 1);
  const taken = new Taken();
  return edits.filter(({ fix }) => taken.take(fix));
}

/** What the fixes chosen so far occupy in the text and in the tree. */
class Taken {
  private readonly spans: Span[] = [];
  private readonly touched = new PathSet();
  private readonly claimed = new PathSet();

  /** Takes the fix in, unless it is in conflict with one before it. */
  take(fix: Fix): boolean {
    const edits = editsOf(fix);
    const claims = edits.flatMap(({ claim }) => (claim === undefined ? [] : [claim.split('/')]));
    if (edits.some(({ span }) => this.spans.some((other) => collide(span, other)))) return false;
    // Two fixes that append to one list do not wait for each other.
    if (fix.touches.some((path) => this.touched.meets(path, path.at(-1) === '-'))) return false;
    if (claims.some((claim) => this.claimed.meets(claim, false))) return false;
    this.spans.push(...edits.map(({ span }) => span));
    for (const path of fix.touches) this.touched.add(path);
    for (const claim of claims) this.claimed.add(claim);
    return true;
  }
}

/** Paths, of which it is quickly told whether one lies at, above or below another. */
class PathSet {
  private readonly own = new Set<string>();
  private readonly above = new Set<string>();

  add(path: Path): void {
    const prefixes = prefixesOf(path);
    this.own.add(prefixes.pop() ?? '');
    for (const prefix of prefixes) this.above.add(prefix);
  }

  meets(path: Path, besidesItself: boolean): boolean {
    const prefixes = prefixesOf(path);
    const own = prefixes.pop() ?? '';
    return (
      prefixes.some((prefix) => this.own.has(prefix)) || this.above.has(own) || (!besidesItself && this.own.has(own))
    );
  }
}

/** The keys of all paths from the root to this one, itself last. */
function prefixesOf(path: Path): string[] {
  return [[], ...path].map((_, length) => JSON.stringify(path.slice(0, length)));
}

/** Insertions at one offset go together; an insertion at the border of a replaced span does not, nor do overlapping spans. */
function collide(a: Span, b: Span): boolean {
  const insertions = Number(a.start === a.end) + Number(b.start === b.end);
  if (insertions === 2) return false;
  return insertions === 1 ? a.start <= b.end && b.start <= a.end : a.start < b.end && b.start < a.end;
}

/** All edits of a batch as one list: those of earlier fixes first where two insert at the same offset. */
export function editsOfBatch(batch: readonly Fixable[]): TextEdit[] {
  return sortEdits(batch.flatMap(({ fix }) => editsOf(fix)));
}
