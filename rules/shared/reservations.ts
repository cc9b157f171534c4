import type { AccountFigures, FindingDraft, RefusedReservations } from '../../core/rule.js';
import type { World } from '../../core/template/conditions.js';
import { all } from '../../core/template/conditions.js';
import type { Template } from '../../core/template/template.js';
import { limits } from '../../facts/index.js';
import {
  type ReservedConcurrencyOptions,
  capOf,
  lostProtection,
  quotaFollowUp,
} from '../lambda-reserved-concurrency.js';
import { type Allocation, allocate } from './allocate.js';
import { concurrencyFloor } from './concurrency.js';
import {
  type Change,
  type Reservation,
  type ReservationWriter,
  fixAll,
  fixOne,
  reservedProperty,
} from './reservation-fixes.js';
import { functionTypes } from './function-types.js';
import { type Tightest, heldFollowUp, tightestOf } from './tightest-account.js';

export type ReservationMessage = 'unproven' | 'overBudget' | 'overCap' | 'refused';

/** What is known of the accounts, by their figures and by what they refused. */
export interface Known {
  readonly accounts: readonly AccountFigures[];
  readonly refused?: RefusedReservations | undefined;
}

interface Case {
  readonly writer: ReservationWriter;
  readonly options: ReservedConcurrencyOptions;
  readonly reservations: readonly Reservation[];
  readonly caps: ReadonlyMap<string, number | undefined>;
  readonly refused: RefusedReservations;
}

/** Finds the reservations that the account may not hold. */
export function* unheldReservations(
  writer: ReservationWriter,
  options: ReservedConcurrencyOptions,
  { accounts, refused = new Map() }: Known,
): Generator<FindingDraft<ReservationMessage>> {
  const reservations = writer.unit.flatMap((member) => reservationsIn(member));
  if (!reservations.some(({ fn }) => fn.template === writer.template)) return;
  const caps = new Map(reservations.map(({ key, fn }) => [key, capOf(options, writer.namesOf(fn))]));
  const whole: Case = { writer, options, reservations, caps, refused };
  const functions = reservations.map(({ fn }) => fn);
  const tightest = tightestOf(accounts, functions, writer, options.headroom);
  if (tightest) return yield* judgeWithFigures(whole, tightest);
  yield* judgeRefused(whole);
  const each = { ...whole, reservations: reservations.filter(({ fn, value }) => value === 0 || !refused.has(fn.id)) };
  if ([...caps.values()].some((cap) => cap !== undefined)) yield* judgeCaps(each);
  else yield* judgeWithoutFigures(each);
}

function reservationsIn(template: Template): Reservation[] {
  return template.resources(...functionTypes).flatMap((fn) => {
    const branches = template.alternatives(fn.property(reservedProperty));
    return branches.flatMap(({ node, guards }, index): Reservation[] => {
      const resolved = node ? template.resolve(node) : undefined;
      const value = resolved?.known === true ? Number(resolved.value) : Number.NaN;
      // In a program -1 stands for no reservation.
      if (!node || !resolved?.known || !Number.isInteger(value) || value < 0) return [];
      return [
        {
          fn,
          node,
          value,
          parameter: resolved.parameter,
          guards: [...fn.guards, ...guards],
          key: `${template.source.path}#${fn.id}#${index}`,
        },
      ];
    });
  });
}

/** What AWS refused can neither have been created nor be in force: to take it back or to lower it is safe. */
function* judgeRefused({
  writer,
  options,
  reservations,
  caps,
  refused,
}: Case): Generator<FindingDraft<ReservationMessage>> {
  const changes = reservations.flatMap((reservation): Change[] => {
    const cap = caps.get(reservation.key);
    const isRefused = refused.has(reservation.fn.id) && reservation.value > 0;
    return isRefused ? [{ reservation, wanted: cap !== undefined && cap < reservation.value ? cap : undefined }] : [];
  });
  for (const change of changes) {
    const { reservation } = change;
    if (reservation.fn.template !== writer.template) continue;
    yield {
      message: 'refused',
      data: {
        resource: reservation.fn.id,
        requested: reservation.value,
        minimum: refused.get(reservation.fn.id) ?? 0,
      },
      certainty: reservation.parameter === undefined ? 'proven' : 'possible',
      resource: reservation.fn,
      node: reservation.node,
      followUps: [quotaFollowUp, ...(change.wanted === undefined ? [lostProtection] : [])],
      fix: () => fixOne(writer, change, changes, options, 'safe'),
    };
  }
}

