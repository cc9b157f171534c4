/** What one side of a comparison does in a repetition. */
export type Work = () => unknown;

/** Milliseconds of CPU, those of garbage collection and compilation in other threads included. */
async function cpuOf(work: Work): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export interface Compared {
  /** Median milliseconds of CPU of one repetition of each side. */
  readonly base: number;
  readonly other: number;
  /** Median of the ratios of neighbouring repetitions: what else the machine does meets both sides alike. */
  readonly ratio: number;
}

/** Runs two works in turn. The first repetition warms up and does not count. */
export async function compare(base: Work, other: Work, repetitions: number): Promise<Compared> {
  const pairs: { readonly base: number; readonly other: number }[] = [];
  for (let index = 0; index <= repetitions; index++) pairs.push({ base: await cpuOf(base), other: await cpuOf(other) });
  const counted = pairs.slice(1);
  return {
    base: median(counted.map((pair) => pair.base)),
    other: median(counted.map((pair) => pair.other)),
    ratio: median(counted.map((pair) => pair.other / pair.base)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
