/** What options say of functions by logical id or name; `*` in a key matches any text. */
export type ByName<T> = Readonly<Record<string, T>>;

/** The entries for a function: those of its exact names, which are meant for it alone, else those of fitting patterns. */
export function entriesFor<T>(
  entries: ByName<T>,
  names: readonly string[],
): { isExact: boolean; found: [string, T][] } {
  const fitting = Object.entries(entries).filter(([pattern]) => names.some((name) => matches(pattern, name)));
  const exact = fitting.filter(([pattern]) => names.includes(pattern));
  return exact.length > 0 ? { isExact: true, found: exact } : { isExact: false, found: fitting };
}

/** The one entry for a function: of several patterns the longest, which says most. */
export function entryFor<T>(entries: ByName<T>, names: readonly string[]): T | undefined {
  const { found } = entriesFor(entries, names);
  return found.toSorted(([a], [b]) => b.length - a.length)[0]?.[1];
}

function matches(pattern: string, name: string): boolean {
  const source = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${source.join('.*')}$`).test(name);
}
