import type { Node } from '@babel/types';

/** A program: its files by path. */
export type Texts = ReadonlyMap<string, string>;

export const programMutationKinds = {
  action: 'an action taken out of a statement',
  resource: 'a resource taken out of a statement',
  statement: 'a statement taken away',
  'inline policy': 'an inline policy taken from a role',
  'managed policy': 'a managed policy taken from a role',
  policy: 'a RolePolicy taken away',
  attachment: 'an attachment taken away',
  order: 'an entry taken from dependsOn',
  qualifier: 'the qualifier of provisioned concurrency made $LATEST',
  'no alias': 'the alias taken away, and its name as qualifier made $LATEST',
  'alias of latest': 'an alias with provisioned concurrency pointed to $LATEST',
  unpublished: 'publish: true taken from the function',
} as const;

export type ProgramMutationKind = keyof typeof programMutationKinds;

/** A correct program with one thing wrong. */
export interface ProgramMutation {
  readonly kind: ProgramMutationKind;
  readonly file: string;
  readonly line: number;
  /** The files that differ. */
  readonly changed: Texts;
}

/** A text to put in place of what stands between two offsets of a file. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A node with what it stands in, outermost first. */
export interface Found {
  readonly node: Node;
  readonly above: readonly Node[];
}

export function replaced(text: string, replacements: readonly Replacement[]): string {
  let result = text;
  for (const { start, end, text: fresh } of replacements.toSorted((a, b) => b.start - a.start))
    result = result.slice(0, start) + fresh + result.slice(end);
  return result;
}

/** One of several elements with a comma: the one behind it, else the one before. */
export function withoutElement(text: string, start: number, end: number): Replacement {
  const behind = /^\s*,/.exec(text.slice(end));
  if (behind) return { start, end: end + behind[0].length, text: '' };
  const before = /,\s*$/.exec(text.slice(0, start));
  return { start: start - (before?.[0].length ?? 0), end, text: '' };
}
