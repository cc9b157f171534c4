import type { CollectionTag, ScalarTag, Node as YamlNode } from 'yaml';
import { intrinsicTags } from './node.js';

/** Each tag is declared for scalars, maps and sequences: an undeclared one costs a warning object with a stack trace. */
const customTags: readonly (readonly [string, readonly (ScalarTag | CollectionTag)[]])[] = [
  ...intrinsicTags.values(),
].map((tag) => [
  tag,
  [
    { tag, resolve: (text: string) => text },
    { tag, collection: 'map', resolve: (node: YamlNode) => node },
    { tag, collection: 'seq', resolve: (node: YamlNode) => node },
  ],
]);

/** Those that a text may hold, for the library tries every declared tag at every scalar. */
export function tagsIn(text: string): (ScalarTag | CollectionTag)[] {
  return customTags.flatMap(([tag, declarations]) => (text.includes(tag) ? declarations : []));
}
