import type { Refusal } from '../../core/rule.js';
import type { Editor } from '../../core/template/editor.js';
import { stringOf } from '../../core/template/node.js';
import type { Template } from '../../core/template/template.js';
import { environmentNameKind } from '../../rules/shared/environment-name.js';
import { listed } from '../../rules/shared/listed.js';

/** A parameter that names the environment that is deployed to, and all that it may be. */
export interface EnvironmentParameter {
  readonly id: string;
  readonly values: readonly string[];
}

/** What a key of a mapping may be. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html */
const mappingKey = /^[a-zA-Z0-9.-]+$/;

/**
 * The parameter by which a mapping can be looked up: `Fn::FindInMap` fails the deployment for a value without a key, so it
 * must be one with `AllowedValues`, and each of them one of the environments.
 */
export function environmentParameter(
  template: Template,
  environments: readonly string[],
  editor: Editor,
): EnvironmentParameter | Refusal {
  const candidates = (template.section('Parameters')?.entries ?? []).flatMap(({ key, value }) => {
    if (environmentNameKind(key) === undefined || value.kind !== 'map') return [];
    const allowed = value.get('AllowedValues');
    const values = allowed?.kind === 'list' ? allowed.items.map((item) => stringOf(item) ?? '') : [];
    return [{ id: key, values }];
  });
  const closed = candidates.filter(({ values }) => values.length > 0);
  const missing = ({ values }: EnvironmentParameter): string[] =>
    values.filter((value) => !environments.includes(value));
  const fitting = closed.filter((each) => missing(each).length === 0);
  const [first, second] = fitting;
  if (first && second)
    return { code: 'needs-choice', because: `both ${first.id} and ${second.id} may name the environment` };
  const unnamable = first?.values.find((value) => !mappingKey.test(value));
  if (unnamable !== undefined)
    return {
      code: 'cannot-edit',
      because: `"${unnamable}" cannot be a key of a mapping: letters, digits, dots and dashes can`,
    };
  return first ?? refusalOf(candidates, closed, environments, missing, editor);
}

function refusalOf(
  candidates: readonly EnvironmentParameter[],
  [closed]: readonly EnvironmentParameter[],
  environments: readonly string[],
  missing: (parameter: EnvironmentParameter) => readonly string[],
  editor: Editor,
): Refusal {
  if (closed) {
    const without = missing(closed);
    return {
      code: 'needs-choice',
      because: `${closed.id} may be ${listed(without)}, where Fn::FindInMap would fail the deployment: name ${without.length === 1 ? 'it' : 'them'} among the environments of the configuration, {} for no reservation`,
    };
  }
  const [open] = candidates;
  const allowed = { AllowedValues: [...environments] };
  if (open)
    return {
      code: 'needs-choice',
      because: `${open.id} may be anything, and Fn::FindInMap fails the deployment for a value without a key: say what it may be`,
      snippet: editor.print({ Parameters: { [open.id]: allowed } }),
    };
  return {
    code: 'needs-choice',
    because: 'no parameter of this template names the environment',
    snippet: editor.print({ Parameters: { [editor.freeId('Environment')]: { Type: 'String', ...allowed } } }),
  };
}
