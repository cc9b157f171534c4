import { beforeAll, describe, expect, test } from 'vitest';
import { iamFacts, prepareIamFacts } from '../../../rules/shared/iam-facts.js';
import { Grants } from '../../../core/template/iam/grants.js';
import { rolesOf } from '../../../core/template/iam/roles.js';
import { TestProgram } from '../../support/program.js';
import { need, targetOf } from '../template/iam/iam-template.js';

beforeAll(prepareIamFacts);

/** A row of a table: the name, the program around the role, what is asked, the answer. */
type Row = readonly [name: string, program: string, asked: string, answer: 'yes' | 'no' | 'unknown'];

const head = `import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
const dlq = new aws.sqs.Queue('dlq');
const other = new aws.sqs.Queue('other');
const table = new aws.dynamodb.Table('table', { streamEnabled: true });
`;
const trust = `assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'lambda.amazonaws.com' })`;
const role = `const role = new aws.iam.Role('role', { ${trust} });\n`;
const fn = `const fn = new aws.lambda.Function('fn', { role: role.arn });\n`;

/** A policy document as an object: one statement, `Action` on `Resource`. */
const doc = (resource: string, action = `'sqs:SendMessage'`, more = ''): string =>
  `{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ${action}, Resource: ${resource}${more} }] }`;
/** A `RolePolicy` with the document that an expression gives. */
const policy = (document: string): string =>
  `${role}new aws.iam.RolePolicy('policy', { role: role.id, policy: ${document} });\n${fn}`;
const withRole = (args: string): string => `const role = new aws.iam.Role('role', { ${trust}, ${args} });\n${fn}`;

const send = 'sqs:SendMessage on dlq';

function hold(rows: readonly Row[]): void {
  test.each(rows)('%s: %s', (_, program, asked, answer) => {
    const { model } = new TestProgram({ 'index.ts': head + program }).program;
    const [first] = rolesOf(model, need(model, 'fn'));
    const [, action = '', target = ''] = /^(\S+) on (\S+)$/.exec(asked) ?? [];
    if (!first) throw new Error('no role');
    const verdict = new Grants(model, iamFacts()).allows(first.role, { action, target: targetOf(model, target) });
    expect(`${verdict.answer} (${verdict.because})`).toMatch(new RegExp(`^${answer} `));
  });
}

