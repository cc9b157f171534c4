import { IntrinsicNode, ListNode, type MapEntry, MapNode, ScalarNode, type TemplateNode } from '../template/node.js';
import type { Span } from '../text/span.js';
import { type Node, type babel, bare, keyName, memberName, propertyOf, spanOfNode } from './ast.js';
import { documentOf, documentOfData } from './documents.js';
import { enumValue } from './enums.js';
import {
  isAbsent,
  joined,
  noValue,
  opaqueEntry,
  opaqueKey,
  partsOf,
  text,
  trustPolicy,
  unknownNode,
} from './model-nodes.js';
import { type PackageMember, awsPackage, packageMember, pulumiPackage } from './packages.js';
import type { ProgramResource } from './resources.js';
import { attributeInModel, capital, shapeOf, verbatimProperties } from './types.js';
import type { Expression, Resolver, Value } from './values.js';

/** What the lowering asks of the program around it. */
export interface LoweringContext {
  readonly resolver: Resolver;
  /** The resource that an expression creates. */
  resourceAt(expression: Expression): ProgramResource | undefined;
  /** Notes what a node of the model was made of. */
  note(node: TemplateNode, expression: Expression): void;
  /** Notes what is taken where a caller, the configuration or the environment gives nothing; answers the name to refer to it. */
  parameter(written: string, fallback: TemplateNode | undefined): string;
  /** Notes a test that a value depends on. */
  choice(test: string): void;
}

/** How the keys of an object are named in the model. */
type Keys =
  /** As they are: a policy document, tags. */
  | { readonly kind: 'verbatim' }
  /** As properties of a resource: with a capital letter, or as the type's table says. */
  | { readonly kind: 'properties'; readonly renamed: Readonly<Record<string, string>>; readonly at: string };

const verbatim: Keys = { kind: 'verbatim' };
const maximumDepth = 60;
/** Expressions that are looked at for the arguments of one resource: far beyond what a person writes. */
const maximumWork = 50_000;

/**
 * Reads the expressions of a program into nodes of the resource model, as if a template had been written: an attribute
 * of a resource is `Fn::GetAtt` or `Ref`, a template literal `Fn::Join`, `a ? b : c` `Fn::If`, and what nobody can know
 * before the program runs an intrinsic of its own that nothing resolves.
 */
export class Lowering {
  private limit = 0;

  constructor(private readonly context: LoweringContext) {}

  /** The properties of a resource, from its arguments. */
  properties(resource: ProgramResource): MapNode {
    const { args, place, node, member } = resource;
    this.limit = this.context.resolver.spent + maximumWork;
    const keys: Keys = { kind: 'properties', renamed: shapeOf(member.path).renamed ?? {}, at: '' };
    const lowered = args && this.lower({ node: args, place }, keys, 0);
    if (lowered?.kind === 'map') return lowered;
    const open = lowered ? [opaqueEntry(lowered.span)] : [];
    return new MapNode(spanOfNode(args ?? node), open, true);
  }

  node(expression: Expression): TemplateNode {
    return this.lower(expression, verbatim, 0);
  }

  private lower(expression: Expression, keys: Keys, depth: number): TemplateNode {
    const found = this.noted(expression, this.read(expression, keys, depth));
    return found;
  }

  private noted(expression: Expression, node: TemplateNode): TemplateNode {
    this.context.note(node, expression);
    return node;
  }

  private read(expression: Expression, keys: Keys, depth: number): TemplateNode {
    const node = bare(expression.node);
    const span = spanOfNode(node);
    if (depth > maximumDepth) return unknownNode(span, 'too deep');
    if (this.context.resolver.spent > this.limit) return unknownNode(span, 'too much');
    if (node.type === 'ConditionalExpression') return this.choice(node, expression, keys, depth);
    const value = this.context.resolver.value(expression);
    switch (value.kind) {
      case 'created':
        return this.asset(value, depth) ?? this.reference(value.expression, undefined, span, expression);
      case 'attribute':
        return this.reference(value.expression, value.name, span, expression);
      case 'member':
        return this.member(value.member, span, expression);
      case 'instance':
        return unknownNode(span, textOf(expression));
      case 'unknown':
        return this.unknown(value, span, expression, keys, depth);
      case 'written':
        return this.written(value.expression, span, keys, depth + 1);
    }
  }

