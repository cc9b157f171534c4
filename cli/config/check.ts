import type { z } from 'zod';
import type { Rule } from '../../core/rule.js';
import { type Mistake, failure, mistakesOf, unknownKey, unknownName } from './mistakes.js';
import { type ConfigData, type JsonSchema, type RuleChoice, configJsonSchema, configSchemaWith } from './schema.js';
import type { ConfigSource, KeyPath } from './source.js';

const hint = 'the keys are described in schemas/config.schema.json of the package';

/** The data of a config file, once every key and value of it is known to be right. */
export async function checkConfig(source: ConfigSource, shown: string, rules: readonly Rule[]): Promise<ConfigData> {
  const { z } = await import('zod');
  const schema = await configJsonSchema(rules);
  const parsed = configSchemaWith(z).safeParse(source.value ?? {});
  if (!parsed.success)
    throw failure(
      source,
      shown,
      parsed.error.issues.flatMap((issue) => mistakesOf(issue, schema)),
      hint,
    );
  const hidden = prototypeKeys(source.value, []);
  if (hidden.length > 0) throw failure(source, shown, hidden, hint);
  const mistakes = choicesIn(parsed.data).flatMap(({ path, choices }) =>
    Object.entries(choices).flatMap(([id, choice]) => choiceMistakes(id, choice, [...path, id], rules, z, schema)),
  );
  if (mistakes.length > 0) throw failure(source, shown, mistakes, hint);
  return parsed.data;
}

/** zod passes over `__proto__` without a word, so that what it holds would silently do nothing. */
function prototypeKeys(value: unknown, path: KeyPath): readonly Mistake[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    key === '__proto__'
      ? [{ path: [...path, key], at: 'key', message: 'no key can be named "__proto__"' } as const]
      : prototypeKeys(below, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

interface Choices {
  readonly path: KeyPath;
  readonly choices: Readonly<Record<string, RuleChoice>>;
}

function choicesIn({ rules = {}, overrides = [] }: ConfigData): readonly Choices[] {
  const below = overrides.map((override, index) => ({
    path: ['overrides', index, 'rules'],
    choices: override.rules ?? {},
  }));
  return [{ path: ['rules'], choices: rules }, ...below];
}

function choiceMistakes(
  id: string,
  choice: RuleChoice,
  path: KeyPath,
  rules: readonly Rule[],
  zod: typeof z,
  schema: JsonSchema,
): readonly Mistake[] {
  const rule = rules.find((each) => each.id === id);
  if (!rule) return [unknownKey(path, schema, 'rule')];
  if (typeof choice === 'boolean') return [];
  const known = optionNames(schema, id);
  const unknown = Object.keys(choice).filter((name) => !known.includes(name));
  if (unknown.length > 0) return unknown.map((name) => unknownName([...path, name], name, known, `option of ${id}`));
  const { preset, ...options } = choice;
  if (preset !== undefined && preset !== 'deploy' && preset !== 'all') {
    return [{ path: [...path, 'preset'], at: 'value', message: 'expected "deploy" or "all"' }];
  }
  const result = parseOptions(rule, options, zod);
  return result.success
    ? []
    : result.error.issues.flatMap((issue) => mistakesOf({ ...issue, path: [...path, ...issue.path] }, schema));
}

/** Options as the rule wants them: what is given over its defaults. */
export function parseOptions(
  rule: Rule,
  given: Readonly<Record<string, unknown>>,
  zod: typeof z,
): z.ZodSafeParseResult<unknown> {
  const defaults = (rule.options?.defaults ?? {}) as Readonly<Record<string, unknown>>;
  return (rule.options?.schema(zod) ?? zod.unknown()).safeParse({ ...defaults, ...given });
}

function optionNames(schema: JsonSchema, id: string): readonly string[] {
  const choice = schema.properties?.['rules']?.properties?.[id] as { anyOf?: readonly JsonSchema[] } | undefined;
  return Object.keys(choice?.anyOf?.[1]?.properties ?? {});
}
