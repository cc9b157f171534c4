import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadTemplate } from '../../core/template/load.js';
import { toValue } from '../../core/template/node.js';
import { SourceFile } from '../../core/text/source-file.js';
import { catalog } from '../../rules/catalog.js';
import { type Ran, cli, folder, read } from './support.js';

/** The stories of the first seeds through the command line itself, in both syntaxes. */
const syntaxes = ['json', 'yaml'] as const;
type Syntax = (typeof syntaxes)[number];
type Resources = Readonly<Record<string, object>>;

function textOf(resources: Resources, syntax: Syntax): string {
  const value = {
    AWSTemplateFormatVersion: '2010-09-09',
    Parameters: { EnvironmentSuffix: { Type: 'String', Default: 'dev', AllowedPattern: '^[a-z0-9-]+$' } },
    Resources: resources,
  };
  return syntax === 'json'
    ? `${JSON.stringify(value, undefined, 2)}\n`
    : stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** As far as these tests look into a resource. */
interface Resource {
  readonly Properties: {
    readonly Policies?: readonly unknown[];
    readonly Code?: { readonly ZipFile: string };
    readonly ReservedConcurrentExecutions?: number;
  };
}

async function resourcesOf(text: string, syntax: Syntax): Promise<Readonly<Record<string, Resource>>> {
  const template = await loadTemplate(new SourceFile(`t.${syntax}`, text));
  if (!template) throw new Error('no template');
  return (toValue(template.root) as unknown as { readonly Resources: Readonly<Record<string, Resource>> }).Resources;
}

async function stackmend(cwd: string, ...args: readonly string[]): Promise<Ran> {
  return cli(args, { cwd, host: { catalog: async () => catalog } });
}

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

function roleWith(table: string): object {
  const statement = {
    Effect: 'Allow',
    Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
    Resource: { 'Fn::GetAtt': [table, 'Arn'] },
  };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: trust,
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
      Policies: [{ PolicyName: 'TableAccess', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
    },
  };
}

function lambda(role: string, more: object = {}, code = 'def handler(event, context):\n    return event\n'): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'python3.12',
      Handler: 'index.handler',
      Architectures: ['arm64'],
      Role: { 'Fn::GetAtt': [role, 'Arn'] },
      ...more,
      Code: { ZipFile: code },
    },
  };
}

const table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  },
};

const matcherCode = `import boto3

HOST = 'production.example.com'  # production-ready


def handler(event, context):
    # Read the latest price (simplified: in production this would be a query)
    price = event.get('price', 0)
    # In production, this would send a message to the user
    print('production', price)
    return {'price': price}
`;

const seed000: Resources = {
  Alerts: table,
  WebhookRole: roleWith('Alerts'),
  MatcherRole: roleWith('Alerts'),
  ProcessedRole: roleWith('Alerts'),
  WebhookFunction: lambda('WebhookRole', { ReservedConcurrentExecutions: 100 }),
  MatcherFunction: lambda('MatcherRole', { ReservedConcurrentExecutions: 50 }, matcherCode),
  ProcessedFunction: lambda('ProcessedRole'),
  MatcherInvokeConfig: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'MatcherFunction' },
      Qualifier: '$LATEST',
      DestinationConfig: { OnSuccess: { Destination: { 'Fn::GetAtt': ['ProcessedFunction', 'Arn'] } } },
    },
  },
};

