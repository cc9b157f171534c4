import { type Forge, ForgeError } from '../forge.js';

/** A forge of which nothing is known but git: branches are pushed, and a person opens the pull request. */
export function branchOnly(name: string, webUrl: string, fullName: string): Forge {
  const refuse = async (): Promise<never> => {
    throw new ForgeError('invalid', `pull requests of ${name} are opened by hand`);
  };
  return {
    name,
    makesCommits: false,
    makesPullRequests: false,
    self: async () => ({ login: '', signsCommits: false }),
    repository: async () => ({
      fullName,
      webUrl,
      defaultBranch: '',
      archived: false,
      canPush: undefined,
      pullRequestsEnabled: true,
    }),
    pullRequests: async () => [],
    ownPullRequests: async () => [],
    findNote: async () => undefined,
    createCommit: refuse,
    createBranch: refuse,
    updateBranch: refuse,
    deleteBranch: refuse,
    createPullRequest: refuse,
    updatePullRequest: refuse,
    createNote: refuse,
    addLabels: refuse,
    requestReviewers: refuse,
    verification: async () => undefined,
    findFork: async () => undefined,
    createFork: refuse,
    syncFork: refuse,
  };
}
