import { expect, test } from 'vitest';
import { runTexts } from '../../../core/engine/texts.js';
import { catalog } from '../../../rules/catalog.js';

const component = `import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export class Orders extends pulumi.ComponentResource {
  public readonly ordersArn: pulumi.Output<string>;

  constructor(name: string, roleArn: string) {
    super('shop:index:Orders', name);
    const ordersFunction = new aws.lambda.Function(
      \`\${name}-orders\`,
      { runtime: 'nodejs22.x', handler: 'index.handler', role: roleArn },
      { parent: this }
    );
    new aws.lambda.ProvisionedConcurrencyConfig(
      \`\${name}-capacity\`,
      { functionName: ordersFunction.name, qualifier: ordersFunction.version, provisionedConcurrentExecutions: 1 },
      { parent: this }
    );
    this.ordersArn = ordersFunction.arn;
    this.registerOutputs({ ordersArn: this.ordersArn });
  }
}
`;
const entry = `import * as pulumi from '@pulumi/pulumi';
import { Orders } from './orders';

const shop = new Orders('shop', new pulumi.Config().require('roleArn'));
export const ordersArn = shop.ordersArn;
`;

async function mended(texts: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const rules = new Map(
    await Promise.all(
      catalog
        .filter(({ id }) => /^lambda-(?:provisioned-unpublished|version-unexported)$/.test(id))
        .map(
          async ({ id, rule }) =>
            [id, { options: (await rule()).options?.defaults ?? {}, preset: 'all' as const }] as const,
        ),
    ),
  );
  const inputs = Object.entries(texts).map(([path, text]) => ({ path, text }));
  const { reports } = await runTexts(inputs, catalog, {
    accept: 'review',
    today: '2026-11-22',
    includeGenerated: false,
    settingsFor: () => ({ rules }),
  });
  return { ...texts, ...Object.fromEntries(reports.map(({ file, after }) => [file, after])) };
}

test('a component is mended, and the entry file exports what it hands over now', async () => {
  const after = await mended({ 'index.ts': entry, 'orders.ts': component });
  expect(after['index.ts']).toBe(
    `${entry}export const ordersVersion = shop.ordersVersion;\nexport const ordersAliasArn = shop.ordersAliasArn;\n`,
  );
  expect(after['orders.ts']).toContain('role: roleArn, publish: true }');
  expect(after['orders.ts']).toContain('qualifier: ordersAlias.name');
  expect(after['orders.ts']).toContain(
    '    this.ordersVersion = ordersFunction.version;\n    this.ordersAliasArn = ordersAlias.arn;\n',
  );
  expect(await mended(after)).toEqual(after);
});

test('a function of another file is published there, its alias stands beside the setting', async () => {
  const fn = `import * as aws from '@pulumi/aws';

export const orders = new aws.lambda.Function('orders', {
  runtime: 'nodejs22.x',
  role: 'arn:aws:iam::123456789012:role/orders',
});
`;
  const capacity = `import * as aws from '@pulumi/aws';
import { orders } from './orders';

new aws.lambda.ProvisionedConcurrencyConfig('orders-capacity', {
  functionName: orders.name,
  qualifier: '$LATEST',
  provisionedConcurrentExecutions: 1,
});
`;
  const after = await mended({ 'index.ts': capacity, 'orders.ts': fn });
  expect(after['orders.ts']).toBe(fn.replace('});', '  publish: true,\n});'));
  expect(after['index.ts']).toContain('functionVersion: orders.version,');
  expect(after['index.ts']).toContain('qualifier: ordersAlias.name,');
});
