import {
  type Forge,
  ForgeError,
  type NewNote,
  type NewPullRequest,
  type Note,
  type PullRequest,
  type PullRequestUpdate,
  type Repository,
} from '../forge.js';

export interface MemoryForgeOptions {
  readonly login?: string;
  readonly repository?: Partial<Repository>;
  /** The commit of a branch now; undefined where there is none. */
  readonly commitOf: (branch: string) => Promise<string | undefined>;
  readonly now?: () => Date;
}

/** A note and who wrote it. */
interface StoredNote extends Note {
  readonly author: string;
}

/**
 * The pull requests of one repository in memory, after the manners of GitHub: one open pull request per head and base, one
 * whose branch is gone is closed. Branches are for git to write.
 */
export class MemoryForge implements Forge {
  readonly name = 'memory';
  readonly makesCommits = false;
  readonly makesPullRequests = true;
  /** Everything there is; tests play people with it. */
  readonly pulls: PullRequest[] = [];
  readonly notes = new Map<number, StoredNote[]>();
  readonly requestedReviewers = new Map<number, readonly string[]>();
  private readonly login: string;

  constructor(private readonly options: MemoryForgeOptions) {
    this.login = options.login ?? 'stackmend[bot]';
  }

  readonly self: Forge['self'] = async () => ({ login: this.login, signsCommits: false });

  readonly repository: Forge['repository'] = async () => ({
    fullName: 'acme/infra',
    webUrl: 'https://forge.example/acme/infra',
    defaultBranch: 'main',
    archived: false,
    canPush: true,
    pullRequestsEnabled: true,
    ...this.options.repository,
  });

  readonly pullRequests: Forge['pullRequests'] = async ({ head, base }) => {
    await this.follow();
    return this.pulls.filter((pull) => pull.head.branch === head && pull.base === base).toReversed();
  };

  readonly ownPullRequests: Forge['ownPullRequests'] = async ({ prefix, since }) => {
    await this.follow();
    return this.pulls.filter(
      ({ author, head, state, createdAt }) =>
        author === this.login && head.branch.startsWith(prefix) && (state === 'open' || createdAt >= since),
    );
  };

  readonly findNote: Forge['findNote'] = async ({ number, marker }) =>
    this.notes.get(number)?.find(({ author, body }) => author === this.login && body.includes(marker));

  readonly createPullRequest: Forge['createPullRequest'] = async (pull: NewPullRequest) => this.open(pull, this.login);

  readonly updatePullRequest: Forge['updatePullRequest'] = async (update: PullRequestUpdate) => this.change(update);

  readonly createNote: Forge['createNote'] = async ({ number, body }: NewNote) =>
    this.comment(number, body, this.login);

  readonly addLabels: Forge['addLabels'] = async ({ number, labels }) => {
    const { labels: present } = this.pull(number);
    this.change({ number, labels: [...new Set([...present, ...labels])] });
  };

  readonly requestReviewers: Forge['requestReviewers'] = async ({ number, reviewers }) => {
    this.requestedReviewers.set(number, reviewers);
  };

  readonly createCommit = refuse;
  readonly createBranch = refuse;
  readonly updateBranch = refuse;
  readonly deleteBranch = refuse;
  readonly createFork = refuse;
  readonly syncFork = refuse;
  readonly verification: Forge['verification'] = async () => undefined;
  readonly findFork: Forge['findFork'] = async () => undefined;

  /** Opens a pull request as somebody. */
  async open({ head, base, title, body, draft }: NewPullRequest, author: string): Promise<PullRequest> {
    await this.follow();
    const oid = await this.options.commitOf(head);
    if (oid === undefined) throw new ForgeError('not-yet', `there is no branch "${head}"`);
    if (this.pulls.some((pull) => pull.state === 'open' && pull.head.branch === head && pull.base === base))
      throw new ForgeError('exists', `a pull request of "${head}" is open already`);
    const number = this.pulls.length + 1;
    const pull: PullRequest = {
      number,
      url: `https://forge.example/acme/infra/pull/${number}`,
      state: 'open',
      draft,
      title,
      body,
      author,
      head: { repository: 'acme/infra', branch: head, oid },
      base,
      labels: [],
      createdAt: (this.options.now?.() ?? new Date(0)).toISOString(),
    };
    this.pulls.push(pull);
    return pull;
  }

  comment(number: number, body: string, author: string): void {
    const notes = this.notes.get(number) ?? [];
    this.notes.set(number, [...notes, { id: String(notes.length + 1), body, author }]);
  }

  pull(number: number): PullRequest {
    const pull = this.pulls[number - 1];
    if (!pull) throw new ForgeError('not-found', `there is no pull request ${number}`);
    return pull;
  }

  change({ number, ...change }: Partial<PullRequest> & { readonly number: number }): PullRequest {
    const changed = { ...this.pull(number), ...change };
    this.pulls[number - 1] = changed;
    return changed;
  }

  /** Open pull requests follow their branches, and close when these are gone. */
  private async follow(): Promise<void> {
    for (const { number, state, head } of this.pulls) {
      if (state !== 'open') continue;
      const oid = await this.options.commitOf(head.branch);
      this.change(oid === undefined ? { number, state: 'closed' } : { number, head: { ...head, oid } });
    }
  }
}

async function refuse(): Promise<never> {
  throw new ForgeError('invalid', 'commits and branches are written by git here');
}
