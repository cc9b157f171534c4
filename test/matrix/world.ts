/** The state of a forge without what may differ between two lives that ended the same: ids of commits, dates. */
import { GitError } from '../../bot/git/run.js';
import type { ForgeSimulator } from '../support/forge/simulator.js';

export interface WorldView {
  readonly branches: Readonly<Record<string, unknown>>;
  readonly pulls: readonly ({ readonly state: string } & Readonly<Record<string, unknown>>)[];
}

/** Commits by what they hold, branches and pull requests by those. */
export async function viewOf({ state }: ForgeSimulator): Promise<WorldView> {
  const { store } = state;
  const names = new Map<string, string>();

  async function nameOf(oid: string): Promise<string> {
    const known = names.get(oid);
    if (known !== undefined) return known;
    const commit = await store.commit(oid);
    if (commit === undefined) throw new GitError(`no commit ${oid}`, '', undefined);
    const parents = await Promise.all(commit.parents.map(nameOf));
    const name = `<${commit.tree.slice(0, 12)} ${JSON.stringify(commit.message)} on ${parents.join(' and ') || 'nothing'}>`;
    names.set(oid, name);
    return name;
  }

  const branches: Record<string, string> = {};
  for (const [ref, oid] of store.refs) if (ref.startsWith('refs/heads/')) branches[ref] = await nameOf(oid);
  for (const pull of state.pulls) await nameOf(pull.head.oid);
  const plain = (text: string | null): string =>
    (text ?? '').replaceAll(/\b[0-9a-f]{40}\b/g, (oid) => names.get(oid) ?? 'a commit');
  return {
    branches,
    pulls: state.pulls.map((pull) => ({
      number: pull.number,
      state: pull.mergedAt === null ? pull.state : 'merged',
      author: pull.author.login,
      title: pull.title,
      body: plain(pull.body),
      draft: pull.draft,
      head: [pull.head.branch, names.get(pull.head.oid)],
      base: pull.base.branch,
      labels: pull.labels.toSorted(),
      reviewers: pull.reviewers.toSorted(),
      comments: pull.comments.map(({ author, body }) => [author.login, plain(body)]),
    })),
  };
}
