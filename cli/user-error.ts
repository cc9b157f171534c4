/** A mistake that the person at the keyboard can put right: shown as one line and a hint, never with a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(
    message: string,
    readonly hint?: string,
    /** Further mistakes of the same kind, one line each. */
    readonly more: readonly string[] = [],
  ) {
    super(message);
  }
}