  /** An archive whose files are listed is a map of them by name; a file whose text is given is that text. */
  private asset(
    { expression: { node, place }, member }: Extract<Value, { kind: 'created' }>,
    depth: number,
  ): TemplateNode | undefined {
    const name = member.package === pulumiPackage ? member.path.at(-1) : undefined;
    const [argument] = node.type === 'NewExpression' ? node.arguments : [];
    if (!argument || (name !== 'AssetArchive' && name !== 'StringAsset')) return undefined;
    const content = this.lower({ node: argument, place }, verbatim, depth + 1);
    return name === 'StringAsset' || content.kind === 'map' ? content : undefined;
  }

  private written(expression: Expression, span: Span, keys: Keys, depth: number): TemplateNode {
    const { node, place } = expression;
    switch (node.type) {
      case 'StringLiteral':
      case 'NumericLiteral':
      case 'BooleanLiteral':
        return new ScalarNode(span, node.value, 'plain');
      case 'NullLiteral':
        return noValue(span);
      case 'Identifier':
        return node.name === 'undefined' ? noValue(span) : unknownNode(span, node.name);
      case 'UnaryExpression':
        return node.operator === '-' && node.argument.type === 'NumericLiteral'
          ? new ScalarNode(span, -node.argument.value, 'plain')
          : unknownNode(span, textOf(expression));
      case 'TemplateLiteral':
        return this.template(node, expression, span, depth);
      case 'TaggedTemplateExpression':
        return isPulumi(packageMember(place.file, node.tag), 'interpolate')
          ? this.template(node.quasi, expression, span, depth)
          : unknownNode(span, textOf(expression));
      case 'BinaryExpression':
        return this.sum(node, expression, span, depth);
      case 'ConditionalExpression':
        return this.choice(node, expression, keys, depth);
      case 'ObjectExpression':
        return this.object(node, expression, span, keys, depth);
      case 'ArrayExpression':
        return this.list(node, expression, span, keys, depth);
      case 'CallExpression':
        return this.call(node, expression, span, keys, depth);
      default:
        return unknownNode(span, textOf(expression));
    }
  }

  private reference(created: Expression, attribute: string | undefined, span: Span, at: Expression): TemplateNode {
    const resource = this.context.resourceAt(created);
    if (!resource) return unknownNode(span, textOf(at));
    const { type } = shapeOf(resource.member.path);
    const name = attribute === undefined ? 'Ref' : attributeInModel(type, attribute);
    if (name === 'Ref') return new IntrinsicNode(span, 'Ref', text(span, resource.id), 'long');
    return new IntrinsicNode(
      span,
      'Fn::GetAtt',
      new ListNode(span, [text(span, resource.id), text(span, name)], true),
      'long',
    );
  }

  private member({ package: name, path }: PackageMember, span: Span, at: Expression): TemplateNode {
    const value = name === awsPackage ? enumValue(path) : undefined;
    if (value !== undefined) return text(span, value);
    const pseudo = name === pulumiPackage ? undefined : pseudoParameters.get(path.at(-1) ?? '');
    return pseudo === undefined
      ? unknownNode(span, textOf(at))
      : new IntrinsicNode(span, 'Ref', text(span, pseudo), 'long');
  }

  private unknown(
    { fallback, expression, part }: Extract<Value, { kind: 'unknown' }>,
    span: Span,
    at: Expression,
    keys: Keys,
    depth: number,
  ): TemplateNode {
    const known = part && this.partOfCall(part.of, String(part.name), span, depth);
    if (known) return known;
    const lowered = fallback && this.lower(fallback, keys, depth + 1);
    const written = textOf(fallback ? expression : at);
    if (lowered && lowered.kind !== 'scalar') return unknownNode(span, written);
    return new IntrinsicNode(span, 'Ref', text(span, this.context.parameter(written, lowered)), 'long');
  }

