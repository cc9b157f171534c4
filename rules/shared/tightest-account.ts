import type { AccountFigures, MessageData } from '../../core/rule.js';
import type { Resource } from '../../core/template/template.js';
import { budgetOf, minimumOf } from '../lambda-reserved-concurrency.js';
import type { ReservationWriter } from './reservation-fixes.js';

/** The account that decides: the one that can give a unit the least. */
export interface Tightest {
  readonly account: AccountFigures;
  /** The names under which it knows the functions. */
  readonly names: readonly string[];
  /** Executions that the functions of the unit may reserve together there. */
  readonly budget: number;
  /**
   * What it could give at the most: if all that it has reserved for functions that its figures do not name were for these. The
   * smallest of all accounts; a sum above it is proven not to fit.
   */
  readonly most: number;
  /** For messages: which account it is, what it keeps, and what the others can give. */
  readonly data: MessageData;
  /** The other accounts, tightest first. */
  readonly others: readonly { readonly account: AccountFigures; readonly budget: number }[];
}

/** How many of the other accounts a message tells of. */
const shownOthers = 3;

/**
 * What every account can give to the functions of a unit, each with the reservations that it holds for these functions
 * already; the smallest figure decides, of equal ones the first.
 * @param headroom executions to leave free beyond the minimum that AWS demands
 */
export function tightestOf(
  accounts: readonly AccountFigures[],
  functions: readonly Resource[],
  writer: Pick<ReservationWriter, 'accountNamesOf'>,
  headroom: number,
): Tightest | undefined {
  const budgets = distinct(accounts)
    .map((account) => {
      const names = ownNames(account, functions, writer);
      const budget = budgetOf(account, names, headroom);
      return { account, names, budget, most: budget + reservedUnnamed(account) };
    })
    .toSorted((a, b) => a.budget - b.budget);
  const [first, ...others] = budgets;
  if (!first) return undefined;
  const { account, names, budget } = first;
  const data = {
    account: account.name ?? 'the account',
    source: account.source,
    minimum: minimumOf(account),
    others: othersText(others),
  };
  return { account, names, budget, most: Math.min(...budgets.map((each) => each.most)), data, others };
}

/** Each account once: several ways may lead from sources to one. */
function distinct(accounts: readonly AccountFigures[]): readonly AccountFigures[] {
  return [...new Map(accounts.map((account) => [JSON.stringify(account), account])).values()];
}

/** Executions that are reserved for functions of which the figures do not tell. */
function reservedUnnamed({ limit, unreserved, reservations = {} }: AccountFigures): number {
  const named = Object.values(reservations).reduce((sum, value) => sum + value, 0);
  return Math.max(0, limit - unreserved - named);
}

/** The names under which the account knows the functions. Of names that fit, the one that holds most is taken: nothing is proven by a guess. */
export function ownNames(
  account: AccountFigures,
  functions: readonly Resource[],
  writer: Pick<ReservationWriter, 'accountNamesOf'>,
): readonly string[] {
  const known = knownNames(account);
  return [...new Set(functions.flatMap((fn) => writer.accountNamesOf(fn, known)))];
}

/** The functions whose reservations the account tells, the largest first. */
export function knownNames({ reservations = {} }: AccountFigures): readonly string[] {
  return Object.entries(reservations)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name]) => name);
}

/** `; dev 900, stage 950`, or nothing. */
function othersText(others: readonly { readonly account: AccountFigures; readonly budget: number }[]): string {
  const shown = others
    .slice(0, shownOthers)
    .map(({ account: { name, source }, budget }) => `${name ?? source} ${budget}`);
  const left = others.length - shown.length;
  return shown.length === 0 ? '' : `; ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** What settles whether a sum fits, where the account may have reserved it for these functions already. */
export function heldFollowUp(sum: number, most: number): readonly string[] {
  return sum > most
    ? []
    : [
        'The account may hold these reservations already, which are given back when they change: "stackmend account" tells how to collect them.',
      ];
}
