import type { Alias, Document, YAMLMap, YAMLSeq } from 'yaml';
import {
  Scalar,
  type YAMLParseError,
  type Node as YamlNode,
  type Pair,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
} from 'yaml';
import { spanOf } from '../text/span.js';
import { freezeDuplicates, readsAsIntrinsic } from './map-rules.js';
import {
  IntrinsicNode,
  ListNode,
  type MapEntry,
  MapNode,
  ScalarNode,
  type ScalarStyle,
  type TemplateNode,
  intrinsicNames,
  isIntrinsicKey,
} from './node.js';
import { ParseProblem } from './parse-error.js';
import { Anchors, mergedEntries, respanned } from './yaml-alias.js';
import { refuseDeepYaml, refuseManyValues } from './yaml-depth.js';
import { tagsIn } from './yaml-tags.js';

/** A document that aliases blow up beyond this many nodes is refused. */
const maximumNodes = 500_000;

/**
 * Reads one YAML document into the template model, tags of short-form intrinsics included in the spans.
 * @throws {ParseProblem} for invalid YAML, several documents, too deep nesting.
 */
export function parseYaml(text: string): TemplateNode {
  refuseDeepYaml(text);
  refuseManyValues(text);
  const document = parseDocument(text, {
    customTags: (tags) => [...tags, ...tagsIn(text)],
    keepSourceTokens: true,
    // Plain text is read by `valueOf`: the library would try seven expressions at every scalar, keys included.
    schema: 'failsafe',
    logLevel: 'silent',
    merge: false,
    prettyErrors: false,
    uniqueKeys: false,
    // PyYAML, and so CloudFormation, reads unambiguous text that breaks the indentation rules of YAML 1.2.
    strict: false,
    stringKeys: false,
  });
  const [error] = document.errors;
  if (error) throw problemOf(error);
  if (!document.contents) throw new ParseProblem('empty', 'the file is empty');
  return new YamlReader(text, document).read(document.contents, undefined);
}

function problemOf(error: YAMLParseError): ParseProblem {
  if (error.code === 'MULTIPLE_DOCS') {
    return new ParseProblem(
      'multiple-documents',
      'the file holds several YAML documents; CloudFormation reads exactly one',
      error.pos[0],
    );
  }
  const [summary] = error.message.split('\n');
  return new ParseProblem('invalid', `this cannot be read as YAML here: ${summary}`, error.pos[0]);
}

interface SourceToken {
  readonly type: string;
  readonly offset: number;
  readonly source: string;
}

interface CollectionItem {
  readonly explicitKey?: boolean;
  readonly start?: readonly SourceToken[];
  readonly sep?: readonly SourceToken[];
}

class YamlReader {
  private nodes = 0;
  private readonly aliased = new Set<string>();
  /** The anchors being expanded: one that meets itself never ends. */
  private readonly expanding = new Set<string>();
  private outermostAlias = 0;

  private readonly anchors: Anchors;

  constructor(
    private readonly text: string,
    document: Document,
  ) {
    this.anchors = new Anchors(document);
    if (!text.includes('*')) return;
    for (const match of text.matchAll(/\*([^\s,[\]{}]+)/g)) if (match[1]) this.aliased.add(match[1]);
  }

  /** `tokens` stand before the node (after the colon or the dash): the tag is among them. */
  read(node: YamlNode | null | undefined, tokens: readonly SourceToken[] | undefined, emptyAt = 0): TemplateNode {
    if (++this.nodes > maximumNodes)
      throw new ParseProblem('aliases', `YAML aliases expand to more than ${maximumNodes} nodes`, this.outermostAlias);
    if (!node) return new ScalarNode(spanOf(emptyAt, emptyAt), null, 'empty');
    if (isAlias(node)) return this.readAlias(node);
    const [start, valueEnd] = node.range ?? [emptyAt, emptyAt];
    const tagToken =
      node.tag && intrinsicNames.has(node.tag) ? tokens?.findLast((token) => token.type === 'tag') : undefined;
    const plain = this.readPlain(node, start, valueEnd);
    const name = node.tag ? intrinsicNames.get(node.tag) : undefined;
    const result = name ? new IntrinsicNode(spanOf(tagToken?.offset ?? start, valueEnd), name, plain, 'short') : plain;
    if (node.anchor && this.aliased.has(node.anchor))
      result.frozen = `the YAML anchor &${node.anchor} is used in several places`;
    else if (!name && tokens?.some((token) => token.type === 'tag'))
      result.frozen = `it carries the YAML tag ${node.tag ?? '!'}`;
    return result;
  }

  private readAlias(alias: Alias): TemplateNode {
    const [start, end] = alias.range ?? [0, 0];
    if (this.expanding.has(alias.source))
      throw new ParseProblem('invalid', `the YAML alias *${alias.source} contains itself`, start);
    if (this.expanding.size === 0) this.outermostAlias = start;
    this.expanding.add(alias.source);
    const target = this.anchors.before(alias.source, start);
    const copy = target && !isAlias(target) ? this.read(target, undefined) : undefined;
    this.expanding.delete(alias.source);
    const node = respanned(copy, spanOf(start, end));
    node.frozen = `it is written as the YAML alias *${alias.source}`;
    return node;
  }

  private readPlain(node: YamlNode, start: number, end: number): TemplateNode {
    if (isMap(node)) return this.readMap(node, start, end);
    if (isSeq(node)) return this.readList(node, start, end);
    if (isScalar(node)) return this.readScalar(node, start, end);
    throw new ParseProblem('invalid', 'this YAML construct is not understood', start);
  }

