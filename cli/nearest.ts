import { closest, distance } from 'fastest-levenshtein';

/** The known name that was probably meant; undefined when none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const wanted = name.toLowerCase();
  const best = closest(
    wanted,
    known.map((candidate) => candidate.toLowerCase()),
  );
  const found = known.find((candidate) => candidate.toLowerCase() === best);
  const near = distance(wanted, best) <= Math.max(1, Math.floor(Math.min(wanted.length, best.length) * 0.4));
  return near ? found : known.find((candidate) => wanted.length > 2 && candidate.toLowerCase().includes(wanted));
}

/** `did you mean "x"?`, or what else there is. */
export function meant(name: string, known: readonly string[], otherwise: string): string {
  const found = nearest(name, known);
  return found === undefined ? otherwise : `did you mean "${found}"?`;
}