  /** `json` of a policy document, and what CloudFormation has pseudo parameters for: `name` of `aws.getRegionOutput()`. */
  private partOfCall({ node, place }: Expression, name: string, span: Span, depth: number): TemplateNode | undefined {
    const member = node.type === 'CallExpression' ? packageMember(place.file, node.callee) : undefined;
    if (node.type !== 'CallExpression' || member?.package !== awsPackage) return undefined;
    const called = (member.path.at(-1) ?? '').replace(/Output$/, '');
    const pseudo = pseudoParameters.get(`${called}.${name}`);
    if (pseudo !== undefined) return new IntrinsicNode(span, 'Ref', text(span, pseudo), 'long');
    const [argument] = node.arguments;
    const isDocument = called === 'getPolicyDocument' && (name === 'json' || name === 'minifiedJson');
    const document =
      isDocument && argument && documentOfData(this.lower({ node: argument, place }, verbatim, depth + 1));
    const statements = document && document.kind === 'map' ? document.get('Statement') : undefined;
    const written = argument && bare(argument);
    const property = written?.type === 'ObjectExpression' ? propertyOf(written, 'statements') : undefined;
    if (statements && property) this.context.note(statements, { node: property.value, place });
    return document || undefined;
  }

  private choice(node: babel.ConditionalExpression, { place }: Expression, keys: Keys, depth: number): TemplateNode {
    const span = spanOfNode(node);
    const test = textOf({ node: node.test, place });
    this.context.choice(test);
    const condition = text(spanOfNode(node.test), test);
    const branches = [node.consequent, node.alternate].map((branch) =>
      this.lower({ node: branch, place }, keys, depth + 1),
    );
    return new IntrinsicNode(span, 'Fn::If', new ListNode(span, [condition, ...branches], true), 'long');
  }

  /** Text and placeholders as one text, or the JSON document that they spell. */
  private template(node: babel.TemplateLiteral, expression: Expression, span: Span, depth: number): TemplateNode {
    const [first] = node.quasis;
    if (node.expressions.length === 0) return text(span, first?.value.cooked ?? '');
    const parts: TemplateNode[] = [];
    node.quasis.forEach((quasi, index) => {
      if (quasi.value.cooked) parts.push(text(spanOfNode(quasi), quasi.value.cooked));
      const placeholder = node.expressions[index];
      if (placeholder) parts.push(this.lower({ node: placeholder, place: expression.place }, verbatim, depth + 1));
    });
    return joined(span, parts);
  }

  private sum(node: babel.BinaryExpression, expression: Expression, span: Span, depth: number): TemplateNode {
    if (node.operator !== '+' || node.left.type === 'PrivateName') return unknownNode(span, textOf(expression));
    const { place } = expression;
    const sides = [node.left, node.right].map((side) => this.lower({ node: side, place }, verbatim, depth + 1));
    return joined(span, sides.flatMap(partsOf));
  }

