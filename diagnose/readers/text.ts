import { unwrapped } from '../clean.js';
import type { Failure, LogLine, Reader, Sink } from '../failure.js';

/** What the scanner saw in a line, as bits: an error that may be known, and a word of failure. */
export const sights = { known: 1, failure: 2 } as const;

/** Words that the scanner takes for failure. */
export const failureWords: readonly string[] = ['rror', 'ERROR', 'FATAL', 'xception', '_FAILED', 'ailed to'];

/** A line that is surely meant as an error, whether or not anybody knows it. */
const claim =
  /(?:^|\s)(?:[Ee]rror|ERROR|FATAL|Exception|[A-Z]\w{2,40}(?:Exception|Error)|[A-Z]{1,20}_FAILED)(?:\b|:)|[Ff]ailed to \w/;

/** How many lines an error text may be wrapped over. */
const wrapped = 4;
/** The longest text that is put together of several lines, in UTF-16 code units: what a terminal wraps is short, and a line may be huge. */
const longestWrapped = 4_096;

interface Seen extends LogLine {
  readonly sight: number;
}

/** How well a text is known: not at all, as a class of errors, or as one that a rule prevents, with its figures. */
export type Knowing = 0 | 1 | 2;

/** Any text: errors that are known are found in it wherever they stand, also wrapped over lines. */
export class AnyText implements Reader {
  private before: Seen[] = [];
  /** What is known less well than it may be with the next lines. */
  private pending: { readonly failure: Failure; readonly until: number } | undefined;
  readonly isOpen = false;

  /**
   * @param sightOf what the scanner saw in the line that is being taken
   * @param claimed takes lines that say of themselves that they are errors and that nobody knows
   */
  constructor(
    private readonly sightOf: () => number,
    private readonly knowing: (text: string) => Knowing,
    private readonly found: Sink,
    private readonly claimed: Sink,
  ) {}

  take({ text, number }: LogLine): boolean {
    const line: Seen = { text, number, sight: this.sightOf() };
    if (text === '' || (this.pending && number > this.pending.until)) this.flush();
    if (text === '') {
      this.before = [];
      return true;
    }
    if ((isSeen(line) || this.before.some(isSeen)) && this.judge(line)) return true;
    if ((line.sight & sights.failure) !== 0 && claim.test(text))
      this.claimed({ reason: unwrapped(text), format: 'text', line: number });
    this.before.push(line);
    if (this.before.length >= wrapped) this.before.shift();
    return true;
  }

  end(): void {
    this.flush();
  }

  /**
   * The shortest run of lines that a rule knows, else that makes sense: what stands before does not get into it.
   * @returns true when the line is done with
   */
  private judge(line: Seen): boolean {
    let known: Failure | undefined;
    let length = line.text.length;
    for (let from = this.before.length; from >= 0; from--) {
      const lines = [...this.before.slice(from), line];
      if (lines.length > 1) length += lines[0]?.text.length ?? 0;
      if (lines.length > 1 && length > longestWrapped) break;
      if (!lines.some(isSeen)) continue;
      // Between words, or in the middle of one, as a terminal does.
      for (const between of lines.length === 1 ? [''] : [' ', '']) {
        const reason = unwrapped(lines.map(({ text }) => text).join(between));
        const knowing = this.knowing(reason);
        const failure: Failure = { reason, format: 'text', line: lines[0]?.number ?? line.number };
        if (knowing === 2) {
          this.pending = undefined;
          this.before = [];
          this.found(failure);
          return true;
        }
        if (knowing === 1) known ??= failure;
      }
    }
    if (known && !this.pending) this.pending = { failure: known, until: line.number + 2 };
    return false;
  }

  private flush(): void {
    if (!this.pending) return;
    this.found(this.pending.failure);
    this.pending = undefined;
    this.before = [];
  }
}

function isSeen({ sight }: Seen): boolean {
  return (sight & sights.known) !== 0;
}
