import type { z } from 'zod';
import type { Rule } from '../../core/rule.js';

/** The shape of a config file; the options of each rule are checked by that rule's own schema. */
export function configSchemaWith(zod: typeof z) {
  const glob = zod
    .string()
    .min(1)
    .refine((pattern) => !pattern.startsWith('!'), { error: 'a pattern here cannot be turned round with "!"' });
  const globs = zod.array(glob);
  const preset = zod.enum(['deploy', 'all']);
  const executions = zod.int().min(0);
  const options = zod.record(zod.string(), zod.unknown());
  const rules = zod.record(
    zod.string(),
    zod.union([zod.boolean(), options], { error: 'expected true, false or an object of options' }),
  );
  const account = zod
    .strictObject({
      name: zod.string().min(1).describe('For people: the account and region.'),
      paths: globs.optional().describe('The templates that are deployed there; all of them when absent.'),
      limit: executions.describe('AccountLimit.ConcurrentExecutions of "aws lambda get-account-settings".'),
      unreserved: executions
        .optional()
        .describe('AccountLimit.UnreservedConcurrentExecutions; the whole limit when absent.'),
      minimumUnreserved: executions.optional().describe('What must stay unreserved: the [N] of the error text.'),
      reservations: zod.record(zod.string(), executions).optional().describe('Present reservations by function name.'),
      shareBudget: zod
        .boolean()
        .optional()
        .describe('True: the templates share the figures. By default each is judged alone.'),
    })
    .refine(({ limit, unreserved = limit }) => unreserved <= limit, {
      path: ['unreserved'],
      error: 'is larger than the limit of the account',
    });
  const override = zod.strictObject({
    paths: globs.min(1),
    preset: preset.optional(),
    rules: rules.optional(),
  });
  return zod
    .strictObject({
      $schema: zod.string().optional(),
      preset: preset.optional().describe('deploy: what AWS rejects, or may. all: everything.'),
      accept: zod
        .enum(['safe', 'review'])
        .optional()
        .describe('Which fixes diff and fix apply when the command line does not say.'),
      rules: rules.optional(),
      accounts: zod.array(account).optional().describe('The first whose paths hold a template gives its figures.'),
      ignore: globs.optional().describe('Files that are not looked at, relative to this file.'),
      overrides: zod.array(override).optional().describe('Later ones win.'),
      generated: zod.enum(['report', 'edit']).optional().describe('What happens to generated templates.'),
    })
    .meta({ title: 'stackmend config' });
}

export type ConfigData = z.infer<ReturnType<typeof configSchemaWith>>;
export type RuleChoice = boolean | Readonly<Record<string, unknown>>;

/** A JSON schema, as far as it is walked here. */
export interface JsonSchema {
  readonly [key: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | false;
}

/** The published JSON schema of the config, with the options of every rule in it. */
export async function configJsonSchema(rules: readonly Rule[]): Promise<JsonSchema> {
  const { z } = await import('zod');
  const schema = z.toJSONSchema(configSchemaWith(z), { io: 'input' }) as JsonSchema;
  const byId = Object.fromEntries(rules.map((rule) => [rule.id, ruleSchema(z, rule)]));
  const choices = {
    type: 'object',
    description: 'Rules by id: on, off, or their options.',
    properties: byId,
    additionalProperties: false,
  } as const;
  const overrides = schema.properties?.['overrides'];
  const override = { ...overrides?.items, properties: { ...overrides?.items?.properties, rules: choices } };
  return {
    ...schema,
    properties: { ...schema.properties, rules: choices, overrides: { ...overrides, items: override } },
  };
}

function ruleSchema(zod: typeof z, rule: Rule): JsonSchema {
  return { description: rule.title, anyOf: [{ type: 'boolean' }, optionsSchema(zod, rule)] };
}

/** The options of a rule as JSON schema: every one may be left out, and `preset` stands beside them. */
export function optionsSchema(zod: typeof z, rule: Rule): JsonSchema {
  const {
    $schema: _,
    required: __,
    ...own
  } = rule.options
    ? (zod.toJSONSchema(rule.options.schema(zod), { io: 'input', unrepresentable: 'any' }) as JsonSchema)
    : {};
  const preset = { enum: ['deploy', 'all'], description: 'Which messages of the rule are shown.' };
  return { ...own, type: 'object', properties: { preset, ...own.properties }, additionalProperties: false };
}
