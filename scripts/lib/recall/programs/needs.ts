/** One statement to be granted; `on` is an expression of the program, `@x` a resource of it. */
export interface Grant {
  readonly actions: readonly string[];
  readonly on: readonly string[];
}

/** A resource to be written. In arguments and options `@x` stands for the resource that is kept as `x`. */
export interface Piece {
  /** Where the program keeps it; a statement of its own without. */
  readonly keep?: string;
  readonly type: string;
  readonly name: string;
  readonly args: string;
  readonly dependsOn?: readonly string[];
  /** The file of the program that it stands in, where there are several. */
  readonly file: 'queues' | 'roles' | 'index';
}

/** Something that Lambda asks a role for, with what grants it. */
export interface ProgramNeed {
  readonly name: string;
  readonly grants: readonly Grant[];
  /** The policy of AWS that grants it. */
  readonly managed?: string;
  /** What it is about. */
  readonly targets: readonly Piece[];
  /** Arguments of the function. */
  readonly argument?: string;
  /** What comes behind the function. */
  readonly behind?: readonly Piece[];
}

const queue = target('letters', 'sqs.Queue', 'letters', '{ messageRetentionSeconds: 1209600 }');
const topic = target('alarms', 'sns.Topic', 'alarms', '{}');
const table = target(
  'orders',
  'dynamodb.Table',
  'orders',
  "{ attributes: [{ name: 'id', type: 'S' }], hashKey: 'id', billingMode: 'PAY_PER_REQUEST', streamEnabled: true, streamViewType: 'NEW_IMAGE' }",
);
const stream = target('clicks', 'kinesis.Stream', 'clicks', '{ shardCount: 1 }');
const bus = target('bus', 'cloudwatch.EventBus', 'bus', '{}');
const other = target(
  'archive',
  'lambda.Function',
  'archive',
  "{ runtime: 'nodejs22.x', handler: 'index.handler', role: 'arn:aws:iam::111122223333:role/archive', code: new pulumi.asset.FileArchive('./archive') }",
);

/** Actions: facts/permissions.json; they are written out, as the authors of programs write them. */
export const programNeeds: readonly ProgramNeed[] = [
  {
    name: 'dead letters to a queue',
    grants: [grant(['sqs:SendMessage'], '@letters.arn')],
    targets: [queue],
    argument: 'deadLetterConfig: { targetArn: @letters.arn }',
  },
  {
    name: 'dead letters to a topic',
    grants: [grant(['sns:Publish'], '@alarms.arn')],
    targets: [topic],
    argument: 'deadLetterConfig: { targetArn: @alarms.arn }',
  },
  ...destination('queue', queue, '@letters.arn', 'sqs:SendMessage'),
  ...destination('bus', bus, '@bus.arn', 'events:PutEvents'),
  ...destination('function', other, '@archive.arn', 'lambda:InvokeFunction'),
  source('queue', queue, '@letters.arn', 'AWSLambdaSQSQueueExecutionRole', '', [
    grant(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], '@letters.arn'),
  ]),
  source('table', table, '@orders.streamArn', 'AWSLambdaDynamoDBExecutionRole', ", startingPosition: 'LATEST'", [
    grant(['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'], '@orders.streamArn'),
    grant(['dynamodb:ListStreams'], "'*'"),
  ]),
  source('stream', stream, '@clicks.arn', 'AWSLambdaKinesisExecutionRole', ", startingPosition: 'TRIM_HORIZON'", [
    grant(
      [
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:ListShards',
        'kinesis:SubscribeToShard',
      ],
      '@clicks.arn',
    ),
    grant(['kinesis:ListStreams'], "'*'"),
  ]),
  {
    name: 'failed batches',
    grants: [
      grant(['sqs:SendMessage'], '@letters.arn'),
      grant(['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'], '@orders.streamArn'),
      grant(['dynamodb:ListStreams'], "'*'"),
    ],
    targets: [queue, table],
    behind: [
      mapping(
        "{ eventSourceArn: @orders.streamArn, functionName: @worker.arn, startingPosition: 'LATEST', destinationConfig: { onFailure: { destinationArn: @letters.arn } } }",
      ),
    ],
  },
  {
    name: 'network',
    grants: [
      grant(['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'], "'*'"),
    ],
    managed: 'AWSLambdaVPCAccessExecutionRole',
    targets: [],
    argument: "vpcConfig: { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] }",
  },
  {
    name: 'tracing',
    grants: [grant(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], "'*'")],
    managed: 'AWSXRayDaemonWriteAccess',
    targets: [],
    argument: "tracingConfig: { mode: 'Active' }",
  },
];

function target(keep: string, type: string, name: string, args: string): Piece {
  return { keep, type, name, args, file: 'queues' };
}

function grant(actions: readonly string[], ...on: readonly string[]): Grant {
  return { actions, on };
}

function mapping(args: string): Piece {
  return { type: 'lambda.EventSourceMapping', name: 'mapping', args, file: 'index' };
}

function source(
  what: string,
  from: Piece,
  arn: string,
  managed: string,
  more: string,
  grants: readonly Grant[],
): ProgramNeed {
  const args = `{ eventSourceArn: ${arn}, functionName: @worker.name${more} }`;
  return { name: `events of a ${what}`, grants, managed, targets: [from], behind: [mapping(args)] };
}

function destination(what: string, to: Piece, arn: string, action: string): ProgramNeed[] {
  return ['onSuccess', 'onFailure'].map((outcome) => ({
    name: `${outcome} to a ${what}`,
    grants: [grant([action], arn)],
    targets: [to],
    behind: [
      {
        type: 'lambda.FunctionEventInvokeConfig',
        name: 'invocations',
        args: `{ functionName: @worker.name, destinationConfig: { ${outcome}: { destination: ${arn} } } }`,
        file: 'index',
      },
    ],
  }));
}
