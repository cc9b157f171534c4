import { afterAll, describe, expect, it } from 'vitest';
import { EngineProcess, renderDifference } from './engine-process.js';
import { changedPrograms } from './programs.js';

const engine = new EngineProcess();
afterAll(() => engine.stop());

describe('the mocks', () => {
  it('tell what a program creates, and through which input it knows of another', async () => {
    const text = `
      import * as pulumi from '@pulumi/pulumi';
      import * as aws from '@pulumi/aws';
      const dlq = new aws.sqs.Queue('dlq', { fifoQueue: true });
      const topic = new aws.sns.Topic('topic', { displayName: pulumi.interpolate\`for \${dlq.arn}\` }, { protect: true });
      new aws.sqs.Queue('last', {}, { dependsOn: [topic] });
      export const url = dlq.url;
    `;
    expect(await engine.run({ text, major: 7 })).toEqual({
      kind: 'graph',
      resources: [
        { type: 'aws:sqs/queue:Queue', name: 'dlq', lines: ['fifoQueue: true'] },
        {
          type: 'aws:sns/topic:Topic',
          name: 'topic',
          lines: ['displayName: "for ${dlq.arn}"', 'options.protect: true'],
        },
        { type: 'aws:sqs/queue:Queue', name: 'last', lines: ['options.dependsOn[0]: "topic"'] },
        { type: 'pulumi:pulumi:Stack', name: 'exports', lines: ['url: "${dlq.url}"'] },
      ],
    });
  });

  it('bring a component into being that the program only offers', async () => {
    const text = `
      import * as pulumi from '@pulumi/pulumi';
      import * as aws from '@pulumi/aws';
      interface Args { environmentSuffix: pulumi.Input<string>; role: aws.iam.Role; size?: number }
      export class Jobs extends pulumi.ComponentResource {
        constructor(name: string, args: Args, opts?: pulumi.ResourceOptions) {
          super('app:jobs', name, {}, opts);
          const queue = new aws.sqs.Queue('jobs', { name: args.environmentSuffix, policy: args.role.arn }, { parent: this });
          this.registerOutputs({ url: queue.url });
        }
      }
    `;
    expect(await engine.run({ text, major: 6 })).toEqual({
      kind: 'graph',
      resources: [
        { type: 'app:jobs', name: 'name', lines: ['outputs.url: "${jobs.url}"'] },
        {
          type: 'aws:sqs/queue:Queue',
          name: 'jobs',
          lines: ['name: "environment-suffix"', 'policy: "${role.arn}"', 'options.parent: "name"'],
        },
      ],
    });
  });

  it('say why a program does not run', async () => {
    const text = `import * as aws from '@pulumi/aws';\nnew aws.sqs.NoQueue('queue');\n`;
    expect(await engine.run({ text, major: 7 })).toEqual({
      kind: 'failed',
      because: expect.stringContaining('NoQueue'),
    });
  });

  it('let no two resources share a name', async () => {
    const text = `import { sqs } from '@pulumi/aws';\nnew sqs.Queue('queue');\nnew sqs.Queue('queue');\n`;
    expect(await engine.run({ text, major: 7 })).toMatchObject({
      kind: 'failed',
      because: expect.stringContaining('two'),
    });
  });
});

describe('the difference that an edit makes', () => {
  const programs = changedPrograms();

  it('is looked for', () => {
    expect(programs).not.toEqual([]);
  });

  it.each(programs.map((program) => [program.name, program] as const))('%s', async (_name, program) => {
    const differences: string[] = [];
    for (const major of program.majors) {
      const before = await engine.run({ text: program.before, major });
      const after = await engine.run({ text: program.after, major });
      if (before.kind === 'graph' && after.kind === 'failed')
        throw new Error(`the output does not run: ${after.because}`);
      differences.push(renderDifference(before, after));
    }
    expect(new Set(differences).size, 'the same in every major version').toBe(1);
    await expect(differences[0]).toMatchFileSnapshot(program.graphPath);
  });
});
