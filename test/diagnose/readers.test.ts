import { describe, expect, test } from 'vitest';
import { type LogDiagnosis, diagnoseLog } from '../../diagnose/diagnose.js';
import { catalog } from '../../rules/catalog.js';

const rules = await Promise.all(catalog.map((entry) => entry.rule()));

async function read(text: string): Promise<LogDiagnosis> {
  return diagnoseLog([text], rules);
}

const reason =
  'Resource handler returned message: "Invalid request provided: The provided execution role does not have permissions to call SendMessage on SQS (Service: Lambda, Status Code: 400, Request ID: 5a1b)" (RequestToken: 77, HandlerErrorCode: InvalidRequest)';

/** What is the same whatever told it. */
function expectDlq({ causes }: LogDiagnosis, name: string): void {
  expect(causes).toHaveLength(1);
  expect(causes[0]?.failure.resource?.name).toBe(name);
  expect(causes[0]?.recognised.map(({ rule }) => rule.id)).toContain('lambda-dlq-permission');
  expect(causes[0]?.known?.id).toBe('lambda-dlq-perm');
}

describe('events of CloudFormation', () => {
  const events = {
    StackEvents: [
      {
        StackName: 'orders',
        LogicalResourceId: 'orders',
        ResourceType: 'AWS::CloudFormation::Stack',
        Timestamp: '2026-11-20T10:00:05Z',
        ResourceStatus: 'ROLLBACK_IN_PROGRESS',
        ResourceStatusReason:
          'The following resource(s) failed to create: [Notify, Table]. Rollback requested by user.',
      },
      {
        StackName: 'orders',
        LogicalResourceId: 'Table',
        ResourceType: 'AWS::DynamoDB::Table',
        Timestamp: '2026-11-20T10:00:04Z',
        ResourceStatus: 'CREATE_FAILED',
        ResourceStatusReason: 'Resource creation cancelled',
      },
      {
        StackName: 'orders',
        LogicalResourceId: 'Notify',
        ResourceType: 'AWS::Lambda::Function',
        Timestamp: '2026-11-20T10:00:03Z',
        ResourceStatus: 'CREATE_FAILED',
        ResourceStatusReason: reason,
      },
      {
        StackName: 'orders',
        LogicalResourceId: 'Role',
        ResourceType: 'AWS::IAM::Role',
        Timestamp: '2026-11-20T10:00:02Z',
        ResourceStatus: 'CREATE_COMPLETE',
      },
    ],
  };

  test.each([
    ['describe-stack-events', JSON.stringify(events, undefined, 4)],
    ['on one line', JSON.stringify(events)],
    ['only the list, as --query gives it', JSON.stringify(events.StackEvents, undefined, 4)],
    [
      'in the log of a pipeline',
      `Run aws cloudformation describe-stack-events\n${JSON.stringify(events, undefined, 4)}\nDone.`,
    ],
    ['with a byte order mark', `\uFEFF${JSON.stringify(events)}`],
  ])('%s', async (_, text) => {
    const told = await read(text);
    expectDlq(told, 'Notify');
    expect(told.causes[0]?.failure).toMatchObject({ status: 'CREATE_FAILED', format: 'cloudformation-events' });
    expect(told.followed).toBe(1);
  });

  test('describe-events tells validation errors too', async () => {
    const { causes } = await read(
      JSON.stringify({
        OperationEvents: [
          {
            EventType: 'VALIDATION_ERROR',
            LogicalResourceId: 'Stage',
            ResourceType: 'AWS::ApiGateway::Stage',
            ValidationStatusReason: 'extraneous key [ThrottleSettings] is not permitted',
          },
          { EventType: 'STACK_EVENT', LogicalResourceId: 'orders', ResourceStatus: 'CREATE_IN_PROGRESS' },
        ],
      }),
    );
    expect(causes.map(({ failure }) => failure.resource?.name)).toEqual(['Stage']);
    expect(causes[0]?.recognised.map(({ rule }) => rule.id)).toEqual(['apigateway-stage-throttling']);
  });

  test('the first of several causes comes first', async () => {
    const failed = (name: string, second: number, text: string): object => ({
      LogicalResourceId: name,
      ResourceType: 'AWS::SQS::Queue',
      Timestamp: `2026-11-20T10:00:0${second}Z`,
      ResourceStatus: 'CREATE_FAILED',
      ResourceStatusReason: text,
    });
    const { causes } = await read(
      JSON.stringify({
        StackEvents: [failed('Late', 9, 'Invalid schedule expression: x'), failed('Early', 1, 'something new')],
      }),
    );
    expect(causes.map(({ failure }) => failure.resource?.name)).toEqual(['Early', 'Late']);
    expect(causes[0]?.known).toBeUndefined();
  });
});

