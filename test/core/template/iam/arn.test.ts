import { beforeAll, describe, expect, test } from 'vitest';
import { iamFacts, prepareIamFacts } from '../../../../rules/shared/iam-facts.js';
import { arnOf, nameOf, resourceArn } from '../../../../core/template/iam/arn-of.js';
import { describeArn, literalOf, serviceOf } from '../../../../core/template/iam/arn.js';
import type { TemplateNode } from '../../../../core/template/node.js';
import type { Template } from '../../../../core/template/template.js';
import { need, withResources } from './iam-template.js';

beforeAll(prepareIamFacts);

function valueOf(template: Template): TemplateNode {
  const node = need(template, 'X').property('Value');
  if (!node) throw new Error('no value');
  return node;
}

async function read(spelt: string, resources = ''): Promise<string> {
  const template = await withResources(
    `${resources}\nX: {Type: AWS::SNS::Topic, Properties: {Value: ${spelt}}}`,
    'AWS::Serverless-2016-10-31',
  );
  return describeArn(arnOf(template, valueOf(template), iamFacts()));
}

describe('arnOf', () => {
  const fn = 'Fn: {Type: AWS::Lambda::Function, Properties: {FunctionName: worker}}';

  test.each([
    ['arn:aws:sqs:*:1:q', 'arn:aws:sqs:*:1:q'],
    ['!Ref Env', '${Env}'],
    ['!Ref Topic', 'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-Topic-${Topic name}'],
    ['!GetAtt Topic.TopicArn', 'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-Topic-${Topic name}'],
    ['!GetAtt Topic.TopicName', '${AWS::StackName}-Topic-${Topic name}'],
    ['!GetAtt Orders.Arn', 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders'],
    ['!Ref Orders', 'https://${Orders URL}'],
    ['!Ref Bus', 'orders'],
    ['!Ref Bucket', '${lower-case AWS::StackName}-bucket-${Bucket name}'],
    [
      '!GetAtt Table.StreamArn',
      'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${AWS::StackName}-Table-${Table name}/stream/${Table stream}',
    ],
    ['!GetAtt Unknown.Arn', '${Unknown.Arn}'],
    ["!Sub '${Orders.Arn}/x'", 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders/x'],
    ["!Sub ['${A}-${Env}', {A: !Ref Bus}]", 'orders-${Env}'],
    ["!Sub '${!aws:username}'", '${aws:username}'],
    ["!Join ['/', [!GetAtt Bucket.Arn, '*']]", 'arn:aws:s3:::${lower-case AWS::StackName}-bucket-${Bucket name}/*'],
    ["!Join ['/', !Ref Env]", '${{"Fn::Join":["/",{"Ref":"Env"}]}}'],
    ['!ImportValue queue', '${{"Fn::ImportValue":"queue"}}'],
    ['!FindInMap [Names, prod, queue]', 'orders'],
    ['!If [IsProd, a, b]', '${{"Fn::If":["IsProd","a","b"]}}'],
  ])('%s', async (spelt, expected) => {
    expect(await read(spelt)).toBe(expected);
  });

  test.each([
    [
      '!Ref L',
      `${fn}\nL: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Fn, Name: live}}`,
      'function:worker:live',
    ],
    [
      '!Ref V',
      `${fn}\nV: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt Fn.Arn}}`,
      'function:worker:${V id}',
    ],
    [
      '!Ref S.Alias',
      'S: {Type: AWS::Serverless::Function, Properties: {FunctionName: worker, AutoPublishAlias: live}}',
      'function:worker:live',
    ],
    [
      '!Ref SAliaslive',
      'S: {Type: AWS::Serverless::Function, Properties: {FunctionName: worker, AutoPublishAlias: live}}',
      'function:worker:live',
    ],
    [
      "!Sub '${S.Version}'",
      'S: {Type: AWS::Serverless::Function, Properties: {FunctionName: worker}}',
      'function:worker:${S version}',
    ],
  ])('%s of a function', async (spelt, resources, expected) => {
    expect(await read(spelt, resources)).toBe(`arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:${expected}`);
  });

  test('a name that is made of itself ends', async () => {
    expect(
      await read('!GetAtt Loop.Arn', 'Loop: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Loop.QueueName}}'),
    ).toMatch(/^arn:aws:sqs:/);
  });

  test('the resource whose ARN it is', async () => {
    const template = await withResources("X: {Type: AWS::SNS::Topic, Properties: {Value: !Sub '${Dlq.Arn}'}}");
    const one = arnOf(template, valueOf(template), iamFacts());
    expect(one.owner).toBe('Dlq');
    expect(one.key).toBe(resourceArn(template, need(template, 'Dlq'), iamFacts()).key);
    expect(serviceOf(one)).toBe('sqs');
  });

  test('roles and functions are known without facts', async () => {
    const template = await withResources(
      'Role: {Type: AWS::IAM::Role, Properties: {Path: /service/, RoleName: worker}}',
    );
    expect(describeArn(resourceArn(template, need(template, 'Role')))).toBe(
      'arn:aws:iam::${AWS::AccountId}:role/service/worker',
    );
    expect(literalOf(nameOf(template, need(template, 'Role')))).toBe('worker');
  });
});
