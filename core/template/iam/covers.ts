import { type Element, type SymbolicArn, elementsOf, many, one, opaqueKindOf } from './arn.js';

export type Answer = 'yes' | 'no' | 'unknown';

/** Ordered, so that the best of several alignments is a maximum. */
const no = 0;
const unknown = 1;
const yes = 2;
const answers: readonly Answer[] = ['no', 'unknown', 'yes'];

/**
 * Whether a pattern of a policy matches a target, whatever the parts turn out to be that are known only at deployment.
 * A wildcard in the target stands for all that it can be: `bucket/*` is covered by `bucket/*` and `*`, not by `bucket/a*`.
 */
export function covers(pattern: SymbolicArn, target: SymbolicArn): Answer {
  if (pattern.key === target.key || pattern.key === many) return 'yes';
  if (areDifferentResources(pattern, target) || beginDifferently(pattern, target)) return 'no';
  const [left, right] = withoutCommonEnds(elementsOf(pattern.tokens), elementsOf(target.tokens));
  return answers[align(left, right)] ?? 'unknown';
}

/** The opposite answer. */
export function negate(answer: Answer): Answer {
  return answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'unknown';
}

/** The surest of several answers of which one is enough. */
export function anyOf(all: readonly Answer[]): Answer {
  return all.includes('yes') ? 'yes' : all.includes('unknown') ? 'unknown' : 'no';
}

/** The ARNs of two resources differ, whatever their names turn out to be. */
function areDifferentResources(pattern: SymbolicArn, target: SymbolicArn): boolean {
  return pattern.owner !== undefined && target.owner !== undefined && pattern.owner !== target.owner;
}

/** The usual case, without looking closer: another service, another action. */
function beginDifferently(pattern: SymbolicArn, target: SymbolicArn): boolean {
  const left = pattern.tokens[0];
  const right = target.tokens[0];
  if (left?.kind !== 'text' || right?.kind !== 'text') return false;
  if (pattern.tokens.length === 1 && target.tokens.length === 1) return left.text !== right.text;
  const length = Math.min(left.text.length, right.text.length);
  return !left.text.startsWith(right.text.slice(0, length));
}

/** Drops what both begin and end with: `${A}x` is `${A}y` exactly when `x` is `y`. */
function withoutCommonEnds(left: readonly Element[], right: readonly Element[]): [Element[], Element[]] {
  const limit = Math.min(left.length, right.length);
  let start = 0;
  while (start < limit && left[start] === right[start] && !isWildcard(left[start])) start++;
  let end = 0;
  while (end < limit - start && left.at(-1 - end) === right.at(-1 - end) && !isWildcard(left.at(-1 - end))) end++;
  return [left.slice(start, left.length - end), right.slice(start, right.length - end)];
}

function isWildcard(element: Element | undefined): boolean {
  return element === many || element === one;
}

/** The surest alignment of pattern and target, from their ends to their starts. */
function align(pattern: readonly Element[], target: readonly Element[]): number {
  let below: number[] = [];
  for (let i = pattern.length; i >= 0; i--) {
    const row: number[] = Array.from({ length: target.length + 1 }, () => no);
    for (let j = target.length; j >= 0; j--) {
      row[j] = alignAt(pattern[i], target[j], {
        right: row[j + 1] ?? no,
        below: below[j] ?? no,
        both: below[j + 1] ?? no,
      });
    }
    below = row;
  }
  return below[0] ?? no;
}

/** What is left after consuming one element of the target, of the pattern, of both. */
interface Rest {
  readonly right: number;
  readonly below: number;
  readonly both: number;
}

function alignAt(pattern: Element | undefined, target: Element | undefined, rest: Rest): number {
  if (pattern === undefined && target === undefined) return yes;
  if (pattern === many) return Math.max(rest.below, rest.right);
  // The same unknown part is as long on both sides: no other alignment begins here.
  if (pattern === target) return rest.both;
  return Math.max(
    pattern === one && isCharacter(target) ? rest.both : no,
    isSoft(target) ? Math.min(unknown, Math.max(rest.right, canHold(target, pattern) ? rest.below : no)) : no,
    isSoft(pattern) ? Math.min(unknown, Math.max(rest.below, canHold(pattern, target) ? rest.right : no)) : no,
  );
}

function isCharacter(element: Element | undefined): boolean {
  return element !== undefined && element !== many && opaqueKindOf(element) === undefined;
}

/** A part that may turn out to be any text of its kind. */
function isSoft(element: Element | undefined): element is Element {
  const kind = element === undefined ? undefined : opaqueKindOf(element);
  return kind === 'any' || kind === 'word';
}

function canHold(soft: Element, element: Element | undefined): boolean {
  if (element === undefined) return false;
  if (opaqueKindOf(soft) === 'any') return true;
  return element !== ':' && element !== '/' && element !== many && opaqueKindOf(element) !== 'own';
}
