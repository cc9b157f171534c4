import { type TextEdit, editAt } from '../text/edit.js';
import { blockHeader, endOfComments, endingBlockScalar, swallows } from './below.js';
import { CannotEdit } from './cannot-edit.js';
import { habitKey } from './habits.js';
import type { Lines } from './lines.js';
import type { ListNode, MapNode, TemplateNode, Value } from './node.js';
import { type Owner, type Where, indexOf, isBlockCollection, ownEnd, ownEntries, ownerOf, pointer } from './place.js';
import { type Place, YamlPrinter } from './print-yaml.js';
import { type YamlStyle, offsetFromKey, withQuotes } from './yaml-style.js';

/** What is written below a sibling. */
interface Addition {
  readonly sibling: TemplateNode;
  /** Where the sibling's key or dash ends: an empty value has no text. */
  readonly siblingEnd: number;
  readonly isLast: boolean;
  readonly column: number;
  readonly depth: number;
  readonly spaced: boolean;
  readonly value: Value;
  print(noLiteral: boolean): readonly string[];
}

/** Writes into YAML in block layout: whole lines come in, and values change behind their key or dash. */
export class BlockEditor {
  constructor(
    private readonly lines: Lines,
    private readonly style: YamlStyle,
  ) {}

  private get text(): string {
    return this.lines.text;
  }

  /** A new entry. `spaced` sets it off by a blank line. */
  insert(map: MapNode, key: string, value: Value, where: Where, spaced: boolean): TextEdit {
    const own = ownEntries(map);
    const index = indexOf(own, where);
    const previous = own[index - 1];
    const column = this.columnOf(map);
    const printer = this.printer(map);
    const print = (noLiteral: boolean): string[] =>
      printer.entry(key, value, column, { near: map.span.start, noLiteral });
    const claim = pointer(map, key);
    if (!previous) return { ...this.insertFirst(map, print, column, spaced), claim };
    const rest = { isLast: index === own.length, column, depth: map.path.length + 1, spaced, value, print };
    const edit = this.insertBelow({ sibling: previous.value, siblingEnd: previous.keySpan.end, ...rest });
    // What goes below an open block text goes before it instead: the order of keys means nothing.
    return edit ? { ...edit, claim } : this.insert(map, key, value, { before: previous.key }, spaced);
  }

  append(list: ListNode, value: Value, spaced: boolean): TextEdit {
    const sibling = list.items.at(-1);
    const dash = list.dashes.at(-1);
    if (!sibling || dash === undefined) throw new CannotEdit('the list has no dashes to follow');
    const column = this.lines.column(dash);
    const at = { key: `${habitKey(list)}[]`, near: sibling.span.start, gap: this.gapOf(dash, sibling) };
    const printer = this.printer(list, value);
    const print = (noLiteral: boolean): string[] => printer.item(value, column, { ...at, noLiteral });
    const depth = list.path.length + 1;
    const edit = this.insertBelow({ sibling, siblingEnd: dash + 1, isLast: true, column, depth, spaced, value, print });
    if (!edit) throw new CannotEdit('a block text ends the file without a line break, and one would be added to it');
    return { ...edit, claim: pointer(list, JSON.stringify(value)) };
  }

  /** Puts a value where another one stands, or none behind a bare key. Comments stay, but for those inside. */
  replace(node: TemplateNode, value: Value): TextEdit[] {
    const owner = ownerOf(node, this.lines);
    const ownEndAt = ownEnd(node, this.text);
    const lineEnd = this.lines.end(ownEndAt);
    const end = isBlockCollection(node, this.text) ? lineEnd : ownEndAt;
    const gap = owner.kind === 'item' ? this.gapOf(owner.end - 1, node) : 2;
    const noLiteral = swallows(this.lines, end, owner.column + 1);
    const place: Place = {
      column: owner.column,
      owner: owner.kind,
      key: habitKey(node),
      near: node.span.start,
      gap,
      noLiteral,
    };
    const { head, tail } = this.printer(node).block(value, place);
    const below =
      this.joined(tail) + (this.lines.isOpenEnd(lineEnd) && endsWithBreak(value, tail) ? this.lines.eol : '');
    return this.splice(node, owner.end, end, head, below);
  }

  /** Turns the value behind a key into a list that starts with it, its own text untouched; undefined where it cannot. */
  wrap(node: TemplateNode, value: Value): TextEdit[] | undefined {
    const owner = ownerOf(node, this.lines);
    const end = ownEnd(node, this.text);
    const between = this.text.slice(owner.end, node.span.start);
    if (isBlockCollection(node, this.text) && between.includes('\n')) return this.wrapBlock(node, owner, value);
    if (owner.kind !== 'key' || between.trim() !== '' || this.lines.start(end) > owner.end) return undefined;
    const place: Place = {
      column: owner.column,
      owner: 'key',
      key: habitKey(node),
      near: node.span.start,
      noLiteral: true,
    };
    const { head, tail } = this.printer(node).block(['x', value], place);
    if (head !== '') return undefined;
    const [first = '', ...rest] = tail;
    const lineEnd = this.lines.end(end);
    return [
      {
        ...editAt(this.text, owner.end, node.span.start, `${this.lines.eol}${first.slice(0, first.indexOf('-') + 2)}`),
        claim: pointer(node),
      },
      { ...editAt(this.text, lineEnd, lineEnd, this.joined(rest)), depth: node.path.length + 1 },
    ];
  }

