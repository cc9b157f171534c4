import {
  IntrinsicNode,
  ListNode,
  type MapEntry,
  MapNode,
  type Path,
  ScalarNode,
  type TemplateNode,
  walk,
} from '../template/node.js';
import { type Resource, Template } from '../template/template.js';
import type { SourceFile } from '../text/source-file.js';
import type { Span } from '../text/span.js';
import { type Node, bare, spanOfNode } from './ast.js';
import { Lowering } from './lower.js';
import { opaqueKey, unknownNode } from './model-nodes.js';
import { definitionOf } from './packages.js';
import { type Branch, type ProgramResource, ResourceCollector } from './resources.js';
import { nameProperties, shapeOf } from './types.js';
import { type Expression, type Project, Resolver } from './values.js';

const nowhere: Span = { start: 0, end: 0 };

/**
 * A Pulumi project: its files, the AWS resources that it creates, and all of them as one resource model, so that what is
 * known of templates (grants, symbolic ARNs, order, conditions) is known of programs too. Nothing is executed.
 */
export class Program {
  readonly resources: readonly ProgramResource[];
  /** The resources as a template would declare them; ids are those of `resources`. */
  readonly model: Template;
  readonly resolver: Resolver;
  private pathsByLiteral: ReadonlyMap<Node, readonly Path[]> | undefined;
  private readonly origins = new Map<TemplateNode, Expression>();
  private readonly byNode = new Map<Node, ProgramResource[]>();
  private readonly byId = new Map<string, ProgramResource>();
  private readonly parameters = new Map<string, TemplateNode | undefined>();
  private readonly conditions = new Map<string, readonly Branch[]>();
  private readonly choices = new Set<string>();
  private readonly openOrder = new Set<string>();

  constructor(readonly project: Project) {
    this.resolver = new Resolver(project);
    this.resources = new ResourceCollector(project, this.resolver).collect();
    for (const resource of this.resources) {
      this.byNode.set(resource.node, [...(this.byNode.get(resource.node) ?? []), resource]);
      this.byId.set(resource.id, resource);
    }
    const [first] = project.files;
    this.model = this.build(first?.source);
  }

  /** The program's resource behind one of the model. */
  of(resource: Resource | string): ProgramResource | undefined {
    return this.byId.get(typeof resource === 'string' ? resource : resource.id);
  }

  /** The model's resource of one of the program. */
  modelOf({ id }: ProgramResource): Resource | undefined {
    return this.model.resource(id);
  }

  /** What a node of the model was read from: the expression as it is used, before names are followed. */
  originOf(node: TemplateNode): Expression | undefined {
    for (let current: TemplateNode | undefined = node; current; current = current.parent) {
      const origin = this.origins.get(current);
      if (origin) return origin;
    }
    return undefined;
  }

  /** The literal or enum's member behind a node, in the file where it is written; undefined where there is none. */
  writtenAt(node: TemplateNode): Expression | undefined {
    const origin = this.originOf(node);
    const value = origin && this.resolver.value(origin);
    if (value?.kind === 'written') return isLiteral(value.expression.node) ? value.expression : undefined;
    if (value?.kind === 'member') {
      const { node: member, place } = value.expression;
      return { node: definitionOf(place.file, member), place };
    }
    return value?.kind === 'unknown' && value.fallback ? value.fallback : undefined;
  }

  /** The paths of all properties of the model that come from the same literal: an edit there changes each of them. */
  pathsWrittenAt({ node }: Expression): readonly Path[] {
    this.pathsByLiteral ??= this.literalPaths();
    return this.pathsByLiteral.get(node) ?? [];
  }

  private literalPaths(): ReadonlyMap<Node, readonly Path[]> {
    const paths = new Map<Node, Path[]>();
    for (const resource of this.model.resources()) {
      for (const each of walk(resource.node)) {
        const isRead =
          each.kind === 'scalar' ? this.origins.has(each) : each.kind === 'intrinsic' && each.name === 'Ref';
        const written = isRead ? this.writtenAt(each)?.node : undefined;
        if (written) paths.set(written, [...(paths.get(written) ?? []), each.path]);
      }
    }
    return paths;
  }

  /** The resource that an expression creates; the one of the call that leads there, where a function creates several. */
  resourceAt({ node, place }: Expression): ProgramResource | undefined {
    const candidates = this.byNode.get(bare(node)) ?? [];
    const [only] = candidates;
    if (candidates.length <= 1) return only;
    return candidates.find((each) => place.calls.includes(each.place.calls.at(-1) as Node));
  }

  /** True where `dependsOn` holds something that cannot be read. */
  hasOpenOrder({ id }: ProgramResource): boolean {
    return this.openOrder.has(id);
  }

  private build(source: SourceFile | undefined): Template {
    const lowering = new Lowering({
      resolver: this.resolver,
      resourceAt: (expression) => this.resourceAt(expression),
      note: (node, expression) => this.origins.set(node, expression),
      parameter: (written, fallback) => this.parameterNamed(written, fallback),
      choice: (test) => this.choices.add(test),
    });
    const resources = this.resources.map((resource) =>
      entry(resource.id, this.lowered(resource, lowering), spanOfNode(resource.node)),
    );
    const sections = [
      entry('Resources', map(resources)),
      entry('Parameters', map([...this.parameters].map(([name, fallback]) => entry(name, parameterNode(fallback))))),
      entry('Conditions', this.conditionsNode()),
    ];
    return new Template(source ?? ({ path: '', text: '' } as SourceFile), 'json', map(sections), 'program');
  }

