import { beforeAll, describe, expect, test } from 'vitest';
import { prepareIamFacts, iamFacts } from '../../../../rules/shared/iam-facts.js';
import { Grants, type Question, type Verdict } from '../../../../core/template/iam/grants.js';
import { type RoleRef, rolesOf } from '../../../../core/template/iam/roles.js';
import type { Template } from '../../../../core/template/template.js';
import { guardsOf, need, targetOf, withResources } from './iam-template.js';

beforeAll(prepareIamFacts);

interface Case {
  readonly name: string;
  readonly resources: string;
  readonly sam: boolean;
  /** `sqs:SendMessage on Dlq`, `sqs:SendMessage on Dlq when IsProd`. */
  readonly asked: string;
  readonly expected: string;
}

/** A row of a table: the name, what is granted, what is asked, the answer (with the doubt or the kind of the grant). */
type Row = readonly [name: string, granted: string, asked: string, expected: string];

const fn = '\nFn: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Role.Arn}}\n';
const document = (statement: string): string => `{Version: '2012-10-17', Statement: ${statement}}`;
const inRole = (statement: string): string =>
  roleWith(`Policies: [{PolicyName: p, PolicyDocument: ${document(statement)}}]`);
const roleWith = (properties: string): string => `Role: {Type: AWS::IAM::Role, Properties: {${properties}}}${fn}`;
const samFn = (properties: string): string => `Fn: {Type: AWS::Serverless::Function, Properties: {${properties}}}\n`;

/** A list with one item, which another one takes the place of outside of production. */
function only(then: string, otherwise = '!Ref AWS::NoValue'): string {
  return `[!If [IsProd, ${then}, ${otherwise}]]`;
}

function table(rows: readonly Row[], write: (granted: string) => string, sam = false): readonly Case[] {
  return rows.map(([name, granted, asked, expected]) => ({ name, resources: write(granted), sam, asked, expected }));
}

function questionOf(template: Template, asked: string): Question {
  const [, action = '', target = '', guards] = /^(\S+) on (\S+)(?: when (.+))?$/.exec(asked) ?? [];
  return { action, target: targetOf(template, target), guards: guardsOf(guards) };
}

function short(verdict: Verdict): string {
  const detail = verdict.answer === 'yes' ? verdict.grantedBy?.kind : verdict.doubt;
  return detail === undefined ? verdict.answer : `${verdict.answer} ${detail}`;
}

async function judge({ resources, sam, asked }: Omit<Case, 'name' | 'expected'>): Promise<string> {
  const template = await withResources(resources, sam ? 'AWS::Serverless-2016-10-31' : '');
  const [first] = rolesOf(template, need(template, 'Fn'));
  if (!first) throw new Error('no role');
  return short(new Grants(template, iamFacts()).allows(first.role, questionOf(template, asked)));
}

function hold(cases: readonly Case[]): void {
  test.each(cases)('$name: $asked -> $expected', async ({ expected, ...rest }) => {
    expect(await judge(rest)).toBe(expected);
  });
}

const send = 'sqs:SendMessage on Dlq';
const all = "Resource: '*'";
const onDlq = 'Resource: !GetAtt Dlq.Arn';

describe('actions of a statement', () => {
  // One row a line reads as a table.
  // prettier-ignore
  hold(
    table(
      [
        ['the action itself', `{Effect: Allow, Action: sqs:SendMessage, ${onDlq}}`, send, 'yes inline'],
        ['a list', `[{Effect: Allow, Action: [sqs:GetQueueUrl, sqs:SendMessage], ${onDlq}}]`, send, 'yes inline'],
        ['without regard to case', `{Effect: Allow, Action: SQS:sendmessage, ${onDlq}}`, send, 'yes inline'],
        ['a wildcard at the end', `{Effect: Allow, Action: 'sqs:Send*', ${onDlq}}`, send, 'yes inline'],
        ['a wildcard inside', `{Effect: Allow, Action: 'sqs:*Message', ${onDlq}}`, send, 'yes inline'],
        ['a question mark', `{Effect: Allow, Action: 'sqs:SendMessag?', ${onDlq}}`, send, 'yes inline'],
        ['the whole service', `{Effect: Allow, Action: 'sqs:*', ${onDlq}}`, send, 'yes inline'],
        ['everything', `{Effect: Allow, Action: '*', ${all}}`, send, 'yes inline'],
        ['another action', `{Effect: Allow, Action: sqs:ReceiveMessage, ${onDlq}}`, send, 'no'],
        ['an action that only begins alike', `{Effect: Allow, Action: sqs:Send, ${onDlq}}`, send, 'no'],
        ['another service', `{Effect: Allow, Action: 'sns:*', ${all}}`, send, 'no'],
        ['NotAction without it', `{Effect: Allow, NotAction: 'iam:*', ${all}}`, send, 'yes inline'],
        ['NotAction with it', `{Effect: Allow, NotAction: ['iam:*', 'sqs:Send*'], ${all}}`, send, 'no'],
        ['a parameter', `{Effect: Allow, Action: !Ref Action, ${onDlq}}`, send, 'unknown action'],
        ['a service and a parameter', `{Effect: Allow, Action: !Sub 'sns:\${Action}', ${onDlq}}`, send, 'no'],
      ],
      inRole,
    ),
  );
});