test('sam deploy: wrapped cells, also of names, behind time stamps', async () => {
  const table = [
    'CloudFormation events from stack operations (refresh every 5.0 seconds)',
    '-'.repeat(116),
    'ResourceStatus               ResourceType                 LogicalResourceId            ResourceStatusReason        ',
    '-'.repeat(116),
    'CREATE_IN_PROGRESS           AWS::IAM::Role               NotifyRole                   -                           ',
    'CREATE_FAILED                AWS::Lambda::Function        NotificationDispatcherForCus Resource handler returned   ',
    '                                                          tomers                       message: "The provided      ',
    '                                                                                       execution role does not     ',
    '                                                                                       have permissions to call    ',
    '                                                                                       SendMessage on SQS (Service:',
    '                                                                                       Lambda, Status Code: 400)   ',
    'CREATE_FAILED                AWS::DynamoDB::Table         Orders                       Resource creation cancelled ',
    '-'.repeat(116),
    'Error: Failed to create/update the stack: orders, Waiter StackCreateComplete failed: Waiter encountered a terminal failure state: For expression "Stacks[].StackStatus" we matched expected path: "CREATE_FAILED" at least once',
  ];
  for (const prefix of ['', '2026-11-20T10:00:01.1234567Z ']) {
    const told = await read(table.map((line) => `${prefix}${line}`).join('\n'));
    expect(told.causes).toHaveLength(1);
    expectDlq(told, 'NotificationDispatcherForCustomers');
  }
});

test('cdk deploy: the closing line says nothing new', async () => {
  const told = await read(
    [
      'MyStack: deploying... [1/1]',
      'MyStack | 0/5 | 10:01:00 AM | CREATE_IN_PROGRESS   | AWS::IAM::Role        | Role (Role1ABCC5F0) ',
      `MyStack | 3/5 | 10:01:02 AM | CREATE_FAILED        | AWS::Lambda::Function | Notify (Notify9270CBC0) ${reason}`,
      `\u001B[31m ❌  MyStack failed: Error: The stack named MyStack failed creation, it may need to be manually deleted from the AWS console: ROLLBACK_COMPLETE: ${reason}\u001B[39m`,
    ].join('\n'),
  );
  expectDlq(told, 'Notify9270CBC0');
  expect(told.followed).toBe(1);
});

describe('pulumi', () => {
  test('up', async () => {
    const told = await read(
      [
        'Updating (dev):',
        ' +  aws:lambda:Function notify creating (12s) error: 1 error occurred:',
        '',
        'Diagnostics:',
        '  pulumi:pulumi:Stack (shop-dev):',
        '    error: update failed',
        '',
        '  aws:lambda:Function (notify):',
        '    error: 1 error occurred:',
        '    \t* creating Lambda Function (notify-1234567): operation error Lambda: CreateFunction, https response error StatusCode: 400, RequestID: 1, InvalidParameterValueException: The provided execution role does not have permissions to call SendMessage on SQS',
        '',
        'Resources:',
        '    + 3 created',
      ].join('\n'),
    );
    expectDlq(told, 'notify');
    expect(told.causes[0]?.failure.resource?.type).toBe('aws:lambda:Function');
  });

  const diagnostic = {
    urn: 'urn:pulumi:dev::shop::shop:index:Api$aws:lambda/function:Function::notify',
    prefix: '<{%reset%}>error: ',
    message:
      '<{%reset%}>1 error occurred: * creating Lambda Function: The provided execution role does not have permissions to call SendMessage on SQS<{%reset%}>',
    severity: 'error',
  };

  test.each([
    [
      'an event log',
      [
        JSON.stringify({ sequence: 1, timestamp: 1, preludeEvent: { config: {} } }),
        JSON.stringify({
          sequence: 2,
          timestamp: 2,
          diagnosticEvent: { ...diagnostic, severity: 'info', message: 'x' },
        }),
        JSON.stringify({ sequence: 3, timestamp: 2, diagnosticEvent: diagnostic }),
        JSON.stringify({ sequence: 4, timestamp: 3, diagnosticEvent: { severity: 'error', message: 'update failed' } }),
      ].join('\n'),
    ],
    ['--json', JSON.stringify({ steps: [], diagnostics: [diagnostic] }, undefined, 2)],
  ])('%s', async (_, text) => {
    const told = await read(text);
    expectDlq(told, 'notify');
    expect(told.causes[0]?.failure.resource).toMatchObject({ type: 'aws:lambda/function:Function' });
  });
});

