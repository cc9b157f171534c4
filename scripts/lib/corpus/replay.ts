import { editsOf } from '../../../core/engine/plan.js';
import type { FileReport, Finding } from '../../../core/engine/types.js';
import type { TextEdit } from '../../../core/text/edit.js';

/** How many ways to divide the edits of later passes are tried before a file counts as unexplained. */
const maximumTries = 20_000;

/**
 * True when the output is the input with the edits of the applied findings and nothing else. Written without the
 * engine's own means of applying edits. The edits of a later pass count from the text that the pass before left, so the
 * applied findings are divided into passes again: `found` are those of the unit's first detection.
 */
export function isExplained({ file, before, after, applied }: FileReport, found: ReadonlySet<Finding>): boolean {
  const edits = (findings: readonly Finding[]): readonly TextEdit[] =>
    findings.flatMap(({ fix }) => (fix ? editsOf(fix, file) : []));
  // A fix may have been given what it left unused with others: then its own edits are among those reported.
  const isFirst = (finding: Finding): boolean =>
    found.has(finding) ||
    [...found].some(
      (other) =>
        other.fingerprint === finding.fingerprint && edits([other]).every((edit) => edits([finding]).includes(edit)),
    );
  const first = applied.filter(isFirst);
  const later = applied.filter((finding) => !isFirst(finding)).map((finding) => edits([finding]));
  const text = splice(before, edits(first));
  const tries = { left: maximumTries };
  return text !== undefined && leadsTo(text, later, after, tries);
}

function leadsTo(
  text: string,
  later: readonly (readonly TextEdit[])[],
  after: string,
  tries: { left: number },
): boolean {
  if (later.length === 0) return text === after;
  for (let size = later.length; size > 0; size--) {
    if (tries.left-- <= 0) return false;
    const next = splice(text, later.slice(0, size).flat());
    if (next !== undefined && leadsTo(next, later.slice(size), after, tries)) return true;
  }
  return false;
}

/** The text with the edits made, or undefined when they do not fit it or each other. */
export function splice(text: string, unordered: readonly TextEdit[]): string | undefined {
  const parts: string[] = [];
  let at = 0;
  for (const { span, expected, text: replacement } of inOrder(unordered)) {
    if (span.start < at || text.slice(span.start, span.end) !== expected) return undefined;
    parts.push(text.slice(at, span.start), replacement);
    at = span.end;
  }
  return parts.join('') + text.slice(at);
}

/** By place; insertions at one place from the inside out, then as planned. */
function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.toSorted(
    (a, b) => a.span.start - b.span.start || a.span.end - b.span.end || (b.depth ?? 0) - (a.depth ?? 0),
  );
}
