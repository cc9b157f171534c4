/** What the simulated forge holds besides git: accounts, one repository's settings, pull requests and what hangs on them. */
import type { GitStore, RefChange } from './git-store.js';

/** `installation`: an App, or the token of GitHub Actions; its commits are signed when they are made without an author. */
export type TokenKind = 'user' | 'installation';

export type Permission = 'contents' | 'pull_requests';

export interface Account {
  readonly login: string;
  readonly id: number;
  readonly kind: TokenKind;
  /** What the token may write. */
  readonly write: ReadonlySet<Permission>;
}

export interface Comment {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface ReviewComment {
  readonly id: number;
  readonly review: number;
  readonly author: Account;
  readonly path: string;
  readonly body: string;
  readonly line: number;
  readonly startLine: number | undefined;
  readonly side: string;
  readonly commit: string;
  readonly createdAt: string;
}

export interface Review {
  readonly id: number;
  readonly author: Account;
  readonly body: string;
  readonly state: 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED';
  readonly commit: string;
  readonly submittedAt: string;
}

export interface Pull {
  readonly number: number;
  readonly author: Account;
  title: string;
  body: string | null;
  draft: boolean;
  readonly maintainersCanModify?: boolean;
  state: 'open' | 'closed';
  /** `repository` where it is a fork. */
  readonly head: { readonly repository?: string; readonly branch: string; oid: string };
  base: { branch: string; oid: string };
  labels: string[];
  reviewers: string[];
  teams: string[];
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  mergedAt: string | null;
  mergeCommit: string | null;
  readonly comments: Comment[];
  readonly reviews: Review[];
  readonly reviewComments: ReviewComment[];
}

export interface Settings {
  archived: boolean;
  pullRequestsEnabled: boolean;
  readonly protectedBranches: Set<string>;
  /** Who may push; everybody who has a token for it unless given. */
  pushers: ReadonlySet<string> | undefined;
  allowsForking: boolean;
  /** False where maintainers may not be let into the fork. */
  grantsForkCollab: boolean;
  /** Pushed commits that are signed are of a key that their account has. */
  knowsSigningKeys: boolean;
  /** "Allow GitHub Actions to create and approve pull requests". */
  actionsMayOpenPulls: boolean;
  /** False as on Enterprise Servers from before `updateRefs`. */
  knowsUpdateRefs: boolean;
  /** Replication lag: how often a new branch is not seen by the opening of a pull request, and a new one not by lists. */
  readonly lag: { branchUnseen: number; pullUnseen: number; forkUnseen: number };
}

/** Clock of the forge: each look is a second later, so that no two commits are the same by chance. */
class Clock {
  #seconds: number;

  constructor(seconds = Date.UTC(2026, 0, 1) / 1000) {
    this.#seconds = seconds;
  }

  get seconds(): number {
    return this.#seconds;
  }

  now(): string {
    this.#seconds += 1;
    return new Date(this.#seconds * 1000).toISOString().replace('.000Z', 'Z');
  }
}

/** All but git, as it can be copied. */
export interface Saved {
  readonly seconds: number;
  readonly ids: number;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly pulls: readonly Pull[];
  readonly signed: ReadonlySet<string>;
}

export class ForgeState {
  clock = new Clock();
  readonly accounts: Map<string, Account>;
  readonly labels = new Set<string>(['bug', 'enhancement']);
  readonly pulls: Pull[] = [];
  /** By their full names. */
  readonly forks = new Map<string, ForgeState>();
  readonly settings: Settings = {
    archived: false,
    pullRequestsEnabled: true,
    protectedBranches: new Set(),
    pushers: undefined,
    allowsForking: true,
    grantsForkCollab: true,
    knowsSigningKeys: true,
    actionsMayOpenPulls: true,
    knowsUpdateRefs: true,
    lag: { branchUnseen: 0, pullUnseen: 0, forkUnseen: 0 },
  };
  #ids = 0;

  constructor(
    readonly store: GitStore,
    readonly owner: string,
    readonly name: string,
    /** What this is a fork of. */
    readonly parent?: ForgeState,
  ) {
    this.accounts = parent?.accounts ?? new Map<string, Account>();
    if (parent) this.clock = parent.clock;
  }

  /** This repository, or a fork of it. */
  named(fullName: string): ForgeState | undefined {
    return fullName === this.fullName ? this : this.forks.get(fullName);
  }

  mayPush({ login, write }: Account): boolean {
    return write.has('contents') && this.settings.pushers?.has(login) !== false;
  }

  /** Where the head of a pull request stands now. */
  headOf({ head }: Pull): string | undefined {
    return this.named(head.repository ?? this.fullName)?.branch(head.branch);
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  /** @param signed commits that the forge itself signed */
  save(signed: ReadonlySet<string>): Saved {
    const { seconds } = this.clock;
    return structuredClone({ seconds, ids: this.#ids, accounts: this.accounts, pulls: this.pulls, signed });
  }

  load({ seconds, ids, accounts, pulls }: Saved): void {
    this.clock = new Clock(seconds);
    this.#ids = ids;
    for (const [token, account] of accounts) this.accounts.set(token, account);
    this.pulls.push(...structuredClone(pulls));
  }

  id(): number {
    this.#ids += 1;
    return this.#ids;
  }

  branch(name: string): string | undefined {
    return this.store.refs.get(`refs/heads/${name}`);
  }

  pull(number: number): Pull | undefined {
    return this.pulls.find((each) => each.number === number);
  }

  /** Writes refs and lets the pull requests follow; false when one was not where it was said to be. */
  async updateRefs(changes: readonly RefChange[]): Promise<boolean> {
    if (!(await this.store.updateRefs(changes))) return false;
    await (this.parent ?? this).refsMoved();
    return true;
  }

  /** What happens to open pull requests when branches move: behaviour.md, "Pull requests follow branches". */
  async refsMoved(): Promise<void> {
    const changes: RefChange[] = [];
    for (const pull of this.pulls) {
      if (pull.state === 'closed') continue;
      const head = this.headOf(pull);
      const base = this.branch(pull.base.branch);
      const moved = head !== undefined && head !== pull.head.oid;
      if (moved) {
        changes.push({ name: `refs/pull/${pull.number}/head`, before: pull.head.oid, after: head });
        pull.head.oid = head;
        pull.updatedAt = this.clock.now();
      }
      if (base !== undefined && (await this.store.isAncestor(pull.head.oid, base)))
        this.close(pull, moved ? undefined : base);
      else if (head === undefined || base === undefined) this.close(pull);
      else pull.base.oid = base;
    }
    if (changes.length > 0) await this.store.updateRefs(changes);
  }

  /** Closes a pull request; with a commit, as merged by it. */
  close(pull: Pull, merge?: string): void {
    const now = this.clock.now();
    Object.assign(pull, { state: 'closed', closedAt: now, updatedAt: now });
    if (merge !== undefined) Object.assign(pull, { mergedAt: now, mergeCommit: merge });
  }
}