// One row a line reads as a table.
// prettier-ignore
describe('the document of a RolePolicy', () => {
  hold([
    ['an object', policy(doc('dlq.arn')), send, 'yes'],
    ['an object on another queue', policy(doc('other.arn')), send, 'no'],
    ['an object with another action', policy(doc('dlq.arn', `'sqs:ReceiveMessage'`)), send, 'no'],
    ['an object with a list of actions', policy(doc('dlq.arn', `['sqs:GetQueueUrl', 'sqs:Send*']`)), send, 'yes'],
    ['an object on everything', policy(doc(`'*'`)), send, 'yes'],
    ['an object that denies', policy(doc('dlq.arn').replace('Allow', 'Deny')), send, 'no'],
    ['an object that allows and denies', policy(`{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }, { Effect: 'Deny', Action: 'sqs:SendMessage', Resource: dlq.arn }] }`), send, 'no'],
    ['an object under a condition that may not hold', policy(doc('dlq.arn', `'sqs:SendMessage'`, `, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }`)), send, 'unknown'],
    ['JSON.stringify of a known name', policy(`JSON.stringify(${doc(`'*'`)})`), send, 'yes'],
    ['pulumi.jsonStringify', policy(`pulumi.jsonStringify(${doc('dlq.arn')})`), send, 'yes'],
    ['pulumi.jsonStringify on another queue', policy(`pulumi.jsonStringify(${doc('other.arn')})`), send, 'no'],
    ['pulumi.output of an object', policy(`pulumi.output(${doc('dlq.arn')}).apply(JSON.stringify)`), send, 'unknown'],
    ['pulumi.output and a callback', policy(`pulumi.output(${doc('dlq.arn')}).apply(d => JSON.stringify(d))`), send, 'yes'],
    ['apply', policy(`dlq.arn.apply(arn => JSON.stringify(${doc('arn')}))`), send, 'yes'],
    ['apply on another queue', policy(`other.arn.apply(arn => JSON.stringify(${doc('arn')}))`), send, 'no'],
    ['apply with a block', policy(`dlq.arn.apply((arn) => {\n  return JSON.stringify(${doc('arn')});\n})`), send, 'yes'],
    ['apply with a function', policy(`dlq.arn.apply(function (arn) { return JSON.stringify(${doc('arn')}); })`), send, 'yes'],
    ['apply with a constant inside', policy(`dlq.arn.apply((arn) => { const document = ${doc('arn')}; return JSON.stringify(document); })`), send, 'yes'],
    ['all and a list', policy(`pulumi.all([other.arn, dlq.arn]).apply(([a, b]) => JSON.stringify(${doc('[a, b]')}))`), send, 'yes'],
    ['all and a list, the other one', policy(`pulumi.all([other.arn, dlq.arn]).apply(([a, b]) => JSON.stringify(${doc('a')}))`), send, 'no'],
    ['all and an object', policy(`pulumi.all({ a: dlq.arn }).apply(({ a }) => JSON.stringify(${doc('a')}))`), send, 'yes'],
    ['all and a parameter', policy(`pulumi.all([dlq.arn]).apply((arns) => JSON.stringify(${doc('arns[0]')}))`), send, 'yes'],
    ['all and every element', policy(`pulumi.all([dlq.arn]).apply((arns) => JSON.stringify(${doc('arns')}))`), send, 'yes'],
    ['pulumi.interpolate of JSON', policy('pulumi.interpolate`{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "${dlq.arn}" }] }`'), send, 'yes'],
    ['pulumi.interpolate of JSON on another queue', policy('pulumi.interpolate`{ "Statement": [{ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "${other.arn}" }] }`'), send, 'no'],
    ['pulumi.interpolate with a whole statement', policy('pulumi.interpolate`{ "Statement": ${statements} }`'), send, 'unknown'],
    ['a template literal of JSON', policy('`{ "Statement": [{ "Effect": "Allow", "Action": "sqs:*", "Resource": "*" }] }`'), send, 'yes'],
    ['JSON in a string', policy(`'{ "Statement": [{ "Effect": "Allow", "Action": "sqs:*", "Resource": "*" }] }'`), send, 'yes'],
    ['broken JSON in a string', policy(`'{ "Statement": [{ "Effect": '`), send, 'unknown'],
    ['pulumi.concat of JSON', policy(`pulumi.concat('{ "Statement": [{ "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "', dlq.arn, '" }] }')`), send, 'yes'],
    ['a constant', `const document = ${doc('dlq.arn')};\n${policy('document')}`, send, 'yes'],
    ['a constant with a type', `const document: aws.iam.PolicyDocument = ${doc('dlq.arn')};\n${policy('document')}`, send, 'yes'],
    ['statements in a constant', `const statements = [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: dlq.arn }];\n${policy(`{ Version: '2012-10-17', Statement: statements }`)}`, send, 'yes'],
    ['spread statements', `const base = [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: dlq.arn }];\n${policy(`{ Version: '2012-10-17', Statement: [...base] }`)}`, send, 'yes'],
    ['statements from elsewhere', policy(`{ Version: '2012-10-17', Statement: [...more()] }`), send, 'unknown'],
    ['a function that makes it', `const only = (arn: any) => (${doc('arn')});\n${policy('only(dlq.arn)')}`, send, 'yes'],
    ['a function that makes it for another queue', `const only = (arn: any) => (${doc('arn')});\n${policy('only(other.arn)')}`, send, 'no'],
    ['a document from a package', `import { documentFor } from 'policies';\n${policy('documentFor(dlq)')}`, send, 'unknown'],
    ['getPolicyDocument', policy(`aws.iam.getPolicyDocument({ statements: [{ actions: ['sqs:SendMessage'], resources: ['*'] }] }).then(d => d.json)`), send, 'yes'],
    ['getPolicyDocumentOutput', policy(`aws.iam.getPolicyDocumentOutput({ statements: [{ effect: 'Allow', actions: ['sqs:SendMessage'], resources: [dlq.arn] }] }).json`), send, 'yes'],
    ['getPolicyDocumentOutput on another queue', policy(`aws.iam.getPolicyDocumentOutput({ statements: [{ actions: ['sqs:SendMessage'], resources: [other.arn] }] }).json`), send, 'no'],
    ['getPolicyDocumentOutput, minified', policy(`aws.iam.getPolicyDocumentOutput({ statements: [{ actions: ['sqs:SendMessage'], resources: [dlq.arn] }] }).minifiedJson`), send, 'yes'],
    ['getPolicyDocumentOutput in a constant', `const data = aws.iam.getPolicyDocumentOutput({ statements: [{ actions: ['sqs:SendMessage'], resources: [dlq.arn] }] });\n${policy('data.json')}`, send, 'yes'],
    ['getPolicyDocumentOutput through apply', policy(`aws.iam.getPolicyDocumentOutput({ statements: [{ actions: ['sqs:SendMessage'], resources: [dlq.arn] }] }).apply(d => d.json)`), send, 'yes'],
    ['getPolicyDocumentOutput that draws on others', policy(`aws.iam.getPolicyDocumentOutput({ sourcePolicyDocuments: [base], statements: [] }).json`), send, 'unknown'],
    ['getPolicyDocumentOutput that denies', policy(`aws.iam.getPolicyDocumentOutput({ statements: [{ effect: 'Deny', actions: ['sqs:*'], resources: ['*'] }] }).json`), send, 'no'],
    ['?: with both branches', policy(`isProd ? ${doc('dlq.arn')} : ${doc(`'*'`)}`), send, 'yes'],
    ['an ARN with a tail', policy(doc('pulumi.interpolate`${table.arn}/stream/*`', `'dynamodb:GetRecords'`)), 'dynamodb:GetRecords on table.StreamArn', 'yes'],
    ['the ARN of the table, not of its stream', policy(doc('table.arn', `'dynamodb:GetRecords'`)), 'dynamodb:GetRecords on table.StreamArn', 'no'],
    ['the stream', policy(doc('table.streamArn', `'dynamodb:GetRecords'`)), 'dynamodb:GetRecords on table.StreamArn', 'yes'],
    ['an ARN by name in another account, perhaps', policy(doc('pulumi.interpolate`arn:aws:sqs:us-east-1:123456789012:${dlq.name}`')), send, 'unknown'],
    ['an ARN by name', `const region = aws.getRegionOutput().name;\nconst account = aws.getCallerIdentityOutput().accountId;\n${policy(doc('pulumi.interpolate`arn:aws:sqs:${region}:${account}:${dlq.name}`'))}`, send, 'yes'],
  ]);
});

