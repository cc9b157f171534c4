/** A place as editors show it: both figures start at 1; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets into lines and columns by binary search over the line starts. A BOM takes no column. */
export class LineIndex {
  private readonly starts: number[] = [0];
  private readonly bom: number;

  constructor(readonly text: string) {
    this.bom = text.startsWith('\uFEFF') ? 1 : 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  get lineCount(): number {
    return this.starts.length;
  }

  position(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const column = offset - (this.starts[low] ?? 0) + 1 - (low === 0 ? this.bom : 0);
    return { line: low + 1, column: Math.max(1, column) };
  }

  /** Offset at which a line (1-based) starts; the end of the text for a line past it. */
  lineStart(line: number): number {
    return this.starts[line - 1] ?? this.text.length;
  }
}
