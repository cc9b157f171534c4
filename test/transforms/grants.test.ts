import { describe, expect, it } from 'vitest';
import { ProgramEditor } from '../../core/program/editor.js';
import { ProgramFile } from '../../core/program/file.js';
import { Program } from '../../core/program/program.js';
import type { FixDraft, Refusal } from '../../core/rule.js';
import { applyEdits } from '../../core/text/edit.js';
import { SourceFile } from '../../core/text/source-file.js';
import { transform as dlq } from '../../transforms/lambda-dlq-permission.js';
import { transform as order } from '../../transforms/lambda-policy-order.js';

const role = `export const role = new aws.iam.Role('role', { assumeRolePolicy: '{}' });`;
const aws = `import * as aws from '@pulumi/aws';\n`;
const subject = (target: string): string => `
export const fn = new aws.lambda.Function('fn', {
  role: role.arn,
  deadLetterConfig: { targetArn: ${target} },
});
`;
const send = (name: string): string => `
${name}new aws.iam.RolePolicy('send', {
  role: role.id,
  policy: dlq.arn.apply(arn =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn }] })
  ),
});
`;

describe('a grant across files', () => {
  it('stands beside the function, by the names that its file imports', async () => {
    const files = await mended(dlq, {
      'iam.ts': aws + role,
      'data.ts': `${aws}export const dlq = new aws.sqs.Queue('dlq');\n`,
      'index.ts': `${aws}import { role } from './iam';\nimport * as data from './data';\n${subject('data.dlq.arn')}`,
    });
    expect(files['index.ts']).toContain('role: role.id');
    expect(files['index.ts']).toContain('policy: data.dlq.arn.apply(dlqArn =>');
    expect(files['index.ts']).toContain('dependsOn: [fnPolicy]');
  });

  it('uses what a component was given', async () => {
    const component = `${aws}import * as pulumi from '@pulumi/pulumi';
export class Api extends pulumi.ComponentResource {
  constructor(name: string, args: { role: aws.iam.Role; dlqArn: pulumi.Input<string> }) {
    super('app:Api', name);
    const fn = new aws.lambda.Function('fn', {
      role: args.role.arn,
      deadLetterConfig: { targetArn: args.dlqArn },
    }, { parent: this });
  }
}
`;
    const files = await mended(dlq, {
      'api.ts': component,
      'index.ts': `${aws}import { Api } from './api';\n${role}\nconst dlq = new aws.sqs.Queue('dlq');\nnew Api('api', { role, dlqArn: dlq.arn });\n`,
    });
    expect(files['api.ts']).toContain('role: args.role.id');
    expect(files['api.ts']).toContain('pulumi.output(args.dlqArn).apply(targetArn =>');
    expect(files['api.ts']).toContain('{ parent: this, dependsOn: [fnPolicy] }');
  });
});

describe('an order across files', () => {
  const data = `${aws}export const dlq = new aws.sqs.Queue('dlq');\n`;

  it.each(['', 'const send = ', 'export const send = '])('exports and imports "%s"the policy', async (name) => {
    const files = await mended(order, {
      'data.ts': data,
      'iam.ts': `${aws}import { dlq } from './data';\n${role}\n${send(name)}`,
      'index.ts': `${aws}import { dlq } from './data';\nimport { role } from './iam';\n${subject('dlq.arn')}`,
    });
    expect(files['iam.ts']).toContain('export const send = new aws.iam.RolePolicy');
    expect(files['index.ts']).toContain(`import { role, send } from './iam';`);
    expect(files['index.ts']).toContain('{ dependsOn: [send] }');
  });

  it('is refused where the import would close a circle', async () => {
    const refusal = await refused(order, {
      'data.ts': data,
      'fn.ts': `${aws}import { dlq } from './data';\n${role}${subject('dlq.arn')}`,
      'iam.ts': `${aws}import { dlq } from './data';\nimport { role } from './fn';\n${send('export const send = ')}`,
    });
    expect(refusal).toContain('iam.ts imports fn.ts already');
  });
});

type Transform = typeof dlq | typeof order;
type Files = Readonly<Record<string, string>>;

async function mended(transform: Transform, texts: Files): Promise<Record<string, string>> {
  const outcome = await fixOf(transform, texts);
  if ('code' in outcome) throw new Error(outcome.because);
  return Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [
      path,
      applyEdits(
        text,
        outcome.edits.filter(({ file }) => file === path),
      ),
    ]),
  );
}

async function refused(transform: Transform, texts: Files): Promise<string> {
  try {
    const outcome = await fixOf(transform, texts);
    return 'code' in outcome ? outcome.because : 'no refusal';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

async function fixOf(transform: Transform, texts: Files): Promise<FixDraft | Refusal> {
  const files = Object.entries(texts).map(([path, text]) => new ProgramFile(new SourceFile(path, text)));
  const program = new Program({
    files,
    resolve: (_from, module) => files.find(({ path }) => `./${path}` === `${module}.ts`),
  });
  await transform.prepare?.();
  const context = {
    program,
    editor: new ProgramEditor(program),
    options: {},
    today: '2026-01-01',
    accounts: [],
    awsMajor: 7,
    stacks: [],
  };
  const [finding] = [...transform.find(context)];
  if (!finding?.fix) throw new Error('no finding');
  return finding.fix();
}
