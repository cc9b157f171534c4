import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalog } from '../../rules/catalog.js';
import { cli, folder, put, read } from '../cli/support.js';

const host = { catalog: async () => catalog };

function example(name: string): string {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
}

const noise = Array.from(
  { length: 5_000 },
  (_, index) => `2026-11-20T10:00:00Z [build] step ${index} of module ${index} is done`,
).join('\n');

/** A template with every mistake of the seeds that the texts below are about, and one beside each that is none. */
const template = `Resources:
  MatcherRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
  Matcher:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: go1.x
      Handler: main
      Code: {S3Bucket: code, S3Key: matcher.zip}
      Role: !GetAtt MatcherRole.Arn
      ReservedConcurrentExecutions: 50
      DeadLetterConfig: {TargetArn: !GetAtt Failed.Arn}
  Processed:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Code: {S3Bucket: code, S3Key: processed.zip}
      Role: !GetAtt MatcherRole.Arn
  Failed:
    Type: AWS::SQS::Queue
  Destinations:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Matcher
      Qualifier: $LATEST
      DestinationConfig:
        OnSuccess: {Destination: !GetAtt Processed.Arn}
`;

/** What AWS said in the stories, the rule behind it, the resource that it is about, and what the patch says. */
const stories = [
  [
    '000.1',
    'Resource handler returned message: "Specified ReservedConcurrentExecutions for function decreases account\'s UnreservedConcurrentExecution below its minimum value of [100]. (Service: Lambda, Status Code: 400)"',
    'lambda-reserved-concurrency',
    'Matcher',
    /^-\s+ReservedConcurrentExecutions: 50$/m,
  ],
  [
    '000.2',
    'Resource handler returned message: "The function execution role does not have permissions to call InvokeFunction on arn:aws:lambda:us-east-1:123456789012:function:Processed-dev (Service: Lambda, Status Code: 400)"',
    'lambda-destination-permission',
    'Destinations',
    /^\+\s+Action: lambda:InvokeFunction$/m,
  ],
  [
    '001.1',
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [10]. (Service: Lambda, Status Code: 400, Request ID: ...)",
    'lambda-reserved-concurrency',
    'Matcher',
    /^-\s+ReservedConcurrentExecutions: 50$/m,
  ],
  [
    '004.1',
    'InvalidParameterValueException: The runtime parameter of go1.x is no longer supported for creating or updating AWS Lambda functions.',
    'lambda-runtime-retired',
    'Matcher',
    /^\+\s+Runtime: provided\.al2023$/m,
  ],
  [
    '004.3',
    'InvalidParameterValueException: The provided execution role does not have permissions to call SendMessage on SQS',
    'lambda-dlq-permission',
    'Matcher',
    /^\+\s+Action: sqs:SendMessage$/m,
  ],
] as const;

describe.each(stories)('%s', (_, error, rule, resource, patch) => {
  test.each([
    ['pasted alone', error],
    ['buried in ten thousand lines', `${noise}\n${error}\n${noise}`],
  ])('%s', async (__, log) => {
    const cwd = folder({ 'template.yaml': template, 'deploy.log': log });
    const told = await cli(['diagnose', 'deploy.log', '--format', 'json'], { cwd, host });
    expect(told.code).toBe(1);
    const { causes } = JSON.parse(told.stdout) as {
      causes: { rules: { id: string }[]; findings: { rule: string; resource: { id: string } }[] }[];
    };
    expect(causes).toHaveLength(1);
    expect(causes[0]?.rules.map(({ id }) => id)).toContain(rule);
    const findings = causes[0]?.findings.filter((finding) => finding.rule === rule);
    expect(findings?.map((finding) => finding.resource.id)).toEqual([resource]);
    const { stdout } = await cli(['diagnose', 'deploy.log', '--diff'], { cwd, host });
    expect(stdout).toMatch(patch);
    expect(stdout.match(/^\+\+\+ /gm)).toHaveLength(1);
  });
});

