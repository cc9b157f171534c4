import { isKind, isSameRepository, type GitHubApi } from './github-api.js';

/** The fork that the account behind the token has: where it would be called as the repository is, else by the list of all. */
export async function findFork(api: GitHubApi): Promise<string | undefined> {
  const { login } = await api.self();
  const { fullName } = await api.repository();
  const guess = await asFork(api, login, fullName);
  if (guess !== undefined) return guess;
  const forks = await api.pages('looking for the fork', (page) =>
    api.read.request('GET /repos/{owner}/{repo}/forks', { ...api.at, sort: 'newest', ...page }),
  );
  return forks.find(({ owner }) => isSameRepository(owner.login, login))?.full_name;
}

/** The repository of that owner by the same name, if it is a fork of ours. */
async function asFork(api: GitHubApi, owner: string, fullName: string): Promise<string | undefined> {
  try {
    const { data } = await api.tried('looking for the fork', 'nothing', () =>
      api.read.request('GET /repos/{owner}/{repo}', { owner, repo: api.at.repo }),
    );
    const above = [data.parent?.full_name, data.source?.full_name];
    return data.fork && above.some((each) => isSameRepository(each, fullName)) ? data.full_name : undefined;
  } catch (error) {
    if (isKind(error, 'not-found')) return undefined;
    throw error;
  }
}

/** Makes the fork; GitHub answers with the one there is where there is one. */
export async function createFork(api: GitHubApi): Promise<string> {
  const { data } = await api.tried('making the fork', 'fork', () =>
    api.write.request('POST /repos/{owner}/{repo}/forks', api.at),
  );
  return data.full_name;
}

/** Brings a branch of a fork up to date. */
export async function syncFork(api: GitHubApi, branch: string): Promise<void> {
  await api.tried(`bringing the branch ${branch} of the fork up to date`, 'contents', () =>
    api.write.request('POST /repos/{owner}/{repo}/merge-upstream', { ...api.at, branch }),
  );
}
