/**
 * What a forge (GitHub, GitLab, Gitea...) must be able to do so that pull requests can be kept in order on it.
 *
 * The rules that every implementation keeps:
 * - A write is sent once. Where its answer is lost (a dropped connection, a 5xx) the implementation throws
 *   `ForgeError('unavailable')` and does not repeat it: the caller looks first, for the effect may be there.
 *   Reads may be repeated.
 * - What a server filters is filtered again here: Gitea ignores `head=`, GitHub ignores a `head=` without an owner.
 * - No write overwrites a ref blindly: each names the commit that it expects to replace.
 * - Branches, commits and trees are read by git, in every mode; only pull requests and notes are read from the forge.
 * - Object ids are 40 (or 64) hexadecimal digits in lower case; branches are named without `refs/heads/`.
 */

/** Reads, by their names. They may be repeated, and a dry run sends them. */
export const forgeReads = [
  'self',
  'repository',
  'pullRequests',
  'ownPullRequests',
  'findNote',
  'findFork',
  'verification',
] as const;

/**
 * Writes, by their names. A dry run lists them instead of sending them, and the tests of faults are generated from the log
 * of those that a clean run sent. Each takes one argument, a value that JSON can hold (bytes are written in base64).
 */
export const forgeWrites = [
  'createCommit',
  'createBranch',
  'updateBranch',
  'deleteBranch',
  'createPullRequest',
  'updatePullRequest',
  'createNote',
  'addLabels',
  'requestReviewers',
  'createFork',
  'syncFork',
] as const;

export type ForgeReadName = (typeof forgeReads)[number];
export type ForgeWriteName = (typeof forgeWrites)[number];

/** What became of a compare-and-set: `lost` when the ref was not at the expected commit (or not absent). Nothing changed then. */
export type RefWrite = 'done' | 'lost';

export interface Repository {
  /** `owner/name`; with groups on GitLab `group/sub/name`. */
  readonly fullName: string;
  /** Where people see it, without a final slash: `https://github.com/owner/name`. */
  readonly webUrl: string;
  readonly defaultBranch: string;
  readonly archived: boolean;
  /** False when the token may not push; undefined where the forge does not tell. */
  readonly canPush: boolean | undefined;
  /** False where pull requests are switched off. */
  readonly pullRequestsEnabled: boolean;
}

/** The account behind the token. */
export interface Actor {
  /** As `PullRequest.author` names it, so that the two can be compared: `github-actions[bot]`. */
  readonly login: string;
  /** True for Apps and the token of GitHub Actions, whose commits GitHub signs when they are made by the API. */
  readonly signsCommits: boolean;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  readonly title: string;
  /** Empty where there is none. Line ends may have become CRLF. */
  readonly body: string;
  readonly author: string;
  /** The branch as it was named when the pull request was opened, and the commit it last stood at. */
  readonly head: { readonly repository: string | undefined; readonly branch: string; readonly oid: string };
  readonly base: string;
  readonly labels: readonly string[];
  /** As `Date.toISOString` writes it. */
  readonly createdAt: string;
}

export interface Note {
  readonly id: string;
  readonly body: string;
}

/** Branch and base of a pull request: what identifies it on a forge while it is open. */
export interface HeadAndBase {
  /** `owner/name` of the repository that holds the branch, where it is a fork; else the repository itself. */
  readonly headRepository?: string;
  readonly head: string;
  readonly base: string;
}

/** Where a branch is written, `owner/name`: a fork; the repository itself when absent. */
export interface InRepository {
  readonly repository?: string;
}

export interface OwnPullRequests {
  /** The fork that holds the branches; the repository itself when absent. */
  readonly headRepository?: string;
  /** Start of the branch: `stackmend/`. */
  readonly prefix: string;
  /** A moment as `Date.toISOString` writes it. */
  readonly since: string;
}

export interface NewCommit extends InRepository {
  /** The only parent. */
  readonly parent: string;
  readonly message: string;
  /** All other files stay as they are in the parent. */
  readonly files: readonly CommitFile[];
}

/** What a commit does to one path. `content` null removes the file. */
export interface CommitFile {
  readonly path: string;
  readonly mode: FileMode;
  /** The bytes in base64. */
  readonly content: string | null;
  /** Id of the blob that the bytes make, so that the forge's own answer can be checked. */
  readonly blob: string;
}

/** Only ordinary files: symbolic links (120000) and submodules (160000) are never written. */
export type FileMode = '100644' | '100755';

export interface CommitMade {
  readonly oid: string;
  /** True for one that git signed here: what the forge says of it is asked when the branch is written. */
  readonly isSigned?: boolean;
  /** What the forge says of the signature, read back; undefined where it says nothing. */
  readonly verification?: { readonly verified: boolean; readonly reason: string };
}

export interface NewBranch extends InRepository {
  readonly branch: string;
  readonly oid: string;
  /** What its pull request is to be, for forges that open one when the branch is pushed (GitLab). Others ignore it. */
  readonly opens?: NewPullRequest & { readonly labels: readonly string[] };
}

export interface OldBranch extends InRepository {
  readonly branch: string;
  /** Where it must stand. */
  readonly before: string;
}

export interface NewPullRequest extends HeadAndBase {
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
}

/** Only what is given is changed. */
export interface PullRequestUpdate {
  readonly number: number;
  readonly title?: string;
  readonly body?: string;
  readonly state?: 'closed';
}

