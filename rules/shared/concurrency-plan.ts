import type { AccountBudget, AccountFigures, ConcurrencyPlan, PlanReason, PlannedFunction } from '../../core/rule.js';
import type { Resource } from '../../core/template/template.js';
import { limits } from '../../facts/index.js';
import { type ReservedConcurrencyOptions, budgetOf, minimumOf } from '../lambda-reserved-concurrency.js';
import { floorOf } from './allocate.js';
import { concurrencyFloor } from './concurrency.js';
import { environmentChange, shownFigures } from './environment-reservations.js';
import type { ReservationWriter } from './reservation-fixes.js';
import { figuresOf, floorNote } from './reservation-figures.js';
import { type Planned, planReservations } from './reservation-plan.js';
import type { Known } from './reservations.js';
import { openReservationsIn, reservationsIn } from './reservations-in.js';
import { type Tightest, ownNames, tightestOf } from './tightest-account.js';

/**
 * The plan of a unit: what `unheldReservations` decides, for every reservation. Without figures of the account it shows
 * what one with the default quota could hold, where nothing else is reserved.
 * @returns undefined where the unit reserves nothing, and for all but the first of its templates that does
 */
export function concurrencyPlan(
  writer: ReservationWriter,
  options: ReservedConcurrencyOptions,
  { accounts, refused = new Map() }: Known,
): ConcurrencyPlan | undefined {
  const reservations = writer.unit.flatMap((member) => reservationsIn(member));
  const open = writer.unit.flatMap((member) => openReservationsIn(member));
  if ([...reservations, ...open][0]?.fn.template !== writer.template) return undefined;
  const functions = reservations.map(({ fn }) => fn);
  const tightest = tightestOf(accounts, functions, writer, options.headroom);
  const budget = accountBudget(tightest, functions, writer, options.headroom);
  const figures = reservations.map((each) => [each, figuresOf(each.fn, writer.namesOf(each.fn), options)] as const);
  const plan = planReservations(figures, budget.budget, options.share);
  const planned = plan.planned.map((each): PlannedFunction => {
    const { fn, value } = each.reservation;
    const minimum = value > 0 ? refused.get(fn.id) : undefined;
    const held = tightest ? heldIn(tightest.account, [fn], writer) : undefined;
    return {
      file: writer.fileOf(fn),
      function: fn.id,
      requested: value,
      current: held,
      floor: floorOf({ requested: value, floor: each.figures.floor }),
      ...outcomeOf(each, minimum),
      why: [whyOf(each, options, budget, minimum), ...remarks(writer, each, options)].join('; '),
    };
  });
  const unknown = open.map(({ fn, because }): PlannedFunction => ({
    file: writer.fileOf(fn),
    function: fn.id,
    requested: undefined,
    current: undefined,
    floor: concurrencyFloor(fn).floor,
    proposed: undefined,
    reason: 'open',
    why: `not in the sums: ${because}`,
  }));
  return {
    account: budget,
    share: options.share,
    functions: [...planned, ...unknown],
    requested: plan.requested,
    proposed: plan.proposed,
  };
}

/** An account of which nothing is known, with the default quota. */
function assumed(): AccountFigures {
  const { defaultLimit } = limits.concurrency;
  return { limit: defaultLimit, unreserved: defaultLimit, source: 'assumed: the default quota, nothing reserved' };
}

function accountBudget(
  tightest: Tightest | undefined,
  functions: readonly Resource[],
  writer: ReservationWriter,
  headroom: number,
): AccountBudget {
  const { account: figures, others = [] } = tightest ?? { account: assumed() };
  return {
    source: nameOf(figures),
    isAssumed: tightest === undefined,
    limit: figures.limit,
    unreserved: figures.unreserved,
    held: heldIn(figures, functions, writer) ?? 0,
    minimumUnreserved: minimumOf(figures),
    headroom,
    budget: tightest?.budget ?? budgetOf(figures, [], headroom),
    others: others.map(({ account, budget }) => ({ source: nameOf(account), budget })),
  };
}

function nameOf({ name, source }: AccountFigures): string {
  return name === undefined ? source : `${name} in ${source}`;
}

/** What an account holds for functions now; undefined where it does not tell. */
function heldIn(
  account: AccountFigures,
  functions: readonly Resource[],
  writer: ReservationWriter,
): number | undefined {
  const held = ownNames(account, functions, writer).flatMap((name) => account.reservations?.[name] ?? []);
  return held.length === 0 ? undefined : held.reduce((sum, each) => sum + each, 0);
}

function outcomeOf(
  { reservation: { value }, proposed, reason }: Planned,
  refused: number | undefined,
): Pick<PlannedFunction, 'proposed' | 'reason'> {
  if (value === 0) return { proposed, reason: 'disabled' };
  if (refused !== undefined && reason === 'kept') return { proposed: undefined, reason: 'refused' };
  const kept: PlanReason = value === 1 ? 'lock' : 'kept';
  return { proposed, reason: reason === 'kept' ? kept : reason };
}

function whyOf(
  planned: Planned,
  options: ReservedConcurrencyOptions,
  { budget, isAssumed }: AccountBudget,
  refused: number | undefined,
): string {
  const { reservation, figures, proposed, reason } = planned;
  const { ceiling, need, weight } = figures;
  const { value } = reservation;
  if (value === 0) return 'switched off on purpose, costs nothing';
  if (refused !== undefined && reason === 'kept') return `AWS refused it: [${refused}] must stay unreserved`;
  if (reason === 'removed') return `the floors of all do not fit into ${budget}`;
  if (ceiling && reason === 'cap') return `the configuration allows ${ceiling.own}${floorNote(ceiling)}`;
  const needs = need ? `its load needs ${need.executions}: ${need.arithmetic}` : '';
  if (ceiling && reason === 'load') return `${needs}${floorNote(ceiling)}`;
  const lacks = need && (proposed ?? 0) < need.executions ? [needs] : [];
  const share = `its share of ${budget} (${options.share}${weight === 1 ? '' : `, weight ${weight}`})`;
  const kept = value === 1 ? 'one at a time on purpose' : isAssumed ? 'would fit' : 'fits';
  return [reason === 'share' ? share : kept, ...lacks].join('; ');
}

/** What the configuration says of each environment; that a figure may be another one, and that no fix can change it. */
function remarks(
  writer: ReservationWriter,
  { reservation, proposed }: Planned,
  options: ReservedConcurrencyOptions,
): string[] {
  const change = environmentChange(writer, reservation, options);
  if (change) return [`by environment: ${shownFigures(change.figures)}`];
  const refusal = proposed === reservation.value ? undefined : writer.reasonAgainst({ reservation, wanted: proposed });
  if (refusal) return [`no fix: ${refusal.because}`];
  return reservation.parameter === undefined ? [] : ['only a default, so deployments may differ'];
}
