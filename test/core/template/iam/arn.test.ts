import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { iamFacts, prepareIamFacts } from '../../../../cfn-fixers/shared/iam-facts.js';
import { arnOf, nameOf, resourceArn } from '../../../../core/template/iam/arn-of.js';
import { type ArnToken, type SymbolicArn, appendText, arnFromText, describeArn, literalOf, opaque, serviceOf, symbolicArn, text } from '../../../../core/template/iam/arn.js';
import { covers } from '../../../../core/template/iam/covers.js';
import type { TemplateNode } from '../../../../core/template/node.js';
import type { Template } from '../../../../core/template/template.js';
import { need, withResources } from './iam-template.js';

beforeAll(prepareIamFacts);

const any = (key: string): ArnToken => opaque(key, 'any');
const word = (key: string): ArnToken => opaque(key, 'word');
const own = (key: string): ArnToken => opaque(key, 'own');

/** `a${p}*`: parameters are in braces, `<x>` is made up by AWS, `[x]` is a region, an account... */
function arn(spelt: string): SymbolicArn {
  const parts = spelt.split(/(\{\w+\}|<\w+>|\[\w+\])/).filter((part) => part !== '');
  return symbolicArn(
    parts.flatMap((part): readonly ArnToken[] => {
      const inner = part.slice(1, -1);
      if (part.startsWith('{')) return [any(inner)];
      if (part.startsWith('<')) return [own(inner)];
      return part.startsWith('[') ? [word(inner)] : arnFromText(part).tokens;
    }),
  );
}

describe('covers', () => {
  test.each([
    ['abc', 'abc', 'yes'],
    ['abc', 'abd', 'no'],
    ['*', 'abc', 'yes'],
    ['*', '{p}', 'yes'],
    ['a*', 'abc', 'yes'],
    ['a*', 'a', 'yes'],
    ['a*c', 'abbc', 'yes'],
    ['a*c', 'abbd', 'no'],
    ['a?c', 'abc', 'yes'],
    ['a?c', 'ac', 'no'],
    ['a:*:c', 'a:b:b:c', 'yes'],
    ['a*', '*', 'no'],
    ['a/*', 'a/*', 'yes'],
    ['a/b*', 'a/*', 'no'],
    ['a*', 'a/*', 'yes'],
    ['{p}', '{p}', 'yes'],
    ['{p}', '{q}', 'unknown'],
    ['{p}', 'abc', 'unknown'],
    ['abc', '{p}', 'unknown'],
    ['a-{p}', 'a-{p}', 'yes'],
    ['a-{p}', 'b-{p}', 'no'],
    ['{p}-a', '{p}-b', 'no'],
    ['{p}-a', '{q}-b', 'no'],
    ['{p}-a', '{q}-a', 'unknown'],
    ['{p}-*', '{p}-a', 'yes'],
    ['{p}*', '{p}', 'yes'],
    ['*-a', '{p}-a', 'yes'],
    ['*-a', '{p}-b', 'no'],
    ['*-a', '{p}', 'unknown'],
    ['a:[r]:b', 'a:x:b', 'unknown'],
    ['a:[r]:b', 'a:x:y:b', 'no'],
    ['a:[r]', 'a:[s]', 'unknown'],
    ['*:*:[s]-x-*', '[r]:[a]:[s]-y-<q>', 'no'],
    ['[s]-q-<q>', '[s]-q-<q>', 'yes'],
    ['[s]-*', '[s]-q-<q>', 'yes'],
    ['[s]-q-<q>', '[s]-d-<d>', 'no'],
    ['<q>', '<d>', 'no'],
    ['<q>', 'abc', 'no'],
    ['{p}', '<q>', 'unknown'],
    ['[r]', '<q>', 'no'],
    ['x-[s]', '[s]-q-<q>', 'no'],
    ['arn:aws:sqs:[r]:[a]:{p}', 'arn:aws:sns:[r]:[a]:{p}', 'no'],
    ['arn:aws:sqs:*', 'arn:{part}:sqs:r:a:q', 'unknown'],
    ['arn:aws-cn:sqs:*', 'arn:aws-cn:sqs:r:a:q', 'yes'],
  ])('%s over %s: %s', (pattern, target, expected) => {
    expect(covers(arn(pattern), arn(target))).toBe(expected);
  });

  test('two resources never have the same ARN, whatever it is', () => {
    const unknown = symbolicArn([opaque('A.Arn')], 'A');
    expect(covers(unknown, symbolicArn([text('arn:aws:sqs:'), opaque('x')], 'B'))).toBe('no');
  });

  const token = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', ':', '/'), maxLength: 3 }), fc.constantFrom('*', '?', '{p}', '{q}', '[r]', '<x>', '<y>'));
  const symbolic = fc.array(token, { maxLength: 6 }).map((parts) => arn(parts.join('')));
  const closed = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/'), maxLength: 6 });

  test('an ARN covers itself', () => {
    fc.assert(fc.property(symbolic, (one) => covers(one, one) === 'yes'));
  });

  test('* covers everything', () => {
    fc.assert(fc.property(symbolic, (one) => covers(arn('*'), one) === 'yes'));
  });

  test('a tail wildcard covers what begins alike', () => {
    fc.assert(fc.property(symbolic, symbolic, (one, tail) => covers(appendText(one, '*'), symbolicArn([...one.tokens, ...tail.tokens])) === 'yes'));
  });

  test('without wildcards the order does not matter', () => {
    const plain = symbolic.filter(({ tokens }) => tokens.every(({ kind }) => kind === 'text' || kind === 'opaque'));
    fc.assert(fc.property(plain, plain, (one, other) => covers(one, other) === covers(other, one)));
  });

  test('literal text is matched as a glob', () => {
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 6 });
    fc.assert(
      fc.property(glob, closed, (pattern, target) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        return covers(arnFromText(pattern), arnFromText(target)) === (expression.test(target) ? 'yes' : 'no');
      }),
    );
  });

  test('a certain answer holds whatever a parameter turns out to be', () => {
    fc.assert(
      fc.property(symbolic, symbolic, closed, closed, (pattern, target, p, q) => {
        const answer = covers(pattern, target);
        const filled = covers(fill(pattern, p, q), fill(target, p, q));
        return answer === 'unknown' || filled === 'unknown' || answer === filled;
      }),
      { numRuns: 2000 },
    );
  });
});

