import { resourceArns } from '../../../facts/index.js';
import { type Plain, isPlainMap } from '../corpus/plain-value.js';

export type PlainMap = Record<string, Plain>;

/** Values of parameters: one way in which a template can be deployed. */
export type World = ReadonlyMap<string, string>;

/** A resource that exists in a world, with its properties as they are written. */
export interface Made {
  readonly id: string;
  readonly type: string;
  readonly properties: PlainMap;
}

const account = '111122223333';
const pseudoParameters: Readonly<Record<string, Plain>> = {
  'AWS::AccountId': account,
  'AWS::NotificationARNs': [],
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::StackId': `arn:aws:cloudformation:eu-central-1:${account}:stack/stack/0a1b2c`,
  'AWS::StackName': 'stack',
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * A template as AWS would have it: every function worked out to the text that it becomes in one world. It shares
 * nothing with the symbolic model that the rules ask, so that the two can be held against each other.
 */
export class Deployed {
  private readonly all: ReadonlyMap<string, Made>;
  private readonly reading = new Set<string>();

  constructor(
    readonly template: PlainMap,
    private readonly world: World,
  ) {
    const globals = mapAt(mapAt(template, 'Globals'), 'Function');
    const made = Object.entries(mapAt(template, 'Resources')).flatMap(([id, body]) => {
      if (!isPlainMap(body) || typeof body['Type'] !== 'string') return [];
      const condition = body['Condition'];
      if (typeof condition === 'string' && !this.holds(condition)) return [];
      const inherited = body['Type'] === 'AWS::Serverless::Function' ? globals : {};
      return [{ id, type: body['Type'], properties: { ...inherited, ...mapAt(body, 'Properties') } }];
    });
    this.all = new Map(made.map((each) => [each.id, each]));
  }

  resources(...types: readonly string[]): readonly Made[] {
    return [...this.all.values()].filter(({ type }) => types.includes(type));
  }

  resource(id: string): Made | undefined {
    return this.all.get(id);
  }

  /** A property, worked out; undefined where it is absent or `AWS::NoValue`. */
  property({ properties }: Made, ...path: readonly string[]): Plain {
    let value = this.read(properties[path[0] ?? '']);
    for (const key of path.slice(1)) value = isPlainMap(value) ? value[key] : undefined;
    return value;
  }

  arn(resource: Made, attribute = 'Arn'): string {
    const facts = resourceArns[resource.type];
    if (!facts) return `arn:aws:other:eu-central-1:${account}:${resource.id}`;
    const { pathProperty, attributeTail } = facts;
    const path = pathProperty === undefined ? undefined : this.property(resource, pathProperty);
    const parts: Readonly<Record<string, string>> = {
      Partition: 'aws',
      Region: 'eu-central-1',
      Account: account,
      Name: this.name(resource),
      Id: `${resource.id}-0a1b2c`,
      Path: typeof path === 'string' ? path : '/',
      FunctionName: lastPart(this.property(resource, 'FunctionName')),
      StreamName: lastPart(this.property(resource, 'StreamARN')),
    };
    const arn = facts.arn.replaceAll(/\$\{(\w+)\}/g, (_, part: string) => parts[part] ?? part);
    return `${arn}${attribute === 'StreamArn' ? '/stream/2026-01-01T00:00:00.000' : (attributeTail?.[attribute] ?? '')}`;
  }

  /** The physical name: the author's, else one as CloudFormation makes it up. */
  name(resource: Made): string {
    const property = resourceArns[resource.type]?.nameProperty ?? undefined;
    const given = property === undefined ? undefined : this.property(resource, property);
    return typeof given === 'string' ? given : `stack-${resource.id}-1A2B3C`;
  }

  holds(condition: string): boolean {
    return this.isTrue(this.read(mapAt(this.template, 'Conditions')[condition]));
  }

  /** @param locals what `Ref` means before anything else */
  read(node: Plain, locals: PlainMap = {}): Plain {
    if (Array.isArray(node)) return node.map((item) => this.read(item, locals)).filter((item) => item !== undefined);
    if (!isPlainMap(node)) return node;
    const [only, ...others] = Object.entries(node);
    const intrinsic = only && others.length === 0 ? this.intrinsics[only[0]] : undefined;
    if (intrinsic && only) return intrinsic(only[1], locals);
    const entries = Object.entries(node).map(([key, value]) => [key, this.read(value, locals)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }

  private readonly intrinsics: Readonly<Record<string, (argument: Plain, locals: PlainMap) => Plain>> = {
    Ref: (name, locals) => this.ref(textOf(name), locals),
    Condition: (name) => (typeof name === 'string' ? this.holds(name) : { Condition: this.read(name) }),
    'Fn::GetAtt': (path) => this.getAtt(path),
    'Fn::Sub': (argument, locals) => this.sub(argument, locals),
    'Fn::Join': (argument, locals) => {
      const [separator, parts] = this.list(argument, locals);
      return Array.isArray(parts) ? parts.map(textOf).join(textOf(separator)) : undefined;
    },
    'Fn::Select': (argument, locals) => {
      const [index, list] = this.list(argument, locals);
      return Array.isArray(list) ? list[Number(index)] : undefined;
    },
    'Fn::Split': (argument, locals) => {
      const [separator, text] = this.list(argument, locals);
      return textOf(text).split(textOf(separator));
    },
    'Fn::If': (argument, locals) => {
      const [condition, yes, no] = Array.isArray(argument) ? argument : [];
      return this.read(this.holds(textOf(condition)) ? yes : no, locals);
    },
    'Fn::FindInMap': (argument, locals) => {
      const [map, first, second] = this.list(argument, locals).map(textOf);
      return mapAt(mapAt(mapAt(this.template, 'Mappings'), map ?? ''), first ?? '')[second ?? ''];
    },
    'Fn::ImportValue': (name, locals) => `imported-${textOf(this.read(name, locals))}`,
    'Fn::GetAZs': () => ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
    'Fn::Cidr': () => ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24'],
    'Fn::Equals': (argument, locals) => {
      const [left, right] = this.list(argument, locals);
      return textOf(left) === textOf(right);
    },
    'Fn::And': (argument, locals) => this.list(argument, locals).every((each) => this.isTrue(each)),
    'Fn::Or': (argument, locals) => this.list(argument, locals).some((each) => this.isTrue(each)),
    'Fn::Not': (argument, locals) => !this.isTrue(this.list(argument, locals)[0]),
  };

  private isTrue(value: Plain): boolean {
    return value === true;
  }

  private list(argument: Plain, locals: PlainMap): Plain[] {
    const value = this.read(argument, locals);
    return Array.isArray(value) ? value : [];
  }

  private ref(name: string, locals: PlainMap): Plain {
    if (name in locals) return this.read(locals[name]);
    if (name === 'AWS::NoValue') return undefined;
    if (name in pseudoParameters) return pseudoParameters[name];
    const parameter = mapAt(this.template, 'Parameters')[name];
    if (isPlainMap(parameter)) return this.parameter(name, parameter);
    const resource = this.all.get(name);
    return resource ? this.once(name, () => this.refOf(resource)) : this.roleOfSam(name, (role) => role);
  }

  private refOf(resource: Made): string {
    const ref = resourceArns[resource.type]?.ref;
    if (ref === 'arn') return this.arn(resource);
    if (ref === 'url') return `https://sqs.eu-central-1.amazonaws.com/${account}/${this.name(resource)}`;
    return ref === 'id' ? `${resource.id}-0a1b2c` : this.name(resource);
  }

  private parameter(name: string, parameter: PlainMap): Plain {
    const fallback = parameter['Default'];
    const value = this.world.get(name) ?? (fallback == null ? `parameter-${name}` : textOf(fallback));
    return /List/.test(textOf(parameter['Type'])) ? value.split(',') : value;
  }

  private getAtt(path: Plain): Plain {
    const [id = '', ...rest] = Array.isArray(path) ? path.map((part) => textOf(this.read(part))) : atFirstDot(path);
    const attribute = rest.join('.');
    const resource = this.all.get(id);
    if (!resource) return this.roleOfSam(id, (role) => `arn:aws:iam::${account}:role/${role}`);
    const facts = resourceArns[resource.type];
    if (facts?.arnAttributes.includes(attribute) === true || (!facts && attribute === 'Arn'))
      return this.once(id, () => this.arn(resource, attribute));
    return facts?.nameAttribute === attribute ? this.name(resource) : `${id}.${attribute}`;
  }

  /** `FnRole`, the role that SAM makes for a function `Fn`. */
  private roleOfSam(id: string, shape: (name: string) => string): Plain {
    const fn = id.endsWith('Role') ? this.all.get(id.slice(0, -'Role'.length)) : undefined;
    return fn?.type === 'AWS::Serverless::Function' ? shape(`stack-${id}-1A2B3C`) : `missing-${id}`;
  }

  private sub(argument: Plain, locals: PlainMap): Plain {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    const names = { ...locals, ...(isPlainMap(own) ? this.readEach(own, locals) : {}) };
    return textOf(text).replaceAll(/\$\{(!?)([^}]*)\}/g, (_, escaped: string, name: string) => {
      if (escaped === '!') return `\${${name}}`;
      const value = name in names || !name.includes('.') ? this.ref(name.trim(), names) : this.getAtt(name.trim());
      return textOf(value);
    });
  }

  private readEach(map: PlainMap, locals: PlainMap): PlainMap {
    return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, this.read(value, locals)]));
  }

  /** A name that hangs on itself is nothing that AWS would accept; here it must only end. */
  private once(id: string, read: () => string): string {
    if (this.reading.has(id)) return `circle-${id}`;
    this.reading.add(id);
    try {
      return read();
    } finally {
      this.reading.delete(id);
    }
  }
}

export function mapAt(value: Plain, key: string): PlainMap {
  const found = isPlainMap(value) ? value[key] : undefined;
  return isPlainMap(found) ? found : {};
}

function atFirstDot(path: Plain): string[] {
  const text = textOf(path);
  const dot = text.indexOf('.');
  return dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

function lastPart(value: Plain): string {
  return typeof value === 'string' ? value.slice(Math.max(value.lastIndexOf(':'), value.lastIndexOf('/')) + 1) : '';
}

/** What stands at a path of keys and indices. */
export function valueAt(root: Plain, path: readonly (string | number)[]): Plain {
  return path.reduce<Plain>(
    (value, key) => (Array.isArray(value) ? value[Number(key)] : isPlainMap(value) ? value[key] : undefined),
    root,
  );
}

/** A value as a part of a text. */
export function textOf(value: Plain): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
