import { describe, expect, it } from 'vitest';
import { TestProgram } from '../../support/program.js';

function tokensIn(text: string, path = 'index.ts'): string[] {
  return new TestProgram({ [path]: text }).program.resources.map(({ token, id }) => `${token} ${id}`);
}

const queue = ['aws:sqs/queue:Queue q'];

describe('a resource is found through imports', () => {
  it.each([
    ['a namespace', `import * as aws from '@pulumi/aws';\nnew aws.sqs.Queue('q');`],
    ['a default import', `import aws from '@pulumi/aws';\nnew aws.sqs.Queue('q');`],
    ['a default among names', `import { default as cloud } from '@pulumi/aws';\nnew cloud.sqs.Queue('q');`],
    ['a named module', `import { sqs, iam } from '@pulumi/aws';\nnew sqs.Queue('q');`],
    ['a renamed module', `import { sqs as queues } from '@pulumi/aws';\nnew queues.Queue('q');`],
    ['a subpath', `import * as sqs from '@pulumi/aws/sqs';\nnew sqs.Queue('q');`],
    ['a name of a subpath', `import { Queue } from '@pulumi/aws/sqs';\nnew Queue('q');`],
    ['a subpath with its file', `import * as sqs from '@pulumi/aws/sqs/index.js';\nnew sqs.Queue('q');`],
    ['import = require', `import aws = require('@pulumi/aws');\nnew aws.sqs.Queue('q');`],
    ['require', `const aws = require('@pulumi/aws');\nnew aws.sqs.Queue('q');`],
    ['a module of require', `const { sqs } = require('@pulumi/aws');\nnew sqs.Queue('q');`],
    ['a member of require', `const queues = require('@pulumi/aws').sqs;\nnew queues.Queue('q');`],
    ['require of a subpath', `const { Queue } = require('@pulumi/aws/sqs');\nnew Queue('q');`],
    ['a renamed namespace', `import * as aws from '@pulumi/aws';\nconst cloud = aws;\nnew cloud.sqs.Queue('q');`],
    ['a module kept in a constant', `import * as aws from '@pulumi/aws';\nconst { sqs } = aws;\nnew sqs.Queue('q');`],
    ['a class kept in a constant', `import * as aws from '@pulumi/aws';\nconst Q = aws.sqs.Queue;\nnew Q('q');`],
    ['a name in brackets', `import * as aws from '@pulumi/aws';\nnew aws['sqs'].Queue('q');`],
    ['a cast', `import * as aws from '@pulumi/aws';\nnew (aws as any).sqs.Queue('q');`],
    ['a default of a CommonJS interop', `import aws from '@pulumi/aws';\nnew aws.default.sqs.Queue('q');`],
  ])('of %s', (_, text) => {
    expect(tokensIn(text)).toEqual(queue);
    expect(tokensIn(text.replaceAll('\n', '\r\n'))).toEqual(queue);
  });

  it.each([
    ['nothing is imported', `declare const aws: any;\nnew aws.sqs.Queue('q');`],
    ['another package is', `import * as aws from './aws';\nnew aws.sqs.Queue('q');`],
    ['another provider is', `import * as aws from '@pulumi/aws-native';\nnew aws.sqs.Queue('q');`],
    ['the classes of a CDK are', `import { aws_sqs as sqs } from 'aws-cdk-lib';\nnew sqs.Queue(this, 'q');`],
    ['a parameter hides it', `import * as aws from '@pulumi/aws';\n((aws: any) => new aws.sqs.Queue('q'))({});`],
    ['a constant hides it', `import * as aws from '@pulumi/aws';\n{ const aws = fake(); new aws.sqs.Queue('q'); }`],
    ['a catch hides it', `import * as aws from '@pulumi/aws';\ntry {} catch (aws) { new aws.sqs.Queue('q'); }`],
    [
      'it is assigned anew',
      `import * as aws from '@pulumi/aws';\nlet cloud = aws;\ncloud = fake();\nnew cloud.sqs.Queue('q');`,
    ],
    ['it is called without new', `import * as aws from '@pulumi/aws';\naws.sqs.Queue.get('q', 'id');`],
    ['it stands in a text', `import * as aws from '@pulumi/aws';\nconst text = "new aws.sqs.Queue('q')";`],
  ])('and not where %s', (_, text) => {
    expect(tokensIn(text)).toEqual([]);
  });

  it('in every language that Pulumi runs', () => {
    const text = `import * as aws from '@pulumi/aws';\nnew aws.sqs.Queue('q');`;
    for (const ending of ['ts', 'mts', 'cts', 'tsx', 'js', 'mjs', 'jsx'])
      expect(tokensIn(text, `a.${ending}`)).toEqual(queue);
    expect(tokensIn(`const aws = require('@pulumi/aws');\nnew aws.sqs.Queue('q');`, 'a.cjs')).toEqual(queue);
  });
});

