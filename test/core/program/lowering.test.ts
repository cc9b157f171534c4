import { describe, expect, it } from 'vitest';
import { TestProgram, dataOf } from '../../support/program.js';

const head = `import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
const queue = new aws.sqs.Queue('dead');
const topic = new aws.sns.Topic('news');
`;

function programOf(body: string): TestProgram {
  return new TestProgram({ 'index.ts': head + body });
}

/** The properties of `fn` in the model. */
function propertiesOf(args: string, before = ''): unknown {
  const { program } = programOf(`${before}\nconst fn = new aws.lambda.Function('fn', ${args});`);
  return dataOf(program.model.resource('fn')?.node.get('Properties'));
}

/** What `description` is in the model: an expression for its own sake. */
function lowered(expression: string, before = ''): unknown {
  const properties = propertiesOf(`{ name: 'fn', description: ${expression} }`, before);
  return (properties as Record<string, unknown>)['Description'];
}

const unknown = (text: string): unknown => ({ 'Pulumi::Expression': text });
const ref = (name: string): unknown => ({ Ref: name });
const arn = { 'Fn::GetAtt': ['queue', 'Arn'] };
const join = (...parts: readonly unknown[]): unknown => ({ 'Fn::Join': ['', parts] });

describe('an expression in the model', () => {
  it.each<[string, string, unknown]>([
    ['a string', `'a'`, 'a'],
    ['a number', '10', 10],
    ['a negative number', '-1', -1],
    ['a boolean', 'true', true],
    ['a template without placeholders', '`a\\nb`', 'a\nb'],
    ['a template', '`a-${stage}-b`', join('a-', ref('stage'), '-b')],
    ['a template of known parts', '`a-${known}-b`', 'a-k-b'],
    ['a template in a template', '`a-${`b-${stage}`}`', join('a-b-', ref('stage'))],
    ['pulumi.interpolate', 'pulumi.interpolate`${queue.arn}/x`', join(arn, '/x')],
    ['pulumi.concat', `pulumi.concat('a-', queue.arn, '/x')`, join('a-', arn, '/x')],
    ['a sum of texts', `'a-' + stage + '-b'`, join('a-', ref('stage'), '-b')],
    ['a sum of known texts', `'a-' + known`, 'a-k'],
    ['a difference', '3 - 1', unknown('3 - 1')],
    ['an attribute', 'queue.arn', arn],
    ['an attribute that is what Ref gives', 'queue.url', ref('queue')],
    ['a resource', 'queue', ref('queue')],
    ['an ARN that is what Ref gives', 'topic.arn', ref('topic')],
    ['through apply', 'queue.arn.apply(a => `${a}/x`)', join(arn, '/x')],
    ['through all', 'pulumi.all([queue.arn, topic.arn]).apply(([q, t]) => `${q} ${t}`)', join(arn, ' ', ref('topic'))],
    ['?:', `flag ? 'a' : 'b'`, { 'Fn::If': ['flag', 'a', 'b'] }],
    ['?? of a known value', `known ?? 'b'`, 'k'],
    ['?? of a given one', `given.limit ?? 10`, ref('given.limit ?? 10')],
    ['|| of a given one', `given.limit || 10`, ref('given.limit || 10')],
    ['an enum', 'aws.lambda.Runtime.NodeJS22dX', 'nodejs22.x'],
    ['a constant of the old kind', 'aws.lambda.NodeJS18dXRuntime', 'nodejs18.x'],
    ['a call', 'compute()', unknown('compute()')],
    ['String(x)', 'String(known)', 'k'],
    ['x.toString()', 'queue.arn.toString()', arn],
    ['the region', 'aws.getRegionOutput().name', ref('AWS::Region')],
    ['the region of the next major', 'aws.getRegionOutput().region', ref('AWS::Region')],
    ['the account', 'aws.getCallerIdentityOutput().accountId', ref('AWS::AccountId')],
    ['the account, later', 'aws.getCallerIdentity().then(i => i.accountId)', ref('AWS::AccountId')],
    ['the partition', 'aws.getPartitionOutput().partition', ref('AWS::Partition')],
    ['JSON', `JSON.stringify({ a: [1, known] })`, { a: [1, 'k'] }],
    ['JSON of outputs', `pulumi.jsonStringify({ a: queue.arn })`, { a: arn }],
    ['a function', '() => 1', unknown('() => 1')],
    ['a cast', `('a' as string)!`, 'a'],
    ['what is long', `compute(${'x'.repeat(80)})`, unknown(`compute(${'x'.repeat(49)}...`)],
  ])('is %s', (_, expression, expected) => {
    const before = `const known = 'k';\ndeclare const stage: string, flag: boolean, given: { limit?: number };\ndeclare function compute(...x: any[]): string;`;
    expect(lowered(expression, before)).toEqual(expected);
  });

  it.each(['undefined', 'null'])('is nothing for %s', (expression) => {
    expect(propertiesOf(`{ name: 'fn', description: ${expression} }`)).toEqual({ FunctionName: 'fn' });
  });

  it('notes the default of a parameter', () => {
    const { program } = programOf(
      `declare const args: any;\nconst fn = new aws.lambda.Function('fn', { reservedConcurrentExecutions: args.limit ?? 10 });`,
    );
    expect(dataOf(program.model.section('Parameters'))).toMatchObject({ 'args.limit ?? 10': { Default: 10 } });
  });
});

