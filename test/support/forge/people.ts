/** What people do on the forge without a token of ours: in the browser, or with their own git. */
import { ABSENT, type TreeEntry } from './git-store.js';
import { reopen } from './routes/pulls.js';
import type { Account, ForgeState, Pull } from './state.js';

const MONA: Account = { login: 'mona', id: 7, kind: 'user', write: new Set(['contents', 'pull_requests']) };

export interface PushOptions {
  readonly message?: string;
  /** Replaces the commit at the head instead of following it; its message is kept unless another is given. */
  readonly amend?: boolean;
}

export class People {
  constructor(readonly state: ForgeState) {}

  #pull(number: number): Pull {
    const pull = this.state.pull(number);
    if (pull === undefined) throw new Error(`there is no pull request ${number}`);
    return pull;
  }

  #commit(tree: string, parents: readonly string[], message: string): string {
    const author = { name: 'Mona', email: 'mona@example.com', date: this.state.clock.now() };
    return this.state.store.writeCommit({ tree, parents, author, committer: author, message });
  }

  /** Commits files (null removes one) on top of a branch, which is made where there is none; returns the commit. */
  async push(
    branch: string,
    files: Readonly<Record<string, string | null>>,
    options: PushOptions = {},
  ): Promise<string> {
    const { store } = this.state;
    const head = this.state.branch(branch) ?? (branch === 'main' ? undefined : this.state.branch('main'));
    const top = head === undefined ? undefined : await store.commit(head);
    const tree = top === undefined ? new Map<string, TreeEntry>() : await store.files(top.tree);
    for (const [file, text] of Object.entries(files))
      if (text === null) tree.delete(file);
      else tree.set(file, { mode: tree.get(file)?.mode ?? '100644', oid: store.write('blob', Buffer.from(text)) });
    const amended = options.amend === true ? top : undefined;
    const parents = amended === undefined ? [head ?? []].flat() : amended.parents;
    const oid = this.#commit(store.writeFiles(tree), parents, options.message ?? amended?.message ?? 'By hand\n');
    await this.move(branch, oid);
    return oid;
  }

  /** Puts a branch somewhere, by force. */
  async move(branch: string, oid: string): Promise<void> {
    const before = this.state.branch(branch) ?? ABSENT;
    const done = await this.state.updateRefs([{ name: `refs/heads/${branch}`, before, after: oid }]);
    if (!done) throw new Error(`${branch} cannot be moved to ${oid}`);
  }

  async deleteBranch(branch: string): Promise<void> {
    await this.move(branch, ABSENT);
  }

  close(number: number): void {
    this.state.close(this.#pull(number));
  }

  reopen(number: number): void {
    reopen({ state: this.state }, this.#pull(number));
  }

  edit(
    number: number,
    change: { readonly title?: string; readonly body?: (old: string) => string; readonly labels?: string[] },
  ): void {
    const pull = this.#pull(number);
    if (change.title !== undefined) pull.title = change.title;
    if (change.body !== undefined) pull.body = change.body(pull.body ?? '');
    if (change.labels !== undefined) pull.labels = change.labels;
  }

  comment(number: number, body: string): void {
    const now = this.state.clock.now();
    this.#pull(number).comments.push({ id: this.state.id(), author: MONA, body, createdAt: now, updatedAt: now });
  }

  /** Opens a pull request of one's own, from a branch that exists. */
  async open(branch: string, base: string, title: string): Promise<Pull> {
    const head = this.state.branch(branch);
    const target = this.state.branch(base);
    if (head === undefined || target === undefined) throw new Error(`${branch} or ${base} is not there`);
    const now = this.state.clock.now();
    const pull: Pull = {
      number: this.state.pulls.length + 1,
      author: MONA,
      title,
      body: null,
      draft: false,
      state: 'open',
      head: { branch, oid: head },
      base: { branch: base, oid: target },
      labels: [],
      reviewers: [],
      teams: [],
      createdAt: now,
      updatedAt: now,
      closedAt: null,
      mergedAt: null,
      mergeCommit: null,
      comments: [],
      reviews: [],
      reviewComments: [],
    };
    this.state.pulls.push(pull);
    await this.state.store.updateRefs([{ name: `refs/pull/${pull.number}/head`, before: ABSENT, after: head }]);
    return pull;
  }

  /** Merges as the button does. */
  async merge(number: number, how: 'merge' | 'squash'): Promise<string> {
    const pull = this.#pull(number);
    const { store } = this.state;
    const base = this.state.branch(pull.base.branch) ?? '';
    const tree = (await store.git('merge-tree', '--write-tree', base, pull.head.oid)).trim();
    const parents = how === 'squash' ? [base] : [base, pull.head.oid];
    const oid = this.#commit(tree, parents, `${pull.title} (#${number})\n`);
    this.state.close(pull, oid);
    await this.move(pull.base.branch, oid);
    return oid;
  }

  /** "Update branch": merges the base into the head. */
  async updateBranch(number: number): Promise<string> {
    const pull = this.#pull(number);
    const base = this.state.branch(pull.base.branch) ?? '';
    const tree = (await this.state.store.git('merge-tree', '--write-tree', pull.head.oid, base)).trim();
    const message = `Merge branch '${pull.base.branch}' into ${pull.head.branch}\n`;
    const oid = this.#commit(tree, [pull.head.oid, base], message);
    await this.move(pull.head.branch, oid);
    return oid;
  }
}
