import { BlockEditor } from './edit-block.js';
import { FlowEditor, type FlowPlace, type FlowPrinter } from './edit-flow.js';
import { habitKey } from './habits.js';
import { type JsonStyle, detectJsonStyle } from './json-style.js';
import { Lines } from './lines.js';
import type { ListNode, MapNode, TemplateNode, Value } from './node.js';
import { quotesOf, ownEntries } from './place.js';
import { JsonPrinter } from './print-json.js';
import { YamlPrinter } from './print-yaml.js';
import type { Template } from './template.js';
import { type YamlStyle, detectYamlStyle, withQuotes } from './yaml-style.js';

/** The editors of one template: what stands in brackets, what stands behind keys and dashes. */
export interface Layouts {
  readonly lines: Lines;
  readonly flow: FlowEditor;
  readonly block: BlockEditor;
  /** A value as a text of its own. */
  print(value: Value): string;
  /** A key that had no quotes before. */
  keyText(key: string, flow: boolean): string;
}

/** Reads the style of a template, once. YAML that is one large bracket with quoted keys is treated as the JSON it is. */
export function layoutsOf(template: Template): Layouts {
  const { root, source, syntax } = template;
  const lines = new Lines(source.text, source.layout.eol);
  const style = detectYamlStyle(root, lines);
  const block = new BlockEditor(lines, style);
  if (syntax === 'json' || (root.flow && quotesOf(root, source.text) === '"')) {
    const json = detectJsonStyle(root, lines);
    const printer = new JsonPrinter({ ...json, eol: '\n' });
    const place = { indent: '', key: '', near: source.text.length, oneLine: false };
    const flow = new FlowEditor(lines, jsonFlow(json, lines));
    return { lines, block, flow, print: (value) => printer.print(value, place), keyText: (key) => JSON.stringify(key) };
  }
  const printer = new YamlPrinter(style);
  const flow = new FlowEditor(lines, yamlFlow(style, source.text));
  const print = (value: Value): string => snippet(printer, value, source.text.length);
  return { lines, block, flow, print, keyText: (key, inFlow) => printer.key(key, inFlow) };
}

function yamlFlow(style: YamlStyle, text: string): FlowPrinter {
  return {
    comma: ', ',
    value: (value, _key, { near }) => new YamlPrinter(withQuotes(style, near, value, text)).flow(value),
    entry: (key, value, { near }) => {
      const printer = new YamlPrinter(withQuotes(style, near, value, text));
      return `${printer.key(key, true)}: ${printer.flow(value)}`;
    },
  };
}

function jsonFlow(style: JsonStyle, lines: Lines): FlowPrinter {
  const printer = ({ near }: FlowPlace): JsonPrinter =>
    new JsonPrinter({ ...style, indent: stepNear(near, lines) ?? style.indent });
  return {
    comma: style.comma,
    value: (value, key, at) => printer(at).print(value, { ...at, near: at.near.span.start, key }),
    entry: (key, value, at) => printer(at).entry(key, value, { ...at, near: at.near.span.start }),
  };
}

/** The indentation that a collection itself shows. */
function stepNear(node: TemplateNode, lines: Lines): string | undefined {
  const first =
    node.kind === 'map'
      ? ownEntries(node)[0]?.keySpan.start
      : node.kind === 'list'
        ? node.items[0]?.span.start
        : undefined;
  if (first === undefined || lines.before(first).trim() !== '') return undefined;
  const outer = lines.indent(node.span.start);
  const inner = lines.indent(first);
  return inner.startsWith(outer) && inner !== outer ? inner.slice(outer.length) : undefined;
}

function snippet(printer: YamlPrinter, value: Value, near: number): string {
  const { head, tail } = printer.block(value, { column: 0, owner: 'item', key: '', near, gap: 0 });
  return [head, ...tail].join('\n');
}

/** Where a new item of a list is filed under. */
export function itemKey(list: ListNode): string {
  return `${habitKey(list)}[]`;
}

/** True when the entries of a map or the items of a list are mostly set off from each other by blank lines. */
export function gapsOf(node: MapNode | ListNode, lines: Lines): { readonly blank: number; readonly all: number } {
  const starts = node.kind === 'map' ? ownEntries(node).map(({ keySpan }) => keySpan.start) : node.dashes;
  let blank = 0;
  for (const start of starts.slice(1)) {
    const above = /(?:^|\n)[ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*[ \t]*$/.test(
      lines.text.slice(Math.max(0, start - 2000), start),
    );
    if (above) blank++;
  }
  return { blank, all: Math.max(0, starts.length - 1) };
}

/** True when the file sets the entries of this section, else of its other sections, apart by blank lines. */
export function isSpaced(map: MapNode, root: MapNode, lines: Lines): boolean {
  if (map !== root && map.parent !== root) return false;
  const others = map === root ? [] : root.entries.map(({ value }) => value);
  for (const node of [map, ...others, root]) {
    const { blank, all } = node.kind === 'map' && !node.flow ? gapsOf(node, lines) : { blank: 0, all: 0 };
    if (all > 0) return blank * 2 >= all;
  }
  return false;
}
