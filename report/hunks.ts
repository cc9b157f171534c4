import { structuredPatch } from 'diff';

/** One hunk of a unified diff. Lines carry their mark and keep a carriage return; `\ No newline...` is a line too. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

/** Lines of context around a change. */
const context = 3;
/** Beyond so many changed lines the search for the shortest diff is given up: it is quadratic. */
const maxEditLength = 1500;
const noNewline = '\\ No newline at end of file';

/** The hunks that turn one text into another. The result depends on the two texts only, never on time. */
export function hunksOf(before: string, after: string): readonly Hunk[] {
  if (before === after) return [];
  const patch = structuredPatch('', '', before, after, undefined, undefined, { context, maxEditLength });
  return patch?.hunks.map(asPrinted) ?? [blockHunk(before, after)];
}

/** An empty side is numbered by the line before it. */
function asPrinted(hunk: Hunk): Hunk {
  return {
    ...hunk,
    oldStart: hunk.oldLines === 0 ? hunk.oldStart - 1 : hunk.oldStart,
    newStart: hunk.newLines === 0 ? hunk.newStart - 1 : hunk.newStart,
  };
}

/** One hunk from the first to the last line that differs. */
export function blockHunk(before: string, after: string): Hunk {
  const old = linesOf(before);
  const fresh = linesOf(after);
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
  const start = Math.max(0, head - context);
  const rest = Math.max(0, tail - context);
  const oldLines = old.length - rest - start;
  const newLines = fresh.length - rest - start;
  return {
    oldStart: oldLines === 0 ? start : start + 1,
    oldLines,
    newStart: newLines === 0 ? start : start + 1,
    newLines,
    lines: [
      ...marked(' ', old.slice(start, head)),
      ...marked('-', old.slice(head, old.length - tail)),
      ...marked('+', fresh.slice(head, fresh.length - tail)),
      ...marked(' ', old.slice(old.length - tail, old.length - rest)),
    ],
  };
}

/** The lines of a text with their line feeds. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function marked(mark: string, lines: readonly string[]): string[] {
  return lines.flatMap((line) => (line.endsWith('\n') ? [mark + line.slice(0, -1)] : [mark + line, noNewline]));
}
