/**
 * Regenerates what the forge simulator of the tests is checked against, from material that GitHub publishes:
 *
 *   test/support/forge/openapi.json    the operations below, of npm `@octokit/openapi` (MIT)
 *   test/support/forge/schema.graphql  the fields below, of npm `@octokit/graphql-schema` (MIT)
 *
 * Neither is a dependency: the first unpacks to some 400 MB. Usage (either option may be left out, its file is then left
 * alone), in a scratch directory:
 *
 *   npm pack @octokit/openapi @octokit/graphql-schema, and unpack each with tar
 *   npx tsx scripts/refresh-forge-contract.ts --openapi <package directory> --graphql <package directory>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  buildSchema,
  getNamedType,
  isSpecifiedScalarType,
  printType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/** What the simulator answers: method and path as GitHub's description writes them. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  '/rate_limit': ['get'],
  '/user': ['get'],
  '/repos/{owner}/{repo}': ['get'],
  '/repos/{owner}/{repo}/forks': ['get', 'post'],
  '/repos/{owner}/{repo}/merge-upstream': ['post'],
  '/repos/{owner}/{repo}/git/blobs': ['post'],
  '/repos/{owner}/{repo}/git/trees': ['post'],
  '/repos/{owner}/{repo}/git/commits': ['post'],
  '/repos/{owner}/{repo}/git/commits/{commit_sha}': ['get'],
  '/repos/{owner}/{repo}/git/ref/{ref}': ['get'],
  '/repos/{owner}/{repo}/git/refs': ['post'],
  '/repos/{owner}/{repo}/git/refs/{ref}': ['patch', 'delete'],
  '/repos/{owner}/{repo}/pulls': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls/{pull_number}': ['get', 'patch'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/files': ['get'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/comments': ['get'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/reviews': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers': ['post'],
  '/repos/{owner}/{repo}/issues/{issue_number}/comments': ['get', 'post'],
  '/repos/{owner}/{repo}/issues/comments/{comment_id}': ['patch'],
  '/repos/{owner}/{repo}/issues/{issue_number}/labels': ['post'],
};

/** The fields of GraphQL's output types that are kept; input types and enums are kept whole. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Query: ['repository', 'viewer'],
  Mutation: ['updateRefs', 'createCommitOnBranch'],
  Repository: ['id', 'nameWithOwner', 'ref'],
  Ref: ['id', 'name', 'prefix'],
  User: ['login'],
  Commit: ['id', 'oid', 'url'],
  UpdateRefsPayload: ['clientMutationId'],
  CreateCommitOnBranchPayload: ['clientMutationId', 'commit', 'ref'],
};

/** Prose is left out: the slice is read by a validator. */
const PROSE: ReadonlySet<string> = new Set(['description', 'summary', 'tags', 'externalDocs', 'title']);

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without prose and examples; `named` tells that the keys are names of properties, not words of the description. */
function bare(value: Json, named = false): Json {
  if (Array.isArray(value)) return value.map((each: Json) => bare(each));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => named || !(PROSE.has(key) || key === 'example' || key === 'examples'))
      .map(([key, each]) => [key, key === 'enum' ? each : bare(each, key === 'properties' && !named)]),
  );
}

function find(document: JsonObject, reference: string): Json {
  const found = reference
    .slice(2)
    .split('/')
    .reduce<Json | undefined>((at, step) => (isObject(at) ? at[step] : undefined), document);
  if (found === undefined) throw new Error(`the description has no ${reference}`);
  return found;
}

function inlined(document: JsonObject, value: Json | undefined): JsonObject {
  const target = isObject(value) && typeof value['$ref'] === 'string' ? find(document, value['$ref']) : value;
  return isObject(target) ? target : {};
}

/** The first example of the answer to a success: what the simulator's answers start from. */
function firstExample(document: JsonObject, content: JsonObject): JsonObject {
  const examples = isObject(content['examples']) ? Object.values(content['examples']) : [];
  const value = inlined(document, examples[0])['value'];
  return value === undefined ? {} : { example: value };
}

function response(document: JsonObject, status: string, declared: Json): JsonObject {
  const content = inlined(document, inlined(document, declared)['content'])['application/json'];
  if (!isObject(content)) return {};
  return {
    schema: bare(content['schema'] ?? {}),
    ...(status.startsWith('2') ? firstExample(document, content) : {}),
  };
}

