import type { AccountFigures, MessageData } from '../../core/rule.js';
import type { Resource } from '../../core/template/template.js';
import { budgetOf, minimumOf } from '../lambda-reserved-concurrency.js';
import type { ReservationWriter } from './reservation-fixes.js';

/** The account that decides: the one that can give a unit the least. */
export interface Tightest {
  readonly account: AccountFigures;
  /** Executions that the functions of the unit may reserve together there. */
  readonly budget: number;
  /** For messages: which account it is, what it keeps, and what the others can give. */
  readonly data: MessageData;
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
  const [first, ...others] = accounts
    .map((account) => ({ account, budget: budgetOf(account, ownNames(account, functions, writer), headroom) }))
    .toSorted((a, b) => a.budget - b.budget);
  if (!first) return undefined;
  const { account, budget } = first;
  const data = {
    account: account.name ?? 'the account',
    source: account.source,
    minimum: minimumOf(account),
    others: othersText(others),
  };
  return { account, budget, data };
}

/** The names under which the account knows the functions. */
function ownNames(
  { reservations = {} }: AccountFigures,
  functions: readonly Resource[],
  writer: Pick<ReservationWriter, 'accountNamesOf'>,
): readonly string[] {
  const known = Object.keys(reservations);
  return [...new Set(functions.flatMap((fn) => writer.accountNamesOf(fn, known)))];
}

/** `; dev 900, stage 950`, or nothing. */
function othersText(others: readonly { readonly account: AccountFigures; readonly budget: number }[]): string {
  const shown = others
    .slice(0, shownOthers)
    .map(({ account: { name, source }, budget }) => `${name ?? source} ${budget}`);
  const left = others.length - shown.length;
  return shown.length === 0 ? '' : `; ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
