import { type TextEdit, editAt } from '../text/edit.js';
import { CannotEdit } from './cannot-edit.js';
import type { Lines } from './lines.js';
import type { ListNode, MapNode, TemplateNode, Value } from './node.js';
import type { Span } from '../text/span.js';
import { type Container, type Where, entryOf, indexOf, ownEntries, pointer } from './place.js';

/** Where text in brackets is printed. */
export interface FlowPlace {
  /** The white space before the line that the text starts on. */
  readonly indent: string;
  /** True where everything around stands on one line. */
  readonly oneLine: boolean;
  /** The node beside or instead of which it is printed. */
  readonly near: TemplateNode;
}

/** Prints a value, or `key: value`, in the syntax of the file. */
export interface FlowPrinter {
  value(value: Value, key: string, place: FlowPlace): string;
  entry(key: string, value: Value, place: FlowPlace): string;
  /** What separates values on one line. */
  readonly comma: string;
}

/** Edits what stands in brackets: JSON, and lists and maps of YAML in flow layout. */
export class FlowEditor {
  constructor(
    private readonly lines: Lines,
    private readonly printer: FlowPrinter,
  ) {}

  private get text(): string {
    return this.lines.text;
  }

  insert(map: MapNode, key: string, value: Value, where: Where): TextEdit[] {
    const index = indexOf(ownEntries(map), where);
    const claim = pointer(map, key);
    return this.insertAt(map, index, claim, (place) => this.printer.entry(key, value, place));
  }

  append(list: ListNode, value: Value, key: string): TextEdit[] {
    const claim = pointer(list, JSON.stringify(value));
    return this.insertAt(list, list.items.length, claim, (place) => this.printer.value(value, key, place));
  }

  replace(node: TemplateNode, value: Value, key: string): TextEdit[] {
    const { start, end } = node.span;
    const indent = this.lines.indent(start);
    const text = this.printer.value(value, key, { indent, oneLine: this.isOneLine(node.parent ?? node), near: node });
    if (start === end && this.text[start - 1] !== ':') throw new CannotEdit('a key in brackets has no colon');
    return [{ ...editAt(this.text, start, end, start === end ? ` ${text}` : text), claim: pointer(node) }];
  }

  /** Turns a value into a list that starts with it, its own text moved but not rewritten. */
  wrap(node: TemplateNode, value: Value, key: string): TextEdit[] {
    const { start, end } = node.span;
    const indent = this.lines.indent(start);
    const place = { indent, oneLine: this.isOneLine(node.parent ?? node), near: node };
    const mark = 'stackmend:the value so far';
    const text = this.printer.value([mark, value], key, place);
    const [before = '', ...after] = text.split(new RegExp(`["']?${mark}["']?`));
    const added = before.slice(before.lastIndexOf('\n') + 1).slice(indent.length);
    const raw = this.text.slice(start, end).replaceAll('\n', before.includes('\n') ? `\n${added}` : '\n');
    return [{ ...editAt(this.text, start, end, before + raw + after.join('')), claim: pointer(node) }];
  }

  /** Takes away an entry or item with its comma; the only one leaves `{}` or `[]`. */
  remove(node: TemplateNode): TextEdit {
    return this.removeAmong(node, new Set());
  }

  /** Takes away members of one container; all of them leave `{}` or `[]`. */
  removeAll(nodes: readonly TemplateNode[]): TextEdit[] {
    const container = nodes[0]?.parent;
    if (container?.kind !== 'map' && container?.kind !== 'list')
      throw new CannotEdit('it is the argument of a function');
    if (nodes.length === membersOf(container).length) return [this.empty(container, pointer(container))];
    const gone = new Set(nodes.map(startOf));
    return nodes.map((node) => this.removeAmong(node, gone));
  }

  /** The comma before a member goes with it, unless nothing before it stays: then the one behind it. */
  private removeAmong(node: TemplateNode, gone: ReadonlySet<number>): TextEdit {
    const parent = node.parent;
    if (parent?.kind !== 'map' && parent?.kind !== 'list') throw new CannotEdit('it is the argument of a function');
    const members = membersOf(parent);
    const start = startOf(node);
    const index = members.findIndex((member) => member.start === start);
    const member = members[index];
    const staysBefore = members.slice(0, index).some((each) => !gone.has(each.start));
    if (!member || entryOf(node)?.merged) throw new CannotEdit('it is written elsewhere');
    const [previous, next] = [members[index - 1], members[index + 1]];
    const claim = pointer(node);
    if (previous && staysBefore && this.isPlainGap(previous.end, start))
      return { ...editAt(this.text, previous.end, member.end, ''), claim };
    if (!staysBefore && next && this.isPlainGap(member.end, next.start))
      return { ...editAt(this.text, start, next.start, ''), claim };
    if (previous || next) return { ...this.removeLines(member), claim };
    return this.empty(parent, pointer(parent));
  }

