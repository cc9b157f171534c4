import type { FindingFailure } from '../verify/gate.js';
import type { Finding } from './types.js';

/** The fixes that failed a gate in this unit. A finding that comes back in a later pass is known by its fingerprint. */
export class Bans {
  private readonly failures = new Map<string, FindingFailure>();

  get isEmpty(): boolean {
    return this.failures.size === 0;
  }

  add(failure: FindingFailure): void {
    const key = keyOf(failure.finding);
    if (!this.failures.has(key)) this.failures.set(key, failure);
  }

  has(finding: Finding): boolean {
    return this.failures.has(keyOf(finding));
  }

  of(finding: Finding): FindingFailure | undefined {
    return this.failures.get(keyOf(finding));
  }
}

function keyOf({ file, fingerprint }: Finding): string {
  return `${file}\0${fingerprint}`;
}