function fill(one: SymbolicArn, p: string, q: string): SymbolicArn {
  return symbolicArn(one.tokens.map((each) => (each.kind === 'opaque' && each.key === 'p' ? text(p) : each.kind === 'opaque' && each.key === 'q' ? text(q) : each)));
}

describe('arnOf', () => {
  async function read(spelt: string, resources = ''): Promise<string> {
    const template = await withResources(`${resources}\nX: {Type: AWS::SNS::Topic, Properties: {Value: ${spelt}}}`, 'AWS::Serverless-2016-10-31');
    return describeArn(arnOf(template, valueOf(template), iamFacts()));
  }

  function valueOf(template: Template): TemplateNode {
    const node = need(template, 'X').property('Value');
    if (!node) throw new Error('no value');
    return node;
  }

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
    ['!GetAtt Table.StreamArn', 'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${AWS::StackName}-Table-${Table name}/stream/${Table stream}'],
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
    ['!Ref L', `${fn}\nL: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Fn, Name: live}}`, 'function:worker:live'],
    ['!Ref V', `${fn}\nV: {Type: AWS::Lambda::Version, Properties: {FunctionName: !GetAtt Fn.Arn}}`, 'function:worker:${V id}'],
    ['!Ref S.Alias', 'S: {Type: AWS::Serverless::Function, Properties: {FunctionName: worker, AutoPublishAlias: live}}', 'function:worker:live'],
    ['!Ref SAliaslive', 'S: {Type: AWS::Serverless::Function, Properties: {FunctionName: worker, AutoPublishAlias: live}}', 'function:worker:live'],
    ["!Sub '${S.Version}'", 'S: {Type: AWS::Serverless::Function, Properties: {FunctionName: worker}}', 'function:worker:${S version}'],
  ])('%s of a function', async (spelt, resources, expected) => {
    expect(await read(spelt, resources)).toBe(`arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:${expected}`);
  });

  test('a name that is made of itself ends', async () => {
    expect(await read('!GetAtt Loop.Arn', 'Loop: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt Loop.QueueName}}')).toMatch(/^arn:aws:sqs:/);
  });

  test('the resource whose ARN it is', async () => {
    const template = await withResources("X: {Type: AWS::SNS::Topic, Properties: {Value: !Sub '${Dlq.Arn}'}}");
    const one = arnOf(template, valueOf(template), iamFacts());
    expect(one.owner).toBe('Dlq');
    expect(one.key).toBe(resourceArn(template, need(template, 'Dlq'), iamFacts()).key);
    expect(serviceOf(one)).toBe('sqs');
  });

  test('roles and functions are known without facts', async () => {
    const template = await withResources('Role: {Type: AWS::IAM::Role, Properties: {Path: /service/, RoleName: worker}}');
    expect(describeArn(resourceArn(template, need(template, 'Role')))).toBe('arn:aws:iam::${AWS::AccountId}:role/service/worker');
    expect(literalOf(nameOf(template, need(template, 'Role')))).toBe('worker');
  });
});
