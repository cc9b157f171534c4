import { ForgeError, type CommitMade, type Forge, type NewBranch, type NewCommit, type RefWrite } from '../forge.js';
import { isKind, type GitHubApi } from './github-api.js';

/** The moves of branches as a push with a lease makes them. */
export type Lease = Pick<Forge, 'updateBranch' | 'deleteBranch'>;

const NOWHERE = '0'.repeat(40);
const MOVE = 'mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';

/** A commit of blobs and trees that are written by the API; GitHub signs it for Apps, since it names nobody. */
export async function createCommit(api: GitHubApi, { parent, message, files }: NewCommit): Promise<CommitMade> {
  const { at, read, write } = api;
  const commit = await api.tried('reading the base commit', 'contents', () =>
    read.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...at, commit_sha: parent }),
  );
  const making = <T>(act: () => Promise<T>): Promise<T> => api.tried('making the commit', 'contents', act);
  const tree = [];
  for (const { path, mode, content, blob } of files) {
    tree.push({ path, mode, type: 'blob', sha: content === null ? null : blob } as const);
    if (content === null) continue;
    const body = { ...at, content, encoding: 'base64' };
    const { data } = await making(() => write.request('POST /repos/{owner}/{repo}/git/blobs', body));
    if (data.sha !== blob) throw new ForgeError('invalid', `GitHub stored other bytes of ${path} than it was sent`);
  }
  const base = { base_tree: commit.data.tree.sha, tree };
  const made = await making(() => write.request('POST /repos/{owner}/{repo}/git/trees', { ...at, ...base }));
  // Neither author nor committer: only then does GitHub sign.
  const body = { ...at, message, tree: made.data.sha, parents: [parent] };
  const { data } = await making(() => write.request('POST /repos/{owner}/{repo}/git/commits', body));
  return { oid: data.sha, verification: { verified: data.verification.verified, reason: data.verification.reason } };
}

/** What GitHub says of the signature of a commit, whoever made it. */
export async function verificationOf(api: GitHubApi, oid: string): Promise<CommitMade['verification']> {
  const { data } = await api.tried('reading the signature of the commit', 'nothing', () =>
    api.read.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...api.at, commit_sha: oid }),
  );
  return { verified: data.verification.verified, reason: data.verification.reason };
}

/** Makes a branch; GitHub refuses it where there is one. */
export async function createBranch(api: GitHubApi, { branch, oid }: NewBranch): Promise<RefWrite> {
  try {
    const body = { ...api.at, ref: `refs/heads/${branch}`, sha: oid };
    await api.tried(`making the branch ${branch}`, 'contents', () =>
      api.write.request('POST /repos/{owner}/{repo}/git/refs', body),
    );
    return 'done';
  } catch (error) {
    if (isKind(error, 'exists')) return 'lost';
    throw error;
  }
}

/**
 * Moves a branch by GraphQL, the only way of the API that compares before it sets; removes it where `oid` is left out.
 * @param lease does the same by a push, for servers that do not know `updateRefs`
 */
export async function moveBranch(
  api: GitHubApi,
  { branch, before, oid = NOWHERE }: { readonly branch: string; readonly before: string; readonly oid?: string },
  lease: Lease | undefined,
): Promise<RefWrite> {
  const { nodeId: repositoryId } = await api.repository();
  const refUpdates = [{ name: `refs/heads/${branch}`, beforeOid: before, afterOid: oid, force: true }];
  try {
    await api.tried(`writing the branch ${branch}`, 'contents', () =>
      api.write.graphql(MOVE, { input: { repositoryId, refUpdates } }),
    );
    return 'done';
  } catch (error) {
    if (!isKind(error, 'invalid')) throw error;
    if (/'updateRefs' doesn't exist|UpdateRefsInput isn't a defined/.test(error.message))
      return byLease(branch, before, oid, lease);
    // How GitHub words a `beforeOid` that is not met is not documented: where the branch stands tells.
    const now = (await standing(api, branch)) ?? NOWHERE;
    if (now === oid) return 'done';
    if (now !== before) return 'lost';
    throw error;
  }
}

function byLease(branch: string, before: string, oid: string, lease: Lease | undefined): Promise<RefWrite> {
  if (lease === undefined)
    throw new ForgeError('invalid', 'this GitHub server does not know updateRefs', 'use --commit-mode git');
  return oid === NOWHERE ? lease.deleteBranch({ branch, before }) : lease.updateBranch({ branch, before, oid });
}

async function standing(api: GitHubApi, branch: string): Promise<string | undefined> {
  try {
    const { data } = await api.tried(`reading the branch ${branch}`, 'nothing', () =>
      api.read.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...api.at, ref: `heads/${branch}` }),
    );
    return data.object.sha;
  } catch (error) {
    if (isKind(error, 'not-found')) return undefined;
    throw error;
  }
}
