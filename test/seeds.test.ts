import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runTexts } from '../core/engine/texts.js';
import type { EngineSettings } from '../core/engine/types.js';
import type { AccountFigures } from '../core/rule.js';
import { catalog } from '../rules/catalog.js';

type Json = { [key: string]: any };

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

function role(...statements: Json[]): Json {
  const Policies = statements.map((statement, index) => ({
    PolicyName: `Policy${index}`,
    PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
  }));
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, Policies } };
}

function lambda(roleId: string, more: Json = {}, code = 'def handler(event, context):\n    return event\n'): Json {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'python3.12',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [roleId, 'Arn'] },
      Code: { ZipFile: code },
      ...more,
    },
  };
}

const logs = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' };

/** The stories of the seeds, as data: what each variant is made of. */
function seed000(): Json {
  return {
    MatcherRole: role(logs),
    ProcessedRole: role(logs),
    PriceWebhook: lambda('MatcherRole', { ReservedConcurrentExecutions: 100 }),
    AlertMatcher: lambda(
      'MatcherRole',
      { ReservedConcurrentExecutions: 50 },
      'def handler(event, context):\n    # In production, this would trigger a notification\n    url = "https://production.example.com"  # production-ready\n    return event\n',
    ),
    ProcessedAlerts: lambda('ProcessedRole'),
    MatcherConfig: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'AlertMatcher' },
        Qualifier: '$LATEST',
        DestinationConfig: { OnSuccess: { Destination: { 'Fn::GetAtt': ['ProcessedAlerts', 'Arn'] } } },
      },
    },
  };
}

function seed004(): Json {
  return {
    Orders: { Type: 'AWS::SQS::Queue' },
    OrdersDlq: { Type: 'AWS::SQS::Queue' },
    ReaderRole: role(logs),
    Reader: lambda('ReaderRole', { DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['OrdersDlq', 'Arn'] } } }),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: { 'Fn::GetAtt': ['Orders', 'Arn'] }, FunctionName: { Ref: 'Reader' } },
    },
  };
}

function seed002(): Json {
  return {
    WebhookRole: role(logs),
    ProcessWebhook: lambda('WebhookRole', { ReservedConcurrentExecutions: 100 }),
    CheckAlerts: lambda('WebhookRole', { ReservedConcurrentExecutions: 50 }),
    SendNotification: lambda('WebhookRole', { ReservedConcurrentExecutions: 50 }),
    CleanupHistory: lambda('WebhookRole', { ReservedConcurrentExecutions: 5 }),
  };
}

type Variant = (resources: Json) => Json;

const variants: Readonly<Record<string, Variant>> = {
  'as it is': (resources) => resources,
  'renamed ids': (resources) =>
    JSON.parse(
      Object.keys(resources).reduce((text, id) => text.replaceAll(`"${id}"`, `"My${id}X"`), JSON.stringify(resources)),
    ) as Json,
  'another order': (resources) => Object.fromEntries(Object.entries(resources).toReversed()),
  'attributes as dotted text': (resources) =>
    JSON.parse(
      JSON.stringify(resources).replaceAll(/\{"Fn::GetAtt":\["(\w+)","Arn"\]\}/g, '{"Fn::GetAtt":"$1.Arn"}'),
    ) as Json,
  'attributes inside Fn::Sub': (resources) =>
    JSON.parse(
      JSON.stringify(resources).replaceAll(/\{"Fn::GetAtt":\["(\w+)","Arn"\]\}/g, '{"Fn::Sub":"${$1.Arn}"}'),
    ) as Json,
  'inline policies in a managed policy': (resources) => {
    const result: Json = {};
    for (const [id, resource] of Object.entries(resources)) {
      if (resource.Type !== 'AWS::IAM::Role') result[id] = resource;
      else {
        result[id] = {
          ...resource,
          Properties: { AssumeRolePolicyDocument: trust, ManagedPolicyArns: [{ Ref: `${id}Policy` }] },
        };
        result[`${id}Policy`] = {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { PolicyDocument: resource.Properties.Policies[0].PolicyDocument },
        };
      }
    }
    return result;
  },
};

const syntaxes = {
  json: (resources: Json) =>
    JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources: resources }, undefined, 2),
  'one line json': (resources: Json) => JSON.stringify({ Resources: resources }),
  yaml: (resources: Json) => stringify({ Resources: resources }, { lineWidth: 0, aliasDuplicateObjects: false }),
};

async function mend(
  text: string,
  options: Json = {},
  account?: AccountFigures,
): Promise<{ resources: Json; remaining: string[]; text: string }> {
  const rules = new Map<string, { options: unknown; preset: 'all' }>();
  for (const entry of catalog) {
    const rule = await entry.rule();
    rules.set(entry.id, { preset: 'all', options: { ...(rule.options?.defaults as object), ...options[entry.id] } });
  }
  const settings: EngineSettings = {
    accept: 'review',
    today: '2026-11-22',
    includeGenerated: false,
    settingsFor: () => ({ rules, ...(account && { accounts: [account] }) }),
  };
  const path = text.startsWith('{') ? 'template.json' : 'template.yaml';
  const { reports, problems } = await runTexts([{ path, text }], catalog, settings);
  expect(problems).toEqual([]);
  const after = reports[0]?.after ?? text;
  const { loadTemplate } = await import('../core/template/load.js');
  const { toValue } = await import('../core/template/node.js');
  const { SourceFile } = await import('../core/text/source-file.js');
  const template = await loadTemplate(new SourceFile(path, after));
  if (!template) throw new Error('no template');
  return {
    text: after,
    resources: (toValue(template.root) as Json)['Resources'],
    remaining: (reports[0]?.remaining ?? []).map(({ rule, messageId }) => `${rule} ${messageId}`),
  };
}

