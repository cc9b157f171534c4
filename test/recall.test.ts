import { beforeAll, describe, expect, it } from 'vitest';
import { plainValue } from '../scripts/lib/corpus/plain-value.js';
import { Deployed, type PlainMap } from '../scripts/lib/recall/deployed.js';
import { generatedTemplates } from '../scripts/lib/recall/generate/templates.js';
import { RecallJudge } from '../scripts/lib/recall/judge.js';
import { GrantJudge } from '../scripts/lib/recall/judge-grants.js';
import { mutationKinds } from '../scripts/lib/recall/mutation.js';
import { RoleReader } from '../scripts/lib/recall/roles.js';
import { RecallTally } from '../scripts/lib/recall/table.js';

/** `npm run recall -- --generated` takes all templates; here each of so many, in all layouts as the number is odd. */
const every = 131;
const today = '2026-11-22';

/** A queue for dead letters, and a role with the given statements. */
function template(...statements: readonly string[]): string {
  return [
    'Resources:',
    '  Letters:',
    '    Type: AWS::SQS::Queue',
    '  Role:',
    '    Type: AWS::IAM::Role',
    '    Properties:',
    '      Policies:',
    '        - PolicyName: letters',
    '          PolicyDocument:',
    '            Statement:',
    ...statements.map((statement) => `              - { Effect: Allow, ${statement} }`),
    '  Worker:',
    '    Type: AWS::Lambda::Function',
    '    Properties:',
    '      Role: !GetAtt Role.Arn',
    '      DeadLetterConfig: { TargetArn: !GetAtt Letters.Arn }',
    '',
  ].join('\n');
}

const send = 'Action: "sqs:SendMessage", Resource: !GetAtt Letters.Arn';
const log = 'Action: "logs:PutLogEvents", Resource: "*"';

describe('recall by mutation', () => {
  it('finds and restores what is taken from generated templates', async () => {
    const judge = await RecallJudge.start(today);
    const tally = new RecallTally();
    for (const { name, print } of generatedTemplates(every)) tally.add(await judge.judge(name, print()));
    expect(tally.outcomes.filter(({ verdict }) => verdict !== 'restored')).toEqual([]);
    expect(tally.disputed).toEqual([]);
    expect(tally.outcomes.length).toBeGreaterThan(100);
  }, 300_000);

  it('generates thousands of templates, each once', () => {
    const names = [...generatedTemplates()].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(5000);
  });

  it('makes every kind of mutation', async () => {
    const judge = await RecallJudge.start(today);
    const wanted = [
      'dead letters to a queue, policy, in a list',
      'events from queue, managed policy of AWS, by reference',
      'destination queue, SAM policy template, by reference',
      'alias of a function by Ref, literal figure',
      'SAM alias, literal figure',
      'stage, limits alone',
      'method, URI by Sub',
    ].map((name) => `generated/${name} (json).json`);
    const kinds = new Set<string>(['action']);
    for (const { name, print } of generatedTemplates())
      if (wanted.includes(name)) for (const { kind } of (await judge.judge(name, print())).outcomes) kinds.add(kind);
    expect([...kinds].toSorted()).toEqual(Object.keys(mutationKinds).toSorted());
  }, 300_000);

  it('counts no mutation that leaves the template whole', async () => {
    const judge = await RecallJudge.start(today);
    const { made, outcomes } = await judge.judge('whole.yaml', template(log, send, 'Action: "sqs:*", Resource: "*"'));
    expect(made).toBe(3);
    expect(outcomes).toEqual([]);
  });
});

describe('what a fix must restore', () => {
  let judge: GrantJudge;

  beforeAll(async () => {
    judge = new GrantJudge(await RoleReader.start());
  });

  function complaint(after: string): string | undefined {
    const before = template(log);
    const broken = judge.brokenBy(judge.states(plainValue(template(log, send)), 'strict'), plainValue(before));
    expect(broken).toMatchObject([{ rule: 'lambda-dlq-permission', subject: 'Worker' }]);
    return judge.complaint(broken, { before, after });
  }

  const policy = (resource: string): string =>
    template(log).replace(
      '  Worker:',
      `        - PolicyName: more\n          PolicyDocument: { Statement: [{ Effect: Allow, Action: "sqs:SendMessage", Resource: ${resource} }] }\n  Worker:`,
    );

  it('is content with the grant itself', () => {
    expect(complaint(policy('!GetAtt Letters.Arn'))).toBeUndefined();
  });

  it('complains of a grant on more', () => {
    expect(complaint(policy('"*"'))).toBe('granted more than is demanded: sqs:SendMessage on *');
  });

  it('complains of a grant on something else', () => {
    expect(complaint(policy('"arn:aws:sqs:eu-central-1:111122223333:other"'))).toMatch(/^not granted in time/);
  });

  it('complains of other changes', () => {
    expect(complaint(policy('!GetAtt Letters.Arn').replace('logs:Put', 'logs:Get'))).toMatch(/^changed beside it/);
  });
});

describe('a template worked out', () => {
  const text = `
Parameters:
  Stage: { Type: String, Default: dev }
Mappings:
  Sizes: { dev: { Days: 3 }, prod: { Days: 30 } }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: !Sub 'jobs-\${Stage}' }
  Topic: { Type: AWS::SNS::Topic, Condition: IsProd }
  Read:
    Type: Custom::Read
    Properties:
      Arn: !GetAtt Queue.Arn
      Joined: !Join ['/', [!Ref Queue, !Sub ['\${A}', { A: !Ref AWS::Region }]]]
      Days: !FindInMap [Sizes, !Ref Stage, Days]
      Some: [!If [IsProd, a, !Ref AWS::NoValue], b]
      Kept: !Sub '\${!literal}'
`;
  const read = (world: ReadonlyMap<string, string>): unknown => {
    const deployed = new Deployed(plainValue(text) as PlainMap, world);
    const made = deployed.resource('Read');
    return [made && deployed.read(made.properties), deployed.resource('Topic')?.id];
  };

  it('has the names and values of its defaults', () => {
    expect(read(new Map())).toEqual([
      {
        Arn: 'arn:aws:sqs:eu-central-1:111122223333:jobs-dev',
        Joined: 'https://sqs.eu-central-1.amazonaws.com/111122223333/jobs-dev/eu-central-1',
        Days: 3,
        Some: ['b'],
        Kept: '${literal}',
      },
      undefined,
    ]);
  });

  it('has those of another world', () => {
    expect(read(new Map([['Stage', 'prod']]))).toMatchObject([{ Days: 30, Some: ['a', 'b'] }, 'Topic']);
  });
});