function operation(document: JsonObject, declared: JsonObject): JsonObject {
  const body = inlined(document, inlined(document, declared['requestBody'])['content'])['application/json'];
  const parameters = (Array.isArray(declared['parameters']) ? declared['parameters'] : []) as readonly Json[];
  return {
    operationId: declared['operationId'] ?? '',
    parameters: parameters.map((each) => bare(inlined(document, each))),
    ...(isObject(body) ? { requestBody: bare(body['schema'] ?? {}) } : {}),
    responses: Object.fromEntries(
      Object.entries(inlined(document, declared['responses'])).map(([status, each]) => [
        status,
        response(document, status, each),
      ]),
    ),
  };
}

/** All schemas that are named from there, and by one another. */
function schemasOf(document: JsonObject, paths: Json): JsonObject {
  const found = new Map<string, Json>();
  const waiting: Json[] = [paths];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const [, name = ''] of JSON.stringify(at).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      const schema = bare(find(document, `#/components/schemas/${name}`));
      found.set(name, schema);
      waiting.push(schema);
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One line an entry: a refresh reads as a diff of the operations and schemas that changed. */
function lines(entries: JsonObject): string {
  return Object.entries(entries)
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n');
}

function readPackage(directory: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { name: string; version: string };
}

function output(name: string): string {
  return fileURLToPath(new URL(`../test/support/forge/${name}`, import.meta.url));
}

function refreshOpenApi(directory: string): void {
  const { name, version } = readPackage(directory);
  const document = JSON.parse(readFileSync(join(directory, 'generated', 'api.github.com.json'), 'utf8')) as JsonObject;
  const all = inlined(document, document['paths']);
  const paths = Object.fromEntries(
    Object.entries(OPERATIONS).map(([path, methods]) => {
      const declared = inlined(document, all[path]);
      return [
        path,
        Object.fromEntries(
          methods.map((method) => {
            if (!isObject(declared[method])) throw new Error(`the description has no ${method} ${path}`);
            return [method, operation(document, declared[method])];
          }),
        ),
      ];
    }),
  );
  const source = `npm package ${name} ${version} (MIT), generated/api.github.com.json`;
  writeFileSync(
    output('openapi.json'),
    `{\n  "source": ${JSON.stringify(source)},\n  "paths": {\n${lines(paths)}\n  },\n  "schemas": {\n${lines(schemasOf(document, paths))}\n  }\n}\n`,
  );
}

function kept(type: GraphQLNamedType): GraphQLNamedType {
  if (!(type instanceof GraphQLObjectType)) return type;
  const config = type.toConfig();
  const names = FIELDS[type.name];
  if (names === undefined) throw new Error(`FIELDS does not say what to keep of ${type.name}`);
  const fields = Object.fromEntries(
    names.map((name) => {
      const field = config.fields[name];
      if (field === undefined) throw new Error(`the schema has no ${type.name}.${name}`);
      return [name, field];
    }),
  );
  return new GraphQLObjectType({ ...config, interfaces: [], fields, description: undefined });
}

function namedIn(type: GraphQLNamedType): readonly GraphQLNamedType[] {
  if (type instanceof GraphQLInputObjectType)
    return Object.values(type.getFields()).map((each) => getNamedType(each.type));
  if (!(type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    getNamedType(field.type),
    ...field.args.map((argument) => getNamedType(argument.type)),
  ]);
}

function refreshGraphql(directory: string): void {
  const { name, version } = readPackage(directory);
  const schema: GraphQLSchema = buildSchema(readFileSync(join(directory, 'schema.graphql'), 'utf8'), {
    // As published, two fields of EnterpriseOwnerInfo stand twice.
    assumeValidSDL: true,
  });
  const found = new Map<string, GraphQLNamedType>();
  const waiting = ['Query', 'Mutation'].flatMap((each) => schema.getType(each) ?? []);
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (found.has(at.name) || isSpecifiedScalarType(at)) continue;
    const type = kept(at);
    found.set(type.name, type);
    waiting.push(...namedIn(type));
  }
  const types = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((type) => printType(type));
  writeFileSync(
    output('schema.graphql'),
    `# npm package ${name} ${version} (MIT), schema.graphql\n\n${types.join('\n\n')}\n`,
  );
}

function main(): void {
  const { values } = parseArgs({ options: { openapi: { type: 'string' }, graphql: { type: 'string' } } });
  if (values.openapi !== undefined) refreshOpenApi(values.openapi);
  if (values.graphql !== undefined) refreshGraphql(values.graphql);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main();
