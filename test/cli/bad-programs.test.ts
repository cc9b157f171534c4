import { describe, expect, it } from 'vitest';
import { catalog } from '../../rules/catalog.js';
import { cli, folder, read } from './support.js';

const aws = `import * as aws from '@pulumi/aws';\n`;
const retired = `{ runtime: 'nodejs14.x', role: 'arn:aws:iam::123456789012:role/r' }`;
const fn = `new aws.lambda.Function('f', ${retired});\n`;
const good = { 'good.ts': aws + fn };

async function run(command: string, files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const cwd = folder(files);
  const { code, stdout, stderr } = await cli([command, '--rule', 'lambda-runtime-retired', ...args, '.'], {
    cwd,
    host: { catalog: async () => catalog },
  });
  return { code, said: stdout + stderr, text: (name: string) => read(cwd, name) };
}

const check = (files: Readonly<Record<string, string>>) => run('check', files);
const fix = (files: Readonly<Record<string, string>>) => run('fix', files, '--accept', 'review');

/** One finding in each of these files, and no more. */
function findings(said: string): string[] {
  return [...said.matchAll(/^(\S+?):\d+:\d+ {2}\w+ /gm)].map(([, file]) => file ?? '');
}

describe('a program that cannot be read', () => {
  it('is told of with its place and the words of the parser, and the run goes on', async () => {
    const { code, said } = await check({ ...good, 'bad.ts': `${aws}${fn}const = 5;\n` });
    expect(code).toBe(2);
    expect(said).toMatch(/^error: bad\.ts:3:7: cannot be parsed: Unexpected token; mend the syntax there first$/m);
    expect(findings(said)).toEqual(['good.ts']);
  });

  it('is skipped with a note where it is a bundle, whatever its size', async () => {
    const bundle = (size: number): string =>
      `var aws=require("@pulumi/aws");new aws.lambda.Function("f",${retired.replaceAll("'", '"')});${'x(1);'.repeat(size / 5)}`;
    const { code, said } = await check({ ...good, 'a.js': bundle(3_000_000), 'b.js': bundle(5_500_000) });
    expect(code).toBe(1);
    expect(said).toMatch(
      /^note: a\.js:1:1: the file is too large to be a program that a person edits, so it is not read$/m,
    );
    expect(said).toMatch(
      /^note: b\.js: is too large \(5\.2 MB\) to be a program that a person edits, so it is not read$/m,
    );
    expect(findings(said)).toEqual(['good.ts']);
  });

  it.each<[string, string]>([
    ['lists', `export const x = ${'['.repeat(2000)}${']'.repeat(2000)};`],
    ['objects', `export const x = ${'{a:'.repeat(2000)}1${'}'.repeat(2000)};`],
    ['blocks', `${'{'.repeat(2000)}${'}'.repeat(2000)}`],
    ['parentheses', `export const x = ${'('.repeat(2000)}1${')'.repeat(2000)};`],
    ['calls', `export const x = ${'f('.repeat(2000)}1${')'.repeat(2000)};`],
    ['functions', `export const x = ${'() => '.repeat(2000)}1;`],
    ['sums', `export const x = ${Array.from({ length: 2000 }, () => `'a'`).join(' + ')};`],
    ['chains', `export const x = y${'.apply(z => z)'.repeat(2000)};`],
    ['templates', `export const x = ${'`${'.repeat(2000)}1${'}`'.repeat(2000)};`],
    ['casts', `export const x = 1${' as any'.repeat(2000)};`],
    ['types', `export type X = ${'{ a: '.repeat(2000)}1${' }'.repeat(2000)};`],
  ])('is no matter where 2,000 %s are nested', async (_, nested) => {
    const { code, said } = await check({
      ...good,
      'deep.ts': `${aws}${nested}\n${fn.replace(`'f', {`, `'f', { description: x,`)}`,
    });
    expect(code).toBe(1);
    expect(findings(said)).toContain('good.ts');
    expect(said).not.toContain('defect');
    expect(findings(said).includes('deep.ts') || said.includes('note: deep.ts:1:1: it is nested too deep')).toBe(true);
  });

  it.each<[string, string]>([
    [
      'spreads that double',
      `const s0 = { timeout: 1 };\n${Array.from({ length: 39 }, (_, i) => `const s${i + 1} = { ...s${i}, ...s${i} };`).join('\n')}\nconst x = s39;`,
    ],
    [
      'functions that double',
      `const f0 = () => 'a';\n${Array.from({ length: 36 }, (_, i) => `const f${i + 1} = () => f${i}() + f${i}();`).join('\n')}\nconst x = f36();`,
    ],
    ['a value that is itself', `const x = x;`],
    ['a call of itself', `const x = x();`],
    ['a function that calls itself', `const y = (n: any): any => y(y(n));\nconst x = y(y(1));`],
    ['a class that makes itself', `class X { y = new X().y; }\nconst x = new X().y;`],
    ['a spread of itself', `const x = { ...x, a: { ...x.a } };`],
  ])('comes to an end with %s', async (_, body) => {
    const subject = `new aws.lambda.Function('g', { ...x, description: x, role: 'x' });`;
    const { said } = await check({ 'i.ts': `${aws}${body}\n${subject}\n${fn}` });
    expect(findings(said)).toEqual(['i.ts']);
    expect(said).not.toContain('defect');
  });
});

describe('sources of every kind', () => {
  const require = `const aws = require('@pulumi/aws');\n`;

  it.each(['a.ts', 'a.tsx', 'a.mts', 'a.cts', 'a.js', 'a.mjs', 'a.jsx', 'a.cjs'])('%s is mended', async (name) => {
    const head = name.endsWith('.cjs') ? require : aws;
    const { text } = await fix({ [name]: head + fn });
    expect(text(name)).toBe(head + fn.replace('nodejs14', 'nodejs22'));
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['declarations', { 'a.d.ts': aws + fn, 'b.d.mts': aws + fn }],
    [
      'the AWS CDK',
      {
        'a.ts': `import { aws_lambda as lambda } from 'aws-cdk-lib';\nnew lambda.Function(this, 'f', { runtime: lambda.Runtime.NODEJS_14_X });\n`,
      },
    ],
    [
      'the CDK for Terraform',
      {
        'a.ts': `import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';\nnew LambdaFunction(this, 'f', { runtime: 'nodejs14.x' });\n`,
      },
    ],
    ['other clouds', { 'a.ts': `import * as gcp from '@pulumi/gcp';\nnew gcp.lambda.Function('f', ${retired});\n` }],
    [
      'unrelated TypeScript, broken',
      { 'a.ts': `export const runtime = 'nodejs14.x';\nconst = ;\n`, 'b.ts': '// about pulumi/aws\nconst = ;\n' },
    ],
    ['JSX that is none', { 'a.tsx': `const x = <T,>(y: T) => <div>{y}</;` }],
  ])('%s are passed over in silence', async (_, files) => {
    const { code, said } = await check(files);
    expect(code).toBe(0);
    expect(said).toMatch(/^No CloudFormation, SAM or Pulumi source among \d files?\.\n$/);
  });

  it('a cast in angle brackets is one in .ts, an element in .tsx', async () => {
    const cast = `const x = <any>1;\n`;
    expect(findings((await check({ 'a.ts': aws + cast + fn })).said)).toEqual(['a.ts']);
    expect((await check({ 'a.tsx': aws + cast + fn })).said).toMatch(/^error: a\.tsx:\d+:\d+: cannot be parsed: /m);
    expect(findings((await check({ 'a.tsx': `${aws}const x = <div>{1}</div>;\n${fn}` })).said)).toEqual(['a.tsx']);
  });

  it.each<[string, (text: string) => string]>([
    ['a BOM', (text) => `\uFEFF${text}`],
    ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['CR and LF mixed', (text) => text.replace('\n', '\r\n')],
    ['no final line end', (text) => text.trimEnd()],
    ['a hashbang', (text) => `#!/usr/bin/env -S npx tsx\n${text}`],
    ["'use strict'", (text) => `'use strict';\n${text}`],
  ])('%s stays as it is', async (_, change) => {
    const source = change(aws + fn);
    const { text } = await fix({ 'a.ts': source });
    expect(text('a.ts')).toBe(source.replace('nodejs14', 'nodejs22'));
  });

  it('minified code is mended within its line', async () => {
    const source = `"use strict";var a=require("@pulumi/aws"),b=!0;function c(d){return d}new a.lambda.Function("f",{runtime:"nodejs14.x",role:c("x")});exports.b=b;`;
    const { text } = await fix({ 'a.js': source });
    expect(text('a.js')).toBe(source.replace('nodejs14', 'nodejs22'));
  });

  it.each([
    ['the class', '@logged\nclass A {\n  make() { return FN; }\n}\n', '@logged'],
    ['a method', 'class A {\n  @logged() make() { return FN; }\n}\n', '@logged'],
    ['a field beside it', 'class A {\n  @kept.field() field = 1;\n  make() { return FN; }\n}\n', '@field'],
    ['a class around it', '@logged class A {\n  make() { return class { own = FN; }; }\n}\n', '@logged'],
  ])('where %s is decorated, what is found is told of and not changed', async (_, classes, name) => {
    const source = `${aws}declare const logged: any, kept: any;\n${classes.replace('FN', fn.trimEnd().slice(0, -1))}`;
    expect(findings((await check({ 'a.ts': source })).said)).toEqual(['a.ts']);
    const { said, text } = await fix({ 'a.ts': source });
    expect(said).toContain(`${name} may put something else in the place of what its class says`);
    expect(text('a.ts')).toBe(source);
  });

  it('beside a decorated class all is as ever', async () => {
    const source = `${aws}declare const logged: any;\n@logged class A {}\n${fn}`;
    const { text } = await fix({ 'a.ts': source });
    expect(text('a.ts')).toBe(source.replace('nodejs14', 'nodejs22'));
  });

  it.each([
    '// Code generated by tool. DO NOT EDIT.\n',
    '/**\n * @generated\n */\n',
    '// *** WARNING: this file was generated by the Pulumi SDK Generator. ***\n',
  ])('what a tool generated is told of and not changed: %j', async (header) => {
    const source = `${header}${aws}${fn}`;
    const { said, text } = await fix({ 'a.ts': source });
    expect(said).toContain('so the next build would undo the edit');
    expect(text('a.ts')).toBe(source);
  });
});

describe('findings that a person accepts in a program', () => {
  it.each<[string, string]>([
    ['above the statement', `// stackmend-ignore lambda-runtime-retired it goes away soon\n${fn}`],
    ['in a block', `/* stackmend-ignore lambda-runtime-retired it goes away soon */\n${fn}`],
    ['behind the line', fn.replace('\n', ' // stackmend-ignore lambda-runtime-retired: it goes away soon\n')],
    [
      'on the line of the argument',
      `new aws.lambda.Function('f', {\n  // stackmend-ignore lambda-runtime-retired it goes away soon\n  runtime: 'nodejs14.x',\n  role: 'x',\n});\n`,
    ],
  ])('%s', async (_, body) => {
    const { code, said } = await check({ 'a.ts': aws + body });
    expect(findings(said)).toEqual([]);
    expect(code).toBe(0);
  });

  it.each<[string, string, string]>([
    [
      'finds nothing',
      `// stackmend-ignore lambda-runtime-retired all is well\nconst q = new aws.sqs.Queue('q');\n${fn}`,
      'lambda-runtime-retired finds nothing here: remove what ignores it',
    ],
    ['gives no reason', `// stackmend-ignore lambda-runtime-retired\n${fn}`, 'needs a reason'],
    ['names no rule', `// stackmend-ignore\n${fn}`, 'needs the name of a rule and a reason'],
    [
      'names a rule that is not there',
      `// stackmend-ignore lambda-nothing it is so\n${fn}`,
      'there is no rule "lambda-nothing" to ignore',
    ],
  ])('is told of where the comment %s', async (_, body, message) => {
    const { said } = await check({ 'a.ts': aws + body });
    expect(findings(said)).toEqual(['a.ts']);
    expect(said).toContain(message);
  });
});

describe('what is not written out is never guessed', () => {
  const refused: readonly (readonly [string, string])[] = [
    [
      'a runtime from a loop',
      `for (const runtime of ['nodejs14.x', other()]) new aws.lambda.Function(runtime, { runtime, role: 'x' });`,
    ],
    [
      'a runtime from a list',
      `list().map((runtime: string) => new aws.lambda.Function(runtime, { runtime, role: 'x' }));`,
    ],
    [
      'arguments of a wrapper',
      `function wrap(args: any) { return new aws.lambda.Function('f', args); }\nwrap(load());`,
    ],
    [
      'a wrapper that is given a runtime from outside',
      `function wrap(args: any) { return new aws.lambda.Function('f', { ...args, role: 'x' }); }\nwrap(load());`,
    ],
    ['spread arguments of a call', `const all: any = load();\nnew aws.lambda.Function(...(all as [string, any]));`],
    [
      'a factory of a factory',
      `function inner(runtime: any) { return new aws.lambda.Function('f', { runtime, role: 'x' }); }\nfunction outer(runtime: any) { return inner(runtime); }\nouter('nodejs14.x');`,
    ],
  ];

  it.each(refused)('%s', async (_, body) => {
    const source =
      `import * as aws from '@pulumi/aws';\ndeclare function other(): string, list(): string[], load(): any;\n${body}\n`.replace(
        'declare function other(): string, list(): string[], load(): any;',
        'declare const other: () => string, list: () => string[], load: () => any;',
      );
    const { said, code, text } = await fix({ 'a.ts': source });
    expect(text('a.ts')).toBe(source);
    expect(code).toBe(0);
    expect(said).not.toContain('error');
  });

  it('a factory is followed to each of its calls', async () => {
    const source = `${aws}function make(name: string, runtime: any) {\n  return new aws.lambda.Function(name, { runtime, role: 'x' });\n}\nmake('a', 'nodejs14.x');\nmake('b', 'nodejs22.x');\n`;
    const { text } = await fix({ 'a.ts': source });
    expect(text('a.ts')).toBe(source.replace(`'a', 'nodejs14.x'`, `'a', 'nodejs22.x'`));
  });
});