function* judgeCaps({ writer, options, reservations, caps }: Case): Generator<FindingDraft<ReservationMessage>> {
  const changes = reservations.flatMap((reservation): Change[] => {
    const cap = caps.get(reservation.key);
    return cap === undefined || reservation.value <= cap ? [] : [{ reservation, wanted: cap }];
  });
  for (const change of changes) {
    const { reservation, wanted } = change;
    if (reservation.fn.template !== writer.template) continue;
    yield {
      message: 'overCap',
      data: { resource: reservation.fn.id, requested: reservation.value, cap: wanted ?? 0 },
      certainty: reservation.parameter === undefined ? 'proven' : 'possible',
      resource: reservation.fn,
      node: reservation.node,
      fix: () => fixOne(writer, change, changes, options),
    };
  }
}

function* judgeWithFigures(
  { writer, options, reservations, caps, refused }: Case,
  { budget, most, data }: Tightest,
): Generator<FindingDraft<ReservationMessage>> {
  const capped = reservations.map((reservation) => ({
    ...reservation,
    value: Math.min(reservation.value, caps.get(reservation.key) ?? Number.POSITIVE_INFINITY),
  }));
  const { sum, allocation } = allocateWorst(capped, budget);
  const changes = reservations.flatMap((reservation, index): (Change & { readonly cap: number })[] => {
    const cap = capped[index]?.value ?? reservation.value;
    const wanted = allocation.has(reservation.key) ? allocation.get(reservation.key) : cap;
    return wanted === reservation.value ? [] : [{ reservation, wanted, cap }];
  });
  for (const change of changes) {
    const { reservation, wanted, cap } = change;
    if (reservation.fn.template !== writer.template) continue;
    const overBudget = allocation.has(reservation.key) && wanted !== cap;
    yield {
      message: overBudget ? 'overBudget' : 'overCap',
      data: {
        resource: reservation.fn.id,
        requested: reservation.value,
        cap,
        sum,
        budget,
        ...data,
      },
      certainty: reservation.parameter === undefined && (!overBudget || sum > most) ? 'proven' : 'possible',
      resource: reservation.fn,
      node: reservation.node,
      followUps: overBudget
        ? [...heldFollowUp(sum, most), quotaFollowUp, ...(wanted === undefined ? [lostProtection] : [])]
        : [],
      fix: () => fixOne(writer, change, changes, options, refused.has(reservation.fn.id) ? 'safe' : 'review'),
    };
  }
}

/** The sum of the worst combination of conditions, and what each reservation may keep in every combination. */
function allocateWorst(reservations: readonly Reservation[], budget: number): { sum: number; allocation: Allocation } {
  const allocation = new Map<string, number | undefined>();
  let worst = 0;
  for (const world of worldsOf(reservations)) {
    const present = reservations.filter(({ guards, value }) => value > 0 && all(world, guards));
    const sum = present.reduce((total, { value }) => total + value, 0);
    worst = Math.max(worst, sum);
    if (sum <= budget) continue;
    const requests = present.map(({ key, value, fn }) => ({ key, requested: value, ...concurrencyFloor(fn) }));
    for (const [key, value] of allocate(requests, budget)) {
      const other = allocation.has(key) ? allocation.get(key) : value;
      allocation.set(key, value === undefined || other === undefined ? undefined : Math.min(value, other));
    }
  }
  return { sum: worst, allocation };
}

/** Conditions of different templates know nothing of each other, so only a single template's worlds are told apart. */
function worldsOf(reservations: readonly Reservation[]): readonly World[] {
  const templates = new Set(reservations.map(({ fn }) => fn.template));
  const [only] = templates;
  return templates.size === 1 && only
    ? only.conditions.worldsOf(reservations.flatMap(({ guards }) => guards))
    : [new Map()];
}

function* judgeWithoutFigures({ writer, options, reservations }: Case): Generator<FindingDraft<ReservationMessage>> {
  const mine = reservations.filter(({ fn, value }) => fn.template === writer.template && value > 1);
  const first = mine[0];
  if (!first) return;
  const { sum } = allocateWorst(reservations, Number.POSITIVE_INFINITY);
  const quota = limits.concurrency.defaultLimit;
  const available = quota - limits.concurrency.minimumUnreserved;
  const functions = new Set(reservations.filter(({ value }) => value > 0).map(({ fn }) => fn)).size;
  yield {
    message: 'unproven',
    data: {
      who: functions === 1 ? `${first.fn.id} reserves` : `${functions} functions of this unit reserve together`,
      sum,
      because: mine.some(({ parameter }) => parameter !== undefined) ? ' (defaults of parameters included)' : '',
      quota,
      available,
    },
    certainty: 'possible',
    resource: first.fn,
    node: first.node,
    followUps: [lostProtection, quotaFollowUp],
    fix: () => fixAll(writer, mine, options),
  };
}
