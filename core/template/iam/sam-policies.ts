import { type MapNode, type TemplateNode, stringOf } from '../node.js';
import type { Resource, Template } from '../template.js';
import { arnOf } from './arn-of.js';
import { type IamFacts, type TemplateArguments, readFact } from './facts.js';
import { managedGrants, scopeOf } from './policies.js';
import {
  type Granted,
  type Scope,
  type Statement,
  entriesOf,
  gap,
  joined,
  nothing,
  perhaps,
  readDocument,
  under,
} from './statements.js';
import { type SymbolicArn, appendText, arnFromText } from './arn.js';

/**
 * What SAM puts into the role that it makes for a function: the function's `Policies` and what its other properties
 * need. https://github.com/aws/serverless-application-model, samtranslator/model/sam_resources.py and eventsources/pull.py
 */
export function samGrants(facts: IamFacts, fn: Resource): Granted {
  const scope = scopeOf(fn.template, facts, 'sam');
  const policies = entriesOf(fn.template, fn.property('Policies')).map(({ node, guards }) =>
    policyGrants(facts, under(scope, guards), node),
  );
  return joined([
    ...policies,
    ...basicGrants(facts, scope, fn),
    targetGrant(scope, fn.property('DeadLetterQueue'), 'TargetArn'),
    ...['OnSuccess', 'OnFailure'].map((outcome) =>
      targetGrant(scope, fn.property('EventInvokeConfig', 'DestinationConfig', outcome), 'Destination'),
    ),
    ...eventGrants(facts, scope, fn),
    fn.isOpaque ? gap(scope, 'macro', `a macro may add to ${fn.id}`) : nothing,
    hasConnector(fn) ? gap(scope, 'document', `a SAM connector grants something to ${fn.id}`) : nothing,
  ]);
}

/** One item of `Policies`: a managed policy, a policy template or a document. */
function policyGrants(facts: IamFacts, scope: Scope, node: TemplateNode): Granted {
  if (node.kind !== 'map') return managedGrants(facts, scope, node);
  if (node.has('Statement')) return readDocument(scope, node);
  const [entry, ...others] = node.entries;
  const template = entry && others.length === 0 ? facts.samPolicyTemplate(entry.key) : undefined;
  if (!template || !entry) return gap(scope, 'document', 'an item of Policies is no known policy template');
  return readFact(scope, template.statements, argumentsOf(facts, scope.template, template.parameters, entry.value));
}

function argumentsOf(
  facts: IamFacts,
  template: Template,
  parameters: readonly string[],
  node: TemplateNode,
): TemplateArguments {
  const values = node.kind === 'map' ? node : undefined;
  return new Map(
    parameters.flatMap((name) => {
      const value = values?.get(name);
      return value ? [[name, arnOf(template, value, facts).tokens]] : [];
    }),
  );
}

function basicGrants(facts: IamFacts, scope: Scope, fn: Resource): Granted[] {
  const basic = fn.property('DurableConfig')
    ? 'AWSLambdaBasicDurableExecutionRolePolicy'
    : 'AWSLambdaBasicExecutionRole';
  const tracing = fn.property('Tracing');
  const traced = tracing ? awsPolicy(facts, scope, 'AWSXRayDaemonWriteAccess') : nothing;
  return [
    awsPolicy(facts, scope, basic),
    fn.property('VpcConfig') ? awsPolicy(facts, scope, 'AWSLambdaVPCAccessExecutionRole') : nothing,
    tracing?.kind === 'scalar'
      ? tracing.value === 'Disabled'
        ? nothing
        : traced
      : perhaps(traced, 'template-condition'),
  ];
}

function awsPolicy(facts: IamFacts, scope: Scope, name: string): Granted {
  const policy = facts.managedPolicy(name);
  return policy
    ? readFact(scope, policy.statements)
    : gap(scope, 'managed-policy', `what the managed policy ${name} grants is not known`);
}

/** Actions on the target itself, and on what lies in it, by the `Type` of a dead-letter queue or a destination. */
const targetActions: ReadonlyMap<string, { readonly onTarget: string; readonly inTarget?: string }> = new Map([
  ['SQS', { onTarget: 'sqs:SendMessage' }],
  ['SNS', { onTarget: 'sns:Publish' }],
  ['EventBridge', { onTarget: 'events:PutEvents' }],
  ['Lambda', { onTarget: 'lambda:InvokeFunction' }],
  ['S3Bucket', { onTarget: 's3:ListBucket', inTarget: 's3:PutObject' }],
  ['S3', { onTarget: 's3:ListBucket', inTarget: 's3:PutObject' }],
]);