  private lowered(resource: ProgramResource, lowering: Lowering): MapNode {
    const { type } = shapeOf(resource.member.path);
    const span = spanOfNode(resource.node);
    const properties = this.named(type, resource, lowering.properties(resource), lowering);
    const condition = this.conditionOf(resource.branches);
    const dependsOn = this.dependenciesOf(resource);
    const node = map(
      [
        entry('Type', scalar(type, span), span),
        ...(condition === undefined ? [] : [entry('Condition', scalar(condition, span), span)]),
        ...(dependsOn.length === 0
          ? []
          : [
              entry(
                'DependsOn',
                new ListNode(
                  span,
                  dependsOn.map((id) => scalar(id, span)),
                  true,
                ),
                span,
              ),
            ]),
        entry('Properties', properties, properties.span),
      ],
      span,
    );
    this.origins.set(node, { node: resource.node, place: resource.place });
    return node;
  }

  /** Without a physical name, the provider makes one up: the logical name, a dash and seven signs. */
  private named(type: string, resource: ProgramResource, properties: MapNode, lowering: Lowering): MapNode {
    const property = nameProperties[type];
    if (property === undefined || properties.has(property) || properties.has(opaqueKey) || !resource.logicalName)
      return properties;
    const name = lowering.node({ node: resource.logicalName, place: resource.place });
    const span = name.span;
    const parts = [name, scalar('-', span), unknownNode(span, `the suffix of ${resource.id}`)];
    const made = new IntrinsicNode(
      span,
      'Fn::Join',
      new ListNode(span, [scalar('', span), new ListNode(span, parts, true)], true),
      'long',
    );
    return new MapNode(properties.span, [...properties.entries, entry(property, made, span)], true);
  }

  private dependenciesOf(resource: ProgramResource): string[] {
    const { opts, place } = resource;
    if (!opts) return [];
    const value = this.resolver.property(
      this.resolver.value({ node: opts, place }),
      'dependsOn',
      { node: opts, place },
      0,
    );
    if (value.kind === 'created') return this.idsOf(resource, [value.expression]);
    if (value.kind === 'unknown') this.openOrder.add(resource.id);
    if (value.kind !== 'written' || value.expression.node.type !== 'ArrayExpression') {
      if (value.kind !== 'written' || value.expression.node.type !== 'Identifier') this.openOrder.add(resource.id);
      return [];
    }
    const { elements } = value.expression.node;
    return this.idsOf(
      resource,
      elements.flatMap((node) => (node ? [{ node, place: value.expression.place }] : [])),
    );
  }

  private idsOf(resource: ProgramResource, expressions: readonly Expression[]): string[] {
    return expressions.flatMap((expression) => {
      const { node, place } = expression;
      if (node.type === 'SpreadElement') return this.idsOfSpread(resource, { node: node.argument, place });
      const value = this.resolver.value(expression);
      const found = value.kind === 'created' ? this.resourceAt(value.expression) : undefined;
      if (!found) this.openOrder.add(resource.id);
      return found ? [found.id] : [];
    });
  }

  private idsOfSpread(resource: ProgramResource, list: Expression): string[] {
    const value = this.resolver.value(list);
    if (value.kind !== 'written' || value.expression.node.type !== 'ArrayExpression') {
      this.openOrder.add(resource.id);
      return [];
    }
    const { place, node } = value.expression;
    return this.idsOf(
      resource,
      node.elements.flatMap((each) => (each ? [{ node: each, place }] : [])),
    );
  }

  private parameterNamed(written: string, fallback: TemplateNode | undefined): string {
    const name = this.byId.has(written) ? `${written} (given)` : written;
    if (!this.parameters.has(name) || fallback) this.parameters.set(name, fallback);
    return name;
  }

  private conditionOf(branches: readonly Branch[]): string | undefined {
    if (branches.length === 0) return undefined;
    const name = branches.map(({ condition, holds }) => (holds ? condition : `!(${condition})`)).join(' && ');
    this.conditions.set(name, branches);
    return name;
  }

  /** Each test of the program is free; a resource's condition is what the tests around it come to together. */
  private conditionsNode(): MapNode {
    const ofResources = [...this.conditions.values()].flat().map(({ condition }) => condition);
    const tests = new Set([...ofResources, ...this.choices]);
    const free = [...tests].map((test) => entry(test, unknownNode(nowhere, test)));
    const composed = [...this.conditions].flatMap(([name, branches]) =>
      tests.has(name) ? [] : [entry(name, all(branches))],
    );
    return map([...free, ...composed]);
  }
}

function isLiteral(node: Node): boolean {
  return (
    node.type === 'StringLiteral' ||
    node.type === 'NumericLiteral' ||
    node.type === 'BooleanLiteral' ||
    node.type === 'TemplateLiteral'
  );
}

function all(branches: readonly Branch[]): TemplateNode {
  const items = branches.map(({ condition, holds }) => {
    const test = new IntrinsicNode(nowhere, 'Condition', scalar(condition), 'long');
    return holds ? test : new IntrinsicNode(nowhere, 'Fn::Not', new ListNode(nowhere, [test], true), 'long');
  });
  const [only] = items;
  return only && items.length === 1
    ? only
    : new IntrinsicNode(nowhere, 'Fn::And', new ListNode(nowhere, items, true), 'long');
}

function parameterNode(fallback: TemplateNode | undefined): MapNode {
  const given = entry('Pulumi::Given', scalar('true'));
  return map([entry('Type', scalar('String')), given, ...(fallback ? [entry('Default', fallback)] : [])]);
}

function scalar(value: string, span: Span = nowhere): ScalarNode {
  return new ScalarNode(span, value, 'plain');
}

function entry(key: string, value: TemplateNode, keySpan: Span = nowhere): MapEntry {
  return { key, keySpan, value, span: keySpan };
}

function map(entries: readonly MapEntry[], span: Span = nowhere): MapNode {
  return new MapNode(span, entries, true);
}
