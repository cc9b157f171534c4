import type { z } from 'zod';
import type { Rule } from '../../core/rule.js';
import { type ConcurrencyFigures, contradictionsIn } from './figures.js';

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
      file: zod
        .string()
        .min(1)
        .optional()
        .describe('Instead of a limit: a file with the figures, see "stackmend account", relative to this one.'),
      account: zod
        .string()
        .min(1)
        .optional()
        .describe('Which account of the file, by its name with or without the region; all of them when absent.'),
      limit: executions.optional().describe('AccountLimit.ConcurrentExecutions of "aws lambda get-account-settings".'),
      unreserved: executions
        .optional()
        .describe('AccountLimit.UnreservedConcurrentExecutions; the limit less the reservations when absent.'),
      minimumUnreserved: executions.optional().describe('What must stay unreserved: the [N] of the error text.'),
      reservations: zod.record(zod.string(), executions).optional().describe('Present reservations by function name.'),
      shareBudget: zod
        .boolean()
        .optional()
        .describe('True: templates that go to the same accounts share the figures. By default each is judged alone.'),
    })
    .superRefine((choice, context) => {
      for (const { key, error } of accountMistakes(choice))
        context.addIssue({ code: 'custom', path: [key], message: error });
    })
    .meta({ anyOf: [{ required: ['limit'] }, { required: ['file'] }] });
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
      accounts: zod
        .array(account)
        .optional()
        .describe('Each whose paths hold a template counts; the tightest decides.'),
      ignore: globs.optional().describe('Files that are not looked at, relative to this file.'),
      overrides: zod.array(override).optional().describe('Later ones win.'),
      generated: zod.enum(['report', 'edit']).optional().describe('What happens to generated templates.'),
    })
    .meta({ title: 'stackmend config' });
}

type AccountChoice = Omit<ConcurrencyFigures, 'limit'> & {
  readonly limit?: number | undefined;
  readonly file?: string | undefined;
  readonly account?: string | undefined;
};

/** An account has either figures of its own or a file with them, and its figures agree. */
function accountMistakes({ file, account, limit, unreserved, minimumUnreserved, reservations }: AccountChoice): {
  readonly key: string;
  readonly error: string;
}[] {
  const others = { unreserved, minimumUnreserved, reservations };
  if (file === undefined) {
    if (account !== undefined) return [{ key: 'account', error: 'names an account of a file, and there is no "file"' }];
    return limit === undefined
      ? [{ key: 'limit', error: 'is missing, expected number, or a "file" with the figures' }]
      : [...contradictionsIn({ limit, ...others })];
  }
  const own = Object.entries({ limit, ...others }).filter(([, value]) => value !== undefined);
  return own.map(([key]) => ({ key, error: 'stands beside "file", which tells it: leave one away' }));
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
