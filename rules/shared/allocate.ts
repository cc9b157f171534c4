/** One reservation that a unit asks for, in executions. */
export interface Request {
  readonly key: string;
  readonly requested: number;
  /** What it may not fall below: provisioned concurrency, an event source's MaximumConcurrency. */
  readonly floor: number;
  /** Has provisioned concurrency: its reservation is the last to go. */
  readonly provisioned: boolean;
  /** How much of the budget it gets beside others; 1 when absent. */
  readonly weight?: number;
  /** What its load needs: met before anything else is shared. */
  readonly need?: number | undefined;
}

/** How a budget is shared; the names are those of the rule's option `share`. */
export type Share = 'max-min' | 'proportional';

/** The figure each request gets; `undefined` means that the whole reservation goes. */
export type Allocation = ReadonlyMap<string, number | undefined>;

/**
 * Shares a budget. No request gets more than it asked for, none gets 0, and 1 only where 1 was asked. First come the
 * floors, then what loads need, then the rest by the share. Where even the floors do not fit, whole reservations go, the
 * largest without provisioned concurrency first. The order of the requests does not matter, and as long as the same
 * reservations are kept none of them shrinks when the budget grows.
 * @param budget executions that may be reserved in all
 */
export function allocate(requests: readonly Request[], budget: number, share: Share = 'max-min'): Allocation {
  const result = new Map<string, number | undefined>();
  const kept = keepWhatFits(requests, budget, result);
  const shares = kept.map((request) => ({ request, level: floorOf(request), limit: request.requested }));
  const needy = shares.flatMap((each) => {
    const { need } = each.request;
    return need === undefined ? [] : [{ ...each, limit: Math.min(need, each.limit) }];
  });
  const met = new Map(
    fill(needy, budget - sumOf(shares) + sumOf(needy), share).map(({ request, level }) => [request, level]),
  );
  const started = shares.map((each) => ({ ...each, level: met.get(each.request) ?? each.level }));
  for (const { request, level } of fill(started, budget, share)) result.set(request.key, level);
  return result;
}

/** What a request has so far, and what it may come to here. */
interface Filling {
  readonly request: Request;
  readonly level: number;
  readonly limit: number;
}

/**
 * When a request gets its next execution, as a moment between 0 and infinity, and what it has just before a moment. One
 * execution after the other goes to whom it is due first, so that a larger budget only adds to a smaller one: the method
 * of largest remainders may take one away from somebody.
 */
interface Turn {
  readonly due: (request: Request, level: number) => number;
  readonly levelAt: (request: Request, moment: number) => number;
}

const turns: Readonly<Record<Share, Turn>> = {
  // Water filling: the lowest level by weight rises first.
  'max-min': {
    due: (request, level) => level / weightOf(request),
    levelAt: (request, moment) => Math.ceil(moment * weightOf(request)),
  },
  // Highest quotients with odd divisors (Webster, Sainte-Lague): to the nearest of the exact share.
  proportional: {
    due: (request, level) => (2 * level + 1) / (weightOf(request) * request.requested),
    levelAt: (request, moment) => Math.ceil((moment * weightOf(request) * request.requested - 1) / 2),
  },
};

function fill(shares: readonly Filling[], budget: number, share: Share): Filling[] {
  const { due, levelAt } = turns[share];
  const at = (moment: number): Filling[] =>
    shares.map((each) => {
      const level = Math.min(each.limit, Math.max(each.level, levelAt(each.request, moment)));
      return { ...each, level: Math.max(each.level, level) };
    });
  const levels = at(lastMoment((moment) => sumOf(at(moment)) <= budget));
  for (let left = budget - sumOf(levels); left > 0; left--) {
    const [next] = levels
      .filter(({ level, limit }) => level < limit)
      .toSorted(
        (a, b) =>
          due(a.request, a.level) - due(b.request, b.level) ||
          b.request.requested - a.request.requested ||
          byKey(a.request, b.request),
      );
    if (!next) break;
    levels[levels.indexOf(next)] = { ...next, level: next.level + 1 };
  }
  return levels;
}

/** The last moment, nearly, of which something holds that holds at 0 and from some moment on no more, if ever. */
function lastMoment(holds: (moment: number) => boolean): number {
  let [low, high] = [0, 1];
  while (holds(high) && high < Number.MAX_SAFE_INTEGER) [low, high] = [high, high * 2];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function keepWhatFits(
  requests: readonly Request[],
  budget: number,
  result: Map<string, number | undefined>,
): Request[] {
  let kept = requests.toSorted(byKey);
  const order = requests.toSorted(
    (a, b) => Number(a.provisioned) - Number(b.provisioned) || b.requested - a.requested || byKey(a, b),
  );
  for (const candidate of order) {
    if (kept.reduce((sum, request) => sum + floorOf(request), 0) <= budget) break;
    kept = kept.filter((request) => request !== candidate);
    result.set(candidate.key, undefined);
  }
  return kept;
}

/** The least that a request is cut to: 1 would make a lock of it. */
export function floorOf(request: Pick<Request, 'requested' | 'floor'>): number {
  return Math.min(request.requested, Math.max(2, request.floor));
}

function weightOf({ weight = 1 }: Request): number {
  return weight;
}

function sumOf(shares: readonly Filling[]): number {
  return shares.reduce((sum, { level }) => sum + level, 0);
}

function byKey(a: Request, b: Request): number {
  return a.key < b.key ? -1 : Number(a.key > b.key);
}
