/** Milliseconds of CPU, those of garbage collection and compilation in other threads included. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export interface Compared {
  /** Median milliseconds of CPU that the base takes for one item. */
  readonly base: number;
  /** Median of the ratios of neighbouring slices. */
  readonly ratio: number;
}

/** So few that both sides meet the same state of the machine, so many that the start of a run does not count. */
const sliceLength = 250;

/**
 * Does two works on the same items, slice by slice in turn.
 * @param warmUps repetitions that do not count. The more code a work has, the longer the engine takes to compile it: until then
 * what is measured is mostly the compiler.
 */
export async function compare<Item>(
  items: readonly Item[],
  base: (items: readonly Item[]) => unknown,
  other: (items: readonly Item[]) => unknown,
  repetitions: number,
  warmUps = 1,
): Promise<Compared> {
  const bases: number[] = [];
  const ratios: number[] = [];
  for (let repetition = 0; repetition < warmUps + repetitions; repetition++) {
    for (let start = 0; start < items.length; start += sliceLength) {
      const slice = items.slice(start, start + sliceLength);
      const took = await cpuOf(() => base(slice));
      const tookOther = await cpuOf(() => other(slice));
      if (repetition < warmUps) continue;
      bases.push(took / slice.length);
      ratios.push(tookOther / took);
    }
  }
  return { base: median(bases), ratio: median(ratios) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
