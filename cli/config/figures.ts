import type { AccountFigures } from '../../core/rule.js';

/** What is known of the concurrency of one account and region, in executions. */
export interface ConcurrencyFigures {
  readonly limit: number;
  readonly unreserved?: number | undefined;
  readonly minimumUnreserved?: number | undefined;
  readonly reservations?: Readonly<Record<string, number>> | undefined;
}

/** Figures that cannot all be true, with the one that is at odds with the others. */
export interface Contradiction {
  readonly key: 'unreserved' | 'minimumUnreserved' | 'reservations';
  readonly error: string;
}

/**
 * What contradicts the limit. `UnreservedConcurrentExecutions` is the limit less all reservations:
 * https://docs.aws.amazon.com/lambda/latest/api/API_AccountLimit.html
 */
export function contradictionsIn(figures: ConcurrencyFigures): readonly Contradiction[] {
  const { limit, unreserved, minimumUnreserved, reservations = {} } = figures;
  const found: Contradiction[] = [];
  for (const [key, value] of Object.entries({ unreserved, minimumUnreserved }))
    if (value !== undefined && value > limit)
      found.push({ key: key as Contradiction['key'], error: 'is larger than the limit of the account' });
  const reserved = sumOf(reservations);
  const reservable = limit - Math.min(limit, unreserved ?? 0);
  if (reserved > reservable) {
    const rest =
      unreserved === undefined
        ? `the limit of ${limit}`
        : `the ${reservable} that ${limit} less ${unreserved} unreserved leave`;
    found.push({ key: 'reservations', error: `come to ${reserved} together, more than ${rest}` });
  }
  return found;
}

/** Executions that the functions hold together. */
export function sumOf(reservations: Readonly<Record<string, number>>): number {
  return Object.values(reservations).reduce((sum, value) => sum + value, 0);
}

/** Figures as rules take them. What is unreserved follows from the reservations where nobody says it. */
export function accountFigures(
  { limit, unreserved, minimumUnreserved, reservations }: ConcurrencyFigures,
  label: Pick<AccountFigures, 'name' | 'source'>,
): AccountFigures {
  return {
    ...label,
    limit,
    unreserved: unreserved ?? limit - sumOf(reservations ?? {}),
    ...(minimumUnreserved !== undefined && { minimumUnreserved }),
    ...(reservations && { reservations }),
  };
}
