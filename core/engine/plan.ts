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

/** The edits of a fix in one file. */
export function editsOf({ changes }: Fix, file: string): readonly TextEdit[] {
  return changes.flatMap((change) => (change.kind === 'edit' && change.file === file ? change.edits : []));
}

/** A fix with more edits in one of its files. */
export function withEdits(fixable: Fixable, file: string, more: readonly TextEdit[]): Fixable {
  const at = fixable.fix.changes.findIndex((change) => change.kind === 'edit' && change.file === file);
  const changes = fixable.fix.changes.map((change, index) =>
    index === at && change.kind === 'edit' ? { ...change, edits: sortEdits([...change.edits, ...more]) } : change,
  );
  return { ...fixable, fix: { ...fixable.fix, changes } };
}

/** The files that a fix changes. */
export function filesOf({ changes }: Fix): readonly string[] {
  return [...new Set(changes.map(({ file }) => file))];
}

export function renameOf({ changes }: Fix): string | undefined {
  return changes.find((change) => change.kind === 'rename')?.to;
}

/**
 * The fixes of a unit that go together in one pass, in the order of the texts. Those in conflict wait; a file is renamed
 * when nothing else is left to do in it, by one fix alone.
 */
export function planBatch(
  findings: readonly Finding[],
  accept: Accept,
  isBanned: (finding: Finding) => boolean,
): Fixable[] {
  const wanted = findings.filter((finding): finding is Fixable => isAccepted(finding, accept) && !isBanned(finding));
  const taken = new Taken();
  const edits = wanted.filter(({ fix }) => renameOf(fix) === undefined).filter(({ fix }) => taken.take(fix));
  const busy = new Set(edits.flatMap(({ fix }) => filesOf(fix)));
  const renames = wanted.filter(({ fix, file }) => {
    if (renameOf(fix) === undefined || busy.has(file)) return false;
    busy.add(file);
    return true;
  });
  return [...edits, ...renames];
}

/** What the fixes chosen so far occupy in the texts and in the trees, by file. */
class Taken {
  private readonly files = new Map<string, TakenInFile>();

  /** Takes the fix in, unless it is in conflict with one before it. */
  take(fix: Fix): boolean {
    const places = filesOf(fix).map((file) => {
      const place = this.files.get(file) ?? new TakenInFile();
      this.files.set(file, place);
      return { place, edits: editsOf(fix, file) };
    });
    if (!places.every(({ place, edits }) => place.hasRoomFor(edits, fix.touches))) return false;
    for (const { place, edits } of places) place.take(edits, fix.touches);
    return true;
  }
}

class TakenInFile {
  private readonly spans: Span[] = [];
  private readonly touched = new PathSet();
  private readonly claimed = new PathSet();

  hasRoomFor(edits: readonly TextEdit[], touches: readonly Path[]): boolean {
    if (edits.some(({ span }) => this.spans.some((other) => collide(span, other)))) return false;
    // Two fixes that append to one list do not wait for each other.
    if (touches.some((path) => this.touched.meets(path, path.at(-1) === '-'))) return false;
    return !claimsOf(edits).some((claim) => this.claimed.meets(claim, false));
  }

  take(edits: readonly TextEdit[], touches: readonly Path[]): void {
    this.spans.push(...edits.map(({ span }) => span));
    for (const path of touches) this.touched.add(path);
    for (const claim of claimsOf(edits)) this.claimed.add(claim);
  }
}

function claimsOf(edits: readonly TextEdit[]): string[][] {
  return edits.flatMap(({ claim }) => (claim === undefined ? [] : [claim.split('/')]));
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

/** All edits of a batch in one file as one list: those of earlier fixes first where two insert at the same offset. */
export function editsOfBatch(batch: readonly Fixable[], file: string): TextEdit[] {
  return sortEdits(batch.flatMap(({ fix }) => editsOf(fix, file)));
}
