import type { ReservedConcurrencyOptions } from '../lambda-reserved-concurrency.js';
import { isBranch } from './branches.js';
import { entryFor } from './by-name.js';
import type { Reservation, ReservationWriter } from './reservation-fixes.js';

/** What a reservation is to be in each environment, in executions; undefined for none. */
export type ByEnvironment = ReadonlyMap<string, number | undefined>;

/** A reservation that each environment is to give a figure of its own. */
export interface EnvironmentChange {
  readonly reservation: Reservation;
  readonly figures: ByEnvironment;
}

/** What the options say of a reservation, where the strategy asks for it and an environment names the function. */
export function environmentChange(
  writer: ReservationWriter,
  reservation: Reservation,
  { strategy, environments }: ReservedConcurrencyOptions,
): EnvironmentChange | undefined {
  if (strategy !== 'per-environment') return undefined;
  const names = writer.namesOf(reservation.fn);
  const figures = new Map(
    Object.entries(environments).map(([environment, entries]) => [environment, entryFor(entries, names)] as const),
  );
  return [...figures.values()].some((figure) => figure !== undefined) ? { reservation, figures } : undefined;
}

/** True where a figure is what the configuration gives some environment already, by a mapping or by conditions. */
export function isGiven({ reservation: { node, value }, figures }: EnvironmentChange): boolean {
  const isLookedUp = node.kind === 'intrinsic' && node.name === 'Fn::FindInMap';
  return isLookedUp || (isBranch(node) && [...figures.values()].includes(value));
}

/** `prod 50, dev none`. */
export function shownFigures(figures: ByEnvironment): string {
  return [...figures].map(([environment, figure]) => `${environment} ${figure ?? 'none'}`).join(', ');
}