describe('linters and compilers', () => {
  test.each([
    ['default', "E3002 Additional properties are not allowed ('Foo' was unexpected)\ninfra/template.yaml:12:7\n"],
    ['parseable', "infra/template.yaml:12:7:12:20:E3002:Additional properties are not allowed ('Foo' was unexpected)"],
    [
      'JSON',
      JSON.stringify([
        {
          Filename: 'infra/template.yaml',
          Level: 'Error',
          Message: "Additional properties are not allowed ('Foo' was unexpected)",
          Location: { Start: { LineNumber: 12, ColumnNumber: 7 } },
          Rule: { Id: 'E3002' },
        },
      ]),
    ],
  ])('cfn-lint, %s', async (_, text) => {
    const { causes } = await read(text);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.failure).toMatchObject({
      format: 'cfn-lint',
      place: { file: 'infra/template.yaml', line: 12, column: 7 },
    });
    expect(causes[0]?.known?.id).toBe('unknown-property');
  });

  test.each([
    "index.ts(41,3): error TS2353: Object literal may only specify known properties, and 'throttleSettings' does not exist in type 'StageArgs'.",
    "\u001B[96mindex.ts\u001B[0m:\u001B[93m41\u001B[0m:\u001B[93m3\u001B[0m - \u001B[91merror\u001B[0m\u001B[90m TS2353: \u001B[0mObject literal may only specify known properties, and 'throttleSettings' does not exist in type 'StageArgs'.",
  ])('tsc', async (text) => {
    const { causes } = await read(`> tsc\n\n${text}\n\nFound 1 error.`);
    expect(causes[0]?.failure).toMatchObject({ format: 'tsc', place: { file: 'index.ts', line: 41, column: 3 } });
    expect(causes[0]?.recognised.map(({ rule }) => rule.id)).toEqual(['apigateway-stage-throttling']);
    expect(causes).toHaveLength(1);
  });
});

describe('any text', () => {
  const text =
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [10].";

  test.each([
    ['alone', text],
    ['wrapped between words', text.replace("account's ", "account's\n    ")],
    ['wrapped in the middle of a word', text.replace('Unreserved', 'Unres\nerved')],
    ['over three lines', text.replace('for function ', 'for function\n').replace('below ', 'below\n')],
    ['behind marks of a pipeline', `##[group]deploy\n##[error]${text}\n##[endgroup]`],
    ['with carriage returns of a progress bar', `1%\r2%\r${text}\r\n`],
    ['in JSON of another tool', `{"level":"error","msg":"${text.replaceAll("'", String.raw`'`)}"}`],
  ])('%s', async (_, log) => {
    const { causes } = await read(log);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.recognised[0]).toMatchObject({ figures: { minimum: '10' } });
  });

  test('in ten thousand lines', async () => {
    const noise = Array.from(
      { length: 5_000 },
      (_, index) => `step ${index}: error handling of module ${index} is not used`,
    );
    const { causes, lines } = await read([...noise, text, ...noise].join('\n'));
    expect(lines).toBe(10_001);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.failure.line).toBe(5_001);
  });

  test('what says of itself that it is an error, and nobody knows, is told as such', async () => {
    const { causes } = await read('all fine\nError: the flux capacitor is empty\nbye');
    expect(causes.map(({ failure, known, recognised }) => [failure.reason, known, recognised])).toEqual([
      ['Error: the flux capacitor is empty', undefined, []],
    ]);
  });

  test('in the middle of a line without end, between sequences that never end', async () => {
    const filler = 'x'.repeat(700_000);
    const { causes, lines } = await read(`${filler} \u001B]8;;${filler}${text}${'\u001B['.repeat(10_000)}`);
    expect(lines).toBe(1);
    expect(causes.map(({ recognised }) => recognised.map(({ rule }) => rule.id))).toEqual([
      ['lambda-reserved-concurrency'],
    ]);
  });

  test('in a stream whose chunks break characters, with bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x80]), Buffer.from(`größe ${text}\nnext — line`)]);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3);
    }
    const { causes, lines } = await diagnoseLog(chunks(), rules);
    expect(lines).toBe(2);
    expect(causes[0]?.recognised[0]?.figures).toEqual({ minimum: '10' });
  });

  test('nothing failed', async () => {
    expect(await read('all fine\n')).toMatchObject({ causes: [], lines: 1 });
    expect(await read('')).toMatchObject({ causes: [], lines: 0 });
  });
});