describe('resources of a statement', () => {
  // One row a line reads as a table.
  // prettier-ignore
  hold(
    table(
      [
        ['everything', `{Effect: Allow, Action: sqs:SendMessage, ${all}}`, send, 'yes inline'],
        ['another queue', '{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Source.Arn}', send, 'no'],
        ['several', '{Effect: Allow, Action: sqs:SendMessage, Resource: [!GetAtt Source.Arn, !GetAtt Dlq.Arn]}', send, 'yes inline'],
        ['Fn::Sub of the attribute', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub '${Dlq.Arn}'}", send, 'yes inline'],
        ['Fn::Sub with a map', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub ['${Q}', {Q: !GetAtt Dlq.Arn}]}", send, 'yes inline'],
        ['Fn::Join', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Join [':', [arn, !Ref AWS::Partition, sqs, !Ref AWS::Region, !Ref AWS::AccountId, !GetAtt Dlq.QueueName]]}", send, 'yes inline'],
        ['the name of the queue in an ARN', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Dlq.QueueName}'}", send, 'yes inline'],
        ['the URL of the queue', '{Effect: Allow, Action: sqs:SendMessage, Resource: !Ref Dlq}', send, 'no'],
        ['a literal name', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders'}", 'sqs:SendMessage on Orders', 'yes inline'],
        ['a literal name of another queue', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:payments'}", 'sqs:SendMessage on Orders', 'no'],
        ['a name from a mapping', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub ['arn:aws:sqs:*:*:${N}', {N: !FindInMap [Names, prod, queue]}]}", 'sqs:SendMessage on Orders', 'yes inline'],
        ['a pattern of the name', "{Effect: Allow, Action: sqs:SendMessage, Resource: 'arn:aws:sqs:*:*:ord*'}", 'sqs:SendMessage on Orders', 'yes inline'],
        ['a pattern of another name', "{Effect: Allow, Action: sqs:SendMessage, Resource: 'arn:aws:sqs:*:*:pay*'}", 'sqs:SendMessage on Orders', 'no'],
        ['a name with a parameter', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:queue-${Env}'}", 'sqs:SendMessage on EnvQueue', 'yes inline'],
        ['another name with the same parameter', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:topic-${Env}'}", 'sqs:SendMessage on EnvQueue', 'no'],
        ['a pattern of generated names', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws:sqs:*:*:${AWS::StackName}-*'}", send, 'yes inline'],
        ['a pattern of other generated names', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws:sqs:*:*:${AWS::StackName}-Source-*'}", send, 'no'],
        ['a literal region', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws:sqs:eu-west-1:${AWS::AccountId}:orders'}", 'sqs:SendMessage on Orders', 'unknown arn'],
        ['a literal account', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws:sqs:${AWS::Region}:123456789012:orders'}", 'sqs:SendMessage on Orders', 'unknown arn'],
        ['a literal account and another name', "{Effect: Allow, Action: sqs:SendMessage, Resource: 'arn:aws:sqs:eu-west-1:123456789012:payments'}", 'sqs:SendMessage on Orders', 'no'],
        ['the same literal ARN', "{Effect: Allow, Action: sqs:SendMessage, Resource: 'arn:aws:sqs:eu-west-1:123456789012:q'}", 'sqs:SendMessage on arn:aws:sqs:eu-west-1:123456789012:q', 'yes inline'],
        ['a partition by reference', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders'}", 'sqs:SendMessage on Orders', 'yes inline'],
        ['another partition', "{Effect: Allow, Action: sqs:SendMessage, Resource: !Sub 'arn:aws-cn:sqs:${AWS::Region}:${AWS::AccountId}:orders'}", 'sqs:SendMessage on Orders', 'unknown arn'],
        ['a parameter', '{Effect: Allow, Action: sqs:SendMessage, Resource: !Ref QueueArn}', send, 'unknown arn'],
        ['a parameter in the ARN of another service', "{Effect: Allow, Action: 'sqs:*', Resource: !Sub 'arn:aws:sns:*:*:${QueueArn}'}", send, 'no'],
        ['an import', '{Effect: Allow, Action: sqs:SendMessage, Resource: !ImportValue queue}', send, 'unknown arn'],
        ['a policy variable', "{Effect: Allow, Action: sqs:SendMessage, Resource: 'arn:aws:sqs:*:*:${aws:PrincipalTag/queue}'}", send, 'unknown arn'],
        ['NotResource of another queue', '{Effect: Allow, Action: sqs:SendMessage, NotResource: !GetAtt Source.Arn}', send, 'yes inline'],
        ['NotResource of the queue', '{Effect: Allow, Action: sqs:SendMessage, NotResource: !GetAtt Dlq.Arn}', send, 'no'],
        ['the objects of a bucket', "{Effect: Allow, Action: s3:PutObject, Resource: !Sub '${Bucket.Arn}/*'}", 's3:PutObject on Bucket/*', 'yes inline'],
        ['the objects of a bucket by its name', "{Effect: Allow, Action: s3:PutObject, Resource: !Sub 'arn:aws:s3:::${Bucket}/*'}", 's3:PutObject on Bucket/*', 'yes inline'],
        ['only a prefix of a bucket', "{Effect: Allow, Action: s3:PutObject, Resource: !Sub '${Bucket.Arn}/in/*'}", 's3:PutObject on Bucket/*', 'no'],
        ['only the bucket', '{Effect: Allow, Action: s3:PutObject, Resource: !GetAtt Bucket.Arn}', 's3:PutObject on Bucket/*', 'no'],
        ['a stream by its table', "{Effect: Allow, Action: dynamodb:GetRecords, Resource: !Sub '${Table.Arn}/stream/*'}", 'dynamodb:GetRecords on Table.StreamArn', 'yes inline'],
        ['the table instead of the stream', '{Effect: Allow, Action: dynamodb:GetRecords, Resource: !GetAtt Table.Arn}', 'dynamodb:GetRecords on Table.StreamArn', 'no'],
        ['an event bus by its name', "{Effect: Allow, Action: events:PutEvents, Resource: !Sub 'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/orders'}", 'events:PutEvents on Bus', 'yes inline'],
        ['a function and its versions', "{Effect: Allow, Action: lambda:InvokeFunction, Resource: !Sub '${Other.Arn}:*'}", 'lambda:InvokeFunction on Other:live', 'yes inline'],
        ['a function without its versions', '{Effect: Allow, Action: lambda:InvokeFunction, Resource: !GetAtt Other.Arn}', 'lambda:InvokeFunction on Other:live', 'no'],
        ['no resource needed and none named', `{Effect: Allow, Action: 'ec2:*', ${all}}`, 'ec2:CreateNetworkInterface on *', 'yes inline'],
        ['no resource needed, but one named', "{Effect: Allow, Action: 'ec2:*', Resource: 'arn:aws:ec2:*:*:*'}", 'ec2:CreateNetworkInterface on *', 'no'],
        ['no resource needed, some excluded', "{Effect: Allow, Action: 'ec2:*', NotResource: 'arn:aws:ec2:*:*:subnet/*'}", 'ec2:CreateNetworkInterface on *', 'unknown arn'],
      ],
      inRole,
    ),
  );
});

describe('conditions and denials', () => {
  const allow = `{Effect: Allow, Action: sqs:SendMessage, ${onDlq}}`;
  // One row a line reads as a table.
  // prettier-ignore
  hold(
    table(
      [
        ['an IAM condition', `{Effect: Allow, Action: sqs:SendMessage, ${onDlq}, Condition: {StringEquals: {'aws:PrincipalOrgID': o-1}}}`, send, 'unknown iam-condition'],
        ['a condition that never holds for Lambda', `{Effect: Allow, Action: sqs:SendMessage, ${onDlq}, Condition: {Bool: {'aws:ViaAWSService': true}}}`, send, 'no'],
        ['a condition that always holds for Lambda', `{Effect: Allow, Action: sqs:SendMessage, ${onDlq}, Condition: {Bool: {'aws:viaawsservice': 'false'}}}`, send, 'yes inline'],
        ['a condition of which a part never holds', `{Effect: Allow, Action: sqs:SendMessage, ${onDlq}, Condition: {StringEquals: {'aws:PrincipalOrgID': o-1}, ArnLike: {'lambda:SourceFunctionArn': x}}}`, send, 'no'],
        ['a condition of which a part always holds', `{Effect: Allow, Action: sqs:SendMessage, ${onDlq}, Condition: {StringEquals: {'aws:PrincipalOrgID': o-1}, ArnNotLike: {'lambda:SourceFunctionArn': x}}}`, send, 'unknown iam-condition'],
        ['a denial for the code of the function', `[${allow}, {Effect: Deny, Action: 'sqs:*', ${all}, Condition: {ArnEquals: {'lambda:SourceFunctionArn': !GetAtt Other.Arn}}}]`, send, 'yes inline'],
        ['a denial for all but the code of the function', `[${allow}, {Effect: Deny, Action: 'sqs:*', ${all}, Condition: {'Null': {'lambda:SourceFunctionArn': true}}}]`, send, 'no deny'],
        ['a key that other services get', `{Effect: Allow, Action: 'xray:*', ${all}, Condition: {ArnLike: {'lambda:SourceFunctionArn': x}}}`, 'xray:PutTraceSegments on *', 'unknown iam-condition'],
        ['an empty IAM condition', `{Effect: Allow, Action: sqs:SendMessage, ${onDlq}, Condition: {}}`, send, 'yes inline'],
        ['a denial', `[${allow}, {Effect: Deny, Action: 'sqs:*', ${all}}]`, send, 'no deny'],
        ['a denial of another queue', `[${allow}, {Effect: Deny, Action: 'sqs:*', Resource: !GetAtt Source.Arn}]`, send, 'yes inline'],
        ['a denial of another action', `[${allow}, {Effect: Deny, Action: sqs:DeleteQueue, ${all}}]`, send, 'yes inline'],
        ['a denial under an IAM condition', `[${allow}, {Effect: Deny, Action: 'sqs:*', ${all}, Condition: {Bool: {'aws:SecureTransport': false}}}]`, send, 'unknown deny'],
        ['a denial of all but another queue', `[${allow}, {Effect: Deny, Action: 'sqs:*', NotResource: !GetAtt Source.Arn}]`, send, 'no deny'],
        ['a denial that another condition guards', `[${allow}, !If [IsDev, {Effect: Deny, Action: 'sqs:*', ${all}}, !Ref AWS::NoValue]]`, `${send} when IsProd`, 'yes inline'],
        ['a denial that may be there', `[${allow}, !If [IsDev, {Effect: Deny, Action: 'sqs:*', ${all}}, !Ref AWS::NoValue]]`, send, 'unknown deny'],
        ['a denial of a part of the target', "[{Effect: Allow, Action: 's3:*', Resource: '*'}, {Effect: Deny, Action: 's3:*', Resource: !Sub '${Bucket.Arn}/secret/*'}]", 's3:PutObject on Bucket/*', 'unknown deny'],
        ['a denial alone', `{Effect: Deny, Action: 'sns:*', ${all}}`, send, 'no'],
        ['a statement under Fn::If', only(allow), send, 'unknown template-condition'],
        ['a statement under the same Fn::If', only(allow), `${send} when IsProd`, 'yes inline'],
        ['a statement under the opposite Fn::If', only(allow), `${send} when IsDev`, 'no'],
        ['a condition that follows from another', only(allow), `${send} when !IsDev`, 'yes inline'],
        ['both branches', only(allow, `{Effect: Allow, Action: 'sqs:*', ${all}}`), send, 'yes inline'],
        ['both branches, one without', only(allow, `{Effect: Allow, Action: 'sns:*', ${all}}`), send, 'unknown template-condition'],
        ['a resource under Fn::If', '{Effect: Allow, Action: sqs:SendMessage, Resource: !If [IsProd, !GetAtt Dlq.Arn, !GetAtt Source.Arn]}', `${send} when IsProd`, 'yes inline'],
        ['the other resource under Fn::If', '{Effect: Allow, Action: sqs:SendMessage, Resource: [!If [IsProd, !GetAtt Dlq.Arn, !GetAtt Source.Arn]]}', `${send} when IsDev`, 'no'],
        ['an action under Fn::If', `{Effect: Allow, Action: [!If [IsProd, sqs:SendMessage, sqs:GetQueueUrl]], ${onDlq}}`, `${send} when IsDev`, 'no'],
        ['statements under Fn::If as a whole', `!If [IsProd, [${allow}], []]`, `${send} when IsProd`, 'yes inline'],
        ['a statement that is not written out', '[!Ref Action]', send, 'unknown document'],
        ['a statement without Resource', '{Effect: Allow, Action: sqs:SendMessage}', send, 'unknown document'],
        ['a macro in a statement', "[{'Fn::Transform': {Name: X}}]", send, 'unknown document'],
      ],
      inRole,
    ),
  );
});

const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

describe('policies of a role', () => {
  const attached = (type: string, properties: string): string =>
    `${roleWith('RoleName: worker')}\nP: {Type: AWS::IAM::${type}, Properties: {${properties}, PolicyDocument: ${document(`[{Effect: Allow, Action: sqs:SendMessage, ${onDlq}}]`)}}}`;
  const bounded = (boundary: string): string =>
    roleWith(
      `PermissionsBoundary: ${boundary}, Policies: [{PolicyName: p, PolicyDocument: ${document(`{Effect: Allow, Action: 'sqs:*', ${all}}`)}}]`,
    );
  const receive = 'sqs:ReceiveMessage on Source';
  // One row a line reads as a table.
  // prettier-ignore
  hold(
    table(
      [
        ['no policy at all', roleWith('Path: /'), send, 'no'],
        ['a managed policy of AWS', roleWith('ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole]'), receive, 'yes managed'],
        ['a managed policy that has not the action', roleWith('ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole]'), send, 'no'],
        ['in any partition', roleWith("ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole']"), receive, 'yes managed'],
        ['in the partition of China', roleWith('ManagedPolicyArns: [arn:aws-cn:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole]'), receive, 'yes managed'],
        ['by Fn::Join', roleWith("ManagedPolicyArns: [!Join ['', ['arn:', !Ref AWS::Partition, ':iam::aws:policy/AmazonSQSFullAccess']]]"), send, 'yes managed'],
        ['AdministratorAccess', roleWith('ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]'), send, 'yes managed'],
        ['PowerUserAccess, by NotAction', roleWith('ManagedPolicyArns: [arn:aws:iam::aws:policy/PowerUserAccess]'), send, 'yes managed'],
        ['a managed policy that is not in the facts', roleWith('ManagedPolicyArns: [arn:aws:iam::aws:policy/NewAndUnknown]'), send, 'unknown managed-policy'],
        ['a managed policy by parameter', roleWith('ManagedPolicyArns: [!Ref PolicyArn]'), send, 'unknown managed-policy'],
        ['all managed policies by parameter', roleWith('ManagedPolicyArns: !Ref PolicyArn'), send, 'unknown managed-policy'],
        ['a managed policy of the account', roleWith('ManagedPolicyArns: [arn:aws:iam::123456789012:policy/x]'), send, 'unknown managed-policy'],
        ['a managed policy under Fn::If', roleWith('ManagedPolicyArns: [!If [IsProd, arn:aws:iam::aws:policy/AmazonSQSFullAccess, !Ref AWS::NoValue]]'), `${send} when IsProd`, 'yes managed'],
        ['a policy by parameter beside a grant', roleWith(`ManagedPolicyArns: [!Ref PolicyArn], Policies: [{PolicyName: p, PolicyDocument: ${document(`{Effect: Allow, Action: 'sqs:*', ${all}}`)}}]`), send, 'yes inline'],
        ['a ManagedPolicy that the role lists', `${roleWith('ManagedPolicyArns: [!Ref P]')}\nP: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: ${document(`[{Effect: Allow, Action: sqs:SendMessage, ${onDlq}}]`)}}}`, send, 'yes managed'],
        ['a document by parameter', roleWith('Policies: [{PolicyName: p, PolicyDocument: !Ref Action}]'), send, 'unknown document'],
        ['a policy by parameter', roleWith('Policies: [!Ref Action]'), send, 'unknown document'],
        ['a policy under Fn::If', roleWith(`Policies: [!If [IsProd, {PolicyName: p, PolicyDocument: ${document(`{Effect: Allow, Action: 'sqs:*', ${all}}`)}}, !Ref AWS::NoValue]]`), `${send} when IsDev`, 'no'],
        ['a macro in the role', roleWith("'Fn::Transform': {Name: AddPolicies}"), send, 'unknown macro'],
        ['AWS::IAM::Policy', attached('Policy', 'PolicyName: p, Roles: [!Ref Role]'), send, 'yes policy'],
        ['AWS::IAM::Policy by the name of the role', attached('Policy', 'PolicyName: p, Roles: [worker]'), send, 'yes policy'],
        ['AWS::IAM::Policy of another role', attached('Policy', 'PolicyName: p, Roles: [other]'), send, 'no'],
        ['AWS::IAM::RolePolicy', attached('RolePolicy', 'PolicyName: p, RoleName: !Ref Role'), send, 'yes policy'],
        ['AWS::IAM::ManagedPolicy with Roles', attached('ManagedPolicy', 'Roles: [!Ref Role]'), send, 'yes policy'],
        ['Roles under Fn::If', attached('Policy', 'PolicyName: p, Roles: [!If [IsProd, !Ref Role, !Ref AWS::NoValue]]'), `${send} when IsDev`, 'no'],
        ['a policy with a Condition', `${attached('Policy', 'PolicyName: p, Roles: [!Ref Role]').trimEnd().slice(0, -1)}, Condition: IsProd}`, send, 'unknown template-condition'],
        ['a policy with the Condition that is asked for', `${attached('Policy', 'PolicyName: p, Roles: [!Ref Role]').trimEnd().slice(0, -1)}, Condition: IsProd}`, `${send} when IsProd`, 'yes policy'],
        ['a grant in the role before one beside it', `${inRole(`{Effect: Allow, Action: 'sqs:*', ${all}}`)}\nP: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref Role], PolicyDocument: ${document(`{Effect: Allow, Action: 'sqs:*', ${all}}`)}}}`, send, 'yes inline'],
        ['a denial beside the role', `${inRole(`{Effect: Allow, Action: 'sqs:*', ${all}}`)}\nP: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref Role], PolicyDocument: ${document(`{Effect: Deny, Action: 'sqs:*', ${all}}`)}}}`, send, 'no deny'],
        ['a boundary that allows everything', bounded('arn:aws:iam::aws:policy/AdministratorAccess'), send, 'yes inline'],
        ['a boundary that allows something else', bounded(basic), send, 'unknown boundary'],
        ['a boundary by parameter', bounded('!Ref PolicyArn'), send, 'unknown boundary'],
        ['a boundary does not make a grant', roleWith('PermissionsBoundary: !Ref PolicyArn'), send, 'no'],
        ['a nested stack that knows the name of the role', `${roleWith('Path: /')}\nNested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x, Parameters: {Role: !Ref Role}}}`, send, 'unknown outside'],
        ['a nested stack that knows the ARN of the role', `${roleWith('Path: /')}\nNested: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x, Parameters: {Role: !GetAtt Role.Arn}}}`, send, 'no'],
        ['a queue policy that names the role', `${roleWith('Path: /')}\nP: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Dlq], PolicyDocument: ${document(`{Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: 'sqs:*', ${onDlq}}`)}}}`, send, 'unknown resource-policy'],
        ['a queue policy for a service', `${roleWith('Path: /')}\nP: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Dlq], PolicyDocument: ${document(`{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: 'sqs:*', ${onDlq}}`)}}}`, send, 'no'],
        ['a queue policy for anybody', `${roleWith('Path: /')}\nP: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Dlq], PolicyDocument: ${document(`{Effect: Allow, Principal: '*', Action: 'sqs:*', ${onDlq}}`)}}}`, send, 'unknown resource-policy'],
        ['a queue policy under a condition', `${roleWith('Path: /')}\nP: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Dlq], PolicyDocument: ${document(`{Effect: Allow, Principal: '*', Action: 'sqs:*', ${onDlq}, Condition: {ArnEquals: {'aws:SourceArn': x}}}`)}}}`, send, 'no'],
        ['a bus policy by its statement', `${roleWith('Path: /')}\nP: {Type: AWS::Events::EventBusPolicy, Properties: {StatementId: s, EventBusName: orders, Statement: {Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: events:PutEvents, Resource: !GetAtt Bus.Arn}}}`, 'events:PutEvents on Bus', 'unknown resource-policy'],
        ['a role from outside', 'Fn: {Type: AWS::Lambda::Function, Properties: {Role: !ImportValue role}}', send, 'unknown outside'],
      ],
      (resources) => resources,
    ),
  );
});

describe('SAM', () => {
  // One row a line reads as a table.
  // prettier-ignore
  hold(
    table(
      [
        ['nothing', 'Handler: x', send, 'no'],
        ['logs always', 'Handler: x', 'logs:PutLogEvents on *', 'yes sam'],
        ['a managed policy by name', 'Policies: AmazonSQSFullAccess', send, 'yes sam'],
        ['a managed policy by ARN', 'Policies: [arn:aws:iam::aws:policy/AmazonSQSFullAccess]', send, 'yes sam'],
        ['a managed policy by an unknown name', 'Policies: [MyOwnPolicy]', send, 'unknown managed-policy'],
        ['a policy template', 'Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Dlq.QueueName}}]', send, 'yes sam'],
        ['a policy template of another queue', 'Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Source.QueueName}}]', send, 'no'],
        ['a policy template under Fn::If', 'Policies: [!If [IsProd, {SQSSendMessagePolicy: {QueueName: !GetAtt Dlq.QueueName}}, !Ref AWS::NoValue]]', `${send} when IsProd`, 'yes sam'],
        ['a policy template with a parameter', 'Policies: [{SQSSendMessagePolicy: {QueueName: !Ref Env}}]', send, 'unknown arn'],
        ['S3 by a policy template', 'Policies: [{S3WritePolicy: {BucketName: !Ref Bucket}}]', 's3:PutObject on Bucket/*', 'yes sam'],
        ['a policy template without a parameter', 'Policies: [{VPCAccessPolicy: {}}]', 'ec2:CreateNetworkInterface on *', 'yes sam'],
        ['an unknown policy template', 'Policies: [{TeleportPolicy: {}}]', send, 'unknown document'],
        ['a document', `Policies: [{Statement: [{Effect: Allow, Action: sqs:SendMessage, ${onDlq}}]}]`, send, 'yes sam'],
        ['a document alone', `Policies: {Version: '2012-10-17', Statement: {Effect: Allow, Action: sqs:SendMessage, ${onDlq}}}`, send, 'yes sam'],
        ['a network', 'VpcConfig: {SubnetIds: [s]}', 'ec2:CreateNetworkInterface on *', 'yes sam'],
        ['tracing', 'Tracing: Active', 'xray:PutTraceSegments on *', 'yes sam'],
        ['no tracing', 'Tracing: Disabled', 'xray:PutTraceSegments on *', 'no'],
        ['tracing by parameter', 'Tracing: !Ref Env', 'xray:PutTraceSegments on *', 'unknown template-condition'],
        ['a dead-letter queue', 'DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dlq.Arn}', send, 'yes sam'],
        ['a dead-letter topic is no queue', 'DeadLetterQueue: {Type: SNS, TargetArn: !Ref Topic}', send, 'no'],
        ['a destination', 'EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Dlq.Arn}}}', send, 'yes sam'],
        ['a destination in S3', 'EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: S3Bucket, Destination: !GetAtt Bucket.Arn}}}', 's3:PutObject on Bucket/*', 'yes sam'],
        ['a destination without Type', 'EventInvokeConfig: {DestinationConfig: {OnFailure: {Destination: !GetAtt Dlq.Arn}}}', send, 'no'],
        ['an event source', 'Events: {E: {Type: SQS, Properties: {Queue: !GetAtt Source.Arn}}}', 'sqs:ReceiveMessage on Source', 'yes sam'],
        ['a stream', 'Events: {E: {Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn}}}', 'dynamodb:GetRecords on Table.StreamArn', 'yes sam'],
        ['failures of a stream', 'Events: {E: {Type: DynamoDB, Properties: {Stream: s, DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Dlq.Arn}}}}}', send, 'yes sam'],
        ['failures of a stream without Type', 'Events: {E: {Type: DynamoDB, Properties: {Stream: s, DestinationConfig: {OnFailure: {Destination: !GetAtt Dlq.Arn}}}}}', send, 'no'],
        ['a broker', 'Events: {E: {Type: MQ, Properties: {Broker: b, SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: arn:aws:secretsmanager:x:1:secret:s}]}}}', 'secretsmanager:GetSecretValue on arn:aws:secretsmanager:x:1:secret:s', 'yes sam'],
        ['an event that needs nothing', 'Events: {E: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}', 'sqs:ReceiveMessage on Source', 'no'],
        ['a boundary', 'Policies: AmazonSQSFullAccess, PermissionsBoundary: !Ref PolicyArn', send, 'unknown boundary'],
      ],
      samFn,
      true,
    ),
  );

  // prettier-ignore
  hold([
    {
      name: 'a policy that attaches itself to the role of SAM',
      resources: `${samFn('Handler: x')}P: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref FnRole], PolicyDocument: ${document(`{Effect: Allow, Action: 'sqs:*', ${all}}`)}}}`,
      sam: true,
      asked: send,
      expected: 'yes policy',
    },
    {
      name: 'nothing of SAM where there is a Role',
      resources: 'Role: {Type: AWS::IAM::Role}\nFn: {Type: AWS::Serverless::Function, Properties: {Role: !GetAtt Role.Arn, DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dlq.Arn}}}',
      sam: true,
      asked: send,
      expected: 'no',
    },
    {
      name: 'a connector',
      resources: `${samFn('Handler: x')}C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Fn}, Destination: {Id: Dlq}, Permissions: [Write]}}`,
      sam: true,
      asked: send,
      expected: 'unknown document',
    },
  ]);
});

describe('a role of several functions', () => {
  test('gives the same answer to each', async () => {
    const template = await withResources(
      `${inRole(`{Effect: Allow, Action: 'sqs:*', ${onDlq}}`)}Second: {Type: AWS::Lambda::Function, Properties: {Role: !Sub '\${Role.Arn}'}}`,
    );
    const grants = new Grants(template, iamFacts());
    const answers = ['Fn', 'Second'].map((id) =>
      rolesOf(template, need(template, id)).map(({ role }) => grants.allows(role, questionOf(template, send)).answer),
    );
    expect(answers).toEqual([['yes'], ['yes']]);
  });
});

function policy(id: string): string {
  const allowing = document(`{Effect: Allow, Action: 'sqs:*', ${all}}`);
  return `${id}: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref Role], PolicyDocument: ${allowing}}}\n`;
}

async function policiesFor(resources: string): Promise<readonly string[]> {
  const template = await withResources(resources);
  const role: RoleRef = { kind: 'resource', resource: need(template, 'Role') };
  return new Grants(template, iamFacts()).grantingPolicies(role, questionOf(template, send)).map(({ id }) => id);
}

describe('grantingPolicies', () => {
  test('names all policies beside the role', async () => {
    expect(await policiesFor(roleWith('Path: /') + policy('P') + policy('Q'))).toEqual(['P', 'Q']);
  });

  test('is empty where the role grants it itself', async () => {
    expect(await policiesFor(inRole(`{Effect: Allow, Action: 'sqs:*', ${all}}`) + policy('P'))).toEqual([]);
  });

  test('is empty where the role may grant it itself', async () => {
    expect(await policiesFor(roleWith('ManagedPolicyArns: [!Ref PolicyArn]') + policy('P'))).toEqual([]);
  });
});

describe('a template that is not all that is deployed', () => {
  test('says no for certain only without macros', async () => {
    const template = await withResources(roleWith('Path: /'), 'MyMacro');
    const role: RoleRef = { kind: 'resource', resource: need(template, 'Role') };
    expect(short(new Grants(template, iamFacts()).allows(role, questionOf(template, send)))).toBe('unknown macro');
  });
});
