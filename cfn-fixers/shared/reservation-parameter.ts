import type { Editor } from '../../core/template/editor.js';
import type { TemplateNode, Value } from '../../core/template/node.js';
import { limits } from '../../facts/index.js';
import type { Change, Edit } from '../../rules/shared/reservation-fixes.js';

/**
 * Makes reservations parameters: 0 stands for no reservation, by a condition on `AWS::NoValue`.
 * @param changes each with its default in executions, none where nothing is wanted
 */
export function parameterEdits(changes: readonly Change[], editor: Editor): Edit {
  const made: Made[] = [];
  for (const change of changes) made.push(parameterOf(change, editor, made));
  return {
    edits: [
      ...editor.addAllToSection('Parameters', Object.fromEntries(made.map(({ id, body }) => [id, body]))),
      ...editor.addAllToSection('Conditions', Object.fromEntries(made.map(({ id, has }) => [has, isSet({ Ref: id })]))),
      ...made.flatMap(({ id, has, node }) => editor.replace(node, onlyIf(has, { Ref: id }))),
    ],
    touches: made.flatMap(({ id, has, node }) => [['Parameters', id], ['Conditions', has], node.path]),
  };
}

/** The condition that some reservation is not 0. */
export function isSet(figure: Value): Value {
  return { 'Fn::Not': [{ 'Fn::Equals': [figure, 0] }] };
}

/** A reservation where a condition holds, none elsewhere. */
export function onlyIf(condition: string, figure: Value): Value {
  return { 'Fn::If': [condition, figure, { Ref: 'AWS::NoValue' }] };
}

interface Made {
  readonly id: string;
  /** The condition that it is set. */
  readonly has: string;
  readonly node: TemplateNode;
  readonly body: Value;
}

function parameterOf({ reservation: { fn, node }, wanted }: Change, editor: Editor, others: readonly Made[]): Made {
  const owner = node.path[0] === 'Globals' ? 'Functions' : fn.id;
  const base = `${owner}ReservedConcurrency`;
  const same = others.filter((other) => other.id.startsWith(base)).length;
  const id = editor.freeId(same === 0 ? base : `${base}${same + 1}`);
  return {
    id,
    has: editor.freeId(`Has${id}`),
    node,
    body: {
      Type: 'Number',
      Default: wanted ?? 0,
      MinValue: 0,
      Description: `Reserved concurrency of ${owner} in executions, 0 for none. Limited by the account (quota ${limits.concurrency.quotaCode}, see aws lambda get-account-settings)`,
    },
  };
}
