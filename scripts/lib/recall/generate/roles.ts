import type { Value } from '../../../../core/template/node.js';
import type { Body, NeedKind } from './needs.js';

/** What a role form makes: the resources that grant, and how the function and what is refused have to look. */
export interface Granting {
  readonly resources: Body;
  /** Properties of the function. */
  readonly fn: Body;
  /** What must be there before that which is refused. */
  readonly dependsOn?: string;
  readonly functionType?: 'AWS::Serverless::Function';
  /** The need and its target are there only under this condition. */
  readonly condition?: string;
  /** Two functions have the role and the need. */
  readonly isShared?: boolean;
  /** The target names the function, so that the role cannot name the target. */
  readonly isCircular?: boolean;
}

export interface RoleForm {
  readonly name: string;
  readonly managedOnly?: boolean;
  /** Undefined where the need cannot be met in this way. */
  readonly grant: (statements: readonly Value[], kind: NeedKind) => Granting | undefined;
}

const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
const byRole: Body = { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } };
const noValue: Value = { Ref: 'AWS::NoValue' };
const logs: Value = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: '*',
};

function document(statements: readonly Value[]): Value {
  return { Version: '2012-10-17', Statement: statements };
}

function inline(name: string, statements: readonly Value[]): Value {
  return { PolicyName: name, PolicyDocument: document(statements) };
}

function role(properties: Body): Value {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: document([trust]), ...properties } };
}

function attached(type: string, statements: readonly Value[], properties: Body): Value {
  return { Type: type, Properties: { PolicyDocument: document(statements), ...properties } };
}

const plainRole = role({ ManagedPolicyArns: [basic] });

/** An attached policy: what is refused without it has to wait for it. */
function byPolicy(type: string, properties: Body, statements: readonly Value[]): Granting {
  return {
    resources: { Role: plainRole, Grant: attached(type, statements, properties) },
    fn: byRole,
    dependsOn: 'Grant',
  };
}

const policy = { PolicyName: 'grant', Roles: [{ Ref: 'Role' }] };

export const roleForms: readonly RoleForm[] = [
  {
    name: 'inline',
    grant: (statements) => ({
      resources: { Role: role({ ManagedPolicyArns: [basic], Policies: [inline('grant', statements)] }) },
      fn: byRole,
    }),
  },
  {
    name: 'among other statements',
    grant: (statements) => ({
      resources: { Role: role({ Policies: [inline('logs', [logs]), inline('grant', [logs, ...statements])] }) },
      fn: byRole,
    }),
  },
  {
    name: 'managed policy that names the role',
    grant: (statements) => byPolicy('AWS::IAM::ManagedPolicy', { Roles: [{ Ref: 'Role' }] }, statements),
  },
  {
    name: 'managed policy that the role names',
    grant: (statements) => ({
      resources: {
        Role: role({ ManagedPolicyArns: [basic, { Ref: 'Grant' }] }),
        Grant: attached('AWS::IAM::ManagedPolicy', statements, {}),
      },
      fn: byRole,
    }),
  },
  { name: 'policy', grant: (statements) => byPolicy('AWS::IAM::Policy', policy, statements) },
  {
    name: 'role policy',
    grant: (statements) =>
      byPolicy('AWS::IAM::RolePolicy', { PolicyName: 'grant', RoleName: { Ref: 'Role' } }, statements),
  },
  {
    name: 'managed policy of AWS',
    managedOnly: true,
    grant: (_, { managed }) =>
      managed === undefined
        ? undefined
        : {
            resources: { Role: role({ ManagedPolicyArns: [basic, `arn:aws:iam::aws:policy/${managed}`] }) },
            fn: byRole,
          },
  },
  {
    name: 'managed policy of AWS in any partition, alone',
    managedOnly: true,
    grant: (_, { managed }) =>
      managed === undefined
        ? undefined
        : {
            resources: {
              Role: role({
                ManagedPolicyArns: [{ 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${managed}` }],
              }),
            },
            fn: byRole,
          },
  },
  {
    name: 'shared role',
    grant: (statements) => ({
      resources: { Role: role({ Policies: [inline('grant', statements)] }) },
      fn: byRole,
      isShared: true,
    }),
  },
  {
    name: 'policy under Fn::If',
    grant: (statements) => ({
      resources: {
        Role: role({
          ManagedPolicyArns: [basic],
          Policies: [{ 'Fn::If': ['Wanted', inline('grant', statements), noValue] }],
        }),
      },
      fn: byRole,
      condition: 'Wanted',
    }),
  },
  {
    name: 'statement under Fn::If',
    grant: (statements) => ({
      resources: {
        Role: role({
          Policies: [
            inline('grant', [logs, ...statements.map((each): Value => ({ 'Fn::If': ['Wanted', each, noValue] }))]),
          ],
        }),
      },
      fn: byRole,
      condition: 'Wanted',
    }),
  },
  {
    name: 'role under Fn::If',
    grant: (statements) => ({
      resources: {
        Role: role({ Policies: [inline('grant', statements)] }),
        OtherRole: role({ Policies: [inline('grant', statements)] }),
      },
      fn: {
        Role: { 'Fn::If': ['Wanted', { 'Fn::GetAtt': ['Role', 'Arn'] }, { 'Fn::GetAtt': ['OtherRole', 'Arn'] }] },
      },
    }),
  },
  {
    name: 'policy around a circle',
    grant: (statements, { resource }) =>
      resource && { ...byPolicy('AWS::IAM::Policy', policy, statements), isCircular: true },
  },
  {
    name: 'SAM with a role',
    grant: (statements) => ({
      resources: { Role: role({ ManagedPolicyArns: [basic], Policies: [inline('grant', statements)] }) },
      fn: byRole,
      functionType: 'AWS::Serverless::Function',
    }),
  },
  {
    name: 'SAM policies',
    grant: (statements, { resource }) =>
      resource && {
        resources: {},
        fn: { Policies: ['CloudWatchLambdaInsightsExecutionRolePolicy', document(statements)] },
        functionType: 'AWS::Serverless::Function',
      },
  },
  {
    name: 'SAM policy template',
    managedOnly: true,
    grant: (_, { samTemplate, target }) =>
      samTemplate && {
        resources: {},
        fn: { Policies: [{ [samTemplate[0]]: { [samTemplate[1]]: nameOf(target?.type) } }] },
        functionType: 'AWS::Serverless::Function',
      },
  },
];

function nameOf(type: string | undefined): Value {
  if (type === 'AWS::SQS::Queue') return { 'Fn::GetAtt': ['Target', 'QueueName'] };
  return type === 'AWS::SNS::Topic' ? { 'Fn::GetAtt': ['Target', 'TopicName'] } : { Ref: 'Target' };
}
