import { describe, expect, it } from 'vitest';
import type { Value } from '../../../core/program/values.js';
import { atTop } from '../../../core/program/values.js';
import { TestProgram } from '../../support/program.js';

/** What `subject` comes to, in one line: the kind, and the text that stands behind it. */
function valueOf(body: string, others: Readonly<Record<string, string>> = {}): string {
  const text = `import * as aws from '@pulumi/aws';\nimport * as pulumi from '@pulumi/pulumi';\n${body}\n`;
  const test = new TestProgram({ 'index.ts': text, ...others });
  const file = test.file('index.ts');
  const binding = file.scopes.root.bindings.get('subject');
  if (!binding?.init) throw new Error('there is no subject');
  return short(test.program.resolver.value({ node: binding.init, place: atTop(file) }));
}

function short(value: Value): string {
  const { node, place } = value.expression;
  const text =
    node.type === 'Identifier' && node.end === 0 ? node.name : place.file.text.slice(node.start ?? 0, node.end ?? 0);
  switch (value.kind) {
    case 'attribute':
      return `attribute ${value.name} of ${value.member.path.join('.')}`;
    case 'created':
      return `created ${value.member.path.join('.')}`;
    case 'member':
      return `member ${value.member.package} ${value.member.path.join('.')}`;
    case 'instance':
      return `instance ${value.class.id?.name ?? ''}`;
    case 'unknown': {
      const fallback = value.fallback?.node;
      const taken = fallback
        ? `, else ${value.fallback.place.file.text.slice(fallback.start ?? 0, fallback.end ?? 0)}`
        : '';
      return `unknown: ${value.because}${taken}`;
    }
    case 'written':
      return text;
  }
}

const queue = `const queue = new aws.sqs.Queue('q');\n`;

