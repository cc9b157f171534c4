import { type MapNode, type TemplateNode, type Value, stringOf, toValue, walk } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import { environmentNameKind } from '../../rules/shared/environment-name.js';
import { isEnvironmentValue } from '../../rules/tag-environment-hardcoded.js';
import type { Tag } from '../../rules/shared/tags.js';

/** What tells at deployment which environment this is. */
export interface EnvironmentSource {
  /** For people: "the parameter Stage", "the condition IsProduction". */
  readonly name: string;
  readonly value: Value;
  /** True for a parameter that only keeps copies of the stack apart. */
  readonly isSuffix: boolean;
  /** Sources of one rank are a choice. */
  readonly rank: number;
}

/** The best first: what the template's other environment tags say, a parameter for the environment, a suffix. */
export function environmentSources(template: Template, tags: readonly Tag[]): readonly EnvironmentSource[] {
  const said = tags.flatMap(({ value }) => sayingOf(template, value)).slice(0, 1);
  const parameters = (template.section('Parameters')?.entries ?? []).flatMap(({ key, value }) =>
    parameterSource(key, value),
  );
  return [...said, ...parameters].toSorted((a, b) => a.rank - b.rank);
}

function sayingOf(template: Template, node: TemplateNode): EnvironmentSource[] {
  if (node.kind !== 'intrinsic') return [];
  const names = [...template.references(node)].map(({ name }) => name);
  if (names.some((name) => !template.parameter(name))) return [];
  const condition =
    node.name === 'Fn::If' && node.argument.kind === 'list' ? stringOf(node.argument.items[0]) : undefined;
  const name = names[0] ?? condition;
  return name === undefined
    ? []
    : [{ name, value: toValue(node), isSuffix: environmentNameKind(name) === 'suffix', rank: 0 }];
}

function parameterSource(id: string, node: TemplateNode): EnvironmentSource[] {
  const kind = environmentNameKind(id);
  if (kind === undefined || node.kind !== 'map' || stringOf(node.get('Type')) !== 'String') return [];
  if (kind === 'environment' && !namesEnvironments(node)) return [];
  return [
    { name: `the parameter ${id}`, value: { Ref: id }, isSuffix: kind === 'suffix', rank: kind === 'suffix' ? 2 : 1 },
  ];
}

/** False for the `StageName` of an API, whose default is `v1`. */
function namesEnvironments(node: MapNode): boolean {
  const allowed = node.get('AllowedValues');
  const nodes = [node.get('Default'), ...(allowed?.kind === 'list' ? allowed.items : [])];
  const values = nodes.flatMap((value) => stringOf(value) ?? []);
  return values.length === 0 || values.some(isEnvironmentValue);
}

/** True when the resource exists in some environments only, so that a literal may be meant. */
export function dependsOnEnvironment(template: Template, resource: Resource): boolean {
  const conditions = template.section('Conditions');
  const pending = resource.guards.map(({ condition }) => condition);
  const seen = new Set(pending);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = conditions?.get(name);
    if (!node) continue;
    for (const text of mentionsIn(template, node)) {
      if (environmentNameKind(text) !== undefined) return true;
      if (conditions?.has(text) && !seen.has(text)) pending.push(text);
      seen.add(text);
    }
  }
  return false;
}

function* mentionsIn(template: Template, node: TemplateNode): Generator<string> {
  for (const { name } of template.references(node)) yield name;
  for (const inner of walk(node)) {
    const condition = inner.kind === 'intrinsic' && inner.name === 'Condition' ? stringOf(inner.argument) : undefined;
    if (condition !== undefined) yield condition;
  }
}
