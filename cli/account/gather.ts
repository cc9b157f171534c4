import { list } from '../../report/words.js';
import { UserError } from '../user-error.js';
import type { AccountInput } from './input.js';
import { type Fact, commands } from './recognise.js';
import { type ConcurrencyFigures, contradictionsIn } from '../config/figures.js';

/** What one part of an input says of one account: all of it, or what follows a label. */
export interface Section {
  /** The input, as people see it. */
  readonly shown: string;
  readonly name: string | undefined;
  readonly region: string | undefined;
  readonly facts: readonly Fact[];
}

/** Figures put together from facts. */
export interface Gathered extends ConcurrencyFigures {
  readonly accountId: string | undefined;
  /** The earliest day that was told, YYYY-MM-DD. */
  readonly collected: string | undefined;
}

/** The accounts that outputs of AWS are about: each label starts one. */
export function sectionsOf({ shown, facts }: AccountInput): readonly Section[] {
  const parts: Fact[][] = [];
  for (const fact of facts) {
    const last = parts.at(-1);
    if (!last || fact.kind === 'label') parts.push([fact]);
    else last.push(fact);
  }
  return parts.map((part) => {
    const label = part.find((fact) => fact.kind === 'label');
    const regions = [label?.region, ...part.map((fact) => (fact.kind === 'quota' ? fact.region : undefined))];
    const told = {
      name: label?.name,
      region: agreed(
        'regions',
        regions.map((value) => ({ value, by: shown })),
      ),
    };
    return { shown, ...told, facts: part };
  });
}

interface Said<Value> {
  readonly value: Value | undefined;
  /** Who says so. */
  readonly by: string;
}

/**
 * Puts together what several sections say of one account and region.
 * @throws {UserError} where they contradict each other, or none tells the limit
 */
export function gather(sections: readonly Section[]): Gathered {
  const said = sections.flatMap(({ shown, facts }) => facts.map((fact) => ({ fact, shown })));
  const files = list([...new Set(sections.map(({ shown }) => shown))]);
  const limits = said.flatMap(({ fact, shown }) =>
    fact.kind === 'settings' || fact.kind === 'quota'
      ? [{ value: fact.limit, by: `${shown}, ${fact.kind === 'quota' ? 'the quota' : 'get-account-settings'}` }]
      : [],
  );
  const limit = agreed('limits', limits);
  if (limit === undefined)
    throw new UserError(
      `${files}: the limit of the account is missing`,
      `add the output of: ${commands.settings} --output json`,
    );
  const figures = {
    limit,
    unreserved: agreed(
      'figures of what is unreserved',
      said.map(({ fact, shown }) => ({ value: fact.kind === 'settings' ? fact.unreserved : undefined, by: shown })),
    ),
    ...reservationsIn(said),
  };
  const [contradiction] = contradictionsIn(figures);
  if (contradiction)
    throw new UserError(
      `${files}: the ${contradiction.key} ${contradiction.error}`,
      'collect all of them again at one time, from one account and region',
    );
  const dates = said.flatMap(({ fact }) =>
    fact.kind === 'label' && fact.collected !== undefined ? [fact.collected] : [],
  );
  return {
    ...figures,
    accountId: agreed(
      'accounts',
      said.map(({ fact, shown }) => ({ value: fact.kind === 'quota' ? fact.accountId : undefined, by: shown })),
      true,
    ),
    collected: dates.toSorted()[0],
  };
}

/** By function name; no key at all where nothing was said of any function. */
function reservationsIn(
  said: readonly { readonly fact: Fact; readonly shown: string }[],
): Pick<ConcurrencyFigures, 'reservations'> {
  const byFunction = groupedBy(
    said.flatMap(({ fact, shown }) => (fact.kind === 'reservation' ? [{ ...fact, shown }] : [])),
    ({ functionName }) => functionName,
  );
  if (byFunction.size === 0) return {};
  const reservations = [...byFunction].flatMap(([name, all]) => {
    const executions = agreed(
      `reservations of ${name}`,
      all.map((each) => ({ value: each.executions ?? 'none', by: each.shown })),
    );
    return typeof executions === 'number' ? [[name, executions] as const] : [];
  });
  return { reservations: Object.fromEntries(reservations.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

/**
 * The one value that is said, or nothing where none is.
 * @param isSecret leaves the values out of the message
 * @throws {UserError} for two that differ
 */
export function agreed<Value>(what: string, said: readonly Said<Value>[], isSecret = false): Value | undefined {
  const given = said.filter(({ value }) => value !== undefined);
  const [first] = given;
  const other = given.find(({ value }) => value !== first?.value);
  if (!first || !other) return first?.value;
  const shown = [first, other].map(({ value, by }) => (isSecret ? by : `${String(value)} (${by})`));
  throw new UserError(
    `there are two ${what}: ${list(shown)}`,
    'leave one out, or collect them again; what belongs to different accounts or regions needs names and regions of its own',
  );
}

/** What has the same key together, in the order in which keys come up. */
export function groupedBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
