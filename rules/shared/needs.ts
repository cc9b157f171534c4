import type { Guards } from '../../core/template/conditions.js';
import { functionOf } from '../../core/template/iam/roles.js';
import { type MapNode, type TemplateNode, refOf, stringOf } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import { type PermissionSet, permissions } from '../../facts/index.js';
import { branches } from './branches.js';
import { isConnected } from './connectors.js';
import { serviceOf } from './services.js';
import { functionTypes } from './function-types.js';

export type NeedKind = 'dlq' | 'destination' | 'event-source' | 'vpc' | 'tracing';

/** Something configured that makes Lambda ask the execution role for permissions when it is created. */
export interface Need {
  readonly kind: NeedKind;
  /** What AWS refuses: the function, the event invoke config or the event source mapping. */
  readonly subject: Resource;
  readonly fn: Resource;
  /** Where it is configured: the finding points here. */
  readonly node: TemplateNode;
  /** The ARN that the permissions are about; absent where they take no resource. */
  readonly target: TemplateNode | undefined;
  /** What the facts demand, or why that cannot be told: the target's service is unknown. */
  readonly permission: PermissionSet | undefined;
  readonly guards: Guards;
  /** True where an event source sends what could not be processed to the target. */
  readonly isFailureOfSource?: boolean;
  /** The parameter whose default says that it is configured. */
  readonly assumed?: string;
}

/** Everything in a template that needs permissions of an execution role, in the order of the text. */
export function needsOf(template: Template): readonly Need[] {
  return template.once(readNeeds);
}

function readNeeds(template: Template): readonly Need[] {
  return [...collect(template)].filter((need) => !isConnected(template, need));
}

function* collect(template: Template): Generator<Need> {
  for (const fn of template.resources(...functionTypes)) {
    yield* deadLetterNeeds(fn);
    yield* networkNeeds(fn);
    yield* tracingNeeds(fn);
    if (fn.type === 'AWS::Serverless::Function') {
      yield* destinationNeeds(fn, fn, fn.property('EventInvokeConfig'));
      yield* eventNeeds(fn);
    }
  }
  for (const config of template.resources('AWS::Lambda::EventInvokeConfig')) {
    const fn = ownerOf(template, config);
    if (fn) yield* destinationNeeds(config, fn, config.properties);
  }
  for (const mapping of template.resources('AWS::Lambda::EventSourceMapping')) {
    const fn = ownerOf(template, mapping);
    if (fn && mapping.properties)
      yield* mappingNeeds(mapping, fn, mapping.properties, mapping.property('EventSourceArn'));
  }
}

function ownerOf(template: Template, resource: Resource): Resource | undefined {
  const node = resource.property('FunctionName');
  return node ? functionOf(template, node)?.fn : undefined;
}

function* deadLetterNeeds(fn: Resource): Generator<Need> {
  const property = fn.type === 'AWS::Serverless::Function' ? 'DeadLetterQueue' : 'DeadLetterConfig';
  for (const { node, guards } of branches(fn.template, fn.property(property), ['TargetArn'], fn.guards)) {
    const service = serviceOf(fn.template, node);
    const permission = service === undefined ? undefined : permissions.dlq.targets[service];
    if (service !== undefined && !permission) continue;
    yield { kind: 'dlq', subject: fn, fn, node, target: node, permission, guards };
  }
}

function* destinationNeeds(subject: Resource, fn: Resource, config: TemplateNode | undefined): Generator<Need> {
  for (const outcome of ['OnSuccess', 'OnFailure']) {
    const path = ['DestinationConfig', outcome, 'Destination'];
    for (const { node, guards } of branches(fn.template, config, path, subject.guards)) {
      const service = serviceOf(fn.template, node);
      const permission = service === undefined ? undefined : permissions.destinations.targets[service];
      if (service !== undefined && !permission) continue;
      yield { kind: 'destination', subject, fn, node, target: node, permission, guards };
    }
  }
}

/** The property of a SAM event that names its source, by the event's type. */
const eventSources: ReadonlyMap<string, string> = new Map([
  ['SQS', 'Queue'],
  ['DynamoDB', 'Stream'],
  ['Kinesis', 'Stream'],
  ['MSK', 'Stream'],
]);

function* eventNeeds(fn: Resource): Generator<Need> {
  const events = fn.property('Events');
  for (const { value } of events?.kind === 'map' ? events.entries : []) {
    const config = value.kind === 'map' ? value.get('Properties') : undefined;
    const source = value.kind === 'map' ? eventSources.get(stringOf(value.get('Type')) ?? '') : undefined;
    if (config?.kind === 'map' && source !== undefined) yield* mappingNeeds(fn, fn, config, config.get(source));
  }
}

function* mappingNeeds(
  subject: Resource,
  fn: Resource,
  config: MapNode,
  source: TemplateNode | undefined,
): Generator<Need> {
  for (const { node, guards } of branches(fn.template, source, [], subject.guards)) {
    const service = serviceOf(fn.template, node);
    const permission = service === undefined ? undefined : permissions.eventSources.targets[service];
    if (service !== undefined && !permission) continue;
    yield { kind: 'event-source', subject, fn, node, target: node, permission, guards };
  }
  for (const { node, guards } of branches(
    fn.template,
    config,
    ['DestinationConfig', 'OnFailure', 'Destination'],
    subject.guards,
  )) {
    const service = serviceOf(fn.template, node);
    const permission = service === undefined ? undefined : permissions.eventSourceFailure.targets[service];
    if (permission)
      yield { kind: 'event-source', subject, fn, node, target: node, permission, guards, isFailureOfSource: true };
  }
}

function* networkNeeds(fn: Resource): Generator<Need> {
  for (const { node, guards } of branches(fn.template, fn.property('VpcConfig'), [], fn.guards)) {
    if (node.kind !== 'map' || !namesSubnets(fn.template, node)) continue;
    yield { kind: 'vpc', subject: fn, fn, node, target: undefined, permission: permissions.vpc, guards };
  }
}

/** Without subnets the function is in no VPC; a list that is empty by default is the template's way of saying so. */
function namesSubnets(template: Template, config: MapNode): boolean {
  const subnets = config.get('SubnetIds');
  if (!subnets || refOf(subnets) === 'AWS::NoValue') return false;
  if (subnets.kind === 'list') return subnets.items.length > 0;
  const resolved = template.resolve(subnets);
  return !resolved.known || resolved.value !== '';
}

function* tracingNeeds(fn: Resource): Generator<Need> {
  const sam = fn.type === 'AWS::Serverless::Function';
  for (const { node, guards } of branches(
    fn.template,
    fn.property(sam ? 'Tracing' : 'TracingConfig'),
    sam ? [] : ['Mode'],
    fn.guards,
  )) {
    const mode = fn.template.resolve(node);
    if (!mode.known || mode.value !== 'Active') continue;
    const assumed = mode.parameter === undefined ? {} : { assumed: mode.parameter };
    yield {
      kind: 'tracing',
      subject: fn,
      fn,
      node,
      target: undefined,
      permission: permissions.tracing,
      guards,
      ...assumed,
    };
  }
}
