import type { Act } from './decide.js';
import type { GroupPlan } from './plan.js';
import type { Clock } from './session.js';

/** How many writes a run may send to the API of a forge. Both are for one token. */
export interface WriteLimits {
  readonly perMinute: number;
  readonly perHour: number;
}

/** What the connection to a forge tells about every request; a run that has no API has none. */
export interface Meter {
  /** Before each write that is sent: waits as long as the limit of a minute asks, and counts it. */
  readonly spend: () => Promise<void>;
  /** The headers of each answer. */
  readonly note: (headers: Headers) => void;
}

interface Quota {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since 1970, when the quota is full again. */
  readonly reset: number;
}

const minute = 60_000;
const hour = 60 * minute;
/** The most requests that a group reads with, beside what it writes. */
const reads = 6;
/** What is left to others of the quota that the forge gives a token. */
const reserve = 0.1;

/**
 * Keeps a run below the limits of a forge: GitHub takes 80 requests a minute and 500 an hour that make content, and a number
 * of requests in all that it names in each answer
 * (docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api). Which requests make content is not said, so
 * every write counts. Only this run is counted: the writes of others show in the quota alone.
 */
export class WriteBudget implements Meter {
  private sent: number[] = [];
  private readonly quotas = new Map<string, Quota>();

  constructor(
    private readonly limits: WriteLimits,
    private readonly clock: Clock,
  ) {}

  readonly spend = async (): Promise<void> => {
    const { perMinute } = this.limits;
    for (;;) {
      const now = this.now();
      const recent = this.sent.filter((at) => at > now - minute);
      const oldest = recent.at(-perMinute);
      if (oldest === undefined) break;
      await this.clock.wait(oldest + minute - now);
    }
    this.sent = [...this.sent.filter((at) => at > this.now() - hour), this.now()];
  };

  readonly note = (headers: Headers): void => {
    const number = (name: string): number => Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN);
    const [limit, remaining, reset] = [number('limit'), number('remaining'), number('reset') * 1000];
    if ([limit, remaining, reset].some(Number.isNaN)) return;
    this.quotas.set(headers.get('x-ratelimit-resource') ?? '', { limit, remaining, reset });
  };

  /**
   * Why so many requests should not be begun now; undefined where they may. A group is begun only if all that it may need is
   * there, so that nothing is left half done.
   */
  refusal(requests: number): string | undefined {
    const { perHour } = this.limits;
    const left = perHour - this.sent.filter((at) => at > this.now() - hour).length;
    if (requests > left)
      return `this may take ${requests} writes, and ${Math.max(left, 0)} of ${perHour} in an hour are left (--writes-per-hour)`;
    for (const { limit, remaining, reset } of this.quotas.values()) {
      if (reset <= this.now() || remaining - requests - reads >= limit * reserve) continue;
      const until = new Date(reset).toISOString().slice(11, 16);
      return `the rate limit of the token is nearly used up: ${remaining} of ${limit} requests are left until ${until} UTC, and a tenth is kept for others`;
    }
    return undefined;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** How the acts of a decision are sent, as far as that tells how many requests they are. */
export interface Manner {
  /** Commits and branches are made by the API; else by git, which counts nothing. */
  readonly makesCommits: boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  /** Branches are written to a fork, which may have to be made or brought up to date. */
  readonly forks: boolean;
}

/** The most writes that acts may take. */
export function costOf(acts: readonly Act[], { files }: GroupPlan, manner: Manner): number {
  const { makesCommits, labels, reviewers, forks } = manner;
  const refresh = 1 + Math.min(labels.length, 1) + Math.min(reviewers.length, 1);
  // Each text is a blob; then a tree, a commit and the branch.
  const write = makesCommits ? files.filter(({ content }) => content !== null).length + 3 : 0;
  const costs: Partial<Record<Act, number>> = {
    write: write + (forks ? 2 : 0),
    open: 1 + (refresh > 1 ? refresh : 0),
    refresh,
    delete: makesCommits ? 1 : 0,
  };
  return acts.reduce((sum, act) => sum + (costs[act] ?? 1), 0);
}
