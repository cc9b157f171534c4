import type { CommitMade, Forge, NewBranch, NewCommit, NewPullRequest, RefWrite } from '../forge.js';
import { makeCommit } from './commit.js';
import type { GitRemote } from './remote.js';
import type { Workshop } from './repository.js';

/** The writes of branches, as git does them on any forge: commits are made here, refs are pushed with a lease. */
export function gitBranches(
  workshop: Workshop,
  remote: GitRemote,
  opensOnPush: boolean,
): Pick<Forge, 'createCommit' | 'createBranch' | 'updateBranch' | 'deleteBranch'> {
  const options = (opens: NewPullRequest | undefined): readonly string[] =>
    opensOnPush && opens ? mergeRequestOptions(opens) : [];
  return {
    createCommit: async (commit: NewCommit): Promise<CommitMade> => ({ oid: await makeCommit(workshop, commit) }),
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

/** Push options by which GitLab opens a merge request; each is one line. */
export function mergeRequestOptions({ base, title, body, draft }: NewPullRequest): readonly string[] {
  const line = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return [
    'merge_request.create',
    `merge_request.target=${base}`,
    `merge_request.title=${draft ? 'Draft: ' : ''}${line(title)}`,
    ...(body === '' ? [] : [`merge_request.description=${line(body)}`]),
  ];
}

/** A forge whose branches are written by git. */
export function withGitBranches(forge: Forge, branches: ReturnType<typeof gitBranches>): Forge {
  return { ...forge, ...branches };
}
