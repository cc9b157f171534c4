/** The log of calls, and what is made to go wrong at one of them. */

export interface LoggedCall {
  /** Counted from 1 since the log was cleared. */
  readonly number: number;
  /** `post /repos/{owner}/{repo}/pulls`, `graphql updateRefs`, `git push`, `git fetch`, `git refs`. */
  readonly name: string;
  readonly write: boolean;
  readonly path: string;
  readonly body: unknown;
  status: number | undefined;
}

export type Fault =
  /** The client dies: from there on, nothing that it sends arrives, until `revive`. */
  | { readonly kind: 'crash'; readonly call: number; readonly when: 'before' | 'after' }
  /** 502, or a dropped connection, instead of the answer: before or after what was asked for is done. */
  | { readonly kind: 'lost'; readonly call: number; readonly when: 'before' | 'after'; readonly how: '502' | 'drop' }
  /** Somebody else does something just before the call is served. */
  | { readonly kind: 'meanwhile'; readonly call: number; readonly act: () => Promise<void> };

/** A limit that the next calls run into. */
export interface Limit {
  readonly kind: 'primary' | 'secondary';
  /** Seconds to wait, as `retry-after` tells; left out, the header is missing. */
  readonly retryAfter?: number;
  /** 403 or 429: GitHub uses both. */
  readonly status: 403 | 429;
  times: number;
  /** Only calls that write; else all. */
  readonly writes?: boolean;
}

export type Outcome = 'go on' | 'drop' | '502';

/** Decides for each call what happens before it is served and to its answer. */
export class Faults {
  readonly log: LoggedCall[] = [];
  armed: Fault | undefined;
  limit: Limit | undefined;
  /** Nothing works any more: every call is answered with 502. */
  isBroken = false;
  #dead = false;

  /** The client has crashed and was not started again. */
  get isDead(): boolean {
    return this.#dead;
  }

  /** Forgets the log and what was armed; the client lives again. */
  clear(): void {
    this.log.length = 0;
    this.revive();
  }

  /** The client is started anew: nothing goes wrong any more. */
  revive(): void {
    this.armed = undefined;
    this.isBroken = false;
    this.#dead = false;
  }

  record(call: Omit<LoggedCall, 'number' | 'status'>): LoggedCall {
    const logged = { ...call, number: this.log.length + 1, status: undefined };
    this.log.push(logged);
    return logged;
  }

  async before({ number }: LoggedCall): Promise<Outcome> {
    if (this.#dead) return 'drop';
    if (this.isBroken) return '502';
    const fault = this.armed;
    if (fault?.call !== number) return 'go on';
    if (fault.kind === 'meanwhile') {
      await fault.act();
      return this.isBroken ? '502' : 'go on';
    }
    if (fault.when === 'after') return 'go on';
    return this.#strike(fault);
  }

  after({ number }: LoggedCall): Outcome {
    const fault = this.armed;
    if (fault?.call !== number || fault.kind === 'meanwhile' || fault.when === 'before') return 'go on';
    return this.#strike(fault);
  }

  #strike(fault: Exclude<Fault, { kind: 'meanwhile' }>): Outcome {
    if (fault.kind === 'crash') this.#dead = true;
    return fault.kind === 'lost' && fault.how === '502' ? '502' : 'drop';
  }

  /** The limit that this call runs into, if any. */
  limited({ write }: LoggedCall): Limit | undefined {
    const { limit } = this;
    if (limit === undefined || limit.times === 0 || (limit.writes === true && !write)) return undefined;
    limit.times -= 1;
    return limit;
  }
}
