import { type IntrinsicNode, type TemplateNode, getAttOf, refOf, stringOf, toValue } from '../node.js';
import { subOf, subParts } from '../references.js';
import type { Resource, Template } from '../template.js';
import { type ArnFormat, type ArnFormats, formatParts, functionsAndRoles, generatedNameOf } from './arn-formats.js';
import { type ArnToken, type SymbolicArn, opaque, patternTokens, symbolicArn, text } from './arn.js';

/** Names that are made of one another in a circle are an error of the template; they end as opaque parts. */
const maximumDepth = 20;
/** CloudFormation shortens long logical ids in the names that it makes up. */
const maximumIdInName = 24;

/** The ARN, name or pattern that a node comes to. `Fn::If` is one opaque part: ask for its alternatives first. */
export function arnOf(template: Template, node: TemplateNode, formats: ArnFormats = functionsAndRoles): SymbolicArn {
  // What is written out costs less to read than to keep.
  if (node.kind === 'scalar') return readArn(template, node, formats);
  const byFormats = template.once(knownArns);
  const known = byFormats.get(formats) ?? new Map<TemplateNode, SymbolicArn>();
  byFormats.set(formats, known);
  let arn = known.get(node);
  if (!arn) known.set(node, (arn = readArn(template, node, formats)));
  return arn;
}

function readArn(template: Template, node: TemplateNode, formats: ArnFormats): SymbolicArn {
  return symbolicArn(new Reader(template, formats).read(node, 0), ownerOf(template, node, formats));
}

/** Each target is asked about for every action that is needed on it. */
function knownArns(): Map<ArnFormats, Map<TemplateNode, SymbolicArn>> {
  return new Map();
}

/** The ARN of a resource of the template, or what one of its attributes gives. */
export function resourceArn(
  template: Template,
  resource: Resource,
  formats: ArnFormats = functionsAndRoles,
  attribute?: string,
): SymbolicArn {
  return symbolicArn(new Reader(template, formats).arn(resource, attribute, 0), resource.id);
}

/** The physical name of a resource of the template. */
export function nameOf(template: Template, resource: Resource, formats: ArnFormats = functionsAndRoles): SymbolicArn {
  return symbolicArn(new Reader(template, formats).name(resource, 0));
}

function ownerOf(template: Template, node: TemplateNode, formats: ArnFormats): string | undefined {
  if (node.kind !== 'intrinsic') return undefined;
  const { id, attribute } = getAttOf(node) ?? soleReference(node) ?? { id: refOf(node), attribute: undefined };
  const resource = template.resource(id);
  if (!resource) return undefined;
  const format = formats.arnFormat(resource.type);
  if (attribute === undefined) return format?.ref === 'arn' ? id : undefined;
  const isOwn = format?.arnAttributes.includes(attribute) ?? (attribute === 'Arn' && resource.type.startsWith('AWS::'));
  return isOwn ? id : undefined;
}

/** `!Sub ${Queue.Arn}` says the same as `!GetAtt Queue.Arn`. */
function soleReference(node: TemplateNode): { id: string; attribute: string | undefined } | undefined {
  const sub = subOf(node);
  const [part, ...rest] = sub ? subParts(sub.text) : [];
  if (!sub || !part || !('name' in part) || rest.length > 0 || sub.variables.has(part.name)) return undefined;
  return { id: part.name, attribute: part.attribute };
}

/** Turns nodes and resources of one template into tokens. `depth` counts the references followed so far. */
class Reader {
  constructor(
    private readonly template: Template,
    private readonly formats: ArnFormats,
  ) {}

  read(node: TemplateNode, depth: number): ArnToken[] {
    if (node.kind === 'scalar') return patternTokens(node.value === null ? '' : String(node.value));
    if (node.kind !== 'intrinsic' || depth > maximumDepth) return [unknownPart(node)];
    const ref = refOf(node);
    if (ref !== undefined) return this.ref(ref, depth);
    const getAtt = getAttOf(node);
    if (getAtt) return this.attribute(getAtt.id, getAtt.attribute, depth);
    return this.sub(node, depth) ?? this.join(node, depth) ?? this.mapped(node) ?? [unknownPart(node)];
  }

