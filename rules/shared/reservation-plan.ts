import type { World } from '../../core/template/conditions.js';
import { all } from '../../core/template/conditions.js';
import { type Allocation, type Share, allocate } from './allocate.js';
import type { FunctionFigures } from './reservation-figures.js';
import type { Reservation } from './reservation-fixes.js';

/** Why a reservation stays or changes. */
export type PlannedReason = 'kept' | 'cap' | 'load' | 'share' | 'removed';

/** A reservation and what is to become of it, in executions. */
export interface Planned {
  readonly reservation: Reservation;
  readonly figures: FunctionFigures;
  /** What it asks for within caps and load. */
  readonly asked: number;
  /** Undefined where the reservation has to go. */
  readonly proposed: number | undefined;
  readonly reason: PlannedReason;
}

export interface ReservationPlan {
  readonly planned: readonly Planned[];
  /** What is asked for within caps and loads, in the worst combination of conditions. */
  readonly sum: number;
  /** What is written and what is proposed in theirs. */
  readonly requested: number;
  readonly proposed: number;
}

/**
 * Decides every reservation of a unit: within its ceiling, and within its share where the budget is too small.
 * @param budget executions that the account can give; infinite where that is not known
 */
export function planReservations(
  reservations: readonly (readonly [Reservation, FunctionFigures])[],
  budget: number,
  share: Share,
): ReservationPlan {
  const asking = reservations.map(([reservation, figures]): Asking => ({
    reservation,
    figures,
    asked: Math.min(reservation.value, figures.ceiling?.value ?? Number.POSITIVE_INFINITY),
  }));
  const worlds = worldsOf(reservations.map(([reservation]) => reservation));
  const allocation = new Map<string, number | undefined>();
  for (const world of worlds) {
    const present = asking.filter(({ asked, reservation }) => asked > 0 && all(world, reservation.guards));
    if (present.reduce((total, { asked }) => total + asked, 0) > budget)
      takeLess(allocation, allocate(present.map(requestOf), budget, share));
  }
  const planned = asking.map((each): Planned => ({ ...each, ...outcomeOf(each, allocation) }));
  return {
    planned,
    sum: worst(worlds, planned, ({ asked }) => asked),
    requested: worst(worlds, planned, ({ reservation }) => reservation.value),
    proposed: worst(worlds, planned, ({ proposed }) => proposed ?? 0),
  };
}

type Asking = Pick<Planned, 'reservation' | 'figures' | 'asked'>;

function requestOf({ reservation, figures, asked }: Asking): Parameters<typeof allocate>[0][number] {
  const { floor, provisioned, weight, need } = figures;
  return { key: reservation.key, requested: asked, floor, provisioned, weight, need: need?.executions };
}

/** A reservation fits in every combination of conditions when it takes the least that any leaves it. */
function takeLess(allocation: Map<string, number | undefined>, more: Allocation): void {
  for (const [key, value] of more) {
    const other = allocation.has(key) ? allocation.get(key) : value;
    allocation.set(key, value === undefined || other === undefined ? undefined : Math.min(value, other));
  }
}

function outcomeOf(
  { reservation, figures, asked }: Asking,
  allocation: Allocation,
): Pick<Planned, 'proposed' | 'reason'> {
  const { key, value } = reservation;
  const granted = allocation.has(key) ? allocation.get(key) : asked;
  if (granted === undefined) return { proposed: undefined, reason: 'removed' };
  if (granted < asked) return { proposed: granted, reason: 'share' };
  return { proposed: granted, reason: granted < value ? (figures.ceiling?.reason ?? 'kept') : 'kept' };
}

function worst(worlds: readonly World[], planned: readonly Planned[], figure: (planned: Planned) => number): number {
  const sums = worlds.map((world) =>
    planned.reduce((total, each) => total + (all(world, each.reservation.guards) ? figure(each) : 0), 0),
  );
  return Math.max(0, ...sums);
}

/** Conditions of different templates know nothing of each other, so only a single template's worlds are told apart. */
function worldsOf(reservations: readonly Reservation[]): readonly World[] {
  const templates = new Set(reservations.map(({ fn }) => fn.template));
  const [only] = templates;
  return templates.size === 1 && only
    ? only.conditions.worldsOf(reservations.flatMap(({ guards }) => guards))
    : [new Map()];
}
