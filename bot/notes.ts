import type { Act } from './decide.js';
import type { Seen } from './observe.js';

export type NoteAct = Extract<Act, `note-${string}`>;

/**
 * What is said on a pull request.
 * @param current the branch of the group that counts, for one that gave way to it
 */
export function noteOf(act: NoteAct, { oid = '' }: Pick<Seen, 'oid'>, current: string): string {
  const notes: Readonly<Record<NoteAct, string>> = {
    'note-human':
      'There are commits on this branch that stackmend did not make, so it will not be updated any more. To hand it back, tick the box at the end of the description: that discards these commits.',
    'note-obsolete':
      'What this pull request mends is mended or gone, so it is closed. Should it come back, a new one is opened.',
    'note-obsolete-kept':
      'What stackmend wanted to mend here is mended or gone. The branch holds commits of others, so it stays: close it when it is no longer needed.',
    'note-superseded': `The fixes of this pull request are in that of the branch \`${current}\` now, so it is closed.`,
    'note-rebuilt': `The commits up to ${oid} are replaced, as the box asked.`,
  };
  return notes[act];
}
