import { type DemandedAction, type PermissionSet, permissions } from '../../../facts/index.js';
import { type Plain, isPlainMap } from '../corpus/plain-value.js';
import { type Deployed, type Made, type PlainMap, textOf } from './deployed.js';
import { reaches } from './order.js';
import { type Mood, type Role, type RoleReader, isGranted, listOf } from './roles.js';

/** Permissions that AWS looks for when it makes a resource. */
export interface Demand {
  readonly rule: string;
  /** The resource that is refused without them. */
  readonly subject: string;
  readonly role: Role;
  readonly permission: PermissionSet;
  readonly target: string | undefined;
}

const functionTypes = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];

/** Everything that a deployed template demands of roles that stand in it. */
export function demandsOf(deployed: Deployed, reader: RoleReader): readonly Demand[] {
  return [
    ...deployed.resources(...functionTypes).flatMap((fn) => ofFunction(deployed, reader, fn)),
    ...deployed.resources('AWS::Lambda::EventInvokeConfig').flatMap((config) => {
      const by = roleBy(deployed, reader, config);
      return by ? destinations(config.id, by.role, deployed.property(config, 'DestinationConfig')) : [];
    }),
    ...deployed.resources('AWS::Lambda::EventSourceMapping').flatMap((mapping) => {
      const by = roleBy(deployed, reader, mapping);
      return by ? ofMapping(mapping.id, by.role, deployed.read(mapping.properties), 'EventSourceArn') : [];
    }),
  ];
}

function ofFunction(deployed: Deployed, reader: RoleReader, fn: Made): Demand[] {
  const role = reader.roleOf(deployed, fn);
  // SAM writes into a role that it makes what the function itself declares.
  if (!role || role.owner === fn) return [];
  const read = (...path: string[]): Plain => deployed.property(fn, ...path);
  const isSam = fn.type === 'AWS::Serverless::Function';
  const deadLetters = read(isSam ? 'DeadLetterQueue' : 'DeadLetterConfig', 'TargetArn');
  const subnets = listOf(read('VpcConfig', 'SubnetIds')).filter((subnet) => subnet !== '');
  const tracing = isSam ? read('Tracing') : read('TracingConfig', 'Mode');
  const always = (rule: string, permission: PermissionSet): Demand[] => [
    { rule, subject: fn.id, role, permission, target: undefined },
  ];
  return [
    ...targeted('lambda-dlq-permission', fn.id, role, permissions.dlq.targets, deadLetters),
    ...(subnets.length > 0 ? always('lambda-vpc-permission', permissions.vpc) : []),
    ...(tracing === 'Active' ? always('lambda-tracing-permission', permissions.tracing) : []),
    ...(isSam ? destinations(fn.id, role, read('EventInvokeConfig', 'DestinationConfig')) : []),
    ...(isSam ? Object.values(mapOf(read('Events'))).flatMap((event) => ofEvent(fn.id, role, event)) : []),
  ];
}

const eventSources: Readonly<Record<string, string>> = {
  SQS: 'Queue',
  DynamoDB: 'Stream',
  Kinesis: 'Stream',
  MSK: 'Stream',
};

function ofEvent(subject: string, role: Role, event: Plain): Demand[] {
  const source = eventSources[textOf(mapOf(event)['Type'])];
  return source === undefined ? [] : ofMapping(subject, role, mapOf(event)['Properties'], source);
}

function ofMapping(subject: string, role: Role, config: Plain, source: string): Demand[] {
  const map = mapOf(config);
  const failure = mapOf(mapOf(map['DestinationConfig'])['OnFailure'])['Destination'];
  const rule = 'lambda-event-source-permission';
  return [
    ...targeted(rule, subject, role, permissions.eventSources.targets, map[source]),
    ...targeted(rule, subject, role, permissions.eventSourceFailure.targets, failure),
  ];
}

function destinations(subject: string, role: Role, config: Plain): Demand[] {
  return ['OnSuccess', 'OnFailure'].flatMap((outcome) => {
    const target = mapOf(mapOf(config)[outcome])['Destination'];
    return targeted('lambda-destination-permission', subject, role, permissions.destinations.targets, target);
  });
}

/** How the permission facts call the service of an ARN. */
const services: Readonly<Record<string, string>> = { events: 'eventbridge', kafka: 'msk', rds: 'documentdb' };

function targeted(
  rule: string,
  subject: string,
  role: Role,
  targets: Readonly<Record<string, PermissionSet | undefined>>,
  target: Plain,
): Demand[] {
  if (typeof target !== 'string') return [];
  const service = target.split(':')[2] ?? '';
  const name = /:stream\/[^/]+\/consumer\//.test(target) ? 'kinesisConsumer' : (services[service] ?? service);
  const permission = target.startsWith('arn:') ? targets[name] : undefined;
  return permission ? [{ rule, subject, role, permission, target }] : [];
}

function roleBy(deployed: Deployed, reader: RoleReader, { properties }: Made): { role: Role } | undefined {
  const name = deployed.read(properties['FunctionName']);
  if (typeof name !== 'string') return undefined;
  const fn = deployed
    .resources(...functionTypes)
    .find((each) =>
      [deployed.name(each), deployed.arn(each)].some((own) => name === own || name.startsWith(`${own}:`)),
    );
  const role = fn && reader.roleOf(deployed, fn);
  return role && { role };
}

function mapOf(value: Plain): PlainMap {
  return isPlainMap(value) ? value : {};
}

/** The resource that an action is granted on; undefined where the target does not tell. */
export function resourceFor({ target }: Demand, on: DemandedAction['on']): string | undefined {
  if (on === '*') return '*';
  if (target === undefined) return undefined;
  if (on === 'objects') return `${target}/*`;
  const isConsumer = /:stream\/[^/]+\/consumer\//.test(target);
  return on === 'target' || (on === 'stream' && !isConsumer) || (on === 'consumer' && isConsumer) ? target : undefined;
}

/** `late`: granted by a policy that may come after what needs it. */
export type State = 'granted' | 'late' | 'missing';

/** Whether what is demanded is granted, and in time. */
export function stateOf(deployed: Deployed, demand: Demand, mood: Mood): State {
  const { role, subject, permission } = demand;
  const states = permission.actions.flatMap(({ action, on, checked, or = [] }): State[] => {
    const resource = checked ? resourceFor(demand, on) : undefined;
    if (resource === undefined) return [];
    const granted = (inTime: boolean): boolean =>
      [action, ...or].some((each) =>
        isGranted(
          role,
          each,
          resource,
          mood,
          ({ from }) => !inTime || from === undefined || reaches(deployed.template, subject, from),
        ),
      );
    if (granted(true)) return ['granted'];
    return [granted(false) ? 'late' : 'missing'];
  });
  return states.includes('missing') ? 'missing' : states.includes('late') ? 'late' : 'granted';
}
