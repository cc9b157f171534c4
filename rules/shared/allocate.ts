/** One reservation that a unit asks for, in executions. */
export interface Request {
  readonly key: string;
  readonly requested: number;
  /** What it may not fall below: provisioned concurrency, an event source's MaximumConcurrency. */
  readonly floor: number;
  /** Has provisioned concurrency: its reservation is the last to go. */
  readonly provisioned: boolean;
}

/** The figure each request gets; `undefined` means that the whole reservation goes. */
export type Allocation = ReadonlyMap<string, number | undefined>;

/**
 * Shares a budget by max-min fairness: small requests are met in full, only the largest shrink. No request gets more
 * than it asked for, none gets 0, and 1 only where 1 was asked. Where even the floors do not fit, whole reservations
 * go, the largest without provisioned concurrency first.
 * @param budget executions that may be reserved in all
 */
export function allocate(requests: readonly Request[], budget: number): Allocation {
  const result = new Map<string, number | undefined>();
  const kept = keepWhatFits(requests, budget, result);
  let left = budget;
  // Fill from the bottom: each round the remaining budget is split evenly among those that still want more.
  const level = new Map(kept.map((request) => [request.key, floorOf(request)]));
  for (const value of level.values()) left -= value;
  while (left > 0) {
    const open = kept.filter((request) => (level.get(request.key) ?? 0) < request.requested);
    const lowest = open.toSorted((a, b) => (level.get(a.key) ?? 0) - (level.get(b.key) ?? 0))[0];
    if (!lowest) break;
    level.set(lowest.key, (level.get(lowest.key) ?? 0) + 1);
    left--;
  }
  for (const [key, value] of level) result.set(key, value);
  return result;
}

function keepWhatFits(
  requests: readonly Request[],
  budget: number,
  result: Map<string, number | undefined>,
): Request[] {
  let kept = [...requests];
  const order = requests.toSorted((a, b) => Number(a.provisioned) - Number(b.provisioned) || b.requested - a.requested);
  for (const candidate of order) {
    if (kept.reduce((sum, request) => sum + floorOf(request), 0) <= budget) break;
    kept = kept.filter((request) => request !== candidate);
    result.set(candidate.key, undefined);
  }
  return kept;
}

function floorOf(request: Request): number {
  return Math.min(request.requested, Math.max(2, request.floor));
}