  /** The ARN of a resource, or the value of another attribute. */
  arn(resource: Resource, attribute: string | undefined, depth: number): ArnToken[] {
    const format = this.formats.arnFormat(resource.type);
    const asked = attribute ?? format?.arnAttributes[0] ?? 'Arn';
    if (format && asked === format.nameAttribute) return this.name(resource, depth);
    const isArn = attribute === undefined || format?.arnAttributes.includes(asked) === true;
    const special = /arn$/i.test(asked) ? this.derivedArn(resource, depth) : undefined;
    if (special) return special;
    if (!format || !isArn) return [opaque(`${resource.id}.${asked}`)];
    return [...this.fill(resource, format, format.arn, depth), ...tailOf(resource, format, asked)];
  }

  /** The physical name, or `Ref` where AWS makes the whole of it up. */
  name(resource: Resource, depth: number): ArnToken[] {
    const format = this.formats.arnFormat(resource.type);
    if (!format) return [opaque(resource.id)];
    const node = format.nameProperty === null ? undefined : resource.property(format.nameProperty);
    if (node && refOf(node) !== 'AWS::NoValue') return this.read(node, depth + 1);
    return format.nameProperty === null ? [ownId(resource)] : generatedName(resource);
  }

  private ref(name: string, depth: number): ArnToken[] {
    if (name === 'AWS::Partition') return [text('aws')];
    if (name.startsWith('AWS::')) return [opaque(name, name === 'AWS::StackId' ? 'any' : 'word')];
    const resource = this.template.resource(name);
    if (!resource) return this.samMade(name, depth) ?? [opaque(name)];
    const format = this.formats.arnFormat(resource.type);
    switch (format?.ref) {
      case undefined:
        return this.derivedArn(resource, depth) ?? [opaque(name)];
      case 'arn':
        return this.arn(resource, undefined, depth);
      case 'url':
        return [text('https://'), opaque(`${name} URL`)];
      case 'id':
        return [ownId(resource)];
      case 'name':
        return this.name(resource, depth);
    }
  }

  private attribute(id: string, attribute: string, depth: number): ArnToken[] {
    const resource = this.template.resource(id);
    const made =
      resource?.type === 'AWS::Serverless::Function' && attribute !== 'Arn'
        ? this.samMade(`${id}.${attribute}`, depth)
        : undefined;
    if (made) return made;
    return resource
      ? this.arn(resource, attribute, depth)
      : (this.samMade(id, depth) ?? [opaque(`${id}.${attribute}`)]);
  }

  private sub(node: IntrinsicNode, depth: number): ArnToken[] | undefined {
    const sub = subOf(node);
    return (
      sub &&
      subParts(sub.text).flatMap((part) => {
        if ('text' in part) return patternTokens(part.text);
        const variable = part.attribute === undefined ? sub.variables.get(part.name) : undefined;
        if (variable) return this.read(variable, depth + 1);
        return part.attribute === undefined
          ? this.ref(part.name, depth)
          : this.attribute(part.name, part.attribute, depth);
      })
    );
  }

  private join(node: IntrinsicNode, depth: number): ArnToken[] | undefined {
    const [delimiterNode, list] = node.name === 'Fn::Join' && node.argument.kind === 'list' ? node.argument.items : [];
    const delimiter = stringOf(delimiterNode);
    if (delimiter === undefined || list?.kind !== 'list') return undefined;
    return list.items.flatMap((item, index) => [
      ...(index > 0 ? [text(delimiter)] : []),
      ...this.read(item, depth + 1),
    ]);
  }

  private mapped(node: IntrinsicNode): ArnToken[] | undefined {
    const found = node.name === 'Fn::FindInMap' ? this.template.resolve(node) : undefined;
    return found?.known === true && found.parameter === undefined && typeof found.value === 'string'
      ? patternTokens(found.value)
      : undefined;
  }

  private fill(resource: Resource, format: ArnFormat, spelt: string, depth: number): ArnToken[] {
    return formatParts(spelt).flatMap((part, index, parts) => {
      if ('text' in part) return [text(part.text)];
      const before = parts[index - 1];
      const tokens = this.placeholder(resource, format, part.name, depth);
      return before && 'text' in before && before.text.endsWith('/') ? withoutLeadingSlash(tokens) : tokens;
    });
  }

