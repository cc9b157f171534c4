/** What is known of one group at one moment. Nothing here is remembered from earlier runs. */
export interface Observation {
  readonly archived: boolean;
  /** The hash of what is to be offered; undefined where nothing is, or all of it was declined. */
  readonly plan: string | undefined;
  /** The open pull request of this branch and base; `unknown` on a forge of which only git is known. */
  readonly pull: 'none' | 'ours' | 'foreign' | 'unknown';
  /** The box "rebuild this branch" in its body. */
  readonly rebuildTicked: boolean;
  readonly branch: BranchState | undefined;
  /** False when a limit (open pull requests, new ones in an hour) is reached. */
  readonly mayOpen: boolean;
}

export interface BranchState {
  /** `foreign` as soon as it holds a commit that we did not make. */
  readonly ownership: 'ours' | 'foreign';
  /** The plan of our commit on it. */
  readonly plan?: string;
  /** It cannot be merged into the base as it is. */
  readonly conflicts: boolean;
  /** It stands where a pull request that is over left it. */
  readonly leftBy?: 'closed' | 'merged';
}

export type State =
  | 'SKIPPED'
  | 'FOREIGN'
  | 'NOTHING'
  | 'OBSOLETE'
  | 'OBSOLETE_KEPT'
  | 'CLEANED'
  | 'CREATED'
  | 'DEFERRED'
  | 'RECOVERED'
  | 'CURRENT'
  | 'UPDATED'
  | 'REPLACED'
  | 'HUMAN'
  | 'REBUILT';

/**
 * `write`: one new commit on the base, put on the branch by compare-and-set. `refresh`: title, body and labels, each only
 * where it differs. `note-*`: one comment of this kind, once. `mark-closed`: into the metadata that the end is ours.
 */
export type Act =
  | 'write'
  | 'open'
  | 'refresh'
  | 'note-obsolete'
  | 'note-obsolete-kept'
  | 'note-human'
  | 'note-rebuilt'
  | 'note-superseded'
  | 'mark-closed'
  | 'close'
  | 'delete';

export interface Decision {
  readonly state: State;
  /** In this order; a crash after any of them leaves what the next run finishes. */
  readonly acts: readonly Act[];
}

/** What to do about one group. Pure; the table of docs/pr-bot.md. */
export function decide(seen: Observation): Decision {
  if (seen.archived) return { state: 'SKIPPED', acts: [] };
  if (seen.pull === 'foreign') return { state: 'FOREIGN', acts: [] };
  return seen.plan === undefined ? withoutFixes(seen) : withFixes(seen);
}

function withoutFixes({ pull, branch }: Observation): Decision {
  if (pull === 'ours') {
    if (branch?.ownership === 'foreign') return { state: 'OBSOLETE_KEPT', acts: ['note-obsolete-kept'] };
    const remove: readonly Act[] = branch ? ['delete'] : [];
    // The mark comes before the end, so that our own end is never taken for a person's "no".
    return { state: 'OBSOLETE', acts: ['note-obsolete', 'mark-closed', 'close', ...remove] };
  }
  return branch?.ownership === 'ours' ? { state: 'CLEANED', acts: ['delete'] } : { state: 'NOTHING', acts: [] };
}

function withFixes(seen: Observation): Decision {
  if (seen.pull === 'ours') return withOpenPull(seen);
  return seen.pull === 'unknown' ? withBranchAlone(seen) : withoutPull(seen);
}

function withOpenPull({ plan, branch, rebuildTicked }: Observation): Decision {
  if (branch?.ownership === 'foreign')
    return rebuildTicked
      ? { state: 'REBUILT', acts: ['note-rebuilt', 'write', 'refresh'] }
      : { state: 'HUMAN', acts: ['note-human'] };
  const stands = branch !== undefined && branch.plan === plan && !branch.conflicts;
  if (stands && !rebuildTicked) return { state: 'CURRENT', acts: ['refresh'] };
  return { state: 'UPDATED', acts: ['write', 'refresh'] };
}

function withoutPull({ plan, branch, mayOpen }: Observation): Decision {
  const create: Decision = mayOpen ? { state: 'CREATED', acts: ['write', 'open'] } : { state: 'DEFERRED', acts: [] };
  if (branch === undefined) return create;
  // All that was on a merged branch is in the base; a closed one with a person's commit on it stays theirs.
  if (branch.leftBy === 'merged' || (branch.leftBy === 'closed' && branch.ownership === 'ours')) return create;
  if (branch.ownership === 'foreign') return { state: 'FOREIGN', acts: [] };
  if (branch.plan === plan && !branch.conflicts) return { state: 'RECOVERED', acts: ['open'] };
  return { state: 'RECOVERED', acts: ['write', 'open'] };
}

/** Where pull requests cannot be seen, the branch alone tells. */
function withBranchAlone({ plan, branch, mayOpen }: Observation): Decision {
  if (branch === undefined) return mayOpen ? { state: 'CREATED', acts: ['write'] } : { state: 'DEFERRED', acts: [] };
  if (branch.ownership === 'foreign') return { state: 'FOREIGN', acts: [] };
  return branch.plan === plan && !branch.conflicts
    ? { state: 'CURRENT', acts: [] }
    : { state: 'UPDATED', acts: ['write'] };
}

/** True where a person works on a branch of ours, so that the whole group is theirs until they hand it back. */
export function isTaken({ pull, branch, rebuildTicked }: Omit<Observation, 'plan' | 'mayOpen'>): boolean {
  return branch?.ownership === 'foreign' && (pull === 'unknown' || (pull === 'ours' && !rebuildTicked));
}

/** True where a new branch of the group takes the place of this one, rather than being one more. */
export function isReplaceable({ pull, branch }: Pick<Observation, 'pull' | 'branch'>): boolean {
  return pull === 'ours' || (pull === 'unknown' && branch?.ownership === 'ours');
}

/** What is done about a branch of a group when another branch of it is the one that counts. */
export function supersede({ pull, branch }: Pick<Observation, 'pull' | 'branch'>): readonly Act[] {
  if (pull === 'foreign') return [];
  const ours = branch?.ownership === 'ours';
  if (pull !== 'ours') return ours ? ['delete'] : [];
  const remove: readonly Act[] = branch ? ['delete'] : [];
  // Commits of a person go only where the box was ticked; the note keeps their id.
  return [ours || !branch ? 'note-superseded' : 'note-rebuilt', 'mark-closed', 'close', ...remove];
}
