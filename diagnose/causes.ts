import { type ErrorClass, classify } from './classify.js';
import { unwrapped } from './clean.js';
import type { Failure } from './failure.js';
import type { Recognised, Recogniser } from './recognise.js';

/** What made the deployment fail, told apart from what merely followed. */
export interface Cause {
  readonly failure: Failure;
  /** How often the log says it. */
  readonly times: number;
  /** The rules that prevent it, those that fit best first; none where no rule knows it. */
  readonly recognised: readonly Recognised[];
  /** What is known of this kind of error; absent for an error that nobody has told us of. */
  readonly known?: ErrorClass;
}

export interface Causes {
  readonly causes: readonly Cause[];
  /** Failures that only followed from another one: cancelled resources, the rollback. */
  readonly followed: number;
}

/** Said of what failed because something else did. */
const followUps: readonly RegExp[] = [
  /^Resource (?:creation|update|deletion) cancelled/i,
  /^The following resource\(s\) failed to (?:create|update|delete)/i,
  /^(?:Rollback|Update rollback|Creation rollback) (?:requested|failed|in progress)/i,
  /^Transaction (?:was )?cancelled/i,
  /^Operation was cancelled/i,
  /^(?:update|preview|destroy|refresh) (?:failed|cancell?ed)$/i,
  /^(?:resource monitor|Resource monitor) (?:has )?(?:shut|terminated)/i,
  /^the stack is currently locked/i,
  /Waiter \w+ failed: Waiter encountered a terminal failure state/i,
  /^Running program .{0,400} failed with an unhandled exception/i,
];

/** A nested stack fails for what failed inside of it, which the log may hold or not. */
const nested = /^Embedded stack \S{1,400} was not successfully (?:created|updated)/i;

/**
 * The root causes in the order in which they happened. Failures that say the same of the same resource are one; one without
 * a resource that repeats the text of another is no further cause.
 */
export function causesOf(failures: readonly Failure[], recogniser: Recogniser): Causes {
  const roots = failures.filter(({ reason }) => !followUps.some((pattern) => pattern.test(unwrapped(reason))));
  const direct = roots.filter(({ reason }) => !nested.test(reason));
  const groups = new Map<string, Failure[]>();
  for (const failure of inOrder(direct.length > 0 ? direct : roots)) {
    const key = `${failure.resource?.name ?? placeKey(failure)}\0${essence(failure.reason)}`;
    groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  const merged = withoutEchoes([...groups.values()]);
  return {
    causes: merged.map((group) => causeOf(group, recogniser)),
    followed: failures.length - merged.flat().length,
  };
}

function inOrder(failures: readonly Failure[]): readonly Failure[] {
  return failures.toSorted((a, b) =>
    a.time !== undefined && b.time !== undefined && a.time !== b.time ? a.time.localeCompare(b.time) : a.line - b.line,
  );
}

function placeKey({ place }: Failure): string {
  return place ? `${place.file}:${place.line}` : '';
}

/** What stays the same when an error is reported again: no request ids, no tokens. */
function essence(reason: string): string {
  return unwrapped(reason)
    .replaceAll(/\((?:RequestToken|Service|Request ID)[^)]{0,400}\)/g, '')
    .replaceAll(/[Rr]equest ?I[Dd]: [\w-]{1,80}/g, '')
    .replaceAll(/["'`]/g, '')
    .trim();
}

/** Shorter texts stand in others by chance. */
const tellingLength = 30;

function withoutEchoes(groups: readonly Failure[][]): Failure[][] {
  const kept: Failure[][] = [];
  const anonymous = groups.filter(([first]) => first && !first.resource && !first.place);
  const named = groups.filter(([first]) => first && (first.resource ?? first.place));
  for (const group of groups) {
    const [first] = group;
    if (!first) continue;
    if (!anonymous.includes(group)) {
      kept.push(group);
      continue;
    }
    const own = essence(first.reason);
    const told = named.find(([other]) => other && isEcho(own, essence(other.reason)));
    if (!told) kept.push(group);
  }
  return kept;
}

function isEcho(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= tellingLength && long.includes(short);
}

function causeOf(group: readonly Failure[], recogniser: Recogniser): Cause {
  const failure = group[0] as Failure;
  const known = classify(failure.reason);
  return {
    failure,
    times: group.length,
    recognised: recogniser.recognise(failure.reason),
    ...(known ? { known } : {}),
  };
}
