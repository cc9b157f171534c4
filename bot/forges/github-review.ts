import type { GitHubComment } from '../../report/suggestions.js';
import { GitHubApi, type GitHubOptions } from './github-api.js';

/** A pull request as its review needs it. */
export interface ReviewedPull {
  readonly state: string;
  /** The commit that the review is about. */
  readonly head: string;
  readonly branch: string;
}

/** A file that a pull request changes; `patch` is absent where GitHub does not show it. */
export interface ChangedFile {
  readonly path: string;
  readonly patch?: string;
}

export interface LineComment extends GitHubComment {
  readonly path: string;
}

export interface OwnComment {
  readonly id: number;
  readonly body: string;
}

/** What a review reads of a pull request on GitHub, and the three things that it may write. */
export class GitHubReviews {
  private readonly api: GitHubApi;

  constructor(
    options: GitHubOptions,
    private readonly number: number,
  ) {
    this.api = new GitHubApi(options);
  }

  async pull(): Promise<ReviewedPull> {
    const { data } = await this.api.tried(`reading pull request ${this.number}`, 'nothing', () =>
      this.api.read.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', this.at),
    );
    return { state: data.state, head: data.head.sha, branch: data.head.ref };
  }

  async files(): Promise<readonly ChangedFile[]> {
    const files = await this.api.pages(`reading the files of pull request ${this.number}`, (page) =>
      this.api.read.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', { ...this.at, ...page }),
    );
    return files
      .filter(({ status }) => status !== 'removed')
      .map(({ filename, patch }) => ({ path: filename, ...(patch !== undefined && { patch }) }));
  }

  /** The bodies of our own comments on lines, those on outdated lines too. */
  async ownLineComments(): Promise<readonly string[]> {
    const { login } = await this.api.self();
    const comments = await this.api.pages(`reading the comments of pull request ${this.number}`, (page) =>
      this.api.read.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', { ...this.at, ...page }),
    );
    return comments.filter(({ user }) => user?.login === login).map(({ body }) => body);
  }

  /** Our own comment that holds the marker. */
  async ownSummary(marker: string): Promise<OwnComment | undefined> {
    const { login } = await this.api.self();
    const comments = await this.api.pages(`reading the comments of pull request ${this.number}`, (page) =>
      this.api.read.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...this.api.at,
        issue_number: this.number,
        ...page,
      }),
    );
    const found = comments.find(({ user, body }) => user?.login === login && body?.includes(marker));
    return found && { id: Number(found.id), body: (found.body ?? '').replaceAll('\r\n', '\n') };
  }

  /** One review that neither approves nor asks for changes. */
  async review(head: string, comments: readonly LineComment[]): Promise<void> {
    await this.api.tried(`commenting on pull request ${this.number}`, 'pull-requests', () =>
      this.api.write.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
        ...this.at,
        commit_id: head,
        event: 'COMMENT',
        comments: [...comments],
      }),
    );
  }

  async addSummary(body: string): Promise<void> {
    await this.api.tried(`commenting on pull request ${this.number}`, 'pull-requests', () =>
      this.api.write.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        ...this.api.at,
        issue_number: this.number,
        body,
      }),
    );
  }

  async changeSummary(id: number, body: string): Promise<void> {
    await this.api.tried(`changing a comment of pull request ${this.number}`, 'pull-requests', () =>
      this.api.write.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
        ...this.api.at,
        comment_id: id,
        body,
      }),
    );
  }

  private get at() {
    return { ...this.api.at, pull_number: this.number };
  }
}
