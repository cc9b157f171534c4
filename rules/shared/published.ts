import { type Value, stringOf } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import { functionNamed, pointerOf } from './function-versions.js';

/** Something published whose ARN the stack could hand over. */
export interface Published {
  readonly resource: Resource;
  /** The names under which an output may mention it. */
  readonly names: readonly string[];
  readonly what: 'version' | 'alias';
  readonly function: string;
  readonly value: Value;
  /** The start of the output's id. */
  readonly id: string;
}

/** What is mentioned where a resource would be handed over: `Id`, `Id.Attribute`. */
export type Mentions = ReadonlySet<string>;

/**
 * What is published and not handed over. What only the stack itself uses need not be, unless the stack hands over the
 * function in its place; a version behind an alias is judged by the alias.
 * @param mentionsFor undefined where nothing is handed over at all
 */
export function* unexportedIn(
  template: Template,
  mentionsFor: (published: Published) => Mentions | undefined,
): Generator<Published> {
  const all = publishedIn(template);
  const aliased = new Set(all.flatMap(({ resource }) => versionBehind(resource)?.id ?? []));
  for (const published of all) {
    const mentions = mentionsFor(published);
    if (!mentions || isMentioned(published, mentions) || aliased.has(published.resource.id)) continue;
    const handsOver = mentions.has(published.function) || mentions.has(`${published.function}.Arn`);
    if (handsOver || !isUsed(published)) yield published;
  }
}

export function describePublished({ resource, what, function: fn }: Published): string {
  const owner =
    fn !== resource.id ? ` of ${fn}` : resource.type === 'AWS::Serverless::Function' ? ' (AutoPublishAlias)' : '';
  return `${what === 'alias' ? 'an alias' : 'a version'}${owner}`;
}

export function isMentioned({ names }: Pick<Published, 'names'>, mentions: Mentions): boolean {
  return names.some((name) => [...mentions].some((each) => `${each}.`.startsWith(`${name}.`)));
}

/** The version that an alias points to: a resource, or the function of a program that publishes it. */
export function versionBehind(resource: Resource): Resource | undefined {
  const pointer = pointerOf(resource.template, resource.property('FunctionVersion'));
  return pointer.kind === 'version' ? pointer.resource : undefined;
}

/** A function of a program that publishes itself, as what it publishes. */
export function ownVersionOf(fn: Resource): Published {
  const names = ['Version', 'QualifiedArn', 'QualifiedInvokeArn'].map((attribute) => `${fn.id}.${attribute}`);
  return { resource: fn, names, what: 'version', function: fn.id, value: { Ref: fn.id }, id: fn.id };
}

function publishedIn(template: Template): Published[] {
  const resources = template.resources(
    'AWS::Lambda::Version',
    'AWS::Lambda::Alias',
    'AWS::Lambda::Function',
    'AWS::Serverless::Function',
  );
  return resources.flatMap((resource) => publishedBy(resource) ?? []);
}

function publishedBy(resource: Resource): Published | undefined {
  const { template, id } = resource;
  if (resource.type === 'AWS::Lambda::Function') {
    const publish = resource.property('Publish');
    const resolved = publish && template.resolve(publish);
    return resolved?.known === true && resolved.value === true ? ownVersionOf(resource) : undefined;
  }
  if (resource.type === 'AWS::Serverless::Function') {
    if (!resource.property('AutoPublishAlias')) return undefined;
    const names = [`${id}.Alias`, `${id}.Version`, ...samAliases(resource)];
    return { resource, names, what: 'alias', function: id, value: { Ref: `${id}.Alias` }, id: `${id}Alias` };
  }
  const fn = functionNamed(template, resource.property('FunctionName'));
  const what = resource.type === 'AWS::Lambda::Alias' ? 'alias' : 'version';
  return { resource, names: [id], what, function: fn?.id ?? 'a function', value: { Ref: id }, id };
}

/** True where another resource names it, or a SAM event calls it. The setting of its provisioned concurrency is no use. */
function isUsed({ resource, names, function: fn }: Published): boolean {
  const { template } = resource;
  if (
    resource.type === 'AWS::Serverless::Function' &&
    (resource.property('Events') ?? resource.property('FunctionUrlConfig'))
  )
    return true;
  return template.resources().some((other) => {
    if (other === resource || other.id === fn || !other.properties || /ProvisionedConcurrency/.test(other.type))
      return false;
    return [...template.references(other.properties)].some(
      ({ name, attribute }) => names.includes(name) || names.includes(`${name}.${attribute ?? ''}`),
    );
  });
}

/** The logical id that SAM gives to the alias. */
function samAliases(fn: Resource): string[] {
  const name = stringOf(fn.property('AutoPublishAlias'));
  return name === undefined ? [] : [`${fn.id}Alias${name}`];
}