  private empty(container: Container, claim: string): TextEdit {
    const { start, end } = container.span;
    this.refuseBare(container);
    if (/#/.test(this.text.slice(start, end).replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '')))
      throw new CannotEdit('a comment stands in the brackets');
    return { ...editAt(this.text, start, end, container.kind === 'map' ? '{}' : '[]'), claim };
  }

  private insertAt(
    container: Container,
    index: number,
    claim: string,
    print: (place: FlowPlace) => string,
  ): TextEdit[] {
    this.refuseBare(container);
    const members = membersOf(container);
    const near = container;
    const anchor = members[Math.max(0, index - 1)];
    if (!anchor) throw new CannotEdit('there is nothing in the brackets to follow');
    const separator = this.separatorOf(members, container);
    const line = separator.lastIndexOf('\n');
    const indent = line === -1 ? this.lines.indent(anchor.start) : separator.slice(line + 1);
    const text = print({ indent, oneLine: this.isOneLine(container), near });
    if (index === 0) return [{ ...editAt(this.text, anchor.start, anchor.start, text + separator), claim }];
    const rest = this.lines.after(anchor.end);
    const comment = /^\s*(,?)\s*#/.exec(rest);
    if (!comment) return [{ ...editAt(this.text, anchor.end, anchor.end, separator + text), claim }];
    return this.insertBelowComment(
      anchor,
      comment[1] === ',',
      index < members.length,
      separator.replace(/^,/, '') + text,
      pointer(container),
    );
  }

  /** The comma goes before the comment that follows, the new text below it. Done twice, it would leave two commas. */
  private insertBelowComment(
    anchor: Span,
    hasComma: boolean,
    isInside: boolean,
    text: string,
    claim: string,
  ): TextEdit[] {
    const end = this.lines.end(anchor.end);
    if (!text.startsWith(this.lines.eol)) throw new CannotEdit('a comment ends the line');
    const edit = { ...editAt(this.text, end, end, isInside || hasComma ? `${text},` : text), claim };
    return hasComma ? [edit] : [editAt(this.text, anchor.end, anchor.end, ','), edit];
  }

  /** What stands between two members: as between two of them, else as the bracket and the first are set apart. */
  private separatorOf(members: readonly Span[], container: Container): string {
    const [last, beforeLast] = [members.at(-1), members.at(-2)];
    if (last && beforeLast) {
      const gap = this.text.slice(beforeLast.end, last.start);
      if (/^,\s*$/.test(gap)) return gap;
    }
    const [first] = members;
    if (first && this.lines.start(first.start) > container.span.start)
      return `,${this.lines.eol}${this.lines.indent(first.start)}`;
    return this.printer.comma;
  }

  private isPlainGap(start: number, end: number): boolean {
    return /^\s*,\s*$/.test(this.text.slice(start, end));
  }

  /** A member between comments goes with its lines, if it has them for itself. */
  private removeLines(member: Span): TextEdit {
    const previous = this.lines.previousEnd(member.start);
    const rest = /^\s*(,?)\s*(?:#.*)?$/.exec(this.lines.after(member.end));
    if (previous === undefined || !rest || this.lines.before(member.start).trim() !== '')
      throw new CannotEdit('a comment stands in its way');
    return editAt(this.text, previous, this.lines.end(member.end), '');
  }

  private isOneLine(node: TemplateNode): boolean {
    return !this.text.slice(node.span.start, node.span.end).includes('\n');
  }

  /** `[a: b]` holds a map without braces. */
  private refuseBare(container: Container): void {
    if (!/^[[{]/.test(this.text[container.span.start] ?? '')) throw new CannotEdit('the map has no braces of its own');
  }
}

function startOf(node: TemplateNode): number {
  return (entryOf(node)?.span ?? node.span).start;
}

function membersOf(container: Container): readonly Span[] {
  return container.kind === 'list'
    ? container.items.map(({ span }) => span)
    : ownEntries(container).map(({ span }) => span);
}