test('a program: the compiler names the line, Pulumi the resource; the rest of the stack is told as what comes next', async () => {
  const cwd = folder();
  put(cwd, {
    'index.ts': example('lambda-dlq-permission/component.input.ts'),
    'package.json': '{"dependencies": {"@pulumi/aws": "^7.0.0"}}',
  });
  const name =
    /new aws\.lambda\.Function\(\s*[`'"]([^`'"]+)/
      .exec(read(cwd, 'index.ts'))?.[1]
      ?.replaceAll(/\$\{[^}]*\}/g, 'dev') ?? '';
  const log = `Diagnostics:\n  aws:lambda:Function (${name}):\n    error: 1 error occurred:\n    \t* The provided execution role does not have permissions to call SendMessage on SQS\n`;
  put(cwd, { 'up.log': log });
  const { stdout } = await cli(['diagnose', 'up.log'], { cwd, host });
  expect(stdout).toMatch(/in the source: index\.ts:\d+:\d+/);
  expect(stdout).toContain('proven  lambda-dlq-permission');
  expect((await cli(['diagnose', 'up.log', '--diff'], { cwd, host })).stdout).toContain('sqs:SendMessage');
});

test('--fix writes what mends the cause and nothing else', async () => {
  const cwd = folder({ 'template.yaml': template, 'deploy.log': stories[4][1] });
  const { code, stdout } = await cli(['diagnose', 'deploy.log', '--fix'], { cwd, host });
  expect(stdout).toContain('sqs:SendMessage');
  const mended = read(cwd, 'template.yaml');
  expect(mended).toContain('Action: sqs:SendMessage');
  expect(mended).toContain('Runtime: go1.x');
  expect(mended).toContain('ReservedConcurrentExecutions: 50');
  expect(code).toBe(0);
});

test('what would fail next', async () => {
  const cwd = folder({ 'template.yaml': template, 'deploy.log': stories[4][1] });
  const { stdout } = await cli(['diagnose', 'deploy.log'], { cwd, host });
  expect(stdout).toContain('2 more would have failed after this, 1 more may have:');
  expect(stdout).toContain('lambda-runtime-retired');
});

test('nothing from a log reaches the terminal unescaped, and bad arguments get one line', async () => {
  const cwd = folder({
    'evil.log': '\u001B]0;owned\u0007\u001B[31mError: \u202Eevil\u001B[2J \u0007done\nError: a\u009B31mb',
  });
  const { stdout } = await cli(['diagnose', 'evil.log'], { cwd, host });
  // eslint-disable-next-line no-control-regex
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  expect(await cli(['diagnose', 'nothing.log'], { cwd, host })).toMatchObject({
    code: 2,
    stderr:
      'stackmend: there is no file "nothing.log"\nhint: to explain a pasted error: stackmend explain "<the error>"\n',
  });
  expect((await cli(['diagnose', 'evil.log', '--diff', '--fix'], { cwd, host })).code).toBe(2);
});

test('a reservation that AWS refused by name is proven, and safe to take back', async () => {
  const events = {
    StackEvents: [
      {
        LogicalResourceId: 'Matcher',
        ResourceType: 'AWS::Lambda::Function',
        ResourceStatus: 'CREATE_FAILED',
        ResourceStatusReason: stories[0][1],
      },
    ],
  };
  const cwd = folder({ 'template.yaml': template, 'events.json': JSON.stringify(events) });
  const { stdout } = await cli(['diagnose', 'events.json'], { cwd, host });
  expect(stdout).toContain('proven  lambda-reserved-concurrency');
  expect(stdout).toContain('Matcher reserves 50 executions, and AWS has refused it: [100] must stay unreserved');
  const fixed = await cli(['diagnose', 'events.json', '--fix'], { cwd, host });
  expect(fixed.code).toBe(0);
  expect(read(cwd, 'template.yaml')).toBe(template.replace('      ReservedConcurrentExecutions: 50\n', ''));
});
