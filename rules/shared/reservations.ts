import type { AccountFigures, FindingDraft, RefusedReservations } from '../../core/rule.js';
import { limits } from '../../facts/index.js';
import { type ReservedConcurrencyOptions, lostProtection, quotaFollowUp } from '../lambda-reserved-concurrency.js';
import { environmentChange, isGiven } from './environment-reservations.js';
import { type FunctionFigures, figuresOf, floorNote } from './reservation-figures.js';
import { type Change, type Reservation, type ReservationWriter, fixAll, fixOne } from './reservation-fixes.js';
import { type Planned, planReservations } from './reservation-plan.js';
import { reservationsIn } from './reservations-in.js';
import { scannerNotes } from './scanner-notes.js';
import { type Tightest, heldFollowUp, tightestOf } from './tightest-account.js';

export type ReservationMessage = 'unproven' | 'overBudget' | 'overCap' | 'overLoad' | 'refused';

/** What is known of the accounts, by their figures and by what they refused. */
export interface Known {
  readonly accounts: readonly AccountFigures[];
  readonly refused?: RefusedReservations | undefined;
}

type Draft = FindingDraft<ReservationMessage>;

interface Case {
  readonly writer: ReservationWriter;
  readonly options: ReservedConcurrencyOptions;
  readonly reservations: readonly (readonly [Reservation, FunctionFigures])[];
  readonly refused: RefusedReservations;
}

/** Finds the reservations that the account may not hold. */
export function* unheldReservations(
  writer: ReservationWriter,
  options: ReservedConcurrencyOptions,
  { accounts, refused = new Map() }: Known,
): Generator<Draft> {
  const found = writer.unit.flatMap((member) => reservationsIn(member));
  if (!found.some(({ fn }) => fn.template === writer.template)) return;
  const reservations = found.map((each) => [each, figuresOf(each.fn, writer.namesOf(each.fn), options)] as const);
  const whole: Case = { writer, options, reservations, refused };
  const tightest = tightestOf(
    accounts,
    found.map(({ fn }) => fn),
    writer,
    options.headroom,
  );
  if (tightest) return yield* judgeWithFigures(whole, tightest);
  yield* judgeRefused(whole);
  const each = { ...whole, reservations: reservations.filter(([{ fn, value }]) => value === 0 || !refused.has(fn.id)) };
  if (reservations.some(([, { ceiling }]) => ceiling !== undefined)) yield* judgeCeilings(each);
  else yield* judgeWithoutFigures(each);
}

/** What AWS refused can neither have been created nor be in force: to take it back or to lower it is safe. */
function* judgeRefused({ writer, options, reservations, refused }: Case): Generator<Draft> {
  const changes = reservations.flatMap(([reservation, { ceiling }]): Change[] => {
    const isRefused = refused.has(reservation.fn.id) && reservation.value > 0;
    const lower = ceiling && ceiling.value < reservation.value ? ceiling.value : undefined;
    return isRefused ? [{ reservation, wanted: lower }] : [];
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
      ...findingOn(reservation),
      followUps: [quotaFollowUp, ...afterwards(writer, change, options)],
      fix: () => fixOne(writer, change, changes, options, 'safe'),
    };
  }
}

/** Without figures of the account only what the configuration says can be judged. */
function* judgeCeilings({ writer, options, reservations }: Case): Generator<Draft> {
  const { planned } = planReservations(reservations, Number.POSITIVE_INFINITY, options.share);
  const changes = changesOf(planned);
  for (const change of changes) {
    if (change.reservation.fn.template !== writer.template) continue;
    yield {
      ...ceilingMessage(change),
      ...findingOn(change.reservation),
      followUps: options.strategy === 'remove' ? afterwards(writer, change, options) : [],
      fix: () => fixOne(writer, change, changes, options),
    };
  }
}