/** The statement for `{ Type, TargetArn }` and `{ Type, Destination }`. Without a target SAM makes one of its own. */
function targetGrant(scope: Scope, config: TemplateNode | undefined, property: string): Granted {
  return joined(
    scope.template.alternatives(config).map((alternative) => {
      const map = alternative.node?.kind === 'map' ? alternative.node : undefined;
      const actions = targetActions.get(stringOf(map?.get('Type')) ?? '');
      if (!map || !actions) return nothing;
      return joined(
        entriesOf(scope.template, map.get(property)).map(({ node, guards }) => {
          const inner = under(scope, [...alternative.guards, ...guards]);
          const target = arnOf(scope.template, node, scope.formats);
          const onTarget = allow(inner, [actions.onTarget], target);
          return actions.inTarget === undefined
            ? onTarget
            : joined([onTarget, allow(inner, [actions.inTarget], appendText(target, '/*'))]);
        }),
      );
    }),
  );
}

function allow(scope: Scope, actions: readonly string[], resource: SymbolicArn): Granted {
  const statement: Statement = {
    effect: 'Allow',
    actions: {
      negated: false,
      items: actions.map((action) => ({ arn: arnFromText(action.toLowerCase()), guards: [] })),
    },
    resources: { negated: false, items: [{ arn: resource, guards: [] }] },
    guards: scope.guards,
    origin: scope.origin,
  };
  return { statements: [statement], gaps: [] };
}

const eventPolicies: ReadonlyMap<string, string> = new Map([
  ['SQS', 'AWSLambdaSQSQueueExecutionRole'],
  ['Kinesis', 'AWSLambdaKinesisExecutionRole'],
  ['DynamoDB', 'AWSLambdaDynamoDBExecutionRole'],
  ['MSK', 'AWSLambdaMSKExecutionRole'],
]);

function eventGrants(facts: IamFacts, scope: Scope, fn: Resource): Granted[] {
  const events = fn.property('Events');
  return (events?.kind === 'map' ? events.entries : []).map(({ value }) => {
    const type = value.kind === 'map' ? (stringOf(value.get('Type')) ?? '') : '';
    const properties = value.kind === 'map' ? value.get('Properties') : undefined;
    return properties?.kind === 'map' ? eventGrant(facts, scope, type, properties) : nothing;
  });
}

function eventGrant(facts: IamFacts, scope: Scope, type: string, properties: MapNode): Granted {
  const policy =
    type === 'SNS' && properties.has('SqsSubscription') ? eventPolicies.get('SQS') : eventPolicies.get(type);
  const config = properties.get('DestinationConfig');
  return joined([
    policy === undefined ? nothing : awsPolicy(facts, scope, policy),
    brokerGrant(scope, type, properties),
    targetGrant(scope, config?.kind === 'map' ? config.get('OnFailure') : undefined, 'Destination'),
  ]);
}

const networkActions = [
  'CreateNetworkInterface',
  'DescribeNetworkInterfaces',
  'DeleteNetworkInterface',
  'DescribeVpcs',
  'DescribeSubnets',
  'DescribeSecurityGroups',
];

/** Brokers and databases that take credentials from a secret. */
function brokerGrant(scope: Scope, type: string, properties: MapNode): Granted {
  if (!['MQ', 'MSK', 'SelfManagedKafka', 'DocumentDB'].includes(type)) return nothing;
  const anything = arnFromText('*');
  const network = allow(
    scope,
    networkActions.map((action) => `ec2:${action}`),
    anything,
  );
  const secrets = secretsOf(scope, properties).map((secret) => allow(scope, ['secretsmanager:GetSecretValue'], secret));
  const source = properties.get('Broker') ?? properties.get('Cluster');
  const arn = source ? arnOf(scope.template, source, scope.formats) : anything;
  if (type === 'MQ') return joined([...secrets, allow(scope, ['mq:DescribeBroker'], arn)]);
  if (type === 'DocumentDB')
    return joined([...secrets, network, allow(scope, ['rds:DescribeDBClusters'], arn), documentGrants(scope)]);
  return joined([...secrets, type === 'SelfManagedKafka' && hasNetwork(properties) ? network : nothing]);
}

function documentGrants(scope: Scope): Granted {
  return joined([
    allow(scope, ['rds:DescribeDBClusterParameters'], arnFromText('arn:aws:rds:*:*:cluster-pg:*')),
    allow(scope, ['rds:DescribeDBSubnetGroups'], arnFromText('arn:aws:rds:*:*:subgrp:*')),
  ]);
}

function accessOf(properties: MapNode): readonly MapNode[] {
  const access = properties.get('SourceAccessConfigurations');
  return access?.kind === 'list' ? access.items.filter((item) => item.kind === 'map') : [];
}

function secretsOf(scope: Scope, properties: MapNode): readonly SymbolicArn[] {
  return accessOf(properties).flatMap((item) => {
    const uri = item.get('URI');
    return uri && !/^(VPC_|VIRTUAL_HOST)/.test(stringOf(item.get('Type')) ?? '')
      ? [arnOf(scope.template, uri, scope.formats)]
      : [];
  });
}

function hasNetwork(properties: MapNode): boolean {
  return accessOf(properties).some((item) => (stringOf(item.get('Type')) ?? '').startsWith('VPC_'));
}

function hasConnector(fn: Resource): boolean {
  if (fn.node.has('Connectors')) return true;
  return fn.template
    .resources('AWS::Serverless::Connector')
    .some((connector) => stringOf(connector.property('Source', 'Id')) === fn.id);
}