describe('a value is followed', () => {
  it.each([
    ['through a constant', `const a = 10;\nconst subject = a;`, '10'],
    ['through constants', `const a = 10;\nconst b = a;\nconst subject = b;`, '10'],
    ['through a variable that is set once', `let a = 10;\nconst subject = a;`, '10'],
    ['through casts', `const a = 10 as const;\nconst subject = (a satisfies number)!;`, '10'],
    ['into an object', `const a = { b: { c: 'x' } };\nconst subject = a.b.c;`, `'x'`],
    ['into an object in brackets', `const a = { 'b-c': 'x' };\nconst subject = a['b-c'];`, `'x'`],
    ['into a list', `const a = ['x', 'y'];\nconst subject = a[1];`, `'y'`],
    ['out of a pattern', `const { a: { b } } = { a: { b: 5 } };\nconst subject = b;`, '5'],
    ['out of a list pattern', `const [, b] = [1, 2];\nconst subject = b;`, '2'],
    ['out of a pattern with a default', `const { a = 7 } = {};\nconst subject = a;`, '7'],
    ['through a spread', `const base = { a: 1, b: 2 };\nconst subject = { ...base, b: 3 }.a;`, '1'],
    ['past a spread', `const base = { a: 1, b: 2 };\nconst subject = { ...base, b: 3 }.b;`, '3'],
    ['into a spread behind', `const base = { b: 2 };\nconst subject = { b: 3, ...base }.b;`, '2'],
    ['past a spread that lacks it', `const base = { a: 1 };\nconst subject = { b: 3, ...base }.b;`, '3'],
    ['through ??', `const given = undefined;\nconst subject = given ?? 10;`, '10'],
    ['past ??', `const given = 0;\nconst subject = given ?? 10;`, '0'],
    ['through ||', `const given = 0;\nconst subject = given || 10;`, '10'],
    ['past ||', `const given = 5;\nconst subject = given || 10;`, '5'],
    ['to a missing property', `const a = { b: 1 };\nconst subject = a.c ?? 4;`, '4'],
    ['into an enum', `const subject = aws.lambda.Runtime.NodeJS22dX;`, 'member @pulumi/aws lambda.Runtime.NodeJS22dX'],
    ['to another package', `import { x } from 'elsewhere';\nconst subject = x.y;`, 'member elsewhere x.y'],
    ['to a resource', `${queue}const subject = queue;`, 'created sqs.Queue'],
    ['to an attribute', `${queue}const subject = queue.arn;`, 'attribute arn of sqs.Queue'],
    ['through pulumi.output', `${queue}const subject = pulumi.output(queue.arn);`, 'attribute arn of sqs.Queue'],
    ['through pulumi.secret', `const subject = pulumi.secret('x');`, `'x'`],
    ['through apply', `${queue}const subject = queue.arn.apply(arn => arn);`, 'attribute arn of sqs.Queue'],
    [
      'through apply with a block',
      `${queue}const subject = queue.arn.apply(arn => { return arn; });`,
      'attribute arn of sqs.Queue',
    ],
    [
      'through all and a list',
      `${queue}const subject = pulumi.all([1, queue.arn]).apply(([, arn]) => arn);`,
      'attribute arn of sqs.Queue',
    ],
    [
      'through all and an object',
      `${queue}const subject = pulumi.all({ arn: queue.arn }).apply(({ arn }) => arn);`,
      'attribute arn of sqs.Queue',
    ],
    [
      'through all and a renamed entry',
      `${queue}const subject = pulumi.all({ arn: queue.arn }).apply(({ arn: a }) => a);`,
      'attribute arn of sqs.Queue',
    ],
    [
      'through all and an index',
      `${queue}const subject = pulumi.all([queue.arn]).apply(a => a[0]);`,
      'attribute arn of sqs.Queue',
    ],
    [
      'through all with output around',
      `${queue}const subject = pulumi.all([pulumi.output(queue.arn)]).apply(([a]) => a);`,
      'attribute arn of sqs.Queue',
    ],
    ['into a function that returns it', `const limit = () => 20;\nconst subject = limit();`, '20'],
    ['through an argument', `const same = (n: number) => n;\nconst subject = same(20);`, '20'],
    ['through an object argument', `const pick = ({ n }: { n: number }) => n;\nconst subject = pick({ n: 20 });`, '20'],
    [
      'to a default of a parameter',
      `const pick = (n = 20) => n;\nconst subject = pick();`,
      'unknown: n is given by a caller, else 20',
    ],
    ['to the default of a property of a parameter', `const pick = ({ n = 20 }) => n;\nconst subject = pick({});`, '20'],
    [
      'to a field',
      `class A { q; constructor() { this.q = new aws.sqs.Queue('q'); } }\nconst subject = new A().q.arn;`,
      'attribute arn of sqs.Queue',
    ],
    ['to an initial field', `class A { n = 3; }\nconst subject = new A().n;`, '3'],
    ['to a parameter property', `class A { constructor(readonly n: number) {} }\nconst subject = new A(3).n;`, '3'],
    [
      'to what a constructor was given',
      `class A { n; constructor(args: { n: number }) { this.n = args.n; } }\nconst subject = new A({ n: 3 }).n;`,
      '3',
    ],
    [
      'through await',
      `const subject = await Promise.resolve(queue2);\nconst queue2 = 1;`,
      'await Promise.resolve(queue2)'.slice(6),
    ],
  ])('%s', (_, body, expected) => {
    expect(valueOf(body)).toBe(expected);
  });

  it.each([
    ['a named export', `import { limit } from './limits';\nconst subject = limit;`, `export const limit = 5;`],
    [
      'a renamed export',
      `import { limit as n } from './limits';\nconst subject = n;`,
      `const own = 5;\nexport { own as limit };`,
    ],
    ['a default export', `import limit from './limits';\nconst subject = limit;`, `export default 5;`],
    ['a default object', `import limits from './limits';\nconst subject = limits.n;`, `export default { n: 5 };`],
    ['a namespace', `import * as limits from './limits';\nconst subject = limits.n;`, `export const n = 5;`],
    ['a re-export', `import { n } from './barrel';\nconst subject = n;`, `export const n = 5;`],
    ['a pattern', `import { n } from './limits';\nconst subject = n;`, `export const { n } = { n: 5 };`],
  ])('into another file: %s', (_, body, limits) => {
    expect(valueOf(body, { 'limits.ts': limits, 'barrel.ts': `export * from './limits';` })).toBe('5');
  });

  it.each([
    ['it is assigned again', `let a = 1;\na = 2;\nconst subject = a;`, 'a is assigned more than once'],
    ['it counts', `let a = 1;\na++;\nconst subject = a;`, 'a is assigned more than once'],
    ['nothing defines it', `const subject = somewhere;`, 'somewhere is not defined here'],
    ['a file that is not there gives it', `import { x } from './gone';\nconst subject = x;`, 'x comes from ./gone'],
    ['the file does not export it', `import { x } from './limits';\nconst subject = x;`, 'limits.ts does not export x'],
    [
      'a rest takes it',
      `const { a, ...rest } = { a: 1, b: 2 };\nconst subject = rest;`,
      'rest is what is left of a pattern',
    ],
    ['it is defined by itself', `const a = b;\nconst b = a;\nconst subject = a;`, 'it is defined in a circle'],
    ['the name is computed', `const a = { x: 1 };\nconst subject = a[key()];`, 'it is looked up by a computed name'],
    ['it is a part of an attribute', `${queue}const subject = queue.arn.length;`, 'it is a part of arn'],
    [
      'two places assign the field',
      `class A { n; constructor(x: boolean) { if (x) this.n = 1; else this.n = 2; } }\nconst subject = new A(true).n;`,
      'n is assigned more than once',
    ],
    [
      'no place assigns the field',
      `class A { n: number; }\nconst subject = new A().n;`,
      'n is not assigned in its class',
    ],
    [
      'the configuration gives it',
      `const config = new pulumi.Config();\nconst subject = config.requireNumber('n') ?? 3;`,
      'it is computed, else 3',
    ],
    ['the environment gives it', `const subject = process.env.LIMIT ?? '3';`, `process is not defined here, else '3'`],
    [
      'an element stands behind a spread',
      `const subject = [...more, 1][1];`,
      'it is a part of something that is computed',
    ],
  ])('and unknown where %s', (_, body, because) => {
    expect(valueOf(body, { 'limits.ts': '' })).toBe(`unknown: ${because}`);
  });
});