  private placeholder(resource: Resource, format: ArnFormat, name: string, depth: number): ArnToken[] {
    if (name === 'Partition') return [text('aws')];
    if (name === 'Region' || name === 'Account')
      return this.ref(name === 'Region' ? 'AWS::Region' : 'AWS::AccountId', depth);
    if (name === 'Name') return this.name(resource, depth);
    if (name === 'Id') return [ownId(resource)];
    const node = resource.property(name === 'Path' ? (format.pathProperty ?? name) : name);
    if (node && refOf(node) !== 'AWS::NoValue') return this.read(node, depth + 1);
    return name === 'Path' ? [text('/')] : [opaque(`${resource.id}.${name}`)];
  }

  /** ARNs that begin with the ARN of another resource: versions, aliases and stream consumers. */
  private derivedArn(resource: Resource, depth: number): ArnToken[] | undefined {
    if (depth > maximumDepth) return undefined;
    if (resource.type === 'AWS::Kinesis::StreamConsumer') {
      const stream = resource.property('StreamARN');
      return (
        stream && [
          ...this.read(stream, depth + 1),
          text('/consumer/'),
          ...this.name(resource, depth + 1),
          text(':'),
          ownId(resource),
        ]
      );
    }
    const isAlias = resource.type === 'AWS::Lambda::Alias';
    const fn =
      isAlias || resource.type === 'AWS::Lambda::Version'
        ? this.functionNamedBy(resource.property('FunctionName'))
        : undefined;
    const alias = isAlias ? resource.property('Name') : undefined;
    if (!fn || (isAlias && !alias)) return undefined;
    return [...this.arn(fn, 'Arn', depth + 1), text(':'), ...(alias ? this.read(alias, depth + 1) : [ownId(resource)])];
  }

  private functionNamedBy(node: TemplateNode | undefined): Resource | undefined {
    const sole = node ? soleReference(node) : undefined;
    const resource = this.template.resource(refOf(node) ?? getAttOf(node)?.id ?? sole?.id);
    return resource && /^AWS::(Lambda|Serverless)::Function$/.test(resource.type) ? resource : undefined;
  }

  /** What SAM makes out of a function: `Fn.Alias`, `FnAliaslive` and `Fn.Version` are ARNs. */
  private samMade(name: string, depth: number): ArnToken[] | undefined {
    for (const fn of this.template.resources('AWS::Serverless::Function')) {
      if (!name.startsWith(fn.id) || name === fn.id) continue;
      const rest = name.slice(fn.id.length);
      const alias = fn.property('AutoPublishAlias');
      const isAlias = rest === '.Alias' || rest === `Alias${stringOf(alias) ?? ''}`;
      if (isAlias)
        return [
          ...this.arn(fn, 'Arn', depth),
          text(':'),
          ...(alias ? this.read(alias, depth + 1) : [opaque(`${fn.id} alias`)]),
        ];
      if (rest === '.Version') return [...this.arn(fn, 'Arn', depth), text(':'), opaque(`${fn.id} version`, 'own')];
    }
    return undefined;
  }
}

function unknownPart(node: TemplateNode): ArnToken {
  return opaque(JSON.stringify(toValue(node)));
}

function ownId({ id }: Resource): ArnToken {
  return opaque(`${id} id`, 'own');
}

function tailOf(resource: Resource, format: ArnFormat, attribute: string): ArnToken[] {
  if (attribute === 'StreamArn') return [text('/stream/'), opaque(`${resource.id} stream`, 'own')];
  const tail = format.attributeTail?.[attribute];
  return tail === undefined ? [] : patternTokens(tail);
}

function generatedName({ id, type }: Resource): ArnToken[] {
  const style = generatedNameOf(type);
  const tail = opaque(`${id} name`, 'own');
  if (style === 'own') return [tail];
  if (style === 'id') return [text(`${id}-`), tail];
  const stack = opaque(style === 'lower-case' ? 'lower-case AWS::StackName' : 'AWS::StackName', 'word');
  const name = style === 'lower-case' ? id.toLowerCase() : id;
  return [stack, text(id.length > maximumIdInName ? '-' : `-${name}-`), tail];
}

function withoutLeadingSlash(tokens: ArnToken[]): ArnToken[] {
  const [first, ...rest] = tokens;
  return first?.kind === 'text' && first.text.startsWith('/') ? [text(first.text.slice(1)), ...rest] : tokens;
}
