import type { z } from 'zod';
import { meant } from '../nearest.js';
import { UserError } from '../user-error.js';
import type { JsonSchema } from './schema.js';
import type { ConfigSource, KeyPath } from './source.js';

/** What is wrong with a key or value of a file of ours. */
export interface Mistake {
  readonly path: KeyPath;
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** What is wrong, in words of ours; the schema tells which keys there are. */
export function mistakesOf(issue: z.core.$ZodIssue, schema: JsonSchema): readonly Mistake[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], schema, 'key'));
  const at = { path, at: 'value' } as const;
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return [{ ...at, message: `is missing, expected ${issue.expected}` }];
  if (issue.code !== 'invalid_value') return [{ ...at, message: issue.message.replace(/^Invalid input: /, '') }];
  const values = issue.values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value)));
  return [{ ...at, message: `expected ${values.join(' or ')}` }];
}

/** A key that the schema does not have at that place, and the one that was meant. */
export function unknownKey(path: KeyPath, schema: JsonSchema, noun: string): Mistake {
  const known = Object.keys(schemaAt(schema, path.slice(0, -1))?.properties ?? {});
  return unknownName(path, String(path.at(-1)), known, noun);
}

/** A name that is none of those that are known, and the one that was meant. */
export function unknownName(path: KeyPath, name: string, known: readonly string[], noun: string): Mistake {
  const otherwise =
    known.length === 0
      ? 'there is none'
      : known.length < 12
        ? `known are ${known.join(', ')}`
        : 'see "stackmend rules"';
  return { path, at: 'key', message: `unknown ${noun} "${name}"; ${meant(name, known, otherwise)}` };
}

function schemaAt(schema: JsonSchema | undefined, path: KeyPath): JsonSchema | undefined {
  const [step, ...rest] = path;
  if (step === undefined || !schema) return schema;
  return schemaAt(
    typeof step === 'number' ? schema.items : (schema.properties?.[step] ?? (schema.additionalProperties || undefined)),
    rest,
  );
}

/** All mistakes of a file as one error, each with its place. */
export function failure(
  source: Pick<ConfigSource, 'position'>,
  shown: string,
  mistakes: readonly Mistake[],
  hint: string,
): UserError {
  const [first = '', ...more] = mistakes.map(({ path, at, message }) => {
    const { line, column } = source.position(path, at);
    const label = at === 'key' || path.length === 0 ? '' : `${path.join('.')}: `;
    return `${shown}:${line}:${column}: ${label}${message}`;
  });
  return new UserError(first, hint, more);
}