export interface NewNote {
  readonly number: number;
  /** An HTML comment that stands in the body and by which `findNote` knows it again. */
  readonly marker: string;
  readonly body: string;
}

/** `org/team` is a team, anything else a user. */
export interface ReviewRequest {
  readonly number: number;
  readonly reviewers: readonly string[];
}

export interface Forge {
  /** `github`, `gitlab`, `gitea`, `memory`. */
  readonly name: string;
  /** True where `createCommit` and the writes of branches work by the API; else git does them. */
  readonly makesCommits: boolean;
  /** False for a forge of which only git is known: branches are pushed, and nobody can tell of pull requests. */
  readonly makesPullRequests: boolean;

  readonly self: () => Promise<Actor>;
  readonly repository: () => Promise<Repository>;
  /** All pull requests of this head and base, whatever their state and author, newest first. Exactly these: see the rules above. */
  readonly pullRequests: (query: HeadAndBase) => Promise<readonly PullRequest[]>;
  /** Those of our own (author = `self`) whose branch starts with the prefix and that are open, or were opened since then. */
  readonly ownPullRequests: (query: OwnPullRequests) => Promise<readonly PullRequest[]>;
  /** A note of our own (author = `self`) that holds the marker. */
  readonly findNote: (query: { readonly number: number; readonly marker: string }) => Promise<Note | undefined>;

  /** A commit object that no ref names yet; without author and committer, so that the forge can sign it. */
  readonly createCommit: (commit: NewCommit) => Promise<CommitMade>;
  /** Makes a branch that must not exist. */
  readonly createBranch: (ref: NewBranch) => Promise<RefWrite>;
  /** Moves a branch, wherever to, if it stands at `before`. */
  readonly updateBranch: (ref: NewBranch & { readonly before: string }) => Promise<RefWrite>;
  /** Removes a branch if it stands at `before`. One that is gone already counts as done. */
  readonly deleteBranch: (ref: OldBranch) => Promise<RefWrite>;
  /** @throws {ForgeError} `exists` where an open one has this head and base; `not-yet` where the forge does not see the branch. */
  readonly createPullRequest: (pull: NewPullRequest) => Promise<PullRequest>;
  readonly updatePullRequest: (update: PullRequestUpdate) => Promise<PullRequest>;
  readonly createNote: (note: NewNote) => Promise<void>;
  readonly addLabels: (labels: { readonly number: number; readonly labels: readonly string[] }) => Promise<void>;
  readonly requestReviewers: (request: ReviewRequest) => Promise<void>;

  /** What the forge says of the signature of a commit that is there; undefined where it says nothing. */
  readonly verification: (commit: InRepository & { readonly oid: string }) => Promise<CommitMade['verification']>;

  /** The fork that the account has, `owner/name`; undefined where it has none. */
  readonly findFork: () => Promise<string | undefined>;
  /** Makes a fork, or names the one there is. Git may not see it for some time. */
  readonly createFork: (of: { readonly repository: string }) => Promise<string>;
  /** Brings a branch of a fork to where the repository has it; refused where the fork has commits of its own there. */
  readonly syncFork: (fork: { readonly repository: string; readonly branch: string }) => Promise<void>;
}

/** Why a forge did not do what it was asked. */
export type ForgeErrorKind =
  /** The answer is lost, or a 5xx: the effect may be there or not. */
  | 'unavailable'
  /** There is such a thing already. */
  | 'exists'
  /** What was written a moment ago is not seen yet: worth another look after a while. */
  | 'not-yet'
  | 'not-found'
  /** The token is no good. */
  | 'unauthenticated'
  /** The token, or a setting, does not allow it. */
  | 'forbidden'
  | 'protected-branch'
  | 'archived'
  | 'pull-requests-disabled'
  /** A limit that waiting as long as was allowed did not lift. */
  | 'rate-limited'
  /** The forge refuses the request as it stands. */
  | 'invalid';

/** One line for people: what was refused, and which setting to change. Holds no token, no header, no URL with credentials. */
export class ForgeError extends Error {
  override readonly name = 'ForgeError';

  constructor(
    readonly kind: ForgeErrorKind,
    message: string,
    /** What to do: the name of the setting or permission. */
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** One call to a forge, as logs, dry runs and fault tests name it. */
export interface ForgeCall {
  readonly name: ForgeReadName | ForgeWriteName;
  readonly kind: 'read' | 'write';
  readonly argument?: unknown;
}

/** What to do with a call instead of, or around, sending it. */
export type Interceptor = (call: ForgeCall, send: () => Promise<unknown>) => Promise<unknown>;

/** A forge whose every call goes through `around`: how calls are logged, refused, delayed or broken. */
export function intercept(forge: Forge, around: Interceptor): Forge {
  const wrapped: Record<string, unknown> = {
    name: forge.name,
    makesCommits: forge.makesCommits,
    makesPullRequests: forge.makesPullRequests,
  };
  for (const [kind, names] of [
    ['read', forgeReads],
    ['write', forgeWrites],
  ] as const)
    for (const name of names) {
      const call = forge[name] as (argument?: unknown) => Promise<unknown>;
      wrapped[name] = (argument?: unknown): Promise<unknown> =>
        around({ name, kind, ...(argument !== undefined && { argument }) }, () => call(argument));
    }
  return wrapped as unknown as Forge;
}
