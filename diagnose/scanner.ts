/**
 * Finds many texts at once, in one pass over the characters of a log: the automaton of Aho and Corasick, with a row of
 * transitions for each state. A log of any size costs its length, whatever is in it.
 */
export class Scanner {
  /** For each state and each of the first 128 characters the next state. */
  private readonly next: Int32Array;
  /** For each state the groups of the texts that end there, as bits. */
  private readonly ends: Uint8Array;
  /** After the line before, and after what was run last. */
  private state = 0;
  private last = 0;

  /** @param groups texts by group, at most eight groups; characters beyond ASCII never match */
  constructor(groups: readonly (readonly string[])[]) {
    const texts = groups.flatMap((group, bit) => group.map((text) => ({ text, mask: 1 << bit })));
    const most = texts.reduce((sum, { text }) => sum + text.length, 1);
    const next = new Int32Array(most * width);
    const ends = new Uint8Array(most);
    let states = 1;
    for (const { text, mask } of texts) {
      let state = 0;
      for (let index = 0; index < text.length; index++) {
        const at = state * width + (text.charCodeAt(index) & (width - 1));
        if (next[at] === 0) next[at] = states++;
        state = next[at] ?? 0;
      }
      ends[state] = (ends[state] ?? 0) | mask;
    }
    this.next = next;
    this.ends = ends;
    this.linkFailures(states);
  }

  /**
   * The groups of which a text ends in this line, as bits; it may have begun in lines before, and the line may go on behind
   * a space or in the middle of a word. Several spaces count as one.
   */
  feed(line: string): number {
    const goingOn = this.run(this.state, line.slice(0, longestText));
    const found = this.run(this.next[this.state * width + space] ?? 0, line);
    this.state = this.last;
    return goingOn | found;
  }

  private run(from: number, line: string): number {
    const { next, ends } = this;
    let state = from;
    let found = 0;
    let before = space;
    for (let index = 0; index < line.length; index++) {
      const code = line.charCodeAt(index);
      if (code === space && before === space) continue;
      before = code;
      state = code < width ? (next[state * width + code] ?? 0) : 0;
      found |= ends[state] ?? 0;
    }
    this.last = state;
    return found;
  }

  /** Breadth first: where no text goes on, the longest end of what was read that begins one. */
  private linkFailures(states: number): void {
    const { next, ends } = this;
    const fallback = new Int32Array(states);
    const queue: number[] = [];
    for (let code = 0; code < width; code++) {
      const child = next[code] ?? 0;
      if (child !== 0) queue.push(child);
    }
    for (let head = 0; head < queue.length; head++) {
      const state = queue[head] ?? 0;
      const back = fallback[state] ?? 0;
      ends[state] = (ends[state] ?? 0) | (ends[back] ?? 0);
      for (let code = 0; code < width; code++) {
        const at = state * width + code;
        const child = next[at] ?? 0;
        const other = next[back * width + code] ?? 0;
        if (child === 0) next[at] = other;
        else {
          fallback[child] = other;
          queue.push(child);
        }
      }
    }
  }
}

/** No text goes on for longer in the next line. UTF-16 code units. */
const longestText = 200;
const width = 128;
const space = 0x20;