  private readMap(map: YAMLMap, start: number, end: number): TemplateNode {
    const entries: MapEntry[] = [];
    const merges: MapEntry[] = [];
    for (const pair of map.items as Pair<YamlNode, YamlNode>[]) {
      const entry = this.readPair(pair);
      if (entry.key === '<<' && entry.value.kind !== 'scalar') merges.push(entry);
      else entries.push(entry);
    }
    const [only] = entries;
    if (
      entries.length === 1 &&
      merges.length === 0 &&
      only &&
      isIntrinsicKey(only.key) &&
      readsAsIntrinsic(only.key, only.value)
    ) {
      return new IntrinsicNode(spanOf(start, map.flow ? end : only.span.end), only.key, only.value, 'long');
    }
    const last = Math.max(entries.at(-1)?.span.end ?? -1, merges.at(-1)?.span.end ?? -1);
    if (merges.length > 0) entries.push(...mergedEntries(merges, entries));
    const node = new MapNode(spanOf(start, map.flow || last < start ? end : last), entries, map.flow === true);
    freezeDuplicates(node);
    if (map.items.some(hasOddKey)) node.frozen = 'a key of this map is no plain text';
    if (merges.length > 0) node.frozen = 'a YAML merge key (<<) brings entries into this map';
    return node;
  }

  private readPair(pair: Pair<YamlNode, YamlNode>): MapEntry {
    const item = pair.srcToken as CollectionItem | undefined;
    if (isMap(pair.key) || isSeq(pair.key))
      throw new ParseProblem('invalid', 'a map or a list cannot be a key', pair.key.range?.[0]);
    const [keyStart, keyEnd] = pair.key?.range ?? [0, 0];
    const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : this.text.slice(keyStart, keyEnd);
    const colon = item?.sep?.find((token) => token.type === 'map-value-ind');
    const value = this.read(pair.value, item?.sep, colon ? colon.offset + 1 : keyEnd);
    return { key, keySpan: spanOf(keyStart, keyEnd), value, span: spanOf(keyStart, Math.max(keyEnd, value.span.end)) };
  }

  private readList(list: YAMLSeq, start: number, end: number): TemplateNode {
    const tokens = (list.srcToken as { items?: readonly CollectionItem[] } | undefined)?.items ?? [];
    const items: TemplateNode[] = [];
    const dashes: number[] = [];
    list.items.forEach((item, index) => {
      const before = tokens[index]?.start;
      const dash = before?.find((token) => token.type === 'seq-item-ind')?.offset;
      if (dash !== undefined) dashes.push(dash);
      items.push(this.read(item as YamlNode, before, dash === undefined ? start : dash + 1));
    });
    const flow = list.flow === true;
    return new ListNode(spanOf(start, flow ? end : (items.at(-1)?.span.end ?? end)), items, flow, dashes);
  }

  private readScalar(scalar: Scalar, start: number, end: number): ScalarNode {
    const style = styleOf(scalar, start, end);
    const tagged = scalar.tag !== undefined && intrinsicNames.has(scalar.tag);
    const value = tagged ? (scalar.source ?? String(scalar.value)) : valueOf(scalar);
    if (style === 'single' || style === 'double')
      return new ScalarNode(spanOf(start, end), value, style, spanOf(start + 1, end - 1));
    if (style === 'literal' || style === 'folded') {
      const header = this.text.indexOf('\n', start);
      return new ScalarNode(
        spanOf(start, end),
        value,
        style,
        spanOf(header === -1 || header >= end ? end : header + 1, end),
      );
    }
    return new ScalarNode(spanOf(start, end), value, style);
  }
}

/** A key behind `?`, one that is missing or an alias. */
function hasOddKey(pair: { readonly key?: unknown; readonly srcToken?: unknown }): boolean {
  return !isScalar(pair.key) || (pair.srcToken as CollectionItem | undefined)?.explicitKey === true;
}

function styleOf(scalar: Scalar, start: number, end: number): ScalarStyle {
  switch (scalar.type) {
    case Scalar.QUOTE_SINGLE:
      return 'single';
    case Scalar.QUOTE_DOUBLE:
      return 'double';
    case Scalar.BLOCK_LITERAL:
      return 'literal';
    case Scalar.BLOCK_FOLDED:
      return 'folded';
    default:
      return start === end ? 'empty' : 'plain';
  }
}

/** The text of a plain scalar means more than itself; that of any other only behind a tag of YAML's own. */
function valueOf(scalar: Scalar): string | number | boolean | null {
  const { source = '', tag, type } = scalar;
  const isPlain = type === Scalar.PLAIN || type === undefined;
  return (tag === undefined ? isPlain : coreTags.has(tag)) ? plainValue(source) : source;
}

const coreTags = new Set(['null', 'bool', 'int', 'float'].map((name) => `tag:yaml.org,2002:${name}`));

/**
 * What plain text means in the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), but for numbers
 * that do not print as they are written (`0123`, an account id, `0x1F`, `1e5`): those stay text.
 */
function plainValue(source: string): string | number | boolean | null {
  // Letters stand behind the digits.
  if (!(source.charCodeAt(0) <= 0x39)) {
    const word = words.get(source);
    return word === undefined ? source : word;
  }
  const number = Number(source);
  return Number.isFinite(number) && String(number) === source ? number : source;
}

const words = new Map<string, boolean | null>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