  /** The dash takes the two columns before the first key, so that no line moves. */
  private wrapBlock(node: TemplateNode, owner: Owner, value: Value): TextEdit[] | undefined {
    const column = this.lines.column(node.span.start) - 2;
    if (column < owner.column || this.lines.before(node.span.start).trim() !== '') return undefined;
    const at = { key: `${habitKey(node)}[]`, near: node.span.start };
    const print = (noLiteral: boolean): string[] => this.printer(node).item(value, column, { ...at, noLiteral });
    const depth = node.path.length + 1;
    const below = this.insertBelow({
      sibling: node,
      siblingEnd: owner.end,
      isLast: true,
      column,
      depth,
      spaced: false,
      value,
      print,
    });
    if (!below) return undefined;
    const { start } = node.span;
    return [{ ...editAt(this.text, start - 2, start, '- '), claim: pointer(node) }, below];
  }

  /** Sets the text behind a colon or dash: `head` on its line, `below` under it. */
  private splice(node: TemplateNode, ownerEnd: number, end: number, head: string, below: string): TextEdit[] {
    const claim = pointer(node);
    const { start } = node.span;
    const between = this.text.slice(ownerEnd, start);
    if (!/^\s*(?:#.*\s*)*$/.test(between) && (head === '' || between.includes('\n'))) {
      throw new CannotEdit('an anchor or a tag stands before the value');
    }
    if (/\n[^]*#|#[^]*\n/.test(between)) {
      const first = this.lines.previousEnd(start) ?? start;
      const edits = [{ ...editAt(this.text, first, end, below), claim }];
      return head === '' ? edits : [editAt(this.text, ownerEnd, ownerEnd, ` ${head}`), ...edits];
    }
    const from = head === '' || between === '' || between.includes('\n') ? ownerEnd : start;
    const text = from === ownerEnd && head !== '' ? ` ${head}` : head;
    const lineEnd = this.lines.end(end);
    if (below === '') return [{ ...editAt(this.text, from, end, text), claim }];
    if (this.text.slice(end, lineEnd).trim() === '')
      return [{ ...editAt(this.text, from, lineEnd, text + below), claim }];
    const depth = node.path.length + 1;
    return [
      { ...editAt(this.text, from, end, text), claim },
      { ...editAt(this.text, lineEnd, lineEnd, below), depth },
    ];
  }

  private insertBelow(addition: Addition): TextEdit | undefined {
    const { sibling, column, depth, value } = addition;
    const end = Math.max(addition.siblingEnd, ownEnd(sibling, this.text));
    const at = endOfComments(this.lines, this.lines.end(end), column, addition.isLast);
    const isOpen = this.lines.isOpenEnd(at);
    const block = endingBlockScalar(sibling);
    if (isOpen && block && !blockHeader(block, this.text).includes('-')) return undefined;
    const lines = addition.print(swallows(this.lines, at, column + 1));
    const text = this.joined(addition.spaced ? this.setApart(lines, at, addition.isLast) : lines);
    return {
      ...editAt(this.text, at, at, isOpen && endsWithBreak(value, lines) ? text + this.lines.eol : text),
      depth,
    };
  }

  /** A blank line above; below instead, where the neighbours so far had none between them. */
  private setApart(lines: readonly string[], at: number, isLast: boolean): readonly string[] {
    const next = this.lines.next(at);
    return isLast || this.text.slice(next, this.lines.end(next)).trim() === '' ? ['', ...lines] : [...lines, ''];
  }

  /** Before the first entry: under the parent's key, else in its place (at the root, or on the line of a dash). */
  private insertFirst(
    map: MapNode,
    print: (noLiteral: boolean) => readonly string[],
    column: number,
    spaced: boolean,
  ): TextEdit {
    const at = map.span.start;
    const blank = spaced ? [''] : [];
    if (map.parent && this.lines.before(at).trim() === '') {
      const owner = ownerOf(
        map.parent.kind === 'intrinsic' && map.parent.form === 'short' ? map.parent : map,
        this.lines,
      );
      const end = this.lines.end(owner.end);
      const lines = print(swallows(this.lines, end, column + 1));
      return { ...editAt(this.text, end, end, this.joined([...lines, ...blank])), depth: map.path.length + 1 };
    }
    return editAt(this.text, at, at, [...print(false), ...blank, ' '.repeat(column)].join(this.lines.eol).trimStart());
  }

  /** Prints for a place beside or below a node. */
  private printer(node: TemplateNode, value?: Value): YamlPrinter {
    const style = { ...this.style, step: this.stepNear(node) };
    return new YamlPrinter(withQuotes(style, node, value, this.text));
  }

  /** Columns from a key to the map below it, as siblings do it, else as the parent does. */
  private stepNear(node: TemplateNode): number {
    const siblings = node.kind === 'map' ? ownEntries(node).map(({ value }) => value) : [];
    for (const near of [...siblings.toReversed(), node]) {
      const step = near.kind === 'map' && !near.flow ? offsetFromKey(near, this.lines) : undefined;
      if (step !== undefined && step > 0) return step;
    }
    return this.style.step;
  }

  private columnOf(map: MapNode): number {
    const [first] = ownEntries(map);
    const before = first && this.lines.before(first.keySpan.start);
    if (before === undefined || !/^ *(?:- +)*$/.test(before))
      throw new CannotEdit('its first key shares a line with something else');
    return before.length;
  }

  private gapOf(dash: number, item: TemplateNode): number {
    const between = this.text.slice(dash + 1, item.span.start);
    return /^ +$/.test(between) ? between.length + 1 : 2;
  }

  private joined(lines: readonly string[]): string {
    return lines.map((line) => this.lines.eol + line).join('');
  }
}

/** True when printed lines end with a literal block whose text ends with a line break. */
function endsWithBreak(value: Value, lines: readonly string[]): boolean {
  if (typeof value === 'string') return value.endsWith('\n') && lines.at(-1)?.endsWith('"') === false;
  const last = typeof value === 'object' && value !== null ? Object.values(value).at(-1) : undefined;
  return last !== undefined && endsWithBreak(last, lines);
}
