import type { GateFailure } from './gate.js';

/** Gate: a second run over the result changes nothing. `second` are the texts that it would give, by file. */
export function idempotent(
  first: ReadonlyMap<string, string>,
  second: ReadonlyMap<string, string>,
): (GateFailure & { readonly file: string })[] {
  return [...second]
    .filter(([file, text]) => first.get(file) !== text)
    .map(([file]) => ({ gate: 'idempotent', file, because: 'a second run would change the file again' }));
}
