import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../rules/catalog.js';
import { cli, folder, put, read } from './support.js';

const host = { catalog: async () => catalog };
const manifest = { 'package.json': JSON.stringify({ dependencies: { '@pulumi/aws': '^7.0.0' } }) };

async function fix(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await cli(['fix', '--preset', 'all', '--accept', 'review', ...args], { cwd, host });
  return stdout + stderr;
}

async function check(cwd: string, ...args: readonly string[]): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await cli(['check', ...args], { cwd, host });
  return { code, said: stdout + stderr };
}

const worker = `import * as aws from '@pulumi/aws';
import { runtime } from './constants';

export const worker = new aws.lambda.Function('worker', {
  runtime,
  handler: 'index.handler',
  role: 'arn:aws:iam::123456789012:role/worker',
});
`;
const constants = `// What the team agreed on.\nexport const runtime = 'nodejs14.x';\nexport const team = 'orders';\n`;

describe('a file that names no package of Pulumi', () => {
  it('is a part of the program that imports it, and is mended where the value stands', async () => {
    const cwd = folder({ ...manifest, 'worker.ts': worker, 'constants.ts': constants });
    await fix(cwd, '--rule', 'lambda-runtime-retired', '.');
    expect(read(cwd, 'constants.ts')).toBe(constants.replace('nodejs14.x', 'nodejs22.x'));
    expect(read(cwd, 'worker.ts')).toBe(worker);
    expect((await check(cwd, '.')).said).not.toContain('nodejs14');
  });

  it('is read through barrels and however it is imported', async () => {
    const cwd = folder({
      'src/worker.mts': worker.replace('./constants', './shared/index.js'),
      'src/shared/index.ts': `export * from './names';\n`,
      'src/shared/names.ts': `export { runtime } from '../values/runtime.js';\n`,
      'src/values/runtime.ts': `export const runtime: string = 'nodejs14.x';\n`,
    });
    const { said } = await check(cwd, '.');
    expect(said).toContain('nodejs14.x');
  });

  it('holds the type that an argument is added to', async () => {
    const cwd = folder({
      ...manifest,
      'types.ts': `export interface WorkerArgs {\n  roleArn: string;\n}\n`,
      'worker.ts': `import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { WorkerArgs } from './types';

export class Worker extends pulumi.ComponentResource {
  constructor(name: string, args: WorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super('shop:index:Worker', name, {}, opts);
    new aws.lambda.Function(
      \`\${name}-worker\`,
      { runtime: 'nodejs22.x', handler: 'index.handler', role: args.roleArn, reservedConcurrentExecutions: 100 },
      { parent: this }
    );
    this.registerOutputs({});
  }
}
`,
      'stackmend.config.json': JSON.stringify({ rules: { 'lambda-reserved-concurrency': { strategy: 'parameter' } } }),
    });
    await fix(cwd, '--rule', 'lambda-reserved-concurrency', '.');
    expect(read(cwd, 'types.ts')).toMatch(/\n {2}\w+\?: .*number.*;\n\}\n$/);
    expect(read(cwd, 'worker.ts')).toMatch(/reservedConcurrentExecutions: args\.\w+ \?\? -1/);
  });

  it('is the entry of the project, which exports what a component hands over', async () => {
    const component = `import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export class Orders extends pulumi.ComponentResource {
  public readonly ordersArn: pulumi.Output<string>;

  constructor(name: string, roleArn: string) {
    super('shop:index:Orders', name);
    const ordersFunction = new aws.lambda.Function(
      \`\${name}-orders\`,
      { runtime: 'nodejs22.x', handler: 'index.handler', role: roleArn, publish: true },
      { parent: this }
    );
    this.ordersArn = ordersFunction.arn;
    this.registerOutputs({ ordersArn: this.ordersArn });
  }
}
`;
    const entry = `import { Orders } from '../lib/orders';\n\nconst shop = new Orders('shop', 'arn:aws:iam::123456789012:role/orders');\nexport const ordersArn = shop.ordersArn;\n`;
    const cwd = folder({
      'Pulumi.yaml': 'name: shop\nruntime: nodejs\nmain: bin/shop.ts\n',
      'bin/shop.ts': entry,
      'lib/orders.ts': component,
    });
    await fix(cwd, '--rule', 'lambda-version-unexported', '.');
    expect(read(cwd, 'bin/shop.ts')).toBe(`${entry}export const ordersVersion = shop.ordersVersion;\n`);
  });

  it('is never parsed where no program imports it', async () => {
    const broken = 'const = ;\n';
    const cwd = folder({ 'worker.ts': worker, 'constants.ts': constants, 'other.ts': broken, 'deep/app.tsx': broken });
    const { said } = await check(cwd, '.');
    expect(said).not.toContain('other.ts');
    expect(said).not.toContain('app.tsx');
  });

  it('is told of, without failing the run, where it cannot be read', async () => {
    const cwd = folder({ 'worker.ts': worker, 'constants.ts': 'export const = 1;\n' });
    const { code, said } = await check(cwd, '.');
    expect(code).toBe(0);
    expect(said).toMatch(/note: constants\.ts:1:14: .*a program imports it: what it exports is unknown/);
  });
});

