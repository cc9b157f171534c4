import type { Refusal } from '../../core/rule.js';
import type { Editor } from '../../core/template/editor.js';
import { type MapNode, stringOf } from '../../core/template/node.js';
import type { Template } from '../../core/template/template.js';
import { environmentNameKind } from '../../rules/shared/environment-name.js';
import { listed } from '../../rules/shared/listed.js';

/** A parameter that names the environment that is deployed to. */
export interface EnvironmentParameter {
  readonly id: string;
  /** All that it may be; empty where it may be anything. */
  readonly values: readonly string[];
}

/** What a key of a mapping may be. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html */
const mappingKey = /^[a-zA-Z0-9.-]+$/;

/**
 * The parameter that tells which of the environments is deployed to: one whose `AllowedValues` are all among them, else one that
 * may be anything. `Fn::FindInMap` fails the deployment for a value without a key, so one with a value that is no environment
 * is refused.
 */
export function environmentParameter(
  template: Template,
  environments: readonly string[],
  editor: Editor,
): EnvironmentParameter | Refusal {
  const candidates = (template.section('Parameters')?.entries ?? []).flatMap(({ key, value }) => {
    if (environmentNameKind(key) === undefined || value.kind !== 'map') return [];
    return stringOf(value.get('Type')) === 'String' ? [{ id: key, values: allowedValues(value) }] : [];
  });
  const closed = candidates.filter(({ values }) => values.length > 0);
  const fitting = closed.filter(({ values }) => values.every((value) => environments.includes(value)));
  const [first, second] = closed.length > 0 ? fitting : bestNamed(candidates);
  if (first && second)
    return { code: 'needs-choice', because: `both ${first.id} and ${second.id} may name the environment` };
  const unnamable = first?.values.find((value) => !mappingKey.test(value));
  if (unnamable !== undefined)
    return {
      code: 'cannot-edit',
      because: `"${unnamable}" cannot be a key of a mapping: letters, digits, dots and dashes can`,
    };
  return first ?? refusalOf(closed, environments, editor);
}

function allowedValues(parameter: MapNode): string[] {
  const allowed = parameter.get('AllowedValues');
  return allowed?.kind === 'list'
    ? allowed.items.map((item) => (item.kind === 'scalar' ? String(item.value ?? '') : ''))
    : [];
}

/** Those that name the class of the environment, else those that keep copies of a stack apart. */
function bestNamed(candidates: readonly EnvironmentParameter[]): readonly EnvironmentParameter[] {
  const classes = candidates.filter(({ id }) => environmentNameKind(id) === 'environment');
  return classes.length > 0 ? classes : candidates;
}

function refusalOf(
  [closed]: readonly EnvironmentParameter[],
  environments: readonly string[],
  editor: Editor,
): Refusal {
  if (!closed) {
    const body = { Type: 'String', AllowedValues: [...environments] };
    return {
      code: 'needs-choice',
      because: 'no parameter of this template names the environment',
      snippet: editor.print({ Parameters: { [editor.freeId('Environment')]: body } }),
    };
  }
  const without = closed.values.filter((value) => !environments.includes(value));
  return {
    code: 'needs-choice',
    because: `${closed.id} may be ${listed(without)}, where Fn::FindInMap would fail the deployment: name ${without.length === 1 ? 'it' : 'them'} among the environments of the configuration, {} for no reservation`,
  };
}
