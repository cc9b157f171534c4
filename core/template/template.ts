import type { Span } from '../text/span.js';
import type { SourceFile } from '../text/source-file.js';
import { Conditions, type Guards } from './conditions.js';
import { DependencyGraph } from './graph.js';
import type { MapNode } from './node.js';
import { type Path, type TemplateNode, childrenOf, stringOf } from './node.js';
import { type Reference, referencesIn } from './references.js';
import { type Alternative, type Resolution, alternativesOf, resolveNode } from './resolve.js';

export type Syntax = 'yaml' | 'json';

const serverlessTransform = 'AWS::Serverless-2016-10-31';
/** Transforms that change no property our rules read. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-reference.html */
const harmlessTransforms = new Set([
  serverlessTransform,
  'AWS::LanguageExtensions',
  'AWS::CodeDeployBlueGreen',
  'AWS::SecretsManager-2020-07-23',
  'AWS::SecretsManager-2024-09-16',
  'AWS::ServiceCatalog',
]);

/** A resource of a template. What SAM `Globals` add is seen through `property`. */
export class Resource {
  private lazyOpaque: boolean | undefined;

  constructor(
    readonly template: Template,
    readonly id: string,
    readonly type: string,
    readonly node: MapNode,
    /** The span of the logical id, where a finding on the whole resource points. */
    readonly idSpan: Span,
  ) {}

  get properties(): MapNode | undefined {
    const properties = this.node.get('Properties');
    return properties?.kind === 'map' ? properties : undefined;
  }

  /** The node at a path below `Properties`, else the one that SAM `Globals` give this resource. */
  property(...path: readonly string[]): TemplateNode | undefined {
    return descend(this.properties, path) ?? this.globalProperty(...path);
  }

  /** The node that stands in the resource itself. */
  ownProperty(...path: readonly string[]): TemplateNode | undefined {
    return descend(this.properties, path);
  }

  globalProperty(...path: readonly string[]): TemplateNode | undefined {
    const section = globalsSections.get(this.type);
    return section === undefined ? undefined : descend(this.template.globals?.get(section), path);
  }

  /** The resource's `Condition`, as a guard. */
  get guards(): Guards {
    const condition = stringOf(this.node.get('Condition'));
    return condition === undefined ? [] : [{ condition, holds: true }];
  }

  get dependsOn(): readonly string[] {
    const node = this.node.get('DependsOn');
    if (node?.kind === 'list') return node.items.flatMap((item) => stringOf(item) ?? []);
    const single = stringOf(node);
    return single === undefined ? [] : [single];
  }

  /** True when a macro (`Fn::Transform`) may add to or change the properties, so that nothing absent is certain. */
  get isOpaque(): boolean {
    return (this.lazyOpaque ??= this.readOpaque());
  }

  private readOpaque(): boolean {
    const properties = this.node.get('Properties');
    if (this.node.has('Fn::Transform') || (properties !== undefined && properties.kind === 'intrinsic')) return true;
    return properties !== undefined && holdsTransform(properties, 4);
  }
}

const globalsSections: ReadonlyMap<string, string> = new Map([
  ['AWS::Serverless::Function', 'Function'],
  ['AWS::Serverless::Api', 'Api'],
  ['AWS::Serverless::HttpApi', 'HttpApi'],
  ['AWS::Serverless::SimpleTable', 'SimpleTable'],
  ['AWS::Serverless::StateMachine', 'StateMachine'],
]);

function descend(node: TemplateNode | undefined, path: readonly string[]): TemplateNode | undefined {
  let current = node;
  for (const key of path) current = current?.kind === 'map' ? current.get(key) : undefined;
  return current;
}

/** What a macro adds to tags stays among the tags. */
function holdsTransform(node: TemplateNode, depth: number): boolean {
  if (node.key === 'Tags') return false;
  if (node.kind === 'intrinsic' && node.name === 'Fn::Transform') return true;
  if (node.kind === 'map' && node.has('Fn::Transform')) return true;
  return depth > 0 && childrenOf(node).some((child) => holdsTransform(child, depth - 1));
}

/** The read-only model of one template, the same for JSON, YAML and SAM. Nothing here changes the text. */
export class Template {
  private readonly byId = new Map<string, Resource>();
  readonly conditions: Conditions;
  private readonly derived = new Map<unknown, unknown>();
  private lazySam: boolean | undefined;

