import { Habits, habitKey, walkWritten } from './habits.js';
import type { Lines } from './lines.js';
import type { MapNode, TemplateNode } from './node.js';

/** How a JSON template is written, read off the template itself. */
export interface JsonStyle {
  readonly eol: string;
  /** One level of indentation. */
  readonly indent: string;
  /** What stands between a key and its value: `: `, `:`, ` : `. */
  readonly colon: string;
  /** What stands between values on one line. */
  readonly comma: string;
  readonly padList: boolean;
  readonly padMap: boolean;
  /** Whether collections stand on one line, by key; a function by its name in braces. */
  readonly oneLine: Habits<boolean>;
  /** The same for all functions and for all lists of scalars. */
  readonly oneLineFunctions: boolean;
  readonly oneLineLists: boolean;
  /** True for a file without line breaks. */
  readonly minified: boolean;
}

/** Reads the style of a whole file. */
export function detectJsonStyle(root: MapNode, lines: Lines): JsonStyle {
  const reader = new StyleReader(lines);
  for (const node of walkWritten(root)) reader.see(node);
  const minified = !lines.text.slice(root.span.start, root.span.end).includes('\n');
  return {
    eol: lines.eol,
    indent: reader.indents.majority ?? '  ',
    colon: reader.colons.majority ?? ': ',
    comma: reader.commas.majority ?? (minified ? ',' : ', '),
    padList: reader.padLists.majority ?? false,
    padMap: reader.padMaps.majority ?? !minified,
    oneLine: reader.oneLine,
    oneLineFunctions: reader.functions.majority ?? true,
    oneLineLists: reader.lists.majority ?? false,
    minified,
  };
}

class StyleReader {
  readonly oneLine = new Habits<boolean>();
  readonly functions = new Habits<boolean>();
  readonly lists = new Habits<boolean>();
  readonly indents = new Habits<string>();
  readonly colons = new Habits<string>();
  readonly commas = new Habits<string>();
  readonly padLists = new Habits<boolean>();
  readonly padMaps = new Habits<boolean>();

  constructor(private readonly lines: Lines) {}

  see(node: TemplateNode): void {
    if (node.kind === 'scalar') return;
    const { start, end } = node.span;
    const text = this.lines.text.slice(start, end);
    const isOneLine = !text.includes('\n');
    if (node.kind === 'intrinsic') {
      this.seeKey(node.argument.span.start);
      this.oneLine.add(`{${node.name}}`, start, isOneLine);
      this.functions.add('', start, isOneLine);
      if (isOneLine) this.padMaps.add('', start, text[1] === ' ');
      return;
    }
    const children = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value);
    if (children.length === 0) return;
    this.oneLine.add(habitKey(node), start, isOneLine);
    if (isOneLine) (node.kind === 'list' ? this.padLists : this.padMaps).add('', start, text[1] === ' ');
    if (node.kind === 'map') node.entries.forEach(({ value }) => this.seeKey(value.span.start));
    else if (node.items.every(({ kind }) => kind === 'scalar')) this.lists.add('', start, isOneLine);
    if (isOneLine) this.seeCommas(children);
    else this.seeIndent(start, node.kind === 'map' ? node.entries[0]?.keySpan.start : node.items[0]?.span.start);
  }

  private seeKey(valueStart: number): void {
    const colon = /\s*:\s*$/.exec(this.lines.text.slice(Math.max(0, valueStart - 12), valueStart))?.[0];
    if (colon !== undefined && !colon.includes('\n')) this.colons.add('', valueStart, colon);
  }

  private seeCommas(children: readonly TemplateNode[]): void {
    for (const child of children.slice(0, -1)) {
      const comma = /^,[ \t]*/.exec(this.lines.text.slice(child.span.end, child.span.end + 8))?.[0];
      if (comma !== undefined) this.commas.add('', child.span.end, comma);
    }
  }

  private seeIndent(open: number, child: number | undefined): void {
    if (child === undefined || this.lines.before(child).trim() !== '') return;
    const outer = this.lines.indent(open);
    const inner = this.lines.indent(child);
    if (inner.startsWith(outer) && inner !== outer) this.indents.add('', open, inner.slice(outer.length));
  }
}