function* judgeWithFigures(
  { writer, options, reservations, refused }: Case,
  { budget, most, data }: Tightest,
): Generator<Draft> {
  const { planned, sum } = planReservations(reservations, budget, options.share);
  const changes = changesOf(planned);
  for (const change of changes) {
    const { reservation, asked, reason } = change;
    if (reservation.fn.template !== writer.template) continue;
    const isOverBudget = reason === 'share' || reason === 'removed';
    yield {
      ...(isOverBudget
        ? {
            message: 'overBudget' as const,
            data: {
              resource: reservation.fn.id,
              requested: reservation.value,
              cap: asked,
              sum,
              budget,
              ...data,
            },
          }
        : ceilingMessage(change)),
      ...findingOn(reservation),
      ...(isOverBudget && sum <= most ? { certainty: 'possible' as const } : {}),
      followUps: [
        ...(isOverBudget ? [...heldFollowUp(sum, most), quotaFollowUp] : []),
        ...(isOverBudget || options.strategy === 'remove' ? afterwards(writer, change, options) : []),
      ],
      fix: () => fixOne(writer, change, changes, options, refused.has(reservation.fn.id) ? 'safe' : 'review'),
    };
  }
}

interface PlannedChange extends Change, Planned {}

function changesOf(planned: readonly Planned[]): PlannedChange[] {
  return planned
    .filter(({ proposed, reservation }) => proposed !== reservation.value)
    .map((each) => ({ ...each, wanted: each.proposed }));
}

function ceilingMessage({ reservation, figures }: PlannedChange): Pick<Draft, 'message' | 'data'> {
  const { ceiling, need } = figures;
  const data = {
    resource: reservation.fn.id,
    requested: reservation.value,
    cap: ceiling?.own ?? 0,
    floor: ceiling ? floorNote(ceiling) : '',
  };
  return ceiling?.reason === 'load'
    ? { message: 'overLoad', data: { ...data, arithmetic: need?.arithmetic ?? '' } }
    : { message: 'overCap', data };
}

function findingOn(reservation: Reservation): Pick<Draft, 'certainty' | 'resource' | 'node'> {
  return {
    certainty: reservation.parameter === undefined ? 'proven' : 'possible',
    resource: reservation.fn,
    node: reservation.node,
  };
}

/** What is left to say of a change: what a removal takes away and who asks for it again, and what each environment needs. */
function afterwards(
  writer: ReservationWriter,
  { reservation, wanted }: Change,
  options: ReservedConcurrencyOptions,
): readonly string[] {
  const given = environmentChange(writer, reservation, options);
  if (given) return writer.environmentSteps([given]);
  if (options.strategy === 'parameter') return wanted === undefined ? [lostProtection] : [];
  const isRemoved = wanted === undefined || options.strategy === 'remove';
  return isRemoved ? [lostProtection, ...removalNotes(writer, [reservation])] : [];
}

/** What scanners will say of those that a fix can take away. */
function removalNotes(writer: ReservationWriter, reservations: readonly Reservation[]): readonly string[] {
  const gone = reservations.filter((reservation) => !writer.reasonAgainst({ reservation, wanted: undefined }));
  return scannerNotes(gone.map(({ fn }) => fn));
}

function* judgeWithoutFigures({ writer, options, reservations }: Case): Generator<Draft> {
  const mine = reservations.flatMap(([each]) =>
    each.fn.template === writer.template && each.value > 1 && !isSettled(writer, each, options) ? [each] : [],
  );
  const first = mine[0];
  if (!first) return;
  const { sum } = planReservations(reservations, Number.POSITIVE_INFINITY, options.share);
  const quota = limits.concurrency.defaultLimit;
  const available = quota - limits.concurrency.minimumUnreserved;
  const functions = new Set(reservations.flatMap(([{ fn, value }]) => (value > 0 ? [fn] : []))).size;
  const given = mine.flatMap((each) => environmentChange(writer, each, options) ?? []);
  const rest = mine.filter((each) => !given.some(({ reservation }) => reservation === each));
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
    followUps: [
      ...writer.environmentSteps(given),
      ...(rest.length > 0 ? [lostProtection] : []),
      quotaFollowUp,
      ...(options.strategy === 'parameter' ? [] : removalNotes(writer, rest)),
    ],
    fix: () => fixAll(writer, mine, options),
  };
}

/** What an environment is given is as the configuration wants it. */
function isSettled(writer: ReservationWriter, reservation: Reservation, options: ReservedConcurrencyOptions): boolean {
  const change = environmentChange(writer, reservation, options);
  return change !== undefined && isGiven(change);
}