describe('the arguments of a resource in the model', () => {
  it.each<[string, string, unknown]>([
    ['names with a capital letter', `{ name: 'fn', memorySize: 128 }`, { FunctionName: 'fn', MemorySize: 128 }],
    [
      'objects within',
      `{ name: 'fn', deadLetterConfig: { targetArn: 'x' } }`,
      { FunctionName: 'fn', DeadLetterConfig: { TargetArn: 'x' } },
    ],
    [
      'names of the author',
      `{ name: 'fn', environment: { variables: { tableName: 'x' } } }`,
      { FunctionName: 'fn', Environment: { Variables: { tableName: 'x' } } },
    ],
    ['tags as they are', `{ name: 'fn', tags: { team: 'x' } }`, { FunctionName: 'fn', Tags: { team: 'x' } }],
    ['an entry in brackets', `{ name: 'fn', ['memorySize']: 128 }`, { FunctionName: 'fn', MemorySize: 128 }],
    ['a shorthand', `{ name: 'fn', memorySize }`, { FunctionName: 'fn', MemorySize: 256 }],
    ['a spread of a literal', `{ ...base, name: 'fn' }`, { Timeout: 3, FunctionName: 'fn' }],
    ['a spread that is overridden', `{ ...base, name: 'fn', timeout: 5 }`, { Timeout: 5, FunctionName: 'fn' }],
    ['a name for an object', `whole`, { FunctionName: 'fn', Timeout: 9 }],
    [
      'a logical name and a suffix',
      `{}`,
      { FunctionName: { 'Fn::Join': ['', ['fn', '-', unknown('the suffix of fn')]] } },
    ],
  ])('have %s', (_, args, expected) => {
    const before = `const memorySize = 256;\nconst base = { timeout: 3 };\nconst whole = { name: 'fn', timeout: 9 };`;
    expect(propertiesOf(args, before)).toEqual(expected);
  });

  it.each([
    ['a spread of something unknown', `{ ...more(), name: 'fn' }`],
    ['a computed name', `{ [key()]: 1, name: 'fn' }`],
    ['a method', `{ get timeout() { return 1; }, name: 'fn' }`],
    ['a call', `make()`],
    ['a parameter', `args`],
  ])('are open where there is %s', (_, args) => {
    expect(Object.keys(propertiesOf(args, 'declare const args: any;') as object)).toContain('Fn::Transform');
  });

  it('have what a spread of a rest would bring left open', () => {
    const before = `const { timeout, ...rest } = { timeout: 3, memorySize: 1 };`;
    expect(Object.keys(propertiesOf(`{ ...rest, name: 'fn' }`, before) as object)).toContain('Fn::Transform');
  });
});

describe('what stands around a resource in the model', () => {
  const node = (body: string, id: string): Record<string, unknown> => {
    const { program } = programOf(body);
    return dataOf(program.model.resource(id)?.node) as Record<string, unknown>;
  };

  it('is its order', () => {
    expect(
      node(`const fn = new aws.lambda.Function('fn', {}, { dependsOn: [queue, topic] });`, 'fn')['DependsOn'],
    ).toEqual(['queue', 'topic']);
    expect(node(`const fn = new aws.lambda.Function('fn', {}, { dependsOn: queue });`, 'fn')['DependsOn']).toEqual([
      'queue',
    ]);
    expect(
      node(`const opts = { dependsOn: [queue] };\nconst fn = new aws.lambda.Function('fn', {}, opts);`, 'fn')[
        'DependsOn'
      ],
    ).toEqual(['queue']);
  });

  it.each([
    ['a spread', `{ dependsOn: [queue, ...others] }`, true],
    ['a call', `{ dependsOn: others() }`, true],
    ['nothing', `{ parent: queue }`, false],
    ['a list', `{ dependsOn: [queue] }`, false],
  ])('has an open order with %s: %s', (_, opts, isOpen) => {
    const { program } = programOf(`const fn = new aws.lambda.Function('fn', {}, ${opts});`);
    const fn = program.of('fn');
    expect(fn && program.hasOpenOrder(fn)).toBe(isOpen);
  });

  it('is its condition', () => {
    const body = `if (isProd) { if (!isCheap) { const fn = new aws.lambda.Function('fn', {}); } }`;
    expect(node(body, 'fn')['Condition']).toBe('!isCheap && isProd');
    expect(programOf(body).program.model.conditions).toBeDefined();
  });

  it('is its type, known or not', () => {
    expect(node(`const m = new aws.lambda.EventSourceMapping('m', {});`, 'm')['Type']).toBe(
      'AWS::Lambda::EventSourceMapping',
    );
    expect(node(`const d = new aws.rds.Instance('d', {});`, 'd')['Type']).toBe('Pulumi::Rds::Instance');
  });

  it('leads back to what was written', () => {
    const test = programOf(`const limit = 7;\nconst fn = new aws.lambda.Function('fn', { timeout: limit });`);
    const timeout = test.program.model.resource('fn')?.property('Timeout');
    if (!timeout) throw new Error('there is no timeout');
    const [origin, written] = [test.program.originOf(timeout), test.program.writtenAt(timeout)];
    expect(origin && test.editor.textOf(origin)).toBe('limit');
    expect(written && test.editor.textOf(written)).toBe('7');
    expect(written && test.program.pathsWrittenAt(written)).toEqual([['Resources', 'fn', 'Properties', 'Timeout']]);
  });
});
