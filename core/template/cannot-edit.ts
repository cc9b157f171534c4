/** An editor's refusal: the place is reached through an alias, a merge key, a duplicate key, a macro... */
export class CannotEdit extends Error {
  override readonly name = 'CannotEdit';

  constructor(
    /** Completes "no edit, because ...". */
    readonly because: string,
  ) {
    super(because);
  }
}
