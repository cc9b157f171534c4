import { CannotEdit } from '../../../core/template/cannot-edit.js';
import type { Path } from '../../../core/template/node.js';
import { EditMismatch, type TextEdit, applyEdits } from '../../../core/text/edit.js';

export const mutationKinds = {
  action: 'an action taken out of a statement',
  resource: 'a resource taken out of a statement',
  statement: 'a statement taken away',
  'managed policy': 'a managed policy taken from a role',
  'SAM policy': 'an item taken from the policies of a SAM function',
  order: 'an entry taken from DependsOn',
  unpublished: 'an alias with provisioned concurrency pointed to $LATEST',
  'on the function': 'provisioned concurrency moved from the alias to the function',
  'SAM alias': 'AutoPublishAlias taken from a SAM function with provisioned concurrency',
  throttling: 'throttling settings made a property of the stage',
  'http method': 'the method of a Lambda integration taken away or made another',
  uri: 'the invocation URI replaced by the ARN of its function',
} as const;

export type MutationKind = keyof typeof mutationKinds;

/** A correct template with one thing wrong. */
export interface Mutation {
  readonly kind: MutationKind;
  readonly path: Path;
  readonly text: string;
}

/** The text with the edits made; nothing where the editor refuses the place, which is no matter of recall. */
export function* mutate(
  text: string,
  kind: MutationKind,
  path: Path,
  edits: () => readonly TextEdit[],
): Generator<Mutation> {
  try {
    const mutated = applyEdits(text, edits());
    if (mutated !== text) yield { kind, path, text: mutated };
  } catch (error) {
    if (!(error instanceof CannotEdit || error instanceof EditMismatch)) throw error;
  }
}
