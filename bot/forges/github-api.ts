import { ForgeError, type Actor, type Repository } from '../forge.js';
import { connectGitHub, type GitHubClients, type GitHubConnection } from './github-client.js';
import { forgeError, graphqlRefusal, type Needs } from './github-errors.js';

export interface GitHubOptions extends GitHubConnection {
  /** `owner/name`. */
  readonly repository: string;
}

/** The repository as the API knows it. */
export interface Described extends Repository {
  readonly nodeId: string;
}

const PAGE = 100;

/** One repository behind the clients: errors become lines for people, lists come whole, what does not change is asked once. */
export class GitHubApi {
  readonly at: { readonly owner: string; readonly repo: string };
  readonly read: GitHubClients['read'];
  readonly write: GitHubClients['write'];
  #actor: Actor | undefined;
  #described: Described | undefined;
  readonly #others = new Map<string, GitHubApi>();

  constructor(readonly options: GitHubOptions) {
    const { read, write } = connectGitHub(options);
    this.read = read;
    this.write = write;
    const [owner = '', repo = ''] = options.repository.split('/');
    this.at = { owner, repo };
  }

  /** The same account in another repository, such as a fork. */
  in(repository: string | undefined): GitHubApi {
    if (repository === undefined || isSameRepository(repository, this.options.repository)) return this;
    const known = this.#others.get(repository) ?? new GitHubApi({ ...this.options, repository });
    this.#others.set(repository, known);
    return known;
  }

  async self(): Promise<Actor> {
    if (this.#actor !== undefined) return this.#actor;
    // `GET /user` refuses the tokens of Apps and of Actions; this answers for all.
    const { viewer } = await this.tried('asking whose token this is', 'nothing', () =>
      this.read.graphql<{ viewer: { login: string } }>('query { viewer { login } }'),
    );
    this.#actor = { login: viewer.login, signsCommits: viewer.login.endsWith('[bot]') };
    return this.#actor;
  }

  async repository(): Promise<Described> {
    if (this.#described !== undefined) return this.#described;
    const { signsCommits } = await this.self();
    const { data } = await this.tried(`reading ${this.options.repository}`, 'nothing', () =>
      this.read.request('GET /repos/{owner}/{repo}', this.at),
    );
    this.#described = {
      nodeId: data.node_id,
      fullName: data.full_name,
      webUrl: data.html_url,
      defaultBranch: data.default_branch,
      archived: data.archived,
      // What stands there for an App is not what the App may do.
      canPush: signsCommits ? undefined : data.permissions?.push,
      pullRequestsEnabled: (data as { has_pull_requests?: boolean }).has_pull_requests !== false,
    };
    return this.#described;
  }

  /** All of a list, page by page, up to the page whose last entry is enough. */
  async pages<T>(
    what: string,
    get: (page: { readonly per_page: number; readonly page: number }) => Promise<{ readonly data: readonly T[] }>,
    enough: (last: T) => boolean = () => false,
  ): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const { data } = await this.tried(what, 'nothing', () => get({ per_page: PAGE, page }));
      all.push(...data);
      const last = data.at(-1);
      if (data.length < PAGE || last === undefined || enough(last)) return all;
    }
  }

  /**
   * @param what what is tried, as a line for people may name it: `opening the pull request`
   * @throws {ForgeError} whatever goes wrong
   */
  async tried<T>(what: string, needs: Needs, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw forgeError(fromGraphql(error), what, needs, this.options.token);
    }
  }
}

/** The first error of a GraphQL answer as if REST had given it. */
function fromGraphql(error: unknown): unknown {
  const { errors } = error as { errors?: readonly { readonly type?: string; readonly message: string }[] };
  const [first] = errors ?? [];
  return first === undefined ? error : graphqlRefusal(first.type, first.message);
}

/** Names of repositories do not tell capitals apart. */
export function isSameRepository(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

export function isKind(error: unknown, ...kinds: readonly ForgeError['kind'][]): error is ForgeError {
  return error instanceof ForgeError && kinds.includes(error.kind);
}
