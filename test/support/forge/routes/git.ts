/** Git objects and refs over REST. */
import { Refusal, mayWrite, notFound, type Call, type Routes } from '../answers.js';
import { ABSENT, type Signature, type TreeEntry } from '../git-store.js';
import type { Account } from '../state.js';

const GIT = '/repos/{owner}/{repo}/git';

/** Who stands in a commit that names nobody. */
export function identity(account: Account, date: string): Signature {
  return { name: account.login, email: `${account.id}+${account.login}@users.noreply.github.com`, date };
}

/** The committer of commits that the forge makes itself. */
export function webFlow(date: string): Signature {
  return { name: 'GitHub', email: 'noreply@github.com', date };
}

function isMalformed(path: string): boolean {
  return path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
}

/** Refuses what the rules of a branch do not allow. */
function underRules({ state }: Call, ref: string, rule: string): void {
  if (state.settings.protectedBranches.has(ref.replace('refs/heads/', '')))
    throw new Refusal(422, `Repository rule violations found\n\n${rule}\n\n`);
}

async function newCommit(call: Call): Promise<string> {
  const { state, body, account, signed } = call;
  const { store } = state;
  if ((await store.read(body.tree))?.type !== 'tree') throw new Refusal(422, 'Tree SHA does not exist');
  const parents: string[] = body.parents ?? [];
  for (const parent of parents)
    if ((await store.commit(parent)) === undefined)
      throw new Refusal(422, 'Parent SHA does not exist or is not a commit object');
  const date = state.clock.now();
  const plain = body.author === undefined && body.committer === undefined;
  const author: Signature = { ...identity(account, date), ...body.author };
  const committer = plain ? webFlow(date) : { ...author, ...body.committer };
  const oid = store.writeCommit({ tree: body.tree, parents, author, committer, message: body.message });
  if (plain && account.kind === 'installation') signed.add(oid);
  return oid;
}

async function newTree({ state: { store }, body }: Call): Promise<string> {
  const base: string | undefined = body.base_tree;
  const from = base === undefined ? undefined : ((await store.commit(base))?.tree ?? base);
  if (from !== undefined && (await store.read(from))?.type !== 'tree')
    throw new Refusal(422, 'base_tree is not a valid tree oid');
  const files = from === undefined ? new Map<string, TreeEntry>() : await store.files(from);
  for (const { path, mode, sha, content } of body.tree) {
    if (isMalformed(path)) throw new Refusal(422, 'tree.path contains a malformed path component');
    if (sha === null) {
      if (!files.delete(path)) throw new Refusal(422, 'GitRPC::BadObjectState');
    } else if (content !== undefined) files.set(path, { mode, oid: store.write('blob', Buffer.from(content)) });
    else if ((await store.read(sha))?.type === 'blob') files.set(path, { mode, oid: sha });
    else throw new Refusal(422, `tree.sha ${sha} is not a valid blob`);
  }
  return store.writeFiles(files);
}

export const gitRoutes: Routes = {
  [`post ${GIT}/blobs`]: (call) => {
    mayWrite(call, 'contents');
    const { content, encoding } = call.body;
    const sha = call.state.store.write('blob', Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'));
    return { status: 201, body: { sha, url: `${call.url}/${sha}` } };
  },

  [`post ${GIT}/trees`]: async (call) => {
    mayWrite(call, 'contents');
    const sha = await newTree(call);
    const tree = [...(await call.state.store.files(sha))].map(([path, { mode, oid }]) => ({
      path,
      mode,
      type: 'blob',
      sha: oid,
      size: 1,
    }));
    return { status: 201, body: { sha, url: `${call.url}/${sha}`, truncated: false, tree } };
  },

  [`post ${GIT}/commits`]: async (call) => {
    mayWrite(call, 'contents');
    const oid = await newCommit(call);
    const commit = await call.state.store.commit(oid);
    return { status: 201, body: commit && call.show.gitCommit(oid, commit) };
  },

  [`get ${GIT}/commits/{commit_sha}`]: async ({ state, show, matched }) => {
    const oid = matched.path['commit_sha'] ?? '';
    const commit = await state.store.commit(oid);
    if (commit === undefined) throw notFound();
    return { status: 200, body: show.gitCommit(oid, commit) };
  },

  [`get ${GIT}/ref/{ref}`]: ({ state, show, matched }) => {
    const name = `refs/${matched.path['ref']}`;
    const oid = state.store.refs.get(name);
    if (oid === undefined) throw notFound();
    return { status: 200, body: show.ref(name, oid) };
  },

  [`post ${GIT}/refs`]: async (call) => {
    mayWrite(call, 'contents');
    const { ref, sha } = call.body;
    if (!/^refs\/[^/]+\/.+/.test(ref))
      throw new Refusal(422, `Reference name must start with 'refs/' and contain at least two slashes`);
    underRules(call, ref, 'Cannot create ref due to creations being restricted.');
    if ((await call.state.store.commit(sha)) === undefined) throw new Refusal(422, 'Object does not exist');
    if (call.state.store.refs.has(ref)) throw new Refusal(422, 'Reference already exists');
    if (!(await call.state.updateRefs([{ name: ref, before: ABSENT, after: sha }])))
      throw new Refusal(422, 'Reference update failed');
    return { status: 201, body: call.show.ref(ref, sha) };
  },

  [`patch ${GIT}/refs/{ref}`]: async (call) => {
    mayWrite(call, 'contents');
    const { state, body, matched } = call;
    const name = `refs/${matched.path['ref']}`;
    underRules(call, name, 'Changes must be made through a pull request.');
    const before = state.store.refs.get(name);
    if (before === undefined) throw new Refusal(422, 'Reference does not exist');
    if ((await state.store.commit(body.sha)) === undefined) throw new Refusal(422, 'Object does not exist');
    if (body.force !== true && !(await state.store.isAncestor(before, body.sha)))
      throw new Refusal(422, 'Update is not a fast forward');
    await state.updateRefs([{ name, before, after: body.sha }]);
    return { status: 200, body: call.show.ref(name, body.sha) };
  },

  [`delete ${GIT}/refs/{ref}`]: async (call) => {
    mayWrite(call, 'contents');
    const name = `refs/${call.matched.path['ref']}`;
    underRules(call, name, 'Cannot delete this branch');
    const before = call.state.store.refs.get(name);
    if (before === undefined) throw new Refusal(422, 'Reference does not exist');
    await call.state.updateRefs([{ name, before, after: ABSENT }]);
    return { status: 204 };
  },
};
