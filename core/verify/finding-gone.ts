import { countKeys, keyOf } from '../engine/fingerprint.js';
import type { Finding } from '../engine/types.js';
import type { FindingFailure } from './gate.js';

/** Gate: what a fix was made for is not found again. Findings with the same key are told apart by their number. */
export function findingGone<F extends Finding>(
  before: readonly Finding[],
  after: readonly Finding[],
  applied: readonly F[],
): (FindingFailure & { readonly finding: F })[] {
  const had = countKeys(before);
  const has = countKeys(after);
  const fixed = countKeys(applied);
  const stubborn = new Map<string, number>();
  for (const [key, count] of fixed) stubborn.set(key, (has.get(key) ?? 0) - ((had.get(key) ?? 0) - count));
  return applied.toReversed().flatMap((finding) => {
    const excess = stubborn.get(keyOf(finding)) ?? 0;
    if (excess <= 0) return [];
    stubborn.set(keyOf(finding), excess - 1);
    return [{ gate: 'finding-gone' as const, finding, because: 'the edited text would have the same finding still' }];
  });
}