// prettier-ignore
describe('a role is granted', () => {
  hold([
    ['nothing', role + fn, send, 'no'],
    ['by the name of the role', `${role}new aws.iam.RolePolicy('p', { role: role.name, policy: ${doc('dlq.arn')} });\n${fn}`, send, 'yes'],
    ['by the role itself', `${role}new aws.iam.RolePolicy('p', { role, policy: ${doc('dlq.arn')} });\n${fn}`, send, 'yes'],
    ['nothing by the policy of another role', `${role}const second = new aws.iam.Role('second', { ${trust} });\nnew aws.iam.RolePolicy('p', { role: second.id, policy: ${doc('dlq.arn')} });\n${fn}`, send, 'no'],
    ['perhaps by the policy of an unknown role', `${role}new aws.iam.RolePolicy('p', { role: someRole(), policy: ${doc('dlq.arn')} });\n${fn}`, send, 'unknown'],
    ['nothing by the policy of an unknown role that does not allow it', `${role}new aws.iam.RolePolicy('p', { role: someRole(), policy: ${doc('other.arn')} });\n${fn}`, send, 'no'],
    ['perhaps by a component that is given several roles', `class Grant extends pulumi.ComponentResource { constructor(n: string, args: { role: aws.iam.Role }) { super('a:b:C', n); new aws.iam.RolePolicy('p', { role: args.role.id, policy: ${doc('dlq.arn')} }); } }\n${role}new Grant('a', { role });\nnew Grant('b', { role: another });\n${fn}`, send, 'unknown'],
    ['by a policy and an attachment', `${role}const p = new aws.iam.Policy('p', { policy: ${doc('dlq.arn')} });\nnew aws.iam.RolePolicyAttachment('a', { role: role.name, policyArn: p.arn });\n${fn}`, send, 'yes'],
    ['nothing by a policy without attachment', `${role}const p = new aws.iam.Policy('p', { policy: ${doc('dlq.arn')} });\n${fn}`, send, 'no'],
    ['by a policy attached to several', `${role}const p = new aws.iam.Policy('p', { policy: ${doc('dlq.arn')} });\nnew aws.iam.PolicyAttachment('a', { roles: [role.name], policyArn: p.arn });\n${fn}`, send, 'yes'],
    ['by an AWS policy by ARN', `${role}new aws.iam.RolePolicyAttachment('a', { role: role.name, policyArn: 'arn:aws:iam::aws:policy/AmazonSQSFullAccess' });\n${fn}`, send, 'yes'],
    ['by an AWS policy by its constant', `${role}new aws.iam.RolePolicyAttachment('a', { role: role.name, policyArn: aws.iam.ManagedPolicy.AmazonSQSFullAccess });\n${fn}`, send, 'yes'],
    ['nothing by an AWS policy for logs', `${role}new aws.iam.RolePolicyAttachment('a', { role: role.name, policyArn: aws.iam.ManagedPolicy.AWSLambdaBasicExecutionRole });\n${fn}`, send, 'no'],
    ['perhaps by a policy from outside', `${role}new aws.iam.RolePolicyAttachment('a', { role: role.name, policyArn: config.require('policy') });\n${fn}`, send, 'unknown'],
    ['by managedPolicyArns', withRole(`managedPolicyArns: [aws.iam.ManagedPolicies.AmazonSQSFullAccess]`), send, 'yes'],
    ['nothing by other managedPolicyArns', withRole(`managedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']`), send, 'no'],
    ['by inlinePolicies', withRole(`inlinePolicies: [{ name: 'send', policy: pulumi.jsonStringify(${doc('dlq.arn')}) }]`), send, 'yes'],
    ['by inlinePolicies inside apply', withRole(`inlinePolicies: [{ name: 'send', policy: dlq.arn.apply(a => JSON.stringify(${doc('a')})) }]`), send, 'yes'],
    ['nothing by inlinePolicies on another queue', withRole(`inlinePolicies: [{ name: 'send', policy: pulumi.jsonStringify(${doc('other.arn')}) }]`), send, 'no'],
    ['perhaps by a spread', withRole(`...more()`), send, 'unknown'],
    ['by a policy in a component', `class C extends pulumi.ComponentResource { constructor(n: string) { super('a:b:C', n); const inner = new aws.iam.RolePolicy('p', { role: role.id, policy: ${doc('dlq.arn')} }, { parent: this }); } }\n${role}${fn}`, send, 'yes'],
    ['by a factory', `function grant(target: aws.iam.Role, arn: any) { return new aws.iam.RolePolicy('p', { role: target.id, policy: ${doc('arn')} }); }\n${role}grant(role, dlq.arn);\n${fn}`, send, 'yes'],
    ['nothing by a factory for another queue', `function grant(target: aws.iam.Role, arn: any) { return new aws.iam.RolePolicy('p', { role: target.id, policy: ${doc('arn')} }); }\n${role}grant(role, other.arn);\n${fn}`, send, 'no'],
  ]);
});