describe('a run on one file of a program', () => {
  it('understands it as the whole run does', async () => {
    const cwd = folder({ 'worker.ts': worker, 'constants.ts': constants.replace('nodejs14.x', 'nodejs22.x') });
    expect((await check(cwd, 'worker.ts')).code).toBe(0);
    const iam = `import * as aws from '@pulumi/aws';
export const role = new aws.iam.Role('worker', { assumeRolePolicy: '{}' });
export const queue = new aws.sqs.Queue('failed');
`;
    const grant = `new aws.iam.RolePolicy('send', {
  role: role.id,
  policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue.arn }] },
});
`;
    const fn = `import * as aws from '@pulumi/aws';
import { role, queue } from './iam';
new aws.lambda.Function('worker', { role: role.arn, deadLetterConfig: { targetArn: queue.arn } });
`;
    put(cwd, { 'iam.ts': iam, 'fn.ts': fn });
    const rule = ['--rule', 'lambda-dlq-permission'];
    expect((await check(cwd, ...rule, 'fn.ts')).code).toBe(1);
    put(cwd, { 'iam.ts': iam + grant });
    expect((await check(cwd, ...rule, 'fn.ts')).code).toBe(0);
  });

  it('says nothing of the others, and refuses what would change them', async () => {
    const cwd = folder({ 'index.ts': `import './worker';\n${worker.replaceAll('worker', 'other')}` });
    put(cwd, { 'Pulumi.yaml': 'name: shop\nruntime: nodejs\n', 'worker.ts': worker, 'constants.ts': constants });
    const said = await fix(cwd, '--rule', 'lambda-runtime-retired', 'worker.ts');
    expect(said).toContain('the fix would change constants.ts too, which is not among the files of this run');
    expect(said).not.toContain('index.ts');
    expect(read(cwd, 'constants.ts')).toBe(constants);
    const both = await fix(cwd, '--rule', 'lambda-runtime-retired', 'worker.ts', 'constants.ts');
    expect(both).not.toContain('index.ts');
    expect(read(cwd, 'constants.ts')).toContain('nodejs22.x');
  });

  it('never leaves the root, follows a link, or looks among dependencies and what is ignored', async () => {
    const away = folder({ 'constants.ts': constants });
    for (const module of ['../constants', './linked', './node_modules/constants', './kept-out/constants']) {
      const cwd = folder({ 'a/worker.ts': worker.replace('./constants', module) });
      mkdirSync(path.join(cwd, 'a/kept-out'), { recursive: true });
      put(cwd, {
        'constants.ts': constants,
        'a/node_modules/constants.ts': constants,
        'a/kept-out/constants.ts': constants,
        'a/stackmend.config.json': JSON.stringify({ ignore: ['kept-out/**'] }),
      });
      symlinkSync(path.join(away, 'constants.ts'), path.join(cwd, 'a/linked.ts'));
      const { said } = await check(path.join(cwd, 'a'), '.');
      expect(said, module).not.toContain('nodejs14.x');
    }
  });
});
