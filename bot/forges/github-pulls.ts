import { ForgeError, type HeadAndBase, type NewPullRequest, type OwnPullRequests, type PullRequest } from '../forge.js';
import { isKind, isSameRepository, type GitHubApi } from './github-api.js';

/** What is read of a pull request, whichever operation answers it. */
export interface PullData {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly merged_at: string | null;
  readonly draft?: boolean;
  readonly title: string;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
  readonly head: { readonly ref: string; readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly ref: string };
  readonly labels: readonly { readonly name: string }[];
  readonly created_at: string;
}

/** All pull requests from one branch into another, newest first. */
export async function pullRequestsOf(api: GitHubApi, query: HeadAndBase): Promise<readonly PullRequest[]> {
  const { head, base, headRepository = (await api.repository()).fullName } = query;
  // Without the owner GitHub would answer with all pull requests there are.
  const filter = { state: 'all', head: `${headRepository.split('/')[0]}:${head}`, base } as const;
  const found = await api.pages('looking for pull requests', (page) =>
    api.read.request('GET /repos/{owner}/{repo}/pulls', { ...api.at, ...filter, ...page }),
  );
  return found
    .map(pullRequest)
    .filter((pull) => pull.head.branch === head && pull.base === base)
    .filter((pull) => isSameRepository(pull.head.repository, headRepository))
    .toSorted(newestFirst);
}

/** Our own that are open or were opened since a moment, newest first. */
export async function ownPullRequests(api: GitHubApi, query: OwnPullRequests): Promise<readonly PullRequest[]> {
  const { login } = await api.self();
  const headRepository = query.headRepository ?? (await api.repository()).fullName;
  const since = Date.parse(query.since);
  const list = (state: 'open' | 'all', enough?: (last: PullData) => boolean): Promise<PullData[]> =>
    api.pages<PullData>(
      'counting pull requests',
      (page) => {
        const order = { state, sort: 'created', direction: 'desc' } as const;
        return api.read.request('GET /repos/{owner}/{repo}/pulls', { ...api.at, ...order, ...page });
      },
      enough,
    );
  const open = await list('open');
  const recent = await list('all', (last) => Date.parse(last.created_at) < since);
  const all = new Map([...open, ...recent].map((data) => [data.number, pullRequest(data)]));
  return [...all.values()]
    .filter(({ author, head }) => author === login && head.branch.startsWith(query.prefix))
    .filter(({ head }) => isSameRepository(head.repository, headRepository))
    .filter(({ state, createdAt }) => state === 'open' || Date.parse(createdAt) >= since)
    .toSorted(newestFirst);
}

/**
 * Opens a pull request; as an ordinary one where the repository has no drafts. From a fork maintainers may change its branch,
 * where that can be granted.
 */
export async function createPullRequest(api: GitHubApi, pull: NewPullRequest): Promise<PullRequest> {
  const { title, body, base, headRepository } = pull;
  const isFork = headRepository !== undefined && !isSameRepository(headRepository, api.options.repository);
  const open = async (draft: boolean, opens: boolean): Promise<PullRequest> => {
    const manner = { draft, ...(isFork && { maintainer_can_modify: opens }) };
    const request = { ...api.at, title, body, base, ...manner, ...headOf(pull, api.options.repository) };
    try {
      const { data } = await api.tried('opening the pull request', 'pull-requests', () =>
        api.write.request('POST /repos/{owner}/{repo}/pulls', request),
      );
      return pullRequest(data);
    } catch (error) {
      if (!isKind(error, 'invalid')) throw error;
      // It was refused before anything was made, so it may be sent once more.
      if (draft && /draft pull requests are not supported/i.test(error.message)) return open(false, opens);
      if (isFork && opens && /fork.collab/i.test(error.message)) return open(draft, false);
      throw error;
    }
  };
  try {
    return await open(pull.draft, true);
  } catch (error) {
    if (isKind(error, 'invalid') && /No commits between|PullRequest head invalid/.test(error.message))
      throw new ForgeError('not-yet', error.message, error.hint);
    throw error;
  }
}

/** How the head is named: a branch of the repository itself, or one of a fork. */
function headOf({ head, headRepository }: NewPullRequest, repository: string): { head: string; head_repo?: string } {
  if (headRepository === undefined || isSameRepository(headRepository, repository)) return { head };
  const [owner = ''] = headRepository.split('/');
  const sameOwner = isSameRepository(owner, repository.split('/')[0] ?? '');
  return { head: `${owner}:${head}`, ...(sameOwner && { head_repo: headRepository }) };
}

export function pullRequest(data: PullData): PullRequest {
  return {
    number: data.number,
    url: data.html_url,
    state: data.merged_at === null ? (data.state === 'open' ? 'open' : 'closed') : 'merged',
    draft: data.draft ?? false,
    title: data.title,
    body: data.body ?? '',
    author: data.user?.login ?? '',
    head: { repository: data.head.repo?.full_name, branch: data.head.ref, oid: data.head.sha },
    base: data.base.ref,
    labels: data.labels.map(({ name }) => name),
    createdAt: new Date(data.created_at).toISOString(),
  };
}

function newestFirst(a: PullRequest, b: PullRequest): number {
  return b.number - a.number;
}
