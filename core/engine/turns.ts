import { setImmediate } from 'node:timers/promises';

/** UTF-16 code units that are judged between two turns: some milliseconds, in which a person at the keyboard notices nothing. */
const longest = 16 * 1024;
/** What it costs to look at a file and forget it. */
const look = 64;

/**
 * Turns of the event loop. Texts at hand are judged and written without waiting for anything, so that Ctrl-C would not be heard
 * before the end of a run; and a turn after each small file would take longer than the file.
 */
export class Turns {
  private spent = 0;

  /** True where other things need a turn before a text of this length; without one, before a look at a file. */
  isDueFor(length = look): boolean {
    this.spent += length;
    return this.spent >= longest;
  }

  async give(): Promise<void> {
    this.spent = 0;
    await setImmediate();
  }
}
