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
  return { action: lowerCaseArn(arnFromText(action)), target: target === '*' ? arnFromText('*') : target };
}

/** The ways in which a statement applies: one for each entry of `Action` and `Resource` under conditions of its own. */
export function waysIn(statement: Statement, asked: Asked, overlapping: boolean): Way[] {
  const actions = matchesOf(statement.actions, asked.action, false);
  if (actions.length === 0) return [];
  return matchesOf(statement.resources, asked.target, overlapping).flatMap((resource) =>
    actions.map((action): Way => {
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
  const answers = patterns.items.map(({ arn, guards }) => ({
    answer: overlapping || patterns.negated ? overlap(arn, asked) : covers(arn, asked),
    guards,
  }));
  if (patterns.negated) return negatedMatches(answers, asked);
  const matches = answers.flatMap(({ answer, guards }): Match[] => (answer === 'no' ? [] : [{ answer, guards }]));
  const plain = matches.find(({ answer, guards }) => answer === 'yes' && guards.length === 0);
  return plain ? [plain] : matches;
}

/** `NotAction`, `NotResource`: all but what is listed. */
function negatedMatches(answers: readonly { answer: Answer; guards: Guards }[], asked: SymbolicArn): readonly Match[] {
  const listed = anyOf(
    answers.map(({ answer, guards }) => (answer === 'yes' && guards.length > 0 ? 'unknown' : answer)),
  );
  const answer = asked.key === arnFromText('*').key ? 'unknown' : negate(listed);
  return answer === 'no' ? [] : [{ answer, guards: [] }];
}

/** Like `covers`, and `unknown` where a pattern matches only a part of what a target with wildcards stands for. */
function overlap(pattern: SymbolicArn, target: SymbolicArn): Answer {
  const whole = covers(pattern, target);
  return whole === 'no' && covers(target, pattern) !== 'no' ? 'unknown' : whole;
}