  private object(
    node: babel.ObjectExpression,
    { place }: Expression,
    span: Span,
    keys: Keys,
    depth: number,
  ): TemplateNode {
    const entries = new Map<string, MapEntry>();
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const spread = this.lower({ node: property.argument, place }, keys, depth + 1);
        for (const entry of spread.kind === 'map' ? spread.entries : [opaqueEntry(spanOfNode(property))])
          entries.set(entry.key, entry);
        continue;
      }
      const name = keyName(property);
      if (name === undefined || property.type === 'ObjectMethod') {
        entries.set(opaqueKey, opaqueEntry(spanOfNode(property)));
        continue;
      }
      const key = nameInModel(name, keys);
      const lowered = this.lower({ node: property.value, place }, below(keys, name), depth + 1);
      const value = keys.kind === 'properties' && documentProperties.has(name) ? documentOf(lowered) : lowered;
      entries.set(key, { key, keySpan: spanOfNode(property.key), value, span: spanOfNode(property) });
    }
    return new MapNode(
      span,
      [...entries.values()].filter(({ value }) => !isAbsent(value)),
      true,
    );
  }

  private list(
    node: babel.ArrayExpression,
    { place }: Expression,
    span: Span,
    keys: Keys,
    depth: number,
  ): TemplateNode {
    const items = node.elements.flatMap((element): readonly TemplateNode[] => {
      if (!element) return [];
      if (element.type !== 'SpreadElement') return [this.lower({ node: element, place }, keys, depth + 1)];
      const spread = this.lower({ node: element.argument, place }, keys, depth + 1);
      return spread.kind === 'list' ? spread.items : [unknownNode(spanOfNode(element), 'a spread')];
    });
    return new ListNode(span, items, true);
  }

  private call(
    node: babel.CallExpression,
    expression: Expression,
    span: Span,
    keys: Keys,
    depth: number,
  ): TemplateNode {
    const { place } = expression;
    const [first] = node.arguments;
    const argument = first && { node: first, place };
    const member = packageMember(place.file, node.callee);
    const name = member?.path.at(-1) ?? '';
    const madeText = madeTextOf(node);
    if (madeText) return this.lower({ node: madeText, place }, verbatim, depth + 1);
    if (argument && (isJsonStringify(node) || isPulumi(member, 'jsonStringify')))
      return this.lower(argument, verbatim, depth + 1);
    if (isPulumi(member, 'concat'))
      return joined(
        span,
        node.arguments.flatMap((each) => partsOf(this.lower({ node: each, place }, verbatim, depth + 1))),
      );
    if (member?.package === awsPackage && name === 'assumeRolePolicyForPrincipal' && argument)
      return trustPolicy(span, this.lower(argument, verbatim, depth + 1));
    return unknownNode(span, textOf(expression));
  }
}

const pseudoParameters: ReadonlyMap<string, string> = new Map([
  ['getRegion.name', 'AWS::Region'],
  ['getRegion.id', 'AWS::Region'],
  ['getRegion.region', 'AWS::Region'],
  ['getCallerIdentity.accountId', 'AWS::AccountId'],
  ['getPartition.partition', 'AWS::Partition'],
]);

/** Arguments that are documents, of a policy or of an API: as an object, or as text that holds one. */
const documentProperties: ReadonlySet<string> = new Set(['policy', 'assumeRolePolicy', 'body']);

function isPulumi(member: PackageMember | undefined, name: string): boolean {
  return member?.package === pulumiPackage && member.path.at(-1) === name;
}

/** What `String(x)` and `x.toString()` make text of. */
export function madeTextOf({ callee, arguments: given }: babel.CallExpression): Node | undefined {
  const [first] = given;
  if (callee.type === 'Identifier')
    return callee.name === 'String' && first?.type !== 'SpreadElement' ? first : undefined;
  const isToString = callee.type === 'MemberExpression' && memberName(callee) === 'toString' && given.length === 0;
  return isToString ? callee.object : undefined;
}

export function isJsonStringify({ callee }: babel.CallExpression): boolean {
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'JSON' &&
    keyName({ key: callee.property, computed: callee.computed }) === 'stringify'
  );
}

function nameInModel(name: string, keys: Keys): string {
  if (keys.kind === 'verbatim') return name;
  return keys.renamed[keys.at + name] ?? capital(name);
}

function below(keys: Keys, name: string): Keys {
  return keys.kind === 'verbatim' || verbatimProperties.has(name) ? verbatim : { ...keys, at: `${keys.at}${name}.` };
}

function textOf({ node, place }: Expression): string {
  const written = place.file.text.slice(node.start ?? 0, node.end ?? 0).replaceAll(/\s+/g, ' ');
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}
