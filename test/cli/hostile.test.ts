import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from '../../rules/catalog.js';
import { bombs, retired } from '../support/bombs.js';
import { type Ran, cli, folder } from './support.js';

const escape = '\u001B]0;owned\u0007\u001B[31m';
const host = { catalog: async () => catalog };

/** Control characters other than line breaks, C1 included, and marks that turn the reading order round. */
// eslint-disable-next-line no-control-regex
const active = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

function lambda(more: object = {}): object {
  const Properties = { Runtime: 'python3.7', Handler: 'a.b', Role: 'arn:aws:iam::1:role/r', Code: { ZipFile: 'x' } };
  return { Type: 'AWS::Lambda::Function', Properties: { ...Properties, ...more } };
}

/** Parsed, not written as a literal, so that `__proto__` becomes a key. */
const inherited = JSON.stringify(
  {
    AWSTemplateFormatVersion: '2010-09-09',
    Parameters: { PROTO: { Type: 'String' }, hasOwnProperty: { Type: 'String', Default: 'valueOf' } },
    Conditions: { PROTO: { 'Fn::Equals': [{ Ref: 'toString' }, 'x'] } },
    Mappings: { PROTO: { constructor: { a: 'b' } } },
    Resources: {
      PROTO: lambda({
        PROTO: { polluted: 'yes' },
        Role: { 'Fn::GetAtt': ['PROTO', 'Arn'] },
        DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['constructor', 'Arn'] } },
      }),
      constructor: { Type: 'AWS::SQS::Queue' },
      toString: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {},
          Policies: [{ PolicyName: 'PROTO', PolicyDocument: { Statement: [] } }],
        },
      },
      valueOf: lambda({
        Runtime: 'PROTO',
        Role: { 'Fn::GetAtt': ['toString', 'Arn'] },
        DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['constructor', 'Arn'] } },
      }),
    },
  },
  undefined,
  2,
).replaceAll('PROTO', '__proto__');

const texts: Readonly<Record<string, string>> = {
  'names.json': JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: {
      [`F${escape}\u009B31m\u202E`]: lambda({ Role: `arn:aws:iam::1:role/${escape}`, Runtime: 'python3.7' }),
    },
  }),
  'names.yaml': `Resources:\n  "F\\e]0;owned\\a\\e[31m\\u202E":\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.7\n      Code: {ZipFile: x}\n`,
  'broken.yaml': `AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  F: {Type: AWS::Lambda::Function}\n  "${escape}: [\n`,
  [`path${escape}\u202E.yaml`]: `Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.7\n`,
};

test.each([
  ['check', '--preset', 'all', '--verbose'],
  ['check', '--format', 'json'],
  ['fix', '--format', 'json', '--accept', 'review'],
  ['fix', '--accept', 'review'],
  ['fix', '--accept', 'safe'],
])('nothing active reaches the terminal: %s %s %s %s', async (...args) => {
  const { stdout, stderr } = await cli(args, { cwd: folder(texts), host });
  const said = `${stdout}${stderr}`;
  expect(said).toContain('python3.7');
  expect(said).not.toMatch(active);
});

test('nothing active reaches the terminal with a patch', async () => {
  const { stdout } = await cli(['diff', '--preset', 'all'], {
    cwd: folder(texts),
    host,
    tty: true,
    env: { NO_COLOR: '1' },
  });
  expect(stdout).toContain('-      Runtime: python3.7');
  expect(stdout).not.toMatch(active);
});

test('nothing active reaches the terminal with an explained error', async () => {
  const pasted = `The runtime parameter of ${escape}python3.7 is no longer supported for creating or updating AWS Lambda functions`;
  const { code, stdout } = await cli(['explain', pasted], { host });
  expect([code, stdout]).toEqual([0, expect.stringContaining('stackmend diff --rule lambda-runtime-retired')]);
  expect(stdout).not.toMatch(active);
});

test('keys that every object inherits are keys like others', async () => {
  const cwd = folder({ 'a.json': inherited });
  const { code, stdout, stderr } = await cli(['fix', '--preset', 'all', '--accept', 'review'], { cwd, host });
  expect(stderr).toBe('');
  expect(stdout).toContain('Grant sqs:SendMessage on constructor to toString');
  expect(stdout).toContain('Change the runtime of __proto__ from python3.7 to python3.12');
  expect({}).not.toHaveProperty('polluted');
  const after = readFileSync(`${cwd}/a.json`, 'utf8');
  expect(after).toContain('"polluted": "yes"');
  expect(code).toBe(0);
});

// A run that takes for ever fails by the time limit of the test.
test.each(Object.entries(bombs))('patterns stay linear: %s', async (_, lines) => {
  const { stdout } = await cli(['diff', '--preset', 'all'], { cwd: folder({ 'a.yaml': retired(lines) }), host });
  expect(stdout).toContain('+      Runtime: python3.12\n');
});

test('wildcards against a long name stay linear', async () => {
  const text = `Resources:
  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: ${'a'.repeat(3000)}}}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument: {Statement: [{Effect: Allow, Action: "${'*a'.repeat(3000)}", Resource: "${'*a'.repeat(3000)}b"}]}
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.12, Role: !GetAtt R.Arn, DeadLetterConfig: {TargetArn: !GetAtt Q.Arn}, Code: {ZipFile: x}}
`;
  const { stdout } = await cli(['check'], { cwd: folder({ 'a.yaml': text }), host });
  expect(stdout).toContain('lambda-dlq-permission');
});

test('nested templates are never followed out of the directory', async () => {
  const outside = folder({
    'secret.yaml': `Resources:\n  S: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.7}}\n`,
  });
  const cwd = folder({ 'x/readme': '' });
  const location = path.relative(cwd, `${outside}/secret.yaml`);
  const stack = (place: string): string => `{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ${place}}}`;
  writeFileSync(
    `${cwd}/a.yaml`,
    `Resources:\n  A: ${stack(`${outside}/secret.yaml`)}\n  B: ${stack(location)}\n  C: ${stack('/etc/passwd')}\n  D: {Type: AWS::Serverless::Application, Properties: {Location: ${location}}}\n  F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.7, Code: {ZipFile: x}}}\n`,
  );
  const { stdout, stderr }: Ran = await cli(['check'], { cwd, host });
  expect(stderr).toBe('');
  expect(stdout).not.toContain('secret');
  expect(stdout).toMatch(/^1 finding in 1 of 1 template: /m);
});
