import type { LineRange } from '../../report/suggestions.js';

/** The right side of a diff of one file: what it shows, and what was written anew. */
export interface PatchLines {
  /** One range for each hunk that shows any line. */
  readonly hunks: readonly LineRange[];
  readonly touched: ReadonlySet<number>;
}

/** Reads the hunks of one file as a forge shows them, without the header of the file. */
export function patchLines(patch: string): PatchLines {
  const hunks: LineRange[] = [];
  const touched = new Set<number>();
  let line = 0;
  let first = 0;
  const close = (): void => {
    if (first > 0 && line > first) hunks.push({ start: first, end: line - 1 });
  };
  for (const text of patch.split('\n')) {
    const head = /^@@ -\d+(?:,\d+)? \+(?<start>\d+)(?:,\d+)? @@/.exec(text)?.groups;
    if (head) {
      close();
      first = Number(head['start']);
      line = first;
    } else if (text.startsWith('+')) touched.add(line++);
    else if (text.startsWith(' ')) line++;
  }
  close();
  return { hunks, touched };
}
