import type { TemplateNode } from '../node.js';
import type { Template } from '../template.js';
import type { Answer } from './covers.js';
import { entriesOf } from './statements.js';

/** What IAM always finds under a condition key when Lambda itself calls a service with an execution role. */
export interface ContextKey {
  /** Null where the request does not carry the key. */
  readonly value: string | null;
  /** Services, as in `SERVICE:Action`, for whose calls this is not so. */
  readonly except: readonly string[];
}

/** By condition key in lower case, as IAM compares them. */
export type RequestContext = ReadonlyMap<string, ContextKey>;

/** Whether the `Condition` of a statement holds for the calls of an action that Lambda itself makes. */
export function holdsForLambda(
  template: Template,
  condition: TemplateNode | undefined,
  action: string,
  context: RequestContext,
): Answer {
  if (condition?.kind !== 'map') return 'unknown';
  const [service = ''] = action.split(':');
  // All operators and all keys of a condition must hold together.
  const answers = condition.entries.flatMap(({ key: operator, value }): Answer[] =>
    value.kind === 'map'
      ? value.entries.map(({ key, value: wanted }) => {
          const known = context.get(key.toLowerCase());
          return known && !known.except.includes(service) ? test(template, operator, known.value, wanted) : 'unknown';
        })
      : ['unknown'],
  );
  if (answers.includes('no')) return 'no';
  return answers.every((answer) => answer === 'yes') ? 'yes' : 'unknown';
}

function test(template: Template, operator: string, value: string | null, wanted: TemplateNode): Answer {
  const values = entriesOf(template, wanted).map(({ node, guards }) =>
    node.kind === 'scalar' && guards.length === 0 ? String(node.value).toLowerCase() : undefined,
  );
  if (operator === 'Null') return answerTo(values, String(value === null));
  if (value === null) return meetsAbsent(operator) ? 'yes' : 'no';
  return /^Bool(?:IfExists)?$/.test(operator) ? answerTo(values, value) : 'unknown';
}

/** A key that a request does not carry meets the operators that forbid a value, and those for what may be missing. */
function meetsAbsent(operator: string): boolean {
  return !operator.startsWith('ForAnyValue:') && /IfExists$|^ForAllValues:|Not/.test(operator);
}

function answerTo(wanted: readonly (string | undefined)[], actual: string): Answer {
  if (wanted.includes(actual)) return 'yes';
  return wanted.includes(undefined) ? 'unknown' : 'no';
}
