import { Habits, habitKey, walkWritten } from './habits.js';
import type { Lines } from './lines.js';
import type { ListNode, MapNode, ScalarNode, TemplateNode, Value } from './node.js';
import { quotesOf } from './place.js';
import type { Quote, ScalarHabits } from './yaml-scalar.js';

/** How a YAML template is written, read off the template itself. */
export interface YamlStyle extends ScalarHabits {
  /** Columns from a key to the keys of the map below it. */
  readonly step: number;
  /** True for `!Ref X`, false for `Ref: X`. */
  readonly short: boolean;
  /** True when texts behind `!Sub` are quoted even where they need not. */
  readonly quoteSub: boolean;
  /** A space inside `[ a ]` and `{ a: b }`. */
  readonly padList: boolean;
  readonly padMap: boolean;
  /** Quotes around keys and texts, where all neighbours have them. */
  readonly always: Quote | undefined;
  /** Columns from a key to the dashes below it, by key. */
  readonly dashes: Habits<number>;
  /** Whether collections are written in brackets on one line, by key. */
  readonly brackets: Habits<boolean>;
}

/** Columns from a key to the dashes of a new list below it. */
export function dashOffset(style: YamlStyle, key: string, near: number): number {
  return style.dashes.nearest(key, near) ?? style.dashes.majority ?? style.step;
}

/**
 * The style beside a node: with quotes around keys and texts where all keys of the map have them, and around a new text
 * where all items of the list have them.
 */
export function withQuotes(style: YamlStyle, node: TemplateNode, value: Value | undefined, text: string): YamlStyle {
  const container = node.kind === 'map' || (node.kind === 'list' && typeof value === 'string') ? node : node.parent;
  const always = container?.kind === 'list' && typeof value !== 'string' ? undefined : quotesOf(container, text);
  return always ? { ...style, always, quote: always } : style;
}

class Tally {
  private readonly counts = new Map<string, number>();

  add(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  more(what: string, other: string): boolean {
    return this.of(what) > this.of(other);
  }
}

/** Reads the style of a whole file; what no example shows gets the commonest form of real templates. */
export function detectYamlStyle(root: MapNode, lines: Lines): YamlStyle {
  const tally = new Tally();
  const steps = new Habits<number>();
  const dashes = new Habits<number>();
  const brackets = new Habits<boolean>();
  for (const node of walkWritten(root)) {
    if (node.kind === 'scalar') countScalar(tally, node);
    else if (node.kind === 'intrinsic') {
      tally.add(node.form);
      if (node.form === 'long') brackets.add(`{${node.name}}`, node.span.start, lines.text[node.span.start] === '{');
    } else if (node.flow) countFlow(tally, brackets, node, lines);
    else {
      if (!isEmpty(node)) brackets.add(habitKey(node), node.span.start, false);
      const delta = offsetFromKey(node, lines);
      if (delta !== undefined) (node.kind === 'map' ? steps : dashes).add(habitKey(node), node.span.start, delta);
    }
  }
  const quote = tally.more('double', 'single') ? '"' : "'";
  return {
    step: steps.majority ?? 2,
    short: tally.of('short') > 0 || tally.of('long') === 0,
    quote,
    quoteOf: (text) => {
      if (tally.more(`double ${text}`, `single ${text}`)) return '"';
      return tally.of(`single ${text}`) > 0 ? "'" : quote;
    },
    plainDates: tally.more('plain date', 'quoted date'),
    quoteSub: tally.more('quoted sub', 'plain sub'),
    padList: tally.more('padded list', 'tight list'),
    padMap: !tally.more('tight map', 'padded map'),
    always: undefined,
    dashes,
    brackets,
  };
}

function isEmpty(node: ListNode | MapNode): boolean {
  return node.kind === 'list' ? node.items.length === 0 : node.entries.length === 0;
}

function countScalar(tally: Tally, node: ScalarNode): void {
  const inQuotes = node.style === 'single' || node.style === 'double';
  if (inQuotes) {
    tally.add(node.style);
    tally.add(`${node.style} ${String(node.value)}`);
  }
  if (node.style !== 'plain' && !inQuotes) return;
  if (typeof node.value === 'string' && /^\d{4}-\d\d-\d\d$/.test(node.value))
    tally.add(inQuotes ? 'quoted date' : 'plain date');
  if (node.key === 'Fn::Sub') tally.add(inQuotes ? 'quoted sub' : 'plain sub');
}

function countFlow(tally: Tally, brackets: Habits<boolean>, node: ListNode | MapNode, lines: Lines): void {
  if (isEmpty(node)) return;
  const text = lines.text.slice(node.span.start, node.span.end);
  if (!/^[[{]/.test(text) || text.includes('\n')) return;
  tally.add(`${text[1] === ' ' ? 'padded' : 'tight'} ${node.kind}`);
  brackets.add(habitKey(node), node.span.start, true);
}

/** Columns from the key above to a block map or list. */
export function offsetFromKey(node: TemplateNode, lines: Lines): number | undefined {
  const parent = node.parent;
  if (parent?.kind !== 'map' || parent.flow) return undefined;
  const entry = parent.entries.find(({ value }) => value === node);
  return entry ? lines.column(node.span.start) - lines.column(entry.keySpan.start) : undefined;
}
