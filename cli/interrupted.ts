/** Ctrl-C: the run ended early, between two files. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
