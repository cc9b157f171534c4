import type { Span } from '../text/span.js';

/** Keys and list indices from the root of the document; an intrinsic's argument sits under its long name. */
export type Path = readonly (string | number)[];

export function isSamePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

/** A plain JSON value; intrinsics stand in their long form: `{"Fn::GetAtt": ["Queue", "Arn"]}`. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export type TemplateNode = ScalarNode | ListNode | MapNode | IntrinsicNode;

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'empty';

/**
 * What all nodes share. `span` is the exact range of the node's own text: quotes and a YAML tag included, no
 * trailing comment, and for a block scalar the final line break as YAML counts it. Offsets are UTF-16 code units.
 */
abstract class BaseNode {
  parent: TemplateNode | undefined;
  key: string | number | undefined;
  /** Why this node must not be edited (an alias, a merge key, a duplicate key...). Inherited by what is below. */
  frozen: string | undefined;

  constructor(readonly span: Span) {}

  get path(): Path {
    const path: (string | number)[] = [];
    for (let node: BaseNode | undefined = this; node?.key !== undefined; node = node.parent) path.unshift(node.key);
    return path;
  }

  /** The reason that this node or one above it must not be edited, if any. */
  get frozenBecause(): string | undefined {
    for (let node: BaseNode | undefined = this; node; node = node.parent) if (node.frozen) return node.frozen;
    return undefined;
  }
}

export class ScalarNode extends BaseNode {
  readonly kind = 'scalar';

  constructor(
    span: Span,
    readonly value: string | number | boolean | null,
    readonly style: ScalarStyle,
    /** Where the text of the value lies: inside the quotes, or below the header of a block scalar. */
    readonly content: Span = span,
  ) {
    super(span);
  }
}

export class ListNode extends BaseNode {
  readonly kind = 'list';

  constructor(
    span: Span,
    readonly items: readonly TemplateNode[],
    /** True for `[a, b]`, always so in JSON; false for YAML items behind dashes. */
    readonly flow: boolean,
    /** Offset of each item's dash in a block list. */
    readonly dashes: readonly number[] = [],
  ) {
    super(span);
    items.forEach((item, index) => adopt(this, item, index));
  }
}

/** One `key: value` of a map. `span` runs from the key's first to the value's last code unit. */
export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: TemplateNode;
  readonly span: Span;
  /** True when a YAML merge key (`<<`) brought the entry in: it is written elsewhere. */
  readonly merged?: boolean;
}

/** Most maps have few entries: to search them costs less than to index them. */
const fewEntries = 8;

export class MapNode extends BaseNode {
  readonly kind = 'map';
  private readonly byKey: ReadonlyMap<string, MapEntry> | undefined;

  constructor(
    span: Span,
    readonly entries: readonly MapEntry[],
    readonly flow: boolean,
  ) {
    super(span);
    for (const entry of entries) adopt(this, entry.value, entry.key);
    if (entries.length > fewEntries) this.byKey = new Map(entries.map((entry) => [entry.key, entry]));
  }

  /** The entry of a key; the last one where it stands twice. */
  entry(key: string): MapEntry | undefined {
    return this.byKey ? this.byKey.get(key) : this.entries.findLast((entry) => entry.key === key);
  }

  get(key: string): TemplateNode | undefined {
    return this.entry(key)?.value;
  }

  has(key: string): boolean {
    return this.entry(key) !== undefined;
  }
}

/** `!GetAtt A.B`, `Fn::GetAtt: [A, B]` and `{"Fn::GetAtt": "A.B"}` are all one of these. */
export class IntrinsicNode extends BaseNode {
  readonly kind = 'intrinsic';

  constructor(
    span: Span,
    /** The long name: `Ref`, `Condition`, `Fn::GetAtt`... */
    readonly name: string,
    readonly argument: TemplateNode,
    readonly form: 'short' | 'long',
  ) {
    super(span);
    adopt(this, argument, name);
  }
}

function adopt(parent: TemplateNode, child: TemplateNode, key: string | number): void {
  child.parent = parent;
  child.key = key;
}

/** Every long name that is read as an intrinsic function, with the tag of its YAML short form. */
export const intrinsicTags: ReadonlyMap<string, string> = new Map([
  ['Ref', '!Ref'],
  ['Condition', '!Condition'],
  ...[
    'Base64',
    'Cidr',
    'FindInMap',
    'GetAtt',
    'GetAZs',
    'If',
    'ImportValue',
    'Join',
    'Select',
    'Split',
    'Sub',
    'Transform',
    'And',
    'Equals',
    'Not',
    'Or',
    'Contains',
    'EachMemberEquals',
    'EachMemberIn',
    'RefAll',
    'ValueOf',
    'ValueOfAll',
    'ToJsonString',
    'Length',
  ].map((name): [string, string] => [`Fn::${name}`, `!${name}`]),
]);

/** The long names by their tags. */
export const intrinsicNames: ReadonlyMap<string, string> = new Map(
  [...intrinsicTags].map(([name, tag]) => [tag, name]),
);

/**
 * True for the key of a one-key map that is an intrinsic. `Condition` in long form is one only inside conditions,
 * where its value is a scalar; as an attribute of a resource it stands among other keys.
 */
export function isIntrinsicKey(key: string): boolean {
  return intrinsicTags.has(key);
}

/** The plain value of a node, intrinsics in canonical long form (`Fn::GetAtt` as a list when it is literal). */
export function toValue(node: TemplateNode): Value {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toValue);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, toValue(value)]));
    case 'intrinsic':
      return { [node.name]: canonicalArgument(node.name, toValue(node.argument)) };
  }
}

function canonicalArgument(name: string, argument: Value): Value {
  if (name !== 'Fn::GetAtt' || typeof argument !== 'string') return argument;
  const dot = argument.indexOf('.');
  return dot === -1 ? argument : [argument.slice(0, dot), argument.slice(dot + 1)];
}

/** The text of a string scalar, else undefined. */
export function stringOf(node: TemplateNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The logical id and attribute of a literal `Fn::GetAtt`. */
export function getAttOf(node: TemplateNode | undefined): { id: string; attribute: string } | undefined {
  if (node?.kind !== 'intrinsic' || node.name !== 'Fn::GetAtt') return undefined;
  const argument = canonicalArgument(node.name, toValue(node.argument));
  if (!Array.isArray(argument) || argument.length < 2 || !argument.every((part) => typeof part === 'string'))
    return undefined;
  const [id, ...attribute] = argument;
  return id === undefined ? undefined : { id, attribute: attribute.join('.') };
}

/** The name behind a `Ref`. */
export function refOf(node: TemplateNode | undefined): string | undefined {
  return node?.kind === 'intrinsic' && node.name === 'Ref' ? stringOf(node.argument) : undefined;
}

/** The children of a node, in the order of the text. */
export function childrenOf(node: TemplateNode): readonly TemplateNode[] {
  switch (node.kind) {
    case 'scalar':
      return [];
    case 'list':
      return node.items;
    case 'map':
      return node.entries.map((entry) => entry.value);
    case 'intrinsic':
      return [node.argument];
  }
}

/** Walks a node and all below it, in the order of the text. Without recursion: each step costs the same, however deep it is. */
export function* walk(node: TemplateNode): Generator<TemplateNode> {
  const waiting: TemplateNode[] = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next;
    const below = childrenOf(next);
    for (let index = below.length - 1; index >= 0; index--) waiting.push(below[index] as TemplateNode);
  }
}
