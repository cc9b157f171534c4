/** Lines of one text around an offset. A BOM belongs to no line; line breaks are LF or CRLF. */
export class Lines {
  private readonly first: number;

  constructor(
    readonly text: string,
    readonly eol: string,
  ) {
    this.first = text.startsWith('\uFEFF') ? 1 : 0;
  }

  /** Where the line of an offset starts. */
  start(offset: number): number {
    return Math.max(this.first, this.text.lastIndexOf('\n', offset - 1) + 1);
  }

  /** Where the line of an offset ends, before its line break. */
  end(offset: number): number {
    const feed = this.text.indexOf('\n', offset);
    if (feed === -1) return this.text.length;
    return feed > offset && this.text[feed - 1] === '\r' ? feed - 1 : feed;
  }

  /** Where the next line starts; the end of the text after the last line. */
  next(offset: number): number {
    const feed = this.text.indexOf('\n', offset);
    return feed === -1 ? this.text.length : feed + 1;
  }

  /** Where the line above ends; undefined on the first line. */
  previousEnd(offset: number): number | undefined {
    const start = this.start(offset);
    if (start === this.first) return undefined;
    return this.text[start - 2] === '\r' ? start - 2 : start - 1;
  }

  column(offset: number): number {
    return offset - this.start(offset);
  }

  /** What stands before an offset on its line. */
  before(offset: number): string {
    return this.text.slice(this.start(offset), offset);
  }

  /** What stands from an offset to the end of its line. */
  after(offset: number): string {
    return this.text.slice(offset, this.end(offset));
  }

  /** The white space that a line starts with. */
  indent(offset: number): string {
    return /^[ \t]*/.exec(this.text.slice(this.start(offset), this.end(offset)))?.[0] ?? '';
  }

  /** The lines below an offset's own, each with where it starts, without line breaks. */
  *below(offset: number): Generator<{ readonly start: number; readonly text: string }> {
    for (let at = this.next(offset); at < this.text.length; at = this.next(at)) {
      yield { start: at, text: this.text.slice(at, this.end(at)) };
    }
  }

  /** True when the text ends at this offset without a line break. */
  isOpenEnd(offset: number): boolean {
    return offset === this.text.length && !this.text.endsWith('\n');
  }
}
