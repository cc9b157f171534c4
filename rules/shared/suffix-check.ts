import type { Refusal } from '../../core/rule.js';
import { type SuffixCheck, suffixCheck } from '../environment-suffix-unvalidated.js';
import { type PhysicalName, roomFor, takesValue } from './physical-names.js';

/** A name that a suffix is a part of, and the parameter that stands for the suffix in it. */
export interface SuffixUse {
  readonly name: PhysicalName;
  readonly parameter: string;
}

/**
 * The check for a suffix that all of its known values pass, or why there is none.
 * @param declared the maximum length that it has already
 */
export function knownSuffixCheck(
  uses: readonly SuffixUse[],
  known: readonly string[],
  declared?: number,
): SuffixCheck | Refusal {
  for (const { name, parameter } of uses) {
    if (known.some((value) => value !== '' && !takesValue(name, parameter, value)))
      return {
        code: 'limit',
        because: `the name of ${name.resource.id} does not take one of the values it has`,
      };
  }
  const room = Math.min(...uses.map(({ name, parameter }) => roomFor(name, parameter)));
  const check = suffixCheck(known, room, declared);
  return typeof check === 'string' ? { code: 'limit', because: check } : check;
}
