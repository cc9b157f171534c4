import type { TextEdit } from '../text/edit.js';
import { sortEdits } from '../text/edit.js';
import type { EditedText, GateFailure } from './gate.js';

/** Gate: line ends, byte order mark, final newline and every byte outside the edits are as they were. */
export function layoutKept({ before, after, edits }: EditedText): GateFailure | undefined {
  const old = before.source.text;
  const text = after.source.text;
  if (text !== splice(old, edits)) return failure('bytes outside the edits');
  if (old.startsWith('\uFEFF') !== text.startsWith('\uFEFF')) return failure('the byte order mark');
  if (old.endsWith('\n') !== text.endsWith('\n')) return failure('the end of the file');
  if (!keepsLineEnds(old, text)) return failure('the line ends');
  return undefined;
}

function failure(what: string): GateFailure {
  return { gate: 'layout-kept', because: `the edit would change ${what}` };
}

/** Puts the text together again by hand, not trusting the library that applied the edits. */
function splice(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let from = 0;
  for (const { span, text: inserted } of sortEdits(edits)) {
    result += text.slice(from, span.start) + inserted;
    from = span.end;
  }
  return result + text.slice(from);
}

/** A file with one kind of line end keeps to it; one that mixes them already may go on. */
function keepsLineEnds(before: string, after: string): boolean {
  const [crlf, lf] = [before.includes('\r\n'), /(?<!\r)\n/.test(before)];
  if (crlf && !lf) return !/(?<!\r)\n/.test(after);
  return crlf || !after.includes('\r');
}
