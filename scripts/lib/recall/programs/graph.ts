import { resourceArns } from '../../../../facts/index.js';
import type { WholeResource } from '../../../../test/oracles/engine.js';
import { type Plain, isPlainMap } from '../../corpus/plain-value.js';
import type { PlainMap } from '../deployed.js';
import { attachmentType } from '../roles.js';
import { provisionedType } from './versions.js';

/** How a type of @pulumi/aws is called in CloudFormation, and its properties that are not the same name with a capital. */
interface Twin {
  readonly type: string;
  readonly renamed?: Readonly<Record<string, string>>;
}

/**
 * Only what permissions, order and versions are about. Names: the typings of @pulumi/aws 7.48.0 and the CloudFormation
 * resource specification. Written apart from `core/program/types.ts`, so that a slip there shows.
 */
const twins: Readonly<Record<string, Twin>> = {
  'aws:lambda/function:Function': { type: 'AWS::Lambda::Function', renamed: { name: 'FunctionName' } },
  'aws:lambda/alias:Alias': { type: 'AWS::Lambda::Alias' },
  'aws:lambda/eventSourceMapping:EventSourceMapping': {
    type: 'AWS::Lambda::EventSourceMapping',
    renamed: { destinationArn: 'Destination' },
  },
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': { type: 'AWS::Lambda::EventInvokeConfig' },
  'aws:iam/role:Role': {
    type: 'AWS::IAM::Role',
    renamed: { name: 'RoleName', inlinePolicies: 'Policies', policy: 'PolicyDocument' },
  },
  'aws:iam/rolePolicy:RolePolicy': {
    type: 'AWS::IAM::RolePolicy',
    renamed: { name: 'PolicyName', role: 'RoleName', policy: 'PolicyDocument' },
  },
  'aws:iam/policy:Policy': {
    type: 'AWS::IAM::ManagedPolicy',
    renamed: { name: 'ManagedPolicyName', policy: 'PolicyDocument' },
  },
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': { type: attachmentType, renamed: { role: 'Roles' } },
  'aws:iam/policyAttachment:PolicyAttachment': { type: attachmentType },
  'aws:sqs/queue:Queue': { type: 'AWS::SQS::Queue', renamed: { name: 'QueueName' } },
  'aws:sns/topic:Topic': { type: 'AWS::SNS::Topic', renamed: { name: 'TopicName' } },
  'aws:dynamodb/table:Table': { type: 'AWS::DynamoDB::Table', renamed: { name: 'TableName' } },
  'aws:kinesis/stream:Stream': { type: 'AWS::Kinesis::Stream' },
  'aws:cloudwatch/eventBus:EventBus': { type: 'AWS::Events::EventBus' },
  'aws:s3/bucket:Bucket': { type: 'AWS::S3::Bucket', renamed: { bucket: 'BucketName' } },
  'aws:s3/bucketV2:BucketV2': { type: 'AWS::S3::Bucket', renamed: { bucket: 'BucketName' } },
  'aws:msk/cluster:Cluster': { type: 'AWS::MSK::Cluster' },
  'aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig': { type: provisionedType },
};

/** The resources that a run created, as CloudFormation would be told of them: computed values are references again. */
export function templateOf(resources: readonly WholeResource[]): PlainMap {
  const types = new Map(resources.map(({ id }) => [id, typeOf(id)]));
  const bodies = resources.map(({ id, inputs, after }) => {
    const properties = renamed(inputs as Plain, twins[tokenOf(id)]?.renamed ?? {}, types);
    return [logicalId(id), { Type: typeOf(id), DependsOn: after.map(logicalId), Properties: properties }] as const;
  });
  return { Resources: Object.fromEntries(bodies) };
}

/** How the template calls a resource: its parts are no parts of an ARN. */
export function logicalId(id: string): string {
  return id.replaceAll(/[^\w-]/g, '-');
}

function tokenOf(id: string): string {
  return id.split('|')[0] ?? '';
}

function typeOf(id: string): string {
  return twins[tokenOf(id)]?.type ?? tokenOf(id);
}

function renamed(value: Plain, names: Readonly<Record<string, string>>, types: ReadonlyMap<string, string>): Plain {
  if (typeof value === 'string') return referring(value, types);
  if (Array.isArray(value)) return value.map((item) => renamed(item, names, types));
  if (!isPlainMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const name = names[key] ?? `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
      return [name, name === 'PolicyDocument' ? document(entry, types) : renamed(entry, names, types)];
    }),
  );
}

/** A policy document, given as text or as data. */
function document(value: Plain, types: ReadonlyMap<string, string>): Plain {
  const data = typeof value === 'string' ? parsed(value) : value;
  if (!isPlainMap(data) || !Array.isArray(data['statements'])) return verbatim(data, types);
  const statements = data['statements'].map((statement) => statementOfData(statement));
  return verbatim({ Statement: statements }, types);
}

/** A statement of `getPolicyDocument`. */
function statementOfData(statement: Plain): Plain {
  if (!isPlainMap(statement)) return statement;
  const { sid, effect, actions, notActions, resources, notResources, conditions } = statement;
  const entries = { Sid: sid, Effect: effect ?? 'Allow', Action: actions, NotAction: notActions, Resource: resources };
  const all: PlainMap = { ...entries, NotResource: notResources, Condition: conditionsOf(conditions) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function conditionsOf(conditions: Plain): Plain {
  return Array.isArray(conditions)
    ? Object.fromEntries(conditions.map((each, index) => [String(index), each]))
    : undefined;
}

function verbatim(value: Plain, types: ReadonlyMap<string, string>): Plain {
  if (typeof value === 'string') return referring(value, types);
  if (Array.isArray(value)) return value.map((item) => verbatim(item, types));
  if (!isPlainMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, verbatim(entry, types)]));
}

function parsed(text: string): Plain {
  try {
    return JSON.parse(text) as Plain;
  } catch {
    return text;
  }
}

/** A text with `${TYPE|NAME.property}` in it, as a text with references in it. */
function referring(text: string, types: ReadonlyMap<string, string>): Plain {
  // The account that the mocks tell of lies in another region than the one that templates are worked out in.
  const parts = text.replaceAll(':us-east-1:', ':eu-central-1:').split(/\$\{([^{}|]+\|[^{}]+\.\w+)\}/);
  if (parts.length === 1) return text;
  const read = parts
    .map((part, index) => (index % 2 === 0 ? part : reference(part, types)))
    .filter((part) => part !== '');
  return read.length === 1 ? read[0] : { 'Fn::Join': ['', read] };
}

function reference(mark: string, types: ReadonlyMap<string, string>): Plain {
  const dot = mark.lastIndexOf('.');
  const [id, attribute] = [mark.slice(0, dot), mark.slice(dot + 1)];
  const facts = resourceArns[types.get(id) ?? ''];
  const ref: Plain = { Ref: logicalId(id) };
  const attributeOf = (name: string): Plain => ({ 'Fn::GetAtt': [logicalId(id), name] });
  if (attribute === 'arn') return facts?.arnAttributes.includes('Arn') === true ? attributeOf('Arn') : ref;
  if (attribute === 'streamArn') return attributeOf('StreamArn');
  if (attribute === 'name' && facts?.ref !== 'name') return attributeOf(facts?.nameAttribute ?? 'Name');
  if (attribute === 'name' || attribute === 'id' || attribute === 'bucket') return ref;
  return attributeOf(attribute);
}
