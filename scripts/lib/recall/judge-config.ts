import type { FileReport, Finding } from '../../../core/engine/types.js';
import { type Plain, changesOutside, isPlainMap, isSame, plainValue } from '../corpus/plain-value.js';
import { mapAt, textOf, valueAt } from './deployed.js';
import type { Mutation, MutationKind } from './mutation.js';
import { deployments } from './worlds.js';

export const configRules = [
  'apigateway-integration-uri',
  'apigateway-stage-throttling',
  'lambda-provisioned-unpublished',
] as const;

type ConfigRule = (typeof configRules)[number];

const rules: Partial<Record<MutationKind, ConfigRule>> = {
  unpublished: 'lambda-provisioned-unpublished',
  'on the function': 'lambda-provisioned-unpublished',
  'SAM alias': 'lambda-provisioned-unpublished',
  throttling: 'apigateway-stage-throttling',
  'http method': 'apigateway-integration-uri',
  uri: 'apigateway-integration-uri',
};

export function configRuleOf(kind: MutationKind): ConfigRule | undefined {
  return rules[kind];
}

/** The resource that a finding on this mutation must name. */
export function concerns({ path }: Mutation, finding: Finding): boolean {
  const [, id] = path;
  if (finding.resource?.id === id) return true;
  return finding.rule === 'lambda-provisioned-unpublished' && finding.messageId === 'functionProperty';
}

/** What the fix did not bring back, or changed beside it. */
export function configComplaint({ kind, path }: Mutation, original: Plain, report: FileReport): string | undefined {
  const fixed = plainValue(report.after);
  switch (kind) {
    case 'throttling':
      return differing(settled(original), settled(fixed), []);
    case 'SAM alias':
      return valueAt(fixed, path) === undefined ? 'there is no alias again' : differing(original, fixed, [path]);
    case 'unpublished':
      return publishedComplaint(original, fixed, path);
    case 'uri':
      return uriComplaint(original, fixed, path);
    default:
      return differing(original, fixed, []);
  }
}

function differing(a: Plain, b: Plain, except: readonly (readonly (string | number)[])[]): string | undefined {
  const outside = changesOutside(a, b, except);
  return outside.length === 0
    ? undefined
    : `differs from the original: ${outside.map((path) => path.join('.')).join(', ')}`;
}

/** Method settings are a set: their order means nothing. */
function settled(template: Plain): Plain {
  if (!isPlainMap(template)) return template;
  const resources = Object.entries(mapAt(template, 'Resources')).map(([id, body]) => {
    const properties = mapAt(body, 'Properties');
    const settings = properties['MethodSettings'];
    if (!isPlainMap(body) || !Array.isArray(settings)) return [id, body] as const;
    const sorted = settings.toSorted((a, b) => Number(sorting(a) > sorting(b)) - Number(sorting(a) < sorting(b)));
    return [id, { ...body, Properties: { ...properties, MethodSettings: sorted } }] as const;
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

function sorting(setting: Plain): string {
  if (!isPlainMap(setting)) return textOf(setting);
  const parts = Object.entries(setting).map(([key, value]) => `${key}: ${textOf(value)}`);
  return parts.toSorted().join();
}

/** The alias points to a version of its function again: the one that it pointed to, where that is in the template. */
function publishedComplaint(original: Plain, fixed: Plain, path: Mutation['path']): string | undefined {
  const before = valueAt(original, path);
  const after = valueAt(fixed, path);
  const [version] = isPlainMap(after) && Array.isArray(after['Fn::GetAtt']) ? after['Fn::GetAtt'] : [];
  const made = mapAt(mapAt(fixed, 'Resources'), textOf(version));
  if (made['Type'] !== 'AWS::Lambda::Version') return 'the alias points to no version of the template';
  const [named] = readings(fixed, [...path.slice(0, -1), 'FunctionName']);
  const [published] = readings(fixed, ['Resources', textOf(version), 'Properties', 'FunctionName']);
  if (bareName(named) !== bareName(published)) return 'the version is one of another function';
  const isNew = !(textOf(version) in mapAt(original, 'Resources'));
  if (!isNew && isPlainMap(before) && !isSame(before, after)) return 'the alias points to another version';
  return differing(original, fixed, [path, ...(isNew ? [['Resources', textOf(version)]] : [])]);
}

/** A function's name, out of its JSON or that of its ARN. */
function bareName(reading = ''): string {
  return reading.replaceAll('"', '').replace(/^.*:/, '');
}

/** The URI reads the same again, however it is written. Which partition was written out, the function does not tell. */
function uriComplaint(original: Plain, fixed: Plain, path: Mutation['path']): string | undefined {
  const read = (template: Plain): string[] =>
    readings(template, path).map((text) => text.replaceAll(/arn:aws-[a-z-]+:/g, 'arn:aws:'));
  const before = read(original);
  const after = read(fixed);
  if (before.join('\n') !== after.join('\n')) return `the URI is ${after[0]} instead of ${before[0]}`;
  return differing(original, fixed, [path]);
}

/** A place as it reads in each world. */
export function readings(template: Plain, path: Mutation['path']): readonly string[] {
  return isPlainMap(template)
    ? deployments(template).map((deployed) => JSON.stringify(deployed.read(valueAt(template, path))))
    : [];
}