describe.each(syntaxes)('seed 000, %s', (syntax) => {
  const file = `stack.${syntax}`;

  test('one command mends it all', async () => {
    const before = textOf(seed000, syntax);
    const cwd = folder({ [file]: before });
    const { code, stderr } = await stackmend(cwd, 'fix', '--preset', 'all', '--accept', 'review');
    expect([code, stderr]).toEqual([0, '']);
    const after = read(cwd, file);
    const resources = await resourcesOf(after, syntax);
    expect(after).not.toContain('ReservedConcurrentExecutions');
    expect(resources['MatcherRole']?.Properties.Policies?.at(-1)).toEqual({
      PolicyName: 'InvokeProcessedFunction',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'lambda:InvokeFunction',
            Resource: { 'Fn::GetAtt': ['ProcessedFunction', 'Arn'] },
          },
        ],
      },
    });
    expect(after).not.toContain('!GetAtt');
    expect(after.match(/lambda:InvokeFunction/g)).toHaveLength(1);
    for (const id of ['Alerts', 'WebhookRole', 'ProcessedRole', 'ProcessedFunction', 'MatcherInvokeConfig'])
      expect(resources[id]).toEqual((await resourcesOf(before, syntax))[id]);
    expect(await stackmend(cwd, 'diff', '--preset', 'all', '-q')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('the comments name no environment, the code is untouched', async () => {
    const cwd = folder({ [file]: textOf(seed000, syntax) });
    await stackmend(cwd, 'fix', '--preset', 'all', '--accept', 'review');
    const resources = await resourcesOf(read(cwd, file), syntax);
    const code = resources['MatcherFunction']?.Properties.Code?.ZipFile ?? '';
    const comments = code.split('\n').flatMap((line) => /#\s(.*)/.exec(line)?.[1] ?? []);
    expect(comments).toHaveLength(3);
    expect(comments.filter((comment) => /\bproduction\b(?!-)/i.test(comment))).toEqual([]);
    const uncommented = (text: string): string => text.replaceAll(/#.*/g, '#');
    expect(uncommented(code)).toBe(uncommented(matcherCode));
  });
});

describe.each(syntaxes)('seed 001, %s', (syntax) => {
  const resources: Resources = {
    Webhooks: table,
    WebhookRole: roleWith('Webhooks'),
    WebhookFunction: lambda('WebhookRole', { ReservedConcurrentExecutions: 100, MemorySize: 1024 }),
  };

  test('the reservation goes, and no other byte', async () => {
    const before = textOf(resources, syntax);
    const cwd = folder({ [`stack.${syntax}`]: before });
    expect((await stackmend(cwd, 'fix', '--accept', 'review')).code).toBe(0);
    expect(read(cwd, `stack.${syntax}`)).toBe(before.replace(/^.*ReservedConcurrentExecutions.*\n/m, ''));
  });

  test('with template-file-name the file gets its name', async () => {
    const name = `lib/TapStack.${syntax}`;
    const cwd = folder({
      [`lib/webhook-processor-stack.${syntax}`]: textOf(resources, syntax),
      'stackmend.config.json': JSON.stringify({ rules: { 'template-file-name': { name } } }),
    });
    const patch = await stackmend(cwd, 'diff');
    expect(patch.stdout).toContain(`rename from lib/webhook-processor-stack.${syntax}\nrename to ${name}\n`);
    expect((await stackmend(cwd, 'fix', '--accept', 'review')).stdout).toContain(`renamed to ${name}`);
    expect(existsSync(`${cwd}/lib/webhook-processor-stack.${syntax}`)).toBe(false);
    expect(read(cwd, name)).not.toContain('ReservedConcurrentExecutions');
  });
});

describe.each(syntaxes)('seed 002, %s', (syntax) => {
  const asked = { ProcessWebhook: 100, CheckAlerts: 50, SendNotification: 50, CleanupHistory: 5 };
  const reservations = Object.entries(asked).map(([id, count]) => [
    id,
    lambda('WebhookRole', { ReservedConcurrentExecutions: count }),
  ]);
  const resources = {
    Prices: table,
    WebhookRole: roleWith('Prices'),
    ...Object.fromEntries(reservations),
  } as Resources;

  async function reserved(files: Readonly<Record<string, string>>, ...args: string[]): Promise<(number | undefined)[]> {
    const cwd = folder({ [`stack.${syntax}`]: textOf(resources, syntax), ...files });
    await stackmend(cwd, 'fix', '--accept', 'review', ...args);
    const after = await resourcesOf(read(cwd, `stack.${syntax}`), syntax);
    return Object.keys(asked).map((id) => after[id]?.Properties.ReservedConcurrentExecutions);
  }

  function account(limit: number): Readonly<Record<string, string>> {
    const AccountLimit = { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: limit };
    return { 'account.json': JSON.stringify({ AccountLimit }) };
  }

  test('caps by logical id, exactly', async () => {
    const caps = { ProcessWebhook: 20, CheckAlerts: 10, SendNotification: 5, CleanupHistory: 2 };
    const config = JSON.stringify({ rules: { 'lambda-reserved-concurrency': { caps } } });
    expect(await reserved({ 'stackmend.config.json': config })).toEqual([20, 10, 5, 2]);
  });

  test('an account of 137 holds a sum of 37', async () => {
    const left = await reserved(account(137), '--account', 'account.json');
    expect(left.reduce((sum: number, each) => sum + (each ?? 0), 0)).toBe(37);
  });

  test('an account of 10 holds none', async () => {
    expect(await reserved(account(10), '--account', 'account.json')).toEqual(Array(4).fill(undefined));
  });

  test('an account of 1,000 holds all', async () => {
    expect(await reserved(account(1000), '--account', 'account.json')).toEqual(Object.values(asked));
    const cwd = folder({ [`stack.${syntax}`]: textOf(resources, syntax), ...account(1000) });
    expect((await stackmend(cwd, 'check', '--account', 'account.json')).code).toBe(0);
  });
});
