import type { Resource } from '../../core/template/template.js';
import type { ReservedConcurrencyOptions } from '../lambda-reserved-concurrency.js';
import { entriesFor, entryFor } from './by-name.js';
import { concurrencyFloor } from './concurrency.js';
import { type Need, needOf } from './load.js';

/** The most that a reservation may be, whatever the account has. */
export interface Ceiling {
  readonly value: number;
  readonly reason: 'cap' | 'load';
  /** What the cap or the load came to before the floor raised it. */
  readonly own: number;
}

/** What is known of a function besides what it reserves, in executions. */
export interface FunctionFigures {
  /** Provisioned concurrency and MaximumConcurrency; 0 without any. */
  readonly floor: number;
  readonly provisioned: boolean;
  readonly need: Need | undefined;
  readonly ceiling: Ceiling | undefined;
  readonly weight: number;
}

/** @param names by which the options may know the function */
export function figuresOf(
  fn: Resource,
  names: readonly string[],
  options: ReservedConcurrencyOptions,
): FunctionFigures {
  const { floor, provisioned } = concurrencyFloor(fn);
  const load = entryFor(options.load, names);
  const need = load && needOf(load);
  const cap = capOf(options, names);
  const ceilings: Ceiling[] = [
    ...(cap === undefined ? [] : [{ value: Math.max(cap, floor), reason: 'cap', own: cap } as const]),
    ...(need ? [{ value: Math.max(need.executions, floor), reason: 'load', own: need.executions } as const] : []),
  ];
  const [ceiling] = ceilings.toSorted((a, b) => a.value - b.value);
  return { floor, provisioned, need, ceiling, weight: entryFor(options.weights, names) ?? 1 };
}

/** Said where a floor is above what cap or load say; else empty. */
export function floorNote({ value, own }: Ceiling): string {
  return value > own ? ` (${value} is what its provisioned concurrency or MaximumConcurrency demands)` : '';
}

/** The cap that the options set for a function, by logical id or name; the tightest matching one. */
function capOf(options: ReservedConcurrencyOptions, names: readonly string[]): number | undefined {
  const { isExact, found } = entriesFor(options.caps, names);
  const caps = found.map(([, cap]) => cap);
  if (options.maxPerFunction !== undefined && !isExact) caps.push(options.maxPerFunction);
  return caps.length === 0 ? undefined : Math.min(...caps);
}