describe('a resource', () => {
  const about = (body: string): Record<string, unknown>[] =>
    new TestProgram({ 'index.ts': `import * as aws from '@pulumi/aws';\n${body}` }).program.resources.map(
      ({ id, holder, repeated, branches, enclosingClass }) => ({
        id,
        holder: 'name' in holder ? `${holder.kind} ${holder.name}` : holder.kind,
        ...(repeated && { repeated }),
        ...(branches.length > 0 && { branches: branches.map(({ condition, holds }) => `${condition} ${holds}`) }),
        ...(enclosingClass && { class: enclosingClass.id?.name }),
      }),
    );

  it.each<[string, string, Record<string, unknown>[]]>([
    ['a constant', `const q = new aws.sqs.Queue('x');`, [{ id: 'q', holder: 'const q' }]],
    ['an exported constant', `export const q = new aws.sqs.Queue('x');`, [{ id: 'q', holder: 'const q' }]],
    ['a variable', `let q = new aws.sqs.Queue('x');`, [{ id: 'q', holder: 'let q' }]],
    ['nothing', `new aws.sqs.Queue('x');`, [{ id: 'x', holder: 'none' }]],
    ['nothing, on purpose', `void new aws.sqs.Queue('x');`, [{ id: 'x', holder: 'none' }]],
    ['a list', `const all = [new aws.sqs.Queue('x')];`, [{ id: 'x', holder: 'other' }]],
    ['a computed name', 'new aws.sqs.Queue(`x-${stack}`);', [{ id: 'x-${stack}', holder: 'none' }]],
    [
      'a field',
      `class A { q; constructor() { this.q = new aws.sqs.Queue('x'); } }`,
      [{ id: 'q', holder: 'field q', class: 'A' }],
    ],
    ['an initial field', `class A { q = new aws.sqs.Queue('x'); }`, [{ id: 'q', holder: 'field q', class: 'A' }]],
    ['a cast', `const q = new aws.sqs.Queue('x') as any;`, [{ id: 'q', holder: 'const q' }]],
    [
      'one name twice',
      `{ const q = new aws.sqs.Queue('x'); } { const q = new aws.sqs.Queue('y'); }`,
      [
        { id: 'q', holder: 'const q' },
        { id: 'q (2)', holder: 'const q' },
      ],
    ],
  ])('is kept by %s', (_, body, expected) => {
    expect(about(body)).toEqual(expected);
  });

  it.each([
    ['a loop', `for (const n of names) new aws.sqs.Queue(n);`, 'loop'],
    ['a loop that counts', `for (let i = 0; i < 3; i++) { new aws.sqs.Queue(\`\${i}\`); }`, 'loop'],
    ['a while loop', `while (more()) new aws.sqs.Queue('q');`, 'loop'],
    ['map', `names.map(n => new aws.sqs.Queue(n));`, 'callback'],
    ['apply', `x.apply(n => new aws.sqs.Queue(n));`, 'callback'],
    ['a factory', `const make = (n: string) => new aws.sqs.Queue(n);\nmake('a');\nmake('b');`, 'function'],
  ])('is one of several in %s', (_, body, repeated) => {
    expect(about(body)[0]).toMatchObject({ repeated });
  });

  it.each([
    ['if', `if (isProd) new aws.sqs.Queue('q');`, ['isProd true']],
    ['else', `if (isProd) {} else new aws.sqs.Queue('q');`, ['isProd false']],
    ['?:', `const q = isProd ? new aws.sqs.Queue('q') : undefined;`, ['isProd true']],
    ['&&', `isProd && new aws.sqs.Queue('q');`, ['isProd true']],
    ['two', `if (a) { if (b) new aws.sqs.Queue('q'); }`, ['b true', 'a true']],
  ])('may stand under %s', (_, body, branches) => {
    expect(about(body)[0]).toMatchObject({ branches });
  });

  it('of a factory is one for each call, one level deep', () => {
    const factory = `function make(name: string) { const inner = new aws.sqs.Queue(name, { name }); return inner; }\n`;
    expect(about(`${factory}const a = make('a');\nexport const b = make('b');`).map(({ id }) => id)).toEqual([
      'a',
      'b',
    ]);
    const program = new TestProgram({
      'index.ts': `import * as aws from '@pulumi/aws';\n${factory}const pair = (n: string) => [make(n), make(n + '2')];\npair('x');`,
    });
    expect(program.program.resources.map(({ isDeeper }) => isDeeper)).toEqual([true, true]);
    const once = new TestProgram({ 'index.ts': `import * as aws from '@pulumi/aws';\n${factory}const a = make('a');` });
    expect(once.program.resources.map(({ isDeeper }) => isDeeper)).toEqual([false]);
  });
});
