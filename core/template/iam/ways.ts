import type { Guards } from '../conditions.js';
import type { TemplateNode } from '../node.js';
import { type SymbolicArn, arnFromText } from './arn.js';
import { type Answer, anyOf, covers, negate } from './covers.js';
import { type Doubt, type Origin, type Patterns, type Statement, lowerCaseArn } from './statements.js';

/** A way in which something is granted or denied: surely, or perhaps. */
export interface Way {
  readonly answer: 'yes' | 'unknown';
  readonly guards: Guards;
  readonly origin: Origin;
  readonly because: string;
  readonly doubt?: Doubt;
  readonly statement?: TemplateNode;
}

/** A question in the form that statements are compared with. */
export interface Asked {
  readonly action: SymbolicArn;
  readonly target: SymbolicArn;
}

export function readQuestion({
  action,
  target,
}: {
  readonly action: string;
  readonly target: SymbolicArn | '*';
}): Asked {
  let read = actions.get(action);
  if (!read) actions.set(action, (read = lowerCaseArn(arnFromText(action))));
  return { action: read, target: target === '*' ? everything : target };
}

/** The few actions that facts name, asked for again in every template. */
const actions = new Map<string, SymbolicArn>();
const everything = arnFromText('*');

/** The ways in which a statement applies: one for each entry of `Action` and `Resource` under conditions of its own. */
export function waysIn(statement: Statement, asked: Asked, overlapping: boolean): Way[] {
  const named = matchesOf(statement.actions, asked.action, false);
  if (named.length === 0) return [];
  return matchesOf(statement.resources, asked.target, overlapping).flatMap((resource) =>
    named.map((action): Way => {
      const doubt = resource.answer !== 'yes' ? 'arn' : action.answer !== 'yes' ? 'action' : statement.doubt;
      return {
        answer: doubt === undefined ? 'yes' : 'unknown',
        guards: [...statement.guards, ...action.guards, ...resource.guards],
        origin: statement.origin,
        because: doubt === undefined ? '' : (reasons.get(doubt) ?? ''),
        ...(doubt === undefined ? {} : { doubt }),
        ...(statement.node ? { statement: statement.node } : {}),
      };
    }),
  );
}

const reasons: ReadonlyMap<Doubt, string> = new Map([
  ['iam-condition', 'a statement allows it under an IAM condition'],
  ['role', 'a policy allows it whose role is known only when the program runs'],
  ['resource-policy', 'only a policy of the target allows it'],
  ['template-condition', 'it hangs on a parameter'],
  ['arn', 'a statement allows it on a resource that is known only at deployment'],
  ['action', 'a statement names actions that are known only at deployment'],
]);

interface Match {
  readonly answer: 'yes' | 'unknown';
  readonly guards: Guards;
}

function matchesOf(patterns: Patterns, asked: SymbolicArn, overlapping: boolean): readonly Match[] {
  if (patterns.negated) return negatedMatches(patterns, asked);
  const matches: Match[] = [];
  for (const { arn, guards } of patterns.items) {
    const answer = overlapping ? overlap(arn, asked) : covers(arn, asked);
    if (answer === 'yes' && guards.length === 0) return [{ answer, guards }];
    if (answer !== 'no') matches.push({ answer, guards });
  }
  return matches;
}

/** `NotAction`, `NotResource`: all but what is listed. */
function negatedMatches({ items }: Patterns, asked: SymbolicArn): readonly Match[] {
  const listed = anyOf(
    items.map(({ arn, guards }) => {
      const answer = overlap(arn, asked);
      return answer === 'yes' && guards.length > 0 ? 'unknown' : answer;
    }),
  );
  const answer = asked.key === everything.key ? 'unknown' : negate(listed);
  return answer === 'no' ? [] : [{ answer, guards: [] }];
}

/** Like `covers`, and `unknown` where a pattern matches only a part of what a target with wildcards stands for. */
function overlap(pattern: SymbolicArn, target: SymbolicArn): Answer {
  const whole = covers(pattern, target);
  return whole === 'no' && covers(target, pattern) !== 'no' ? 'unknown' : whole;
}
