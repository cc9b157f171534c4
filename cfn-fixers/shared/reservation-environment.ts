import type { Refusal } from '../../core/rule.js';
import type { Editor } from '../../core/template/editor.js';
import type { Template } from '../../core/template/template.js';
import { isBranch } from '../../rules/shared/branches.js';
import type { EnvironmentChange } from '../../rules/shared/environment-reservations.js';
import type { Edit } from '../../rules/shared/reservation-fixes.js';
import { environmentParameter } from './environment-parameter.js';
import { conditionEdits } from './reservation-conditions.js';
import { mappingEdits } from './reservation-mapping.js';

/**
 * Gives reservations the figures of the environment that is deployed to: by a mapping where all that the parameter may be is
 * known, by conditions where it may be anything.
 */
export function environmentEdits(
  template: Template,
  changes: readonly EnvironmentChange[],
  editor: Editor,
): Edit | Refusal {
  const refusal = changes.flatMap((change) => reasonAgainst(change) ?? [])[0];
  if (refusal) return refusal;
  const environments = [...new Set(changes.flatMap(({ figures }) => [...figures.keys()]))];
  const parameter = environmentParameter(template, environments, editor);
  if ('code' in parameter) return parameter;
  return parameter.values.length > 0
    ? mappingEdits(template, parameter, changes, editor)
    : conditionEdits(template, parameter.id, changes, editor);
}

function reasonAgainst({ reservation: { node, fn } }: EnvironmentChange): Refusal | undefined {
  if (node.path[0] === 'Globals')
    return {
      code: 'shared',
      because: 'Globals give the reservation to every function: move it into the functions first',
    };
  if (isBranch(node))
    return { code: 'needs-choice', because: `a condition chooses the reservation of ${fn.id} already` };
  return undefined;
}
