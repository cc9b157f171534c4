import type { Span } from '../text/span.js';
import { IntrinsicNode, ListNode, type MapEntry, MapNode, ScalarNode, type TemplateNode } from './node.js';

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
