import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { Editor } from '../../core/template/editor.js';
import { type Path, type Value, toValue } from '../../core/template/node.js';
import type { Template } from '../../core/template/template.js';
import { sameValue } from '../../core/template/value.js';
import type { EnvironmentChange } from '../../rules/shared/environment-reservations.js';
import type { Edit } from '../../rules/shared/reservation-fixes.js';

/**
 * Chooses reservations by conditions on the parameter that names the environment, those that are there or new ones; where none
 * of them holds, nothing is reserved.
 */
export function conditionEdits(
  template: Template,
  parameter: string,
  changes: readonly EnvironmentChange[],
  editor: Editor,
): Edit {
  const reserving = changes.flatMap(({ figures }) =>
    [...figures].flatMap(([environment, figure]) => (figure === undefined ? [] : [environment])),
  );
  const conditions = conditionsOf(template, parameter, [...new Set(reserving)], editor);
  const added = [...conditions.values()].flatMap(({ id, body }) => (body === undefined ? [] : [[id, body] as const]));
  return {
    edits: [
      ...(added.length === 0 ? [] : editor.addAllToSection('Conditions', Object.fromEntries(added))),
      ...changes.flatMap(({ reservation, figures }) => editor.replace(reservation.node, chosen(figures, conditions))),
    ],
    touches: [
      ...added.map(([id]): Path => ['Conditions', id]),
      ...changes.map(({ reservation }) => reservation.node.path),
    ],
  };
}

interface Condition {
  readonly id: string;
  /** Undefined where the template has it. */
  readonly body: Value | undefined;
}

function conditionsOf(
  template: Template,
  parameter: string,
  environments: readonly string[],
  editor: Editor,
): ReadonlyMap<string, Condition> {
  const result = new Map<string, Condition>();
  for (const environment of environments) {
    const body = { 'Fn::Equals': [{ Ref: parameter }, environment] };
    const present = template.section('Conditions')?.entries.find(({ value }) => sameValue(toValue(value), body));
    const id = present?.key ?? editor.freeId(`Is${nameOf(environment)}`);
    if ([...result.values()].some((other) => other.id === id))
      throw new CannotEdit(`two environments would both be called ${id}`);
    result.set(environment, { id, body: present ? undefined : body });
  }
  return result;
}

/** `pre-prod` as a part of a logical id: `PreProd`. */
function nameOf(environment: string): string {
  const words = environment.match(/[a-zA-Z0-9]+/g) ?? [];
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function chosen(figures: EnvironmentChange['figures'], conditions: ReadonlyMap<string, Condition>): Value {
  return [...figures].reduceRight<Value>(
    (otherwise, [environment, figure]) => {
      const condition = conditions.get(environment);
      return condition && figure !== undefined ? { 'Fn::If': [condition.id, figure, otherwise] } : otherwise;
    },
    { Ref: 'AWS::NoValue' },
  );
}
