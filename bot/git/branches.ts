import type { CommitMade, Forge, NewBranch, NewCommit, RefWrite } from '../forge.js';
import { makeCommit } from './commit.js';
import type { BranchRemote } from './remote.js';
import type { Workshop } from './repository.js';
import type { Signing } from './signing.js';

type Opens = NonNullable<NewBranch['opens']>;

/** The writes of branches, as git does them on any forge: commits are made here, refs are pushed with a lease. */
export function gitBranches(
  workshop: Workshop,
  remote: BranchRemote,
  opensOnPush: boolean,
  signing?: Signing,
): Pick<Forge, 'createCommit' | 'createBranch' | 'updateBranch' | 'deleteBranch'> {
  const options = (opens: Opens | undefined): readonly string[] =>
    opensOnPush && opens ? mergeRequestOptions(opens) : [];
  return {
    createCommit: async (commit: NewCommit): Promise<CommitMade> => ({
      oid: await makeCommit(workshop, commit, signing),
      ...(signing && { isSigned: true }),
    }),
    createBranch: ({ branch, oid, opens }: NewBranch): Promise<RefWrite> =>
      remote.push({ branch, before: undefined, oid, options: options(opens) }),
    updateBranch: ({ branch, before, oid, opens }): Promise<RefWrite> =>
      remote.push({ branch, before, oid, options: options(opens) }),
    deleteBranch: async ({ branch, before }): Promise<RefWrite> => {
      const outcome = await remote.push({ branch, before, oid: undefined });
      if (outcome === 'done') return outcome;
      const { branches } = await remote.refs(undefined);
      return branches.has(branch) ? 'lost' : 'done';
    },
  };
}

/** Moves of branches to commits that the forge made: what its API does itself where it can compare before it sets. */
export function gitMoves(workshop: Workshop, remote: BranchRemote): Pick<Forge, 'updateBranch' | 'deleteBranch'> {
  const { updateBranch, deleteBranch } = gitBranches(workshop, remote, false);
  return {
    deleteBranch,
    updateBranch: async (move) => {
      await remote.fetchCommit(move.oid);
      return updateBranch(move);
    },
  };
}

/**
 * Push options by which GitLab opens a merge request; each is one line. There is no description among them, so that GitLab
 * takes the message of the commit, which has more than one.
 */
export function mergeRequestOptions({ base, title, draft, labels }: Opens): readonly string[] {
  return [
    'merge_request.create',
    `merge_request.target=${base}`,
    `merge_request.title=${draft ? 'Draft: ' : ''}${line(title)}`,
    ...labels.map((label) => `merge_request.label=${line(label)}`),
  ];
}

function line(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** A forge whose branches are written by git. */
export function withGitBranches(forge: Forge, branches: ReturnType<typeof gitBranches>): Forge {
  return { ...forge, ...branches, makesCommits: false };
}
