import { type Node as JsonNode, parseTree } from 'jsonc-parser';
import { IntrinsicNode, ListNode, type MapEntry, MapNode, ScalarNode, type TemplateNode } from '../template/node.js';
import type { Span } from '../text/span.js';

/** Stands for the n-th placeholder in the text of a document; no author writes it. */
const mark = (index: number): string => `\uE000${index}\uE001`;
const marks = /\uE000(\d+)\uE001/g;

/** A policy document that is given as text (`{"Version": ...}` with or without placeholders) as what the text says. */
export function documentOf(node: TemplateNode): TemplateNode {
  const parts = partsOf(node);
  if (!parts) return node;
  const placeholders: TemplateNode[] = [];
  const json = parts
    .map((part) => (part.kind === 'scalar' ? String(part.value) : mark(placeholders.push(part) - 1)))
    .join('');
  if (!json.trimStart().startsWith('{')) return node;
  const errors: Parameters<typeof parseTree>[1] = [];
  const tree = parseTree(json, errors);
  return tree && errors.length === 0 ? read(tree, node.span, placeholders) : node;
}

function partsOf(node: TemplateNode): readonly TemplateNode[] | undefined {
  if (node.kind === 'scalar') return typeof node.value === 'string' ? [node] : undefined;
  if (node.kind !== 'intrinsic' || node.name !== 'Fn::Join' || node.argument.kind !== 'list') return undefined;
  const parts = node.argument.items[1];
  return parts?.kind === 'list' ? parts.items : undefined;
}

function read(tree: JsonNode, span: Span, placeholders: readonly TemplateNode[]): TemplateNode {
  if (tree.type === 'object')
    return new MapNode(
      span,
      (tree.children ?? []).flatMap((each) => entryOf(each, span, placeholders)),
      true,
    );
  if (tree.type === 'array')
    return new ListNode(
      span,
      (tree.children ?? []).map((each) => read(each, span, placeholders)),
      true,
    );
  if (tree.type !== 'string') return new ScalarNode(span, tree.value as number | boolean | null, 'plain');
  return withPlaceholders(String(tree.value), span, placeholders);
}

function entryOf({ children = [] }: JsonNode, span: Span, placeholders: readonly TemplateNode[]): MapEntry[] {
  const [key, value] = children;
  return key && value ? [{ key: String(key.value), keySpan: span, span, value: read(value, span, placeholders) }] : [];
}

function withPlaceholders(value: string, span: Span, placeholders: readonly TemplateNode[]): TemplateNode {
  const parts = value
    .split(marks)
    .map((part, index) => (index % 2 === 0 ? new ScalarNode(span, part, 'plain') : placeholders[Number(part)]));
  const written = parts
    .filter((part) => part !== undefined)
    .filter((part) => part.kind !== 'scalar' || part.value !== '');
  const [only] = written;
  if (written.length <= 1) return only ?? new ScalarNode(span, '', 'plain');
  const list = new ListNode(span, [new ScalarNode(span, '', 'plain'), new ListNode(span, written, true)], true);
  return new IntrinsicNode(span, 'Fn::Join', list, 'long');
}

const statementKeys: ReadonlyMap<string, string> = new Map([
  ['sid', 'Sid'],
  ['effect', 'Effect'],
  ['actions', 'Action'],
  ['notActions', 'NotAction'],
  ['resources', 'Resource'],
  ['notResources', 'NotResource'],
  ['principals', 'Principal'],
  ['conditions', 'Condition'],
]);

/** The document that `aws.iam.getPolicyDocument({ statements })` gives as `json`; undefined where it draws on others. */
export function documentOfData(data: TemplateNode): TemplateNode | undefined {
  if (data.kind !== 'map') return undefined;
  const statements = data.get('statements');
  const isWhole = data.entries.every(({ key }) => key === 'statements' || key === 'version' || key === 'policyId');
  if (statements?.kind !== 'list' || !isWhole) return undefined;
  const items = statements.items.map((item) => (item.kind === 'map' ? statementOfData(item) : item));
  return new MapNode(
    data.span,
    [
      entry('Version', new ScalarNode(data.span, '2012-10-17', 'plain')),
      entry('Statement', new ListNode(statements.span, items, true)),
    ],
    true,
  );
}

function entry(key: string, value: TemplateNode): MapEntry {
  return { key, keySpan: value.span, value, span: value.span };
}

/** `effect` is Allow where it is left out. */
function statementOfData(node: MapNode): MapNode {
  const entries = node.entries.map((entry) => ({ ...entry, key: statementKeys.get(entry.key) ?? entry.key }));
  const effect = new ScalarNode(node.span, 'Allow', 'plain');
  const missing = node.has('effect') ? [] : [{ key: 'Effect', keySpan: node.span, value: effect, span: node.span }];
  return new MapNode(node.span, [...missing, ...entries], true);
}
