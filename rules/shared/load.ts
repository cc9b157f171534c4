import { limits } from '../../facts/index.js';

/** The load of a function: requests in some time, and how long one takes. */
export interface Load {
  readonly requestsPerSecond?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
  readonly requestsPerHour?: number | undefined;
  readonly averageMilliseconds: number;
  /** Factor over the average; `defaultHeadroom` when absent. */
  readonly headroom?: number | undefined;
}

/**
 * Ours, not AWS's: what the average is multiplied with, for requests do not come evenly. Half more than the average is two
 * standard deviations of random arrivals from 16 executions on, and a busy hour half above the average one.
 */
export const defaultHeadroom = 1.5;

const millisecondsInSecond = 1e3;
const periods = [
  ['requestsPerSecond', 1, 'a second'],
  ['requestsPerMinute', 60, 'a minute'],
  ['requestsPerHour', 3600, 'an hour'],
] as const;

export interface Need {
  /** Executions at once; never 1, which would let the function run one request after the other. */
  readonly executions: number;
  /** How the figure comes about, for people. */
  readonly arithmetic: string;
}

/**
 * The concurrency that a load needs, by Little's law: requests per second times their average duration in seconds.
 * One execution environment takes at most 10 synchronous requests a second, so shorter ones count as 100 ms.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html#calculating-concurrency
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests
 */
export function needOf(load: Load): Need {
  const { averageMilliseconds, headroom = defaultHeadroom } = load;
  const [requests, seconds, period] = rateOf(load);
  const perSecond = requests / seconds;
  const most = limits.concurrency.requestsPerSecondPerEnvironment;
  const shortest = 1 / most;
  const average = averageMilliseconds / millisecondsInSecond;
  const duration = Math.max(average, shortest);
  const exact = perSecond * duration * headroom;
  // What floating point adds to a whole number is no execution.
  const executions = Math.max(2, Math.ceil(exact - 1e-9));
  const rate = `${requests} requests ${period}${seconds === 1 ? '' : ` (${shown(perSecond)} a second)`}`;
  const why = duration > average ? ` (one environment takes ${most} requests a second)` : '';
  return {
    executions,
    arithmetic: `${rate} x ${shown(duration)} s${why} x ${headroom} headroom = ${shown(exact)}`,
  };
}

function rateOf(load: Load): readonly [number, number, string] {
  for (const [name, seconds, period] of periods) {
    const requests = load[name];
    if (requests !== undefined) return [requests, seconds, period];
  }
  return [0, 1, 'a second'];
}

/** Three digits say enough. */
function shown(figure: number): string {
  return String(Number(figure.toPrecision(3)));
}
