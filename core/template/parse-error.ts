/** What stops a text from being read as a template. */
export type ParseProblemCode = 'invalid' | 'multiple-documents' | 'too-deep' | 'too-large' | 'aliases' | 'empty';

/**
 * The text cannot be read as a template. Carries the offset (UTF-16 code units) of the first trouble, and one line for
 * a person: what is wrong and what to do.
 */
export class ParseProblem extends Error {
  override readonly name = 'ParseProblem';

  constructor(
    readonly code: ParseProblemCode,
    message: string,
    readonly offset = 0,
  ) {
    super(message);
  }
}

/** Nesting at which a document is refused: far beyond any template, well before the parsers' own stack ends. */
export const maximumDepth = 200;

/** Values (scalars, written out) beyond which a document is refused: CloudFormation's 1 MB hold far fewer. */
export const maximumValues = 200_000;

export function tooManyValues(offset: number): ParseProblem {
  return new ParseProblem('too-large', `it holds more than ${maximumValues} values`, offset);
}
