import { type Layout, detectLayout } from './layout.js';
import { LineIndex } from './line-index.js';

/** One file as it was read: a display path (posix, relative to the root) and its exact text, BOM included. */
export class SourceFile {
  private lazyLayout: Layout | undefined;
  private lazyLines: LineIndex | undefined;

  constructor(
    readonly path: string,
    readonly text: string,
  ) {}

  get layout(): Layout {
    return (this.lazyLayout ??= detectLayout(this.text));
  }

  get lines(): LineIndex {
    return (this.lazyLines ??= new LineIndex(this.text));
  }
}
