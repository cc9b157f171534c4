import { list } from '../../report/words.js';
import { UserError } from '../user-error.js';
import { type Section, gather, groupedBy, sectionsOf } from './gather.js';
import type { AccountInput } from './input.js';
import { type AccountEntry, type AccountFile, formatVersion, labelOf } from './schema.js';

export interface MergeOptions {
  /** What the account of the outputs is called. */
  readonly name?: string | undefined;
  /** The region of the outputs that do not tell theirs. */
  readonly region?: string | undefined;
  readonly withAccountId: boolean;
}

/**
 * Makes one file of many inputs. Outputs of AWS take the place of what a file of ours says of the same account and region,
 * so that a file is brought up to date by naming it among its own inputs. The order of the inputs changes nothing.
 * @throws {UserError} where inputs contradict each other, or do not tell which account and region they are of
 */
export function mergeAccounts(inputs: readonly AccountInput[], options: MergeOptions): AccountFile {
  const known = knownEntries(inputs);
  const fresh = groupedBy(identified(inputs.flatMap(sectionsOf), options), ({ label }) => label);
  const entries = new Map(known);
  for (const [label, sections] of fresh) {
    const [{ name, region } = { name: label, region: '' }] = sections;
    const figures = gather(sections);
    // AWS prints it in errors only, so outputs never have it; one above a quota that was lowered since says nothing.
    const minimum = known.get(label)?.minimumUnreserved;
    const kept = minimum !== undefined && minimum <= figures.limit ? minimum : undefined;
    entries.set(label, { name, region, ...figures, minimumUnreserved: kept });
  }
  const sorted = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  return { version: formatVersion, accounts: sorted.map((entry) => plain(entry, options)) };
}

/** The accounts of the files of ours among the inputs. */
function knownEntries(inputs: readonly AccountInput[]): ReadonlyMap<string, AccountEntry> {
  const known = new Map<string, { readonly entry: AccountEntry; readonly shown: string }>();
  for (const { own, shown } of inputs)
    for (const entry of own?.accounts ?? []) {
      const label = labelOf(entry);
      const other = known.get(label);
      if (other && fingerprint(other.entry) !== fingerprint(entry))
        throw new UserError(
          `${list([other.shown, shown].toSorted())} say different things of ${label}`,
          'leave one of them out',
        );
      known.set(label, { entry, shown });
    }
  return new Map([...known].map(([label, { entry }]) => [label, entry]));
}

function fingerprint(entry: AccountEntry): string {
  return JSON.stringify(plain(entry, { withAccountId: true }));
}

interface Identified extends Section {
  readonly name: string;
  readonly region: string;
  readonly label: string;
}

/** Each section with its name and region: what it tells itself, what the options say, what the others tell as one. */
function identified(sections: readonly Section[], options: MergeOptions): readonly Identified[] {
  const names = [...new Set(sections.flatMap(({ name }) => name ?? []))].toSorted();
  const regions = [...new Set(sections.flatMap(({ region }) => region ?? []))];
  if (options.name !== undefined && names.length > 1)
    throw new UserError(
      `--name names one account, and the inputs are of ${list(names)}`,
      'merge them one by one, or leave --name away',
    );
  return sections.map((section) => {
    const { shown } = section;
    const name = options.name ?? section.name ?? (names.length === 1 ? names[0] : undefined);
    if (name === undefined)
      throw new UserError(`${shown} does not tell the name of the account`, 'give it one with --name');
    if (section.region !== undefined && options.region !== undefined && section.region !== options.region)
      throw new UserError(`${shown} is of ${section.region}, not of ${options.region}`, 'leave --region away');
    const region = section.region ?? options.region ?? (regions.length === 1 ? regions[0] : undefined);
    if (region === undefined) throw new UserError(`${shown} does not tell the region`, 'name it with --region');
    return { ...section, name, region, label: labelOf({ name, region }) };
  });
}

/** An entry with its keys in one order, and without the account id unless it is wanted. */
function plain(entry: AccountEntry, { withAccountId }: Pick<MergeOptions, 'withAccountId'>): AccountEntry {
  const { name, region, accountId, limit, unreserved, minimumUnreserved, reservations, collected } = entry;
  return {
    name,
    region,
    ...(withAccountId && accountId !== undefined && { accountId }),
    limit,
    ...(unreserved !== undefined && { unreserved }),
    ...(minimumUnreserved !== undefined && { minimumUnreserved }),
    ...(reservations && {
      reservations: Object.fromEntries(Object.entries(reservations).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    }),
    ...(collected !== undefined && { collected }),
  };
}
