/** Requests and answers held against the slice of GitHub's own description in openapi.json. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: { readonly type?: string };
  readonly 'x-multi-segment'?: boolean;
}

interface DeclaredOperation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly schema?: unknown; readonly example?: unknown }>>;
}

export interface Operation extends DeclaredOperation {
  /** `post /repos/{owner}/{repo}/pulls`. */
  readonly key: string;
}

export interface Matched {
  readonly operation: Operation;
  /** The path's parameters, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

interface Slice {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DeclaredOperation>>>>;
  readonly schemas: Readonly<Record<string, unknown>>;
}

const slice = JSON.parse(readFileSync(new URL('openapi.json', import.meta.url), 'utf8')) as Slice;

/** Answers that any operation may give although few declare them. */
const ANYWHERE = new Set(['401', '403', '404', '429', '500', '502', '503']);
/** Answers that GitHub gives without saying of what shape, or in another than it says. */
const BASIC = { $ref: '#/components/schemas/basic-error' };

/** OpenAPI 3.0 as JSON Schema; `closed` forbids properties that are not declared, as GitHub's own description does not. */
function converted(value: unknown, closed: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => converted(each, closed));
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, discriminator: _, ...schema } = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(schema))
    if (key === 'enum') result[key] = each;
    else if (key === '$ref') result[key] = `slice${each as string}`;
    else if (key === 'properties')
      result[key] = Object.fromEntries(
        Object.entries(each as object).map(([name, property]) => [name, converted(property, closed)]),
      );
    else result[key] = converted(each, closed);
  const combined = 'allOf' in result || 'anyOf' in result || 'oneOf' in result;
  if (closed && 'properties' in result && !('additionalProperties' in result) && !combined)
    result['additionalProperties'] = false;
  return nullable === true ? { anyOf: [result, { type: 'null' }] } : result;
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addFormat('repo.nwo', /^[^/\s]+\/[^/\s]+$/);
ajv.addSchema({ $id: 'slice', components: { schemas: converted(slice.schemas, false) } });

const compiled = new Map<string, ValidateFunction>();

function problems(key: string, schema: unknown, closed: boolean, value: unknown): string[] {
  let validate = compiled.get(key);
  if (validate === undefined) {
    validate = ajv.compile(converted(schema, closed) as object);
    compiled.set(key, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => {
    const extra = (error.params as { additionalProperty?: string }).additionalProperty;
    return `${key}: ${error.instancePath || 'body'} ${error.message}${extra === undefined ? '' : `: ${extra}`}`;
  });
}

const operations = Object.entries(slice.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: { ...operation, key: `${method} ${path}` },
    })),
  )
  .map((each) => {
    const wide = new Set(each.operation.parameters.filter((one) => one['x-multi-segment']).map((one) => one.name));
    const pattern = each.path.replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => `(?<${name}>${wide.has(name) ? '.+' : '[^/]+'})`,
    );
    return { ...each, pattern: new RegExp(`^${pattern}$`) };
  });

/** The operation that a request asks for; undefined for one that the slice does not hold. */
export function match(method: string, path: string): Matched | undefined {
  for (const { method: declared, pattern, operation } of operations) {
    const found = declared === method ? pattern.exec(path) : null;
    if (found === null) continue;
    const groups = Object.entries(found.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
    return { operation, path: Object.fromEntries(groups) as Record<string, string> };
  }
  return undefined;
}

/** What a request breaks: query parameters and properties that are not declared, values of a wrong type, missing ones. */
export function requestProblems(operation: Operation, query: URLSearchParams, body: unknown): string[] {
  const declared = new Map(operation.parameters.filter((each) => each.in === 'query').map((each) => [each.name, each]));
  const found: string[] = [];
  for (const [name, text] of query) {
    const parameter = declared.get(name);
    if (parameter === undefined) {
      found.push(`${operation.key}: no query parameter ${name}`);
      continue;
    }
    const value = parameter.schema.type === 'integer' && /^\d+$/.test(text) ? Number(text) : text;
    found.push(...problems(`${operation.key} ?${name}`, parameter.schema, true, value));
  }
  for (const [name, { required }] of declared)
    if (required === true && !query.has(name)) found.push(`${operation.key}: query parameter ${name} is missing`);
  if (operation.requestBody !== undefined)
    found.push(...problems(operation.key, operation.requestBody, true, body ?? {}));
  else if (body !== undefined) found.push(`${operation.key}: takes no body`);
  return found;
}

/** What an answer breaks: a status that is not declared, a body of another shape. */
export function answerProblems(operation: Operation, status: number, body: unknown): string[] {
  const code = String(status);
  const declared = operation.responses[code];
  if (declared === undefined && !ANYWHERE.has(code)) return [`${operation.key}: answers no ${code}`];
  const schema = declared?.schema ?? (body === undefined ? undefined : BASIC);
  if (schema === undefined) return body === undefined ? [] : [`${operation.key}: ${code} has no body`];
  return problems(`${operation.key} ${code}`, schema, false, body);
}

/** A copy of GitHub's own example of an answer, to be filled with what is true here. */
export function example(key: string, status: number): any {
  const [method = '', path = ''] = key.split(' ');
  const value = slice.paths[path]?.[method]?.responses[String(status)]?.example;
  if (value === undefined) throw new Error(`openapi.json has no example of ${key} ${status}`);
  return structuredClone(value);
}

/** All examples of successes, for the test of the slice itself. */
export function examples(): { readonly operation: Operation; readonly status: number; readonly value: unknown }[] {
  return operations.flatMap(({ operation }) =>
    Object.entries(operation.responses).flatMap(([status, { example: value }]) =>
      value === undefined ? [] : [{ operation, status: Number(status), value }],
    ),
  );
}
