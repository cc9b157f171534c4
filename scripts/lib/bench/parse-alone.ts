import { parseTree } from 'jsonc-parser';
import { type CollectionTag, type ScalarTag, type Node, parseDocument } from 'yaml';
import { intrinsicTags } from '../../../core/template/node.js';
import type { TextInput } from '../../../index.js';

const tags: (ScalarTag | CollectionTag)[] = [...intrinsicTags.values()].flatMap((tag) => [
  { tag, resolve: (text: string) => text },
  { tag, collection: 'map', resolve: (node: Node) => node },
  { tag, collection: 'seq', resolve: (node: Node) => node },
]);

/**
 * What the ratios are taken against: the same library, called as anyone would who wants the tree of a template with its
 * positions. The tags of CloudFormation are declared, for otherwise `yaml` makes a warning of each.
 */
export function parseAlone({ path, text }: TextInput): unknown {
  return path.endsWith('.json') ? parseTree(text) : parseDocument(text, { customTags: tags, logLevel: 'silent' });
}
