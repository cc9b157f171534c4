import { setImmediate } from 'node:timers/promises';

/** Milliseconds that signals and timers may wait: a person does not notice them, and thousands of files do not notice the turns. */
const longest = 10;

/**
 * Turns of the event loop. Texts at hand are judged and written without waiting for anything, so that Ctrl-C would not be heard
 * before the end of a run; and a turn after each small file would take longer than the file.
 */
export class Turns {
  private last = Number.NEGATIVE_INFINITY;

  /** By the clock of the day, which costs less to ask than `performance`; where it is set back, a turn is due too. */
  get isDue(): boolean {
    return Math.abs(Date.now() - this.last) >= longest;
  }

  async give(): Promise<void> {
    await setImmediate();
    this.last = Date.now();
  }
}
