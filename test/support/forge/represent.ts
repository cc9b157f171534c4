/** The state as GitHub's API shows it: GitHub's own examples of answers, with what is true here put over them. */
import { example } from './contract.js';
import type { Commit } from './git-store.js';
import type { Account, Comment, ForgeState, Pull, Review, ReviewComment } from './state.js';

const REPO = '/repos/{owner}/{repo}';

export interface Signed extends Commit {
  readonly verified: boolean;
}

/** Writes answers for one repository whose API and pages are below `origin`. */
export class Represent {
  constructor(
    readonly state: ForgeState,
    readonly origin: () => string,
    /** Commits that the forge itself signed. */
    readonly signed: ReadonlySet<string>,
  ) {}

  get #api(): string {
    return `${this.origin()}/repos/${this.state.fullName}`;
  }

  get #web(): string {
    return `${this.origin()}/${this.state.fullName}`;
  }

  user(account: Account): object {
    const user = example(`post ${REPO}/issues/{issue_number}/comments`, 201).user;
    const bot = account.kind === 'installation';
    return {
      ...user,
      login: account.login,
      id: account.id,
      type: bot ? 'Bot' : 'User',
      url: `${this.origin()}/users/${encodeURIComponent(account.login)}`,
    };
  }

  self(account: Account): object {
    return { ...example('get /user', 200), login: account.login, id: account.id };
  }

  repository(account: Account | undefined): object {
    const { state } = this;
    // GitHub's example is a fork; what it forked is left out.
    const { parent, source, ...shown } = example(`get ${REPO}`, 200);
    const above = state.parent && {
      parent: { ...parent, language: null, full_name: state.parent.fullName },
      source: { ...source, language: null, full_name: state.parent.fullName },
    };
    return {
      ...shown,
      ...above,
      fork: above !== undefined,
      owner: { ...shown.owner, login: state.owner },
      name: state.name,
      full_name: state.fullName,
      node_id: this.repositoryId(),
      html_url: this.#web,
      url: this.#api,
      clone_url: `${this.#web}.git`,
      default_branch: 'main',
      archived: state.settings.archived,
      has_pull_requests: state.settings.pullRequestsEnabled,
      has_discussions: false,
      language: 'TypeScript',
      permissions: { admin: false, push: account !== undefined && state.mayPush(account), pull: true },
    };
  }

  /** The same for a fork. */
  of(state: ForgeState): Represent {
    return new Represent(state, this.origin, this.signed);
  }

  /** As it stands in a list. */
  fork(state: ForgeState): object {
    const [shown] = example(`get ${REPO}/forks`, 200);
    return { ...shown, name: state.name, full_name: state.fullName, owner: { ...shown.owner, login: state.owner } };
  }

  repositoryId(): string {
    return `R_${Buffer.from(this.state.fullName).toString('base64url')}`;
  }

  ref(name: string, oid: string): object {
    const shown = example(`get ${REPO}/git/ref/{ref}`, 200);
    const url = `${this.#api}/git/${name}`;
    return { ...shown, ref: name, url, object: { type: 'commit', sha: oid, url: `${this.#api}/git/commits/${oid}` } };
  }

  gitCommit(oid: string, commit: Commit): object {
    const pushed = commit.isSigned === true;
    const verified = this.signed.has(oid) || (pushed && this.state.settings.knowsSigningKeys);
    return {
      ...example(`get ${REPO}/git/commits/{commit_sha}`, 200),
      sha: oid,
      url: `${this.#api}/git/commits/${oid}`,
      html_url: `${this.#web}/commit/${oid}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${this.#api}/git/trees/${commit.tree}` },
      parents: commit.parents.map((sha) => ({
        sha,
        url: `${this.#api}/git/commits/${sha}`,
        html_url: `${this.#web}/commit/${sha}`,
      })),
      verification: {
        verified,
        reason: verified ? 'valid' : pushed ? 'unknown_key' : 'unsigned',
        signature: verified ? '-----BEGIN PGP SIGNATURE-----' : null,
        payload: verified ? `tree ${commit.tree}\n` : null,
        verified_at: verified ? commit.committer.date : null,
      },
    };
  }

  pull(pull: Pull): object {
    const merged = pull.mergedAt !== null;
    return {
      ...example(`get ${REPO}/pulls/{pull_number}`, 200),
      ...this.#common(pull),
      merged,
      mergeable: pull.state === 'open' ? true : null,
      merged_by: null,
      comments: pull.comments.length,
      review_comments: pull.reviewComments.length,
      maintainer_can_modify: pull.maintainersCanModify ?? false,
    };
  }

  pullSimple(pull: Pull): object {
    return { ...example(`get ${REPO}/pulls`, 200)[0], ...this.#common(pull) };
  }

  #common(pull: Pull): object {
    const url = `${this.#api}/pulls/${pull.number}`;
    const side = (branch: string, sha: string, fullName = this.state.fullName): object => {
      const { head } = example(`get ${REPO}/pulls/{pull_number}`, 200);
      const [owner, name] = fullName.split('/');
      const repo = { ...head.repo, name, full_name: fullName, html_url: `${this.origin()}/${fullName}` };
      return { ...head, label: `${owner}:${branch}`, ref: branch, sha, repo };
    };
    return {
      id: pull.number,
      number: pull.number,
      url,
      html_url: `${this.#web}/pull/${pull.number}`,
      state: pull.state,
      locked: false,
      title: pull.title,
      body: pull.body,
      user: this.user(pull.author),
      labels: pull.labels.map((name) => this.label(name)),
      draft: pull.draft,
      head: side(pull.head.branch, pull.head.oid, pull.head.repository),
      base: side(pull.base.branch, pull.base.oid),
      created_at: pull.createdAt,
      updated_at: pull.updatedAt,
      closed_at: pull.closedAt,
      merged_at: pull.mergedAt,
      merge_commit_sha: pull.mergeCommit,
      milestone: null,
      assignee: null,
      assignees: [],
      auto_merge: null,
      requested_reviewers: pull.reviewers.map((login) => this.user({ login, id: 1, kind: 'user', write: new Set() })),
      requested_teams: [],
    };
  }

  label(name: string): object {
    const [label] = example(`post ${REPO}/issues/{issue_number}/labels`, 200);
    return { ...label, name, url: `${this.#api}/labels/${encodeURIComponent(name)}`, default: false };
  }

  comment(pull: Pull, comment: Comment): object {
    return {
      ...example(`post ${REPO}/issues/{issue_number}/comments`, 201),
      id: comment.id,
      url: `${this.#api}/issues/comments/${comment.id}`,
      html_url: `${this.#web}/pull/${pull.number}#issuecomment-${comment.id}`,
      issue_url: `${this.#api}/issues/${pull.number}`,
      body: comment.body,
      user: this.user(comment.author),
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
    };
  }

  review(pull: Pull, review: Review): object {
    return {
      ...example(`post ${REPO}/pulls/{pull_number}/reviews`, 200),
      id: review.id,
      user: this.user(review.author),
      body: review.body,
      state: review.state,
      html_url: `${this.#web}/pull/${pull.number}#pullrequestreview-${review.id}`,
      pull_request_url: `${this.#api}/pulls/${pull.number}`,
      submitted_at: review.submittedAt,
      commit_id: review.commit,
    };
  }

  reviewComment(pull: Pull, comment: ReviewComment): object {
    return {
      ...example(`get ${REPO}/pulls/{pull_number}/comments`, 200)[0],
      id: comment.id,
      pull_request_review_id: comment.review,
      path: comment.path,
      body: comment.body,
      line: comment.line,
      original_line: comment.line,
      start_line: comment.startLine ?? null,
      original_start_line: comment.startLine ?? null,
      start_side: comment.startLine === undefined ? null : comment.side,
      side: comment.side,
      commit_id: comment.commit,
      original_commit_id: comment.commit,
      user: this.user(comment.author),
      pull_request_url: `${this.#api}/pulls/${pull.number}`,
      html_url: `${this.#web}/pull/${pull.number}#discussion_r${comment.id}`,
      created_at: comment.createdAt,
      updated_at: comment.createdAt,
    };
  }
}
