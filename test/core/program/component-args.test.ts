import { describe, expect, it } from 'vitest';
import { argsAround, configAround } from '../../../core/program/component-args.js';
import { TestProgram } from '../../support/program.js';

function around(body: string, path = 'index.ts'): { args: unknown; config: unknown } {
  const text = `import * as pulumi from '@pulumi/pulumi';\nimport * as aws from '@pulumi/aws';\ninterface Args { a: string }\n${body}\n`;
  const test = new TestProgram({ [path]: text });
  const [resource] = test.program.resources;
  if (!resource) throw new Error('the program creates nothing');
  const args = argsAround(test.program.project, resource.file, resource.node);
  return { args: args && [args.name, args.isOptional], config: configAround(resource.file, resource.node) };
}

const queue = "new aws.sqs.Queue('q');";

describe('what is given to the code around a resource', () => {
  it.each([
    [
      'of a constructor',
      `class A { constructor(name: string, args: Args, opts?: object) { ${queue} } }`,
      'args',
      false,
    ],
    ['that may be missing', `class A { constructor(name: string, given?: Args) { ${queue} } }`, 'given', true],
    ['with a default', `class A { constructor(name: string, args: Args = { a: '' }) { ${queue} } }`, 'args', false],
    ['that become a field', `class A { constructor(private readonly args: Args) { ${queue} } }`, 'args', false],
    ['of a function', `function make(args: Args | undefined) { ${queue} }`, 'args', true],
  ])('are the arguments %s', (_, body, name, isOptional) => {
    expect(around(body).args).toEqual([name, isOptional]);
  });

  it('are known without a type in JavaScript', () => {
    const text = `import * as aws from '@pulumi/aws';\nclass A { constructor(name, args) { ${queue} } }\n`;
    const test = new TestProgram({ 'index.js': text });
    const [resource] = test.program.resources;
    expect(resource && argsAround(test.program.project, resource.file, resource.node)).toEqual({
      name: 'args',
      isOptional: false,
      type: undefined,
    });
  });

  it.each([
    ['nearer names hide them', `class A { constructor(args: Args) { { const args = 1; ${queue} } } }`],
    ['they are taken apart', `class A { constructor({ a }: Args) { ${queue} } }`],
    ['they are anything', `class A { constructor(name: string, args: any) { ${queue} } }`],
    ['a callback is given them', `run((args: Args) => { ${queue} });`],
  ])('are unknown where %s', (_, body) => {
    expect(around(body).args).toBeUndefined();
  });

  it('are a configuration made before, without a namespace of its own', () => {
    expect(around(`const config = new pulumi.Config();\n${queue}`).config).toBe('config');
    expect(around(`${queue}\nconst config = new pulumi.Config();`).config).toBeUndefined();
    expect(around(`const config = new pulumi.Config('aws');\n${queue}`).config).toBeUndefined();
  });
});
