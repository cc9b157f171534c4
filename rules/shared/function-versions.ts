import { createHash } from 'node:crypto';
import type { Guards } from '../../core/template/conditions.js';
import { functionOf } from '../../core/template/iam/roles.js';
import { type TemplateNode, type Value, getAttOf, stringOf, toValue } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import { unpublished } from '../lambda-provisioned-unpublished.js';

/** What the version of a function that something names comes to. */
export type Pointer =
  | { readonly kind: 'unpublished'; readonly text: string; readonly parameter?: string }
  /** A published one: of a version resource, or of a function that publishes itself. */
  | { readonly kind: 'version'; readonly resource: Resource }
  | { readonly kind: 'number' }
  | { readonly kind: 'unknown' };

/** The function of the template that a name, an ARN or a reference means. */
export function functionNamed(template: Template, node: TemplateNode | undefined): Resource | undefined {
  return node ? functionOf(template, node)?.fn : undefined;
}

export function versionsOf(fn: Resource): readonly Resource[] {
  return fn.template.resources('AWS::Lambda::Version').filter((version) => isOf(version, fn));
}

export function aliasesOf(fn: Resource): readonly Resource[] {
  return fn.template.resources('AWS::Lambda::Alias').filter((alias) => isOf(alias, fn));
}

function isOf(resource: Resource, fn: Resource): boolean {
  return functionNamed(fn.template, resource.property('FunctionName')) === fn;
}

/** True where a qualifier names the alias or version: by reference, or by the alias's name. */
export function isQualifier(node: TemplateNode, resource: Resource): boolean {
  const name = resource.property('Name');
  if (name && JSON.stringify(toValue(name)) === JSON.stringify(toValue(node))) return true;
  return [...resource.template.references(node)].some((reference) => reference.name === resource.id);
}

/**
 * Where a version points: `$LATEST`, a version of the template, a number. `!GetAtt Function.Version` does not exist in
 * CloudFormation and is what its author took for the version that was just deployed: the unpublished one. In a program
 * `fn.version` is that one too, unless the function publishes what it deploys.
 */
export function pointerOf(template: Template, node: TemplateNode | undefined): Pointer {
  const getAtt = getAttOf(node);
  const owner = template.resource(getAtt?.id);
  if (getAtt && owner?.type === 'AWS::Lambda::Version') return { kind: 'version', resource: owner };
  if (getAtt && owner?.type === 'AWS::Lambda::Function') return ownVersion(owner, `${owner.id}.${getAtt.attribute}`);
  const resolved = node ? template.resolve(node) : undefined;
  if (!resolved?.known) return { kind: 'unknown' };
  const { value, parameter } = resolved;
  if (value === unpublished)
    return { kind: 'unpublished', text: unpublished, ...(parameter === undefined ? {} : { parameter }) };
  return (typeof value === 'string' || typeof value === 'number') && /^\d+$/.test(String(value))
    ? { kind: 'number' }
    : { kind: 'unknown' };
}

/** What a function gives as its version. `Publish` is a property in programs only. */
function ownVersion(fn: Resource, text: string): Pointer {
  const publish = fn.property('Publish');
  if (!publish) return { kind: 'unpublished', text };
  const resolved = fn.template.resolve(publish);
  if (!resolved.known) return { kind: 'unknown' };
  if (resolved.value === true) return { kind: 'version', resource: fn };
  const { parameter } = resolved;
  return { kind: 'unpublished', text, ...(parameter === undefined ? {} : { parameter }) };
}

/** `guards` hold wherever something that is guarded by `by` exists. */
export function existsWith(template: Template, guards: Guards, by: Guards): boolean {
  return template.conditions.implies(by, guards);
}

/** The `Condition` that a resource beside this one needs. */
export function conditionOf(resource: Resource): Record<string, Value> {
  const condition = stringOf(resource.node.get('Condition'));
  return condition === undefined ? {} : { Condition: condition };
}

/**
 * What a version keeps of its function. A change of anything else publishes nothing, and a version resource that is
 * made for it fails: the published version exists already.
 * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
 */
const versioned = new Set([
  'Architectures',
  'Code',
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FileSystemConfigs',
  'Handler',
  'ImageConfig',
  'KmsKeyArn',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'Role',
  'Runtime',
  'RuntimeManagementConfig',
  'SnapStart',
  'Timeout',
  'TracingConfig',
  'VpcConfig',
]);

/** Ten hexadecimal digits for all that a version of the function keeps. */
export function versionHash(fn: Resource): string {
  const kept = (fn.properties?.entries ?? []).filter(({ key }) => versioned.has(key));
  const state = kept
    .map(({ key, value }): [string, Value] => [key, toValue(value)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 10);
}
