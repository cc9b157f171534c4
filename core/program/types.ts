/**
 * How a Pulumi AWS type appears in the resource model: the CloudFormation type that stands for the same thing, and the
 * properties that are not simply the same name with a capital letter. Names: the typings of @pulumi/aws 6.83.4 and
 * 7.48.0, and the CloudFormation resource specification.
 */
export interface ResourceShape {
  readonly type: string;
  /** Property paths of the Pulumi type, joined by dots, and their names in the model. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** The property that holds the physical name, where it is not `name`. */
  readonly nameProperty?: string;
}

function shape(type: string, renamed: Readonly<Record<string, string>> = {}): ResourceShape {
  return { type, renamed };
}

/** By module and type. What is not listed is `Pulumi::<token>`: seen, and opaque to policies. */
export const resourceShapes: Readonly<Record<string, ResourceShape>> = {
  'lambda.Function': shape('AWS::Lambda::Function', { name: 'FunctionName' }),
  'lambda.CallbackFunction': shape('AWS::Lambda::Function', { name: 'FunctionName' }),
  'lambda.Alias': shape('AWS::Lambda::Alias'),
  'lambda.Permission': shape('AWS::Lambda::Permission', { function: 'FunctionName' }),
  'lambda.EventSourceMapping': shape('AWS::Lambda::EventSourceMapping', {
    'destinationConfig.onFailure.destinationArn': 'Destination',
  }),
  'lambda.FunctionEventInvokeConfig': shape('AWS::Lambda::EventInvokeConfig'),
  'lambda.ProvisionedConcurrencyConfig': shape('Pulumi::Lambda::ProvisionedConcurrencyConfig'),
  'iam.Role': shape('AWS::IAM::Role', {
    name: 'RoleName',
    assumeRolePolicy: 'AssumeRolePolicyDocument',
    inlinePolicies: 'Policies',
    'inlinePolicies.name': 'PolicyName',
    'inlinePolicies.policy': 'PolicyDocument',
  }),
  'iam.RolePolicy': shape('AWS::IAM::RolePolicy', { name: 'PolicyName', policy: 'PolicyDocument', role: 'RoleName' }),
  'iam.Policy': shape('AWS::IAM::ManagedPolicy', { name: 'ManagedPolicyName', policy: 'PolicyDocument' }),
  'iam.RolePolicyAttachment': shape('Pulumi::IAM::PolicyAttachment', { role: 'Roles' }),
  'iam.PolicyAttachment': shape('Pulumi::IAM::PolicyAttachment'),
  'sqs.Queue': shape('AWS::SQS::Queue', { name: 'QueueName' }),
  'sqs.QueuePolicy': shape('AWS::SQS::QueuePolicy', { queueUrl: 'Queues', policy: 'PolicyDocument' }),
  'sns.Topic': shape('AWS::SNS::Topic', { name: 'TopicName' }),
  'sns.TopicPolicy': shape('AWS::SNS::TopicPolicy', { arn: 'Topics', policy: 'PolicyDocument' }),
  'dynamodb.Table': shape('AWS::DynamoDB::Table', { name: 'TableName' }),
  'kinesis.Stream': shape('AWS::Kinesis::Stream'),
  'kinesis.StreamConsumer': shape('AWS::Kinesis::StreamConsumer', { name: 'ConsumerName', streamArn: 'StreamARN' }),
  'msk.Cluster': shape('AWS::MSK::Cluster'),
  'msk.ServerlessCluster': shape('AWS::MSK::ServerlessCluster'),
  'mq.Broker': shape('AWS::AmazonMQ::Broker'),
  'docdb.Cluster': shape('AWS::DocDB::DBCluster'),
  'cloudwatch.EventBus': shape('AWS::Events::EventBus'),
  'cloudwatch.LogGroup': shape('AWS::Logs::LogGroup', { name: 'LogGroupName' }),
  's3.Bucket': shape('AWS::S3::Bucket', { bucket: 'BucketName' }),
  's3.BucketV2': shape('AWS::S3::Bucket', { bucket: 'BucketName' }),
  'kms.Key': shape('AWS::KMS::Key', { policy: 'KeyPolicy' }),
  'kms.Alias': shape('AWS::KMS::Alias'),
  'secretsmanager.Secret': shape('AWS::SecretsManager::Secret'),
  'sfn.StateMachine': shape('AWS::StepFunctions::StateMachine', { name: 'StateMachineName' }),
  'apigateway.RestApi': shape('AWS::ApiGateway::RestApi'),
  'apigateway.Stage': shape('AWS::ApiGateway::Stage', { restApi: 'RestApiId', deployment: 'DeploymentId' }),
  'apigateway.Integration': shape('Pulumi::ApiGateway::Integration', { restApi: 'RestApiId' }),
  'apigateway.MethodSettings': shape('Pulumi::ApiGateway::MethodSettings', { restApi: 'RestApiId' }),
  'apigateway.Deployment': shape('AWS::ApiGateway::Deployment', { restApi: 'RestApiId' }),
  'apigateway.UsagePlan': shape('AWS::ApiGateway::UsagePlan', {
    throttleSettings: 'Throttle',
    quotaSettings: 'Quota',
  }),
  'apigatewayv2.Stage': shape('AWS::ApiGatewayV2::Stage', { name: 'StageName' }),
};

