import type { GateFailure } from './gate.js';

/** Gate: a second run over the result changes nothing. Both lists hold one text per file, in the same order. */
export function idempotent(first: readonly string[], second: readonly string[]): GateFailure[] {
  const changed = first.filter((text, index) => text !== second[index]);
  return changed.map(() => ({ gate: 'idempotent', because: 'a second run would change the file again' }));
}