  constructor(
    readonly source: SourceFile,
    readonly syntax: Syntax,
    readonly root: MapNode,
    /** What it is, for people: a program is read into the same model. */
    readonly noun: 'template' | 'program' = 'template',
  ) {
    for (const entry of this.section('Resources')?.entries ?? []) {
      const type = entry.value.kind === 'map' ? stringOf(entry.value.get('Type')) : undefined;
      if (entry.value.kind !== 'map' || type === undefined) continue;
      this.byId.set(entry.key, new Resource(this, entry.key, type, entry.value, entry.keySpan));
    }
    this.conditions = new Conditions(this.section('Conditions'), this.section('Parameters'));
  }

  section(name: string): MapNode | undefined {
    const node = this.root.get(name);
    return node?.kind === 'map' ? node : undefined;
  }

  get globals(): MapNode | undefined {
    return this.isSam ? this.section('Globals') : undefined;
  }

  get transforms(): readonly string[] {
    const node = this.root.get('Transform');
    const nodes = node?.kind === 'list' ? node.items : node ? [node] : [];
    return nodes.map((item) => stringOf(item) ?? nameOfTransform(item));
  }

  /** True with the transform, or with resources that have a meaning only with it. */
  get isSam(): boolean {
    return (this.lazySam ??=
      this.transforms.includes(serverlessTransform) ||
      this.resources().some(({ type }) => type.startsWith('AWS::Serverless::')));
  }

  /** Transforms that may rewrite anything: with one of them, nothing read here is certain. */
  get macros(): readonly string[] {
    return this.transforms.filter((name) => !harmlessTransforms.has(name));
  }

  /** True when `Fn::ForEach` generates resources that cannot be listed here. */
  get hasForEach(): boolean {
    return this.section('Resources')?.entries.some(({ key }) => key.startsWith('Fn::ForEach::')) === true;
  }

  /** All resources, or those of the given types, in the order of the text. */
  resources(...types: readonly string[]): readonly Resource[] {
    const all = [...this.byId.values()];
    return types.length === 0 ? all : all.filter(({ type }) => types.includes(type));
  }

  resource(id: string | undefined): Resource | undefined {
    return id === undefined ? undefined : this.byId.get(id);
  }

  parameter(name: string): MapNode | undefined {
    const node = this.section('Parameters')?.get(name);
    return node?.kind === 'map' ? node : undefined;
  }

  /** The node at a path of keys, indices and long intrinsic names. */
  at(path: Path): TemplateNode | undefined {
    let node: TemplateNode | undefined = this.root;
    for (const key of path) node = node ? step(node, key) : undefined;
    return node;
  }

  /** What a node's value is, as far as the template alone tells. */
  resolve(node: TemplateNode): Resolution {
    return resolveNode(this, node);
  }

  /** The branches of `Fn::If` at a node, each with what must hold; a branch of `AWS::NoValue` has no node. */
  alternatives(node: TemplateNode | undefined): readonly Alternative[] {
    return alternativesOf(node);
  }

  references(node: TemplateNode): Iterable<Reference> {
    return referencesIn(node);
  }

  get graph(): DependencyGraph {
    return this.once(makeGraph);
  }

  /**
   * What a function makes of this template, worked out once. It is kept here, not in a `WeakMap`, whose values V8 gives
   * up only when it collects the whole heap: by then thousands of templates hang on them.
   */
  once<T>(make: (template: Template) => T): T {
    if (!this.derived.has(make)) this.derived.set(make, make(this));
    return this.derived.get(make) as T;
  }
}

function makeGraph(template: Template): DependencyGraph {
  return new DependencyGraph(template);
}

function nameOfTransform(node: TemplateNode): string {
  const name = node.kind === 'map' ? stringOf(node.get('Name')) : undefined;
  return name ?? 'unnamed';
}

function step(node: TemplateNode, key: string | number): TemplateNode | undefined {
  if (node.kind === 'map') return node.get(String(key));
  if (node.kind === 'list') return node.items[Number(key)];
  return node.kind === 'intrinsic' && node.name === key ? node.argument : undefined;
}