/** Objects whose keys are the author's own. */
export const verbatimProperties: ReadonlySet<string> = new Set([
  'variables',
  'tags',
  'tagsAll',
  'triggers',
  'requestParameters',
  'responseParameters',
]);

/** The physical name's property, by model type, where a resource without it is named after its logical name. */
export const nameProperties: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Kinesis::Stream': 'Name',
  'AWS::Events::EventBus': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

/** Attributes whose name in the model is another one. `Ref` stands for what CloudFormation's `Ref` returns. */
const attributes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::SNS::Topic': { arn: 'Ref', id: 'Ref', name: 'TopicName' },
  'AWS::SQS::Queue': { arn: 'Arn', id: 'Ref', url: 'Ref', name: 'QueueName' },
  'AWS::Lambda::Function': { arn: 'Arn', id: 'Ref', name: 'Ref' },
  'AWS::Lambda::Alias': { arn: 'Ref', id: 'Ref' },
  'AWS::IAM::Role': { arn: 'Arn', id: 'Ref', name: 'Ref' },
  'AWS::IAM::ManagedPolicy': { arn: 'Ref', id: 'Ref' },
  'AWS::DynamoDB::Table': { arn: 'Arn', id: 'Ref', name: 'Ref', streamArn: 'StreamArn' },
  'AWS::Kinesis::Stream': { arn: 'Arn', id: 'Ref', name: 'Ref' },
  'AWS::Kinesis::StreamConsumer': { arn: 'Ref', id: 'Ref' },
  'AWS::Events::EventBus': { arn: 'Arn', id: 'Ref', name: 'Ref' },
  'AWS::S3::Bucket': { arn: 'Arn', id: 'Ref', bucket: 'Ref' },
  'AWS::KMS::Key': { arn: 'Arn', id: 'Ref', keyId: 'Ref' },
  'AWS::MSK::Cluster': { arn: 'Ref', id: 'Ref' },
  'AWS::MSK::ServerlessCluster': { arn: 'Ref', id: 'Ref' },
  'AWS::SecretsManager::Secret': { arn: 'Ref', id: 'Ref' },
  'AWS::StepFunctions::StateMachine': { arn: 'Ref', id: 'Ref' },
  'AWS::ApiGateway::RestApi': { id: 'Ref' },
  'AWS::ApiGateway::Stage': { stageName: 'Ref' },
  'AWS::ApiGateway::Deployment': { id: 'Ref' },
  'AWS::ApiGateway::UsagePlan': { id: 'Ref' },
};

/** The name of an attribute in the model. */
export function attributeInModel(type: string, name: string): string {
  return attributes[type]?.[name] ?? capital(name);
}

export function shapeOf(path: readonly string[]): ResourceShape {
  return resourceShapes[path.join('.')] ?? shape(`Pulumi::${path.map(capital).join('::')}`);
}

export function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
