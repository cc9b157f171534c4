import { getAttOf, refOf, stringOf } from '../../core/template/node.js';
import { referencesIn } from '../../core/template/references.js';
import type { Resource } from '../../core/template/template.js';

/** The name that the account's figures know the function by: the literal FunctionName, else the logical id. */
export function functionNameOf(fn: Resource): string {
  return stringOf(fn.property('FunctionName')) ?? fn.id;
}

/**
 * What a function's reservation may not fall below, in executions: its provisioned concurrency over all versions and
 * aliases, and the MaximumConcurrency of its queue event sources.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export function concurrencyFloor(fn: Resource): { floor: number; provisioned: boolean } {
  let provisioned = numberAt(fn, 'ProvisionedConcurrencyConfig', 'ProvisionedConcurrentExecutions');
  let maximum = 0;
  for (const resource of fn.template.resources('AWS::Lambda::Version', 'AWS::Lambda::Alias')) {
    if (names(resource, fn))
      provisioned += numberAt(resource, 'ProvisionedConcurrencyConfig', 'ProvisionedConcurrentExecutions');
  }
  // In a program it is a resource of its own.
  for (const resource of fn.template.resources('Pulumi::Lambda::ProvisionedConcurrencyConfig')) {
    if (names(resource, fn)) provisioned += numberAt(resource, 'ProvisionedConcurrentExecutions');
  }
  for (const mapping of fn.template.resources('AWS::Lambda::EventSourceMapping')) {
    if (names(mapping, fn)) maximum = Math.max(maximum, numberAt(mapping, 'ScalingConfig', 'MaximumConcurrency'));
  }
  const events = fn.property('Events');
  for (const event of events?.kind === 'map' ? events.entries : []) {
    const config = event.value.kind === 'map' ? event.value.get('Properties') : undefined;
    const scaling = config?.kind === 'map' ? config.get('ScalingConfig') : undefined;
    const figure = scaling?.kind === 'map' ? scaling.get('MaximumConcurrency') : undefined;
    if (figure?.kind === 'scalar') maximum = Math.max(maximum, Number(figure.value) || 0);
  }
  return { floor: Math.max(provisioned, maximum), provisioned: provisioned > 0 };
}

function names(resource: Resource, fn: Resource): boolean {
  const node = resource.property('FunctionName');
  if (!node) return false;
  if ((refOf(node) ?? getAttOf(node)?.id) === fn.id) return true;
  return [...referencesIn(node)].some(({ name }) => name === fn.id);
}

function numberAt(resource: Resource, ...path: readonly string[]): number {
  const node = resource.property(...path);
  const resolved = node ? resource.template.resolve(node) : undefined;
  const value = resolved?.known === true ? Number(resolved.value) : 0;
  return Number.isFinite(value) ? value : 0;
}
