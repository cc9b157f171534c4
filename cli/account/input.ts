import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { describeSystemError } from '../../core/engine/file-system.js';
import { LineIndex } from '../../core/text/line-index.js';
import { type Mistake, failure, mistakesOf } from '../config/mistakes.js';
import { type ConfigSource, parseSource } from '../config/source.js';
import { type Host, readStdin } from '../host.js';
import { shellWord } from '../shell.js';
import { UserError } from '../user-error.js';
import { type JsonText, jsonTexts } from './json-values.js';
import { type Fact, commands, isAccountFile, recognise } from './recognise.js';
import { type AccountFile, accountFileSchemaWith, accountJsonSchema, formatVersion } from './schema.js';

/** What a file says of accounts: a file of ours, or outputs of AWS. */
export interface AccountInput {
  /** As people see it. */
  readonly shown: string;
  readonly own: AccountFile | undefined;
  /** In the order of the file. */
  readonly facts: readonly Fact[];
}

/**
 * Reads what a file says of accounts; `-` is standard input.
 * @throws {UserError} that names the file, the place, the key and the command that makes it right
 */
export async function readInput(file: string, host: Host): Promise<AccountInput> {
  if (file === '-') return parseInput(await readStdin(host), 'standard input');
  return parseInput(decoded(bytesOf(path.resolve(host.cwd, file), file)), file);
}

function bytesOf(file: string, shown: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError(`${shown} cannot be read: ${describeSystemError(error)}`, makeHint(commands.settings, shown));
  }
}

/** As text. Windows PowerShell writes UTF-16 into files. */
export function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** The same for a text that was read already. */
export async function parseInput(text: string, shown: string): Promise<AccountInput> {
  const { z } = await import('zod');
  const { values, stray } = jsonTexts(text);
  if (values.length === 0) throw noJson(text, shown);
  const all = await Promise.all(values.map(async (place) => ({ place, value: await valueAt(text, place, shown) })));
  if (stray !== undefined) throw strayText(text, stray, shown);
  // `jq -s` and the like make one list of many outputs.
  const flat = all.flatMap(({ place, value }) =>
    Array.isArray(value)
      ? value.map((each: unknown, index) => ({ place, value: each, path: [index] }))
      : [{ place, value, path: [] }],
  );
  const [first] = flat;
  if (!first) throw new UserError(`${shown}: tells nothing`, makeHint(commands.settings, shown));
  if (flat.length === 1 && isAccountFile(first.value)) return { shown, own: await ownFile(text, shown, z), facts: [] };
  const facts: Fact[] = [];
  for (const each of flat) facts.push(...(await factsIn(each, text, shown, z)));
  return { shown, own: undefined, facts };
}

async function ownFile(text: string, shown: string, zod: typeof z): Promise<AccountFile> {
  const source = await parsed(text, shown, ownHint);
  const { version } = source.value as { readonly version?: unknown };
  if (typeof version === 'number' && version > formatVersion) {
    const newer: Mistake = {
      path: ['version'],
      at: 'value',
      message: `${version} is newer than the ${formatVersion} that is known here`,
    };
    throw failure(source, shown, [newer], 'use a newer stackmend');
  }
  const result = accountFileSchemaWith(zod).safeParse(source.value);
  if (result.success) return result.data;
  const schema = await accountJsonSchema();
  const mistakes = result.error.issues.flatMap((issue) => mistakesOf(issue, schema));
  throw failure(source, shown, mistakes, ownHint);
}

const ownHint = 'make it with the commands that "stackmend account" prints; schemas/account.schema.json tells the keys';

interface Placed {
  readonly place: JsonText;
  readonly value: unknown;
  /** Where the value is in the text of its place. */
  readonly path: readonly number[];
}

async function factsIn(
  { place, value, path: start }: Placed,
  text: string,
  shown: string,
  zod: typeof z,
): Promise<readonly Fact[]> {
  const result = recognise(value, zod);
  if (result.kind === 'facts') return result.facts;
  const source = await sourceAt(text, place, shown);
  if (result.kind === 'unknown') {
    const mistake: Mistake = { path: [], at: 'value', message: result.because };
    throw failure(source, shown, [mistake], 'see "stackmend account" for the commands');
  }
  const mistakes = result.issues.flatMap((issue) => ('at' in issue ? [issue] : mistakesOf(issue, {})));
  const placed = mistakes.map((mistake) => ({ ...mistake, path: [...start, ...mistake.path] }));
  throw failure(source, shown, placed, makeHint(result.command, shown));
}

async function valueAt(text: string, place: JsonText, shown: string): Promise<unknown> {
  try {
    return JSON.parse(text.slice(place.start, place.end)) as unknown;
  } catch {
    // Once more with a parser that tells the place.
    await sourceAt(text, place, shown);
    const { line, column } = new LineIndex(text).position(place.start);
    throw new UserError(`${shown}:${line}:${column}: is no JSON`, makeHint(commands.settings, shown));
  }
}

/** The value at a place with the positions of its parts: all before it is blank, but has its lines. */
async function sourceAt(text: string, { start, end }: JsonText, shown: string): Promise<ConfigSource> {
  const alone = text.slice(0, start).replaceAll(/[^\n]/g, ' ') + text.slice(start, end);
  return parsed(alone, shown, makeHint(commands.settings, shown));
}

async function parsed(text: string, shown: string, hint: string): Promise<ConfigSource> {
  try {
    return await parseSource(text, 'account.json', shown);
  } catch (error) {
    throw error instanceof UserError ? new UserError(error.message, hint) : error;
  }
}

function makeHint(command: string, shown: string): string {
  const form = command.startsWith('aws ') ? ' --output json' : '';
  const file = shown === 'standard input' ? 'account.json' : shellWord(shown);
  return form === ''
    ? `make it with the commands that "${command}" prints`
    : `make it with: ${command}${form} > ${file}`;
}

/** What an output of the AWS CLI is that is no JSON. */
const otherForms: readonly { readonly pattern: RegExp; readonly is: string }[] = [
  { pattern: /^\s*$/, is: 'is empty' },
  { pattern: /An error occurred \(\w+\)/, is: 'holds an error of the AWS CLI' },
  { pattern: /^\s*-{5,}/, is: 'is the output of --output table' },
  { pattern: /^\s*[A-Z]+\t/, is: 'is the output of --output text' },
  { pattern: /^\s*(?:- )?[A-Za-z]+:/, is: 'is the output of --output yaml' },
];

function noJson(text: string, shown: string): UserError {
  const form = otherForms.find(({ pattern }) => pattern.test(text))?.is ?? 'is no JSON';
  return new UserError(
    `${shown}: ${form}; expected JSON as "${commands.settings}" prints it`,
    makeHint(commands.settings, shown),
  );
}

function strayText(text: string, at: number, shown: string): UserError {
  const { line, column } = new LineIndex(text).position(at);
  const form = otherForms.find(({ pattern }) => pattern.test(text.slice(at)))?.is ?? 'is no JSON';
  return new UserError(`${shown}:${line}:${column}: what stands here ${form}`, makeHint(commands.settings, shown));
}
