import { type Document, type Node as YamlNode, isAlias, visit } from 'yaml';
import type { Span } from '../text/span.js';
import { IntrinsicNode, ListNode, type MapEntry, MapNode, ScalarNode, type TemplateNode } from './node.js';

/**
 * The anchored nodes of a document. The library looks through the whole document for each alias, and again each time that one
 * is met while others are expanded; here it is gone through once.
 */
export class Anchors {
  private byName: Map<string, YamlNode[]> | undefined;

  constructor(private readonly document: Document) {}

  /** The last node of that name which begins before an offset; undefined where there is none. */
  before(name: string, offset: number): YamlNode | undefined {
    const nodes = (this.byName ??= anchorsIn(this.document)).get(name) ?? [];
    let low = 0;
    for (let high = nodes.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((nodes[middle]?.range?.[0] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return nodes[low - 1];
  }
}

/** In the order of the text. */
function anchorsIn(document: Document): Map<string, YamlNode[]> {
  const found = new Map<string, YamlNode[]>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node) || node.anchor === undefined) return;
      const same = found.get(node.anchor);
      if (same) same.push(node);
      else found.set(node.anchor, [node]);
    },
  });
  return found;
}

/** The node behind an alias, as if it stood where the alias does. */
export function respanned(node: TemplateNode | undefined, span: Span): TemplateNode {
  switch (node?.kind) {
    case undefined:
      return new ScalarNode(span, null, 'plain');
    case 'scalar':
      return new ScalarNode(span, node.value, 'plain');
    case 'list':
      return new ListNode(span, node.items, true);
    case 'map':
      return new MapNode(span, node.entries, true);
    case 'intrinsic':
      return new IntrinsicNode(span, node.name, node.argument, node.form);
  }
}

/** What merge keys (`<<`) bring into a map that has entries of its own. */
export function mergedEntries(merges: readonly MapEntry[], written: readonly MapEntry[]): MapEntry[] {
  const own = new Set(written.map(({ key }) => key));
  const sources = merges.flatMap(({ value }) => (value.kind === 'list' ? value.items : [value]));
  const entries: MapEntry[] = [];
  for (const source of sources) {
    if (source.kind !== 'map') continue;
    for (const entry of source.entries) {
      if (own.has(entry.key)) continue;
      own.add(entry.key);
      entry.value.frozen = 'it is brought in by a YAML merge key (<<)';
      entries.push({ ...entry, merged: true });
    }
  }
  return entries;
}
