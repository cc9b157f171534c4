import type { Forge, NewNote, Note, PullRequest, PullRequestUpdate, ReviewRequest } from '../forge.js';
import { GitHubApi, type GitHubOptions as ApiOptions } from './github-api.js';
import { createBranch, createCommit, moveBranch, verificationOf, type Lease } from './github-branches.js';
import { createFork, findFork, syncFork } from './github-forks.js';
import { createPullRequest, ownPullRequests, pullRequest, pullRequestsOf } from './github-pulls.js';

export { apiUrlOf } from './github-client.js';

export interface GitHubOptions extends ApiOptions {
  /** False leaves commits and branches to git; true unless given. */
  readonly makesCommits?: boolean;
  /** Moves branches by a push with a lease, where the server does not know `updateRefs` (old Enterprise Servers). */
  readonly lease?: Lease;
}

/** GitHub; GitHub Enterprise Server and ghe.com at their own `apiUrl`. */
export function createGitHub(options: GitHubOptions): Forge {
  const api = new GitHubApi(options);
  const { lease } = options;
  return {
    name: 'github',
    makesCommits: options.makesCommits ?? true,
    makesPullRequests: true,
    self: () => api.self(),
    repository: async () => {
      const { nodeId: _, ...repository } = await api.repository();
      return repository;
    },
    pullRequests: (query) => pullRequestsOf(api, query),
    ownPullRequests: (query) => ownPullRequests(api, query),
    findNote: (query) => findNote(api, query),
    createCommit: (commit) => createCommit(api.in(commit.repository), commit),
    createBranch: (ref) => createBranch(api.in(ref.repository), ref),
    // The lease pushes to the repository itself.
    updateBranch: (ref) => moveBranch(api.in(ref.repository), ref, ref.repository === undefined ? lease : undefined),
    deleteBranch: (ref) => moveBranch(api.in(ref.repository), ref, ref.repository === undefined ? lease : undefined),
    createPullRequest: (pull) => createPullRequest(api, pull),
    updatePullRequest: (update) => updatePullRequest(api, update),
    createNote: (note) => createNote(api, note),
    addLabels: (labels) => addLabels(api, labels),
    requestReviewers: (request) => requestReviewers(api, request),
    verification: ({ oid, repository }) => verificationOf(api.in(repository), oid),
    findFork: () => findFork(api),
    createFork: () => createFork(api),
    syncFork: ({ repository, branch }) => syncFork(api.in(repository), branch),
  };
}

async function findNote(api: GitHubApi, query: { number: number; marker: string }): Promise<Note | undefined> {
  const { login } = await api.self();
  const at = { ...api.at, issue_number: query.number };
  const comments = await api.pages('reading comments', (page) =>
    api.read.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...at, ...page }),
  );
  const found = comments.find(({ user, body }) => user?.login === login && body?.includes(query.marker));
  return found && { id: String(found.id), body: found.body ?? '' };
}

async function updatePullRequest(api: GitHubApi, { number, ...change }: PullRequestUpdate): Promise<PullRequest> {
  const body = { ...api.at, pull_number: number, ...change };
  const { data } = await api.tried(`changing pull request ${number}`, 'pull-requests', () =>
    api.write.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', body),
  );
  return pullRequest(data);
}

async function createNote(api: GitHubApi, { number, body }: NewNote): Promise<void> {
  const request = { ...api.at, issue_number: number, body };
  await api.tried(`commenting on pull request ${number}`, 'pull-requests', () =>
    api.write.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', request),
  );
}

async function addLabels(
  api: GitHubApi,
  { number, labels }: { number: number; labels: readonly string[] },
): Promise<void> {
  const request = { ...api.at, issue_number: number, labels: [...labels] };
  await api.tried(`labelling pull request ${number}`, 'pull-requests', () =>
    api.write.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', request),
  );
}

async function requestReviewers(api: GitHubApi, { number, reviewers }: ReviewRequest): Promise<void> {
  const teams = reviewers.filter((each) => each.includes('/')).map((each) => each.slice(each.indexOf('/') + 1));
  const request = {
    ...api.at,
    pull_number: number,
    reviewers: reviewers.filter((each) => !each.includes('/')),
    team_reviewers: teams,
  };
  await api.tried(`requesting reviews of pull request ${number}`, 'pull-requests', () =>
    api.write.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', request),
  );
}
