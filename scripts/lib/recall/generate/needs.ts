import type { Value } from '../../../../core/template/node.js';

export type Body = Readonly<Record<string, Value>>;

/** What a permission is about: a resource with its ARN, and its ARN spelled out by a name of its own. */
export interface Target {
  readonly type: string;
  readonly properties: Body;
  /** The property that gives it the name `jobs`. */
  readonly name: string;
  /** `Target.Arn`; without it `Ref` is the ARN. */
  readonly attribute: string | undefined;
  readonly arn: string;
  /** What the statement has behind the ARN. */
  readonly tail?: string;
  /** Other resources that it needs. */
  readonly more?: Body;
}

/** One thing that AWS demands permissions for. */
export interface NeedKind {
  readonly name: string;
  readonly actions: readonly string[];
  /** Actions that take no resource, beside those on the target. */
  readonly anywhere?: readonly string[];
  readonly target: Target | undefined;
  /** The managed policy of AWS that grants it. */
  readonly managed?: string;
  /** The SAM policy template that grants it, with the argument that it takes. */
  readonly samTemplate?: readonly [name: string, argument: string];
  /** A property of the function, where the function itself is refused: plain, and as SAM calls it. */
  readonly property?: (arn: Value) => { readonly plain: Body; readonly sam: Body };
  /** A resource beside the function, where that is refused. */
  readonly resource?: (fn: string, arn: Value) => Body;
}

const here = '${AWS::Region}:${AWS::AccountId}';

const queue: Target = {
  type: 'AWS::SQS::Queue',
  properties: { MessageRetentionPeriod: 1209600 },
  name: 'QueueName',
  attribute: 'Arn',
  arn: `arn:\${AWS::Partition}:sqs:${here}:jobs`,
};
const topic: Target = {
  type: 'AWS::SNS::Topic',
  properties: { DisplayName: 'jobs' },
  name: 'TopicName',
  attribute: undefined,
  arn: `arn:\${AWS::Partition}:sns:${here}:jobs`,
};
const bus: Target = {
  type: 'AWS::Events::EventBus',
  properties: { Description: 'jobs' },
  name: 'Name',
  attribute: 'Arn',
  arn: `arn:\${AWS::Partition}:events:${here}:event-bus/jobs`,
};
const bucket: Target = {
  type: 'AWS::S3::Bucket',
  properties: { ObjectLockEnabled: false },
  name: 'BucketName',
  attribute: 'Arn',
  arn: 'arn:${AWS::Partition}:s3:::jobs',
  tail: '/*',
};
const stream: Target = {
  type: 'AWS::Kinesis::Stream',
  properties: { ShardCount: 1 },
  name: 'Name',
  attribute: 'Arn',
  arn: `arn:\${AWS::Partition}:kinesis:${here}:stream/jobs`,
};
const table: Target = {
  type: 'AWS::DynamoDB::Table',
  properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  },
  name: 'TableName',
  attribute: 'StreamArn',
  arn: `arn:\${AWS::Partition}:dynamodb:${here}:table/jobs/stream/*`,
};
const otherFunction: Target = {
  type: 'AWS::Lambda::Function',
  properties: {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/other' },
    Code: { ZipFile: 'exports.handler = async () => {};' },
  },
  name: 'FunctionName',
  attribute: 'Arn',
  arn: `arn:\${AWS::Partition}:lambda:${here}:function:jobs`,
};
const cluster: Target = {
  type: 'AWS::MSK::ServerlessCluster',
  properties: {
    ClientAuthentication: { Sasl: { Iam: { Enabled: true } } },
    VpcConfigs: [{ SubnetIds: ['subnet-0a', 'subnet-0b'] }],
  },
  name: 'ClusterName',
  attribute: undefined,
  arn: `arn:\${AWS::Partition}:kafka:${here}:cluster/jobs/*`,
};

function deadLetters(name: string, action: string, target: Target): NeedKind {
  return {
    name,
    actions: [action],
    target,
    property: (arn) => ({
      plain: { DeadLetterConfig: { TargetArn: arn } },
      sam: { DeadLetterQueue: { Type: name.endsWith('queue') ? 'SQS' : 'SNS', TargetArn: arn } },
    }),
  };
}

function destination(name: string, action: string, target: Target, outcome = 'OnFailure'): NeedKind {
  return {
    name: `destination ${name}`,
    actions: [action],
    target,
    resource: (fn, arn) => ({
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: fn },
        Qualifier: '$LATEST',
        DestinationConfig: { [outcome]: { Destination: arn } },
      },
    }),
  };
}

function eventSource(name: string, actions: readonly string[], target: Target, managed: string): NeedKind {
  return {
    name: `events from ${name}`,
    actions,
    target,
    managed: `service-role/${managed}`,
    resource: (fn, arn) => ({
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: fn }, EventSourceArn: arn },
    }),
  };
}

const networkActions = ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'];

export const needKinds: readonly NeedKind[] = [
  { ...deadLetters('dead letters to a queue', 'sqs:SendMessage', queue) },
  { ...deadLetters('dead letters to a topic', 'sns:Publish', topic) },
  { ...destination('queue', 'sqs:SendMessage', queue), samTemplate: ['SQSSendMessagePolicy', 'QueueName'] },
  { ...destination('topic', 'sns:Publish', topic), samTemplate: ['SNSPublishMessagePolicy', 'TopicName'] },
  {
    ...destination('bus', 'events:PutEvents', bus, 'OnSuccess'),
    samTemplate: ['EventBridgePutEventsPolicy', 'EventBusName'],
  },
  {
    ...destination('function', 'lambda:InvokeFunction', otherFunction, 'OnSuccess'),
    samTemplate: ['LambdaInvokePolicy', 'FunctionName'],
  },
  destination('bucket', 's3:PutObject', bucket),
  {
    ...eventSource(
      'queue',
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      queue,
      'AWSLambdaSQSQueueExecutionRole',
    ),
    samTemplate: ['SQSPollerPolicy', 'QueueName'],
  },
  eventSource(
    'stream',
    ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:DescribeStream'],
    stream,
    'AWSLambdaKinesisExecutionRole',
  ),
  eventSource(
    'table',
    ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
    table,
    'AWSLambdaDynamoDBExecutionRole',
  ),
  {
    name: 'failed batches to a topic',
    actions: ['sns:Publish'],
    target: topic,
    resource: (fn, arn) => ({
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: fn },
        SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['broker.internal:9092'] } },
        Topics: ['jobs'],
        DestinationConfig: { OnFailure: { Destination: arn } },
      },
    }),
  },
  {
    ...eventSource('cluster', ['kafka:DescribeClusterV2'], cluster, 'AWSLambdaMSKExecutionRole'),
    anywhere: [
      'kafka:GetBootstrapBrokers',
      'ec2:DescribeVpcs',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
      ...networkActions,
    ],
  },
  {
    name: 'network',
    actions: networkActions,
    target: undefined,
    managed: 'service-role/AWSLambdaVPCAccessExecutionRole',
    property: () => {
      const config = { VpcConfig: { SubnetIds: ['subnet-0a'], SecurityGroupIds: ['sg-0a'] } };
      return { plain: config, sam: config };
    },
  },
  {
    name: 'tracing',
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    target: undefined,
    managed: 'AWSXRayDaemonWriteAccess',
    property: () => ({ plain: { TracingConfig: { Mode: 'Active' } }, sam: { Tracing: 'Active' } }),
  },
];