/** Statements anywhere in the template that allow an action, with their resources. */
function allowing(resources: Json, action: string): unknown[] {
  const documents = Object.values(resources).flatMap((resource: Json) => [
    resource.Properties?.PolicyDocument,
    ...(resource.Properties?.Policies ?? []).map((policy: Json) => policy.PolicyDocument),
  ]);
  const statements = documents.flatMap((document: Json | undefined) => document?.Statement ?? []);
  return statements
    .filter((statement: Json) => [statement.Action].flat().includes(action))
    .map((statement: Json) => statement.Resource);
}

const cases = Object.keys(variants).flatMap((variant) =>
  Object.keys(syntaxes).map((syntax) => [variant, syntax] as const),
);

function text(seed: Json, variant: string, syntax: string): string {
  return syntaxes[syntax as keyof typeof syntaxes]((variants[variant] as (seed: Json) => Json)(seed));
}

describe('seed 000: reservations, a destination without permission, comments', () => {
  it.each(cases)('%s, %s', async (variant, syntax) => {
    const { resources, text: after } = await mend(text(seed000(), variant, syntax));
    expect(after).not.toContain('ReservedConcurrentExecutions');
    const granted = allowing(resources, 'lambda:InvokeFunction');
    expect(granted).toHaveLength(1);
    expect(JSON.stringify(granted[0])).toMatch(/ProcessedAlerts/);
    const inline = Object.values(resources).find((resource: Json) =>
      String(resource.Properties.Code?.ZipFile).includes('https'),
    )?.Properties.Code.ZipFile as string;
    expect(inline).not.toMatch(/#.*\bproduction\b(?!-)/);
    expect(inline.split('\n').map((line) => line.replace(/#.*/, ''))).toEqual([
      'def handler(event, context):',
      '    ',
      '    url = "https://production.example.com"  ',
      '    return event',
      '',
    ]);
  });

  it('a shared role gets a policy of its own, and the configuration waits for it', async () => {
    const seed = seed000();
    seed['ProcessedAlerts'] = lambda('MatcherRole');
    const { resources } = await mend(syntaxes.json(seed));
    const [id, policy] = Object.entries(resources).find(([, resource]) => resource.Type === 'AWS::IAM::Policy') ?? [];
    expect(policy.Properties.Roles).toEqual([{ Ref: 'MatcherRole' }]);
    expect(resources['MatcherConfig'].DependsOn).toBe(id);
  });
});

describe('seed 001: a reservation, a file name', () => {
  it('the reservation goes, and everything else stays', async () => {
    const seed = {
      WebhookRole: role(logs),
      WebhookProcessor: lambda('WebhookRole', { ReservedConcurrentExecutions: 100, MemorySize: 1024 }),
    };
    const { resources } = await mend(syntaxes.json(seed));
    const expected = structuredClone(seed) as Json;
    delete expected['WebhookProcessor'].Properties.ReservedConcurrentExecutions;
    expect(resources).toEqual(expected);
  });
});

describe('seed 002: four reservations', () => {
  const caps = { ProcessWebhook: 20, CheckAlerts: 10, SendNotification: 5, CleanupHistory: 2 };
  const figures = (resources: Json): (number | undefined)[] =>
    Object.keys(caps).map((id) => resources[id].Properties.ReservedConcurrentExecutions);
  const account = (limit: number): AccountFigures => ({ limit, unreserved: limit, source: 'account.json' });

  it.each(Object.keys(syntaxes))('caps by logical id, exactly (%s)', async (syntax) => {
    const { resources } = await mend(text(seed002(), 'as it is', syntax), { 'lambda-reserved-concurrency': { caps } });
    expect(figures(resources)).toEqual([20, 10, 5, 2]);
  });

  it('a limit of 137 leaves a sum of 37', async () => {
    const { resources } = await mend(syntaxes.json(seed002()), {}, account(137));
    expect(figures(resources)).toEqual([11, 11, 10, 5]);
  });

  it('a limit of 10 removes them all', async () => {
    const { resources } = await mend(syntaxes.json(seed002()), {}, account(10));
    expect(figures(resources)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('a limit of 1,000 leaves nothing to do', async () => {
    const { resources } = await mend(syntaxes.json(seed002()), {}, account(1000));
    expect(figures(resources)).toEqual([100, 50, 50, 5]);
  });
});

describe('seed 004: a dead letter queue and an event source without permission', () => {
  it.each(cases)('%s, %s', async (variant, syntax) => {
    const { resources, remaining } = await mend(text(seed004(), variant, syntax));
    const send = allowing(resources, 'sqs:SendMessage');
    expect(send).toHaveLength(1);
    expect(JSON.stringify(send[0])).toMatch(/OrdersDlq/);
    const managed = JSON.stringify(resources).includes('AWSLambdaSQSQueueExecutionRole');
    const receive = allowing(resources, 'sqs:ReceiveMessage');
    expect(managed || (receive.length === 1 && /Orders(?!Dlq)/.test(JSON.stringify(receive[0])))).toBe(true);
    expect(remaining).toEqual([]);
  });
});
