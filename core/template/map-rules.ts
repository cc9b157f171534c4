import type { MapNode, TemplateNode } from './node.js';

/** `Ref` and `Condition` take a name; with anything else below they are ordinary keys. */
export function readsAsIntrinsic(key: string, value: TemplateNode): boolean {
  return (key !== 'Ref' && key !== 'Condition') || (value.kind === 'scalar' && typeof value.value === 'string');
}

/** Parsers disagree about a key that stands twice in one map, so such a map is never edited. */
export function freezeDuplicates(node: MapNode): void {
  for (const entry of node.entries)
    if (node.entry(entry.key) !== entry) node.frozen = `the key ${JSON.stringify(entry.key)} stands twice in this map`;
}
