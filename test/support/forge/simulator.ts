/**
 * A forge on localhost: GitHub's REST and GraphQL for one repository, git over HTTP on the same repository. What it knows of
 * GitHub's behaviour, and from where, is in behaviour.md; its requests and answers are held against openapi.json.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Refusal, type Answer, type Handler, type World } from './answers.js';
import { answerProblems, match, requestProblems } from './contract.js';
import { Faults, type LoggedCall } from './faults.js';
import { gitBackend, type RawAnswer } from './git-http.js';
import { GitStore } from './git-store.js';
import { asGitea } from './gitea.js';
import { answerGraphql } from './graphql.js';
import { bytesOf, json, limited, lose, named } from './http.js';
import { People } from './people.js';
import { Represent } from './represent.js';
import { conversationRoutes } from './routes/conversation.js';
import { gitRoutes } from './routes/git.js';
import { pullRoutes } from './routes/pulls.js';
import { repositoryRoutes } from './routes/repository.js';
import { ForgeState, type Account, type Permission, type Saved, type TokenKind } from './state.js';
import { protectPushes } from './update-hook.js';

const routes: Readonly<Record<string, Handler>> = {
  ...gitRoutes,
  ...pullRoutes,
  ...conversationRoutes,
  ...repositoryRoutes,
};

export interface SimulatorOptions {
  /** `owner/name`, `acme/shop` unless given. */
  readonly repository?: string;
  /** `gitea`: the deviations of Gitea that behaviour.md lists. */
  readonly profile?: 'github' | 'gitea';
  /** Starts as another one was when it was saved. */
  readonly from?: Snapshot;
  /** Files of the first commit on `main`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A forge that stands still: its repository on disk, the rest beside it. */
export interface Snapshot extends AsyncDisposable {
  readonly repository: string;
  readonly saved: Saved;
}

export class ForgeSimulator implements AsyncDisposable {
  readonly faults = new Faults();
  /** What was asked or answered that GitHub's description does not allow. A test ends with none. */
  readonly violations: string[] = [];
  readonly people: People;
  /** The primary limit: how many requests the token may send, and has sent. */
  readonly quota = { limit: 5000, used: 0 };
  readonly #world: World;
  readonly #server: Server;

  private constructor(
    readonly state: ForgeState,
    readonly profile: 'github' | 'gitea',
  ) {
    const signed = new Set<string>();
    this.#world = { state, signed, show: new Represent(state, () => this.origin, signed) };
    this.people = new People(state);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(options: SimulatorOptions = {}): Promise<ForgeSimulator> {
    const [owner = '', name = ''] = (options.repository ?? 'acme/shop').split('/');
    const directory = path.join(await mkdtemp(path.join(tmpdir(), 'forge-')), 'repository.git');
    const { from, profile = 'github' } = options;
    const store =
      from === undefined ? await GitStore.create(directory) : await GitStore.copy(from.repository, directory);
    const simulator = new ForgeSimulator(new ForgeState(store, owner, name), profile);
    await new Promise<void>((resolve) => simulator.#server.listen(0, '127.0.0.1', resolve));
    if (from === undefined) {
      const files = options.files ?? { 'README.md': 'A shop.\n' };
      await simulator.people.push('main', files, { message: 'Begin\n' });
    } else {
      simulator.state.load(from.saved);
      for (const oid of from.saved.signed) simulator.#world.signed.add(oid);
    }
    return simulator;
  }

  /** How everything stands now, to start others from. */
  async snapshot(): Promise<Snapshot> {
    const directory = await mkdtemp(path.join(tmpdir(), 'forge-snapshot-'));
    const repository = path.join(directory, 'repository.git');
    await cp(this.state.store.directory, repository, { recursive: true });
    return {
      repository,
      saved: this.state.save(this.#world.signed),
      [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
    };
  }

  /** `http://127.0.0.1:PORT`: base of the API (`/repos/...`, `/graphql`) and of the pages. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Where git fetches from and pushes to. */
  get remote(): string {
    return `${this.origin}/${this.state.fullName}.git`;
  }

  /** Makes an account and the token that stands for it. */
  token(login: string, kind: TokenKind, write: readonly Permission[] = ['contents', 'pull_requests']): string {
    const token = `${kind === 'installation' ? 'ghs' : 'ghp'}_${Buffer.from(login).toString('hex')}`;
    this.state.accounts.set(token, { login, kind, id: this.state.accounts.size + 1000, write: new Set(write) });
    return token;
  }

  /** Protects branches from pushes and from the API. */
  protect(...branches: readonly string[]): void {
    for (const branch of branches) this.state.settings.protectedBranches.add(branch);
    protectPushes(this.state.store.directory, this.state.settings.protectedBranches);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const fork of this.state.forks.values()) fork.store.close();
    this.state.store.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(path.dirname(this.state.store.directory), { recursive: true, force: true, maxRetries: 3 });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await bytesOf(request);
      const url = new URL(request.url ?? '/', this.origin);
      const logged = this.faults.record({ ...named(request.method ?? 'GET', url, body), path: url.pathname });
      const early = await this.faults.before(logged);
      if (early !== 'go on') return lose(response, early);
      const answer = await this.#answer(request, url, body, logged);
      logged.status = answer.status;
      const late = this.faults.after(logged);
      if (late !== 'go on') return lose(response, late);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch (error) {
      this.violations.push(`the simulator failed: ${error instanceof Error ? error.stack : String(error)}`);
      response.destroy();
    }
  }

  async #answer(request: IncomingMessage, url: URL, body: Buffer, logged: LoggedCall): Promise<RawAnswer> {
    if (logged.name.startsWith('git ')) return this.#git(request, url, body);
    const account = this.#account(request.headers.authorization);
    if (account === undefined) return json(new Refusal(401, 'Bad credentials').answer, this.#quota());
    const isOver = this.quota.used >= this.quota.limit;
    const limit = isOver
      ? ({ kind: 'primary', status: 403, retryAfter: 3600, times: 1 } as const)
      : this.faults.limited(logged);
    if (limit !== undefined) return limited(limit);
    return json(await this.#api(request.method ?? 'GET', url, logged.body, account), this.#quota());
  }

  async #api(method: string, url: URL, body: unknown, account: Account): Promise<Answer> {
    if (this.profile === 'gitea') return asGitea(method, url, (inner) => this.#rest(method, inner, body, account));
    if (url.pathname === '/graphql' || url.pathname === '/api/graphql') {
      const repository = (body as { variables?: { input?: { repositoryId?: string } } }).variables?.input?.repositoryId;
      const forks = [...this.state.forks.values()].map((fork) => this.#worldOf(fork));
      const world = forks.find((each) => each?.show.repositoryId() === repository) ?? this.#world;
      const { body: answer, invalid } = await answerGraphql(world, account, body);
      this.violations.push(...invalid);
      return { status: 200, body: answer };
    }
    return this.#rest(method, url, body, account);
  }

  #worldOf(state: ForgeState | undefined): World | undefined {
    if (state === undefined || state === this.state) return state && this.#world;
    const { signed } = this.#world;
    return { state, signed, show: new Represent(state, () => this.origin, signed) };
  }

  async #rest(method: string, url: URL, body: unknown, account: Account): Promise<Answer> {
    const { state: main } = this.#world;
    const matched = match(method, url.pathname.replace(/^\/api\/v3(?=\/)/, ''));
    const handler = matched === undefined ? undefined : routes[matched.operation.key];
    if (matched === undefined || handler === undefined) {
      this.violations.push(`${method} ${url.pathname} is not in openapi.json`);
      return new Refusal(404, 'Not Found').answer;
    }
    const { owner = main.owner, repo = main.name } = matched.path;
    const world = this.#worldOf(main.named(`${owner}/${repo}`));
    if (world === undefined) return new Refusal(404, 'Not Found').answer;
    const strict = this.profile === 'github';
    if (strict) this.violations.push(...requestProblems(matched.operation, url.searchParams, body));
    const call = {
      ...world,
      matched,
      query: url.searchParams,
      body,
      account,
      url: `${url.origin}${url.pathname}`,
    };
    const answer = await attempt(() => handler(call));
    if (strict) this.violations.push(...answerProblems(matched.operation, answer.status, answer.body));
    return answer;
  }

  async #git(request: IncomingMessage, url: URL, body: Buffer): Promise<RawAnswer> {
    const account = this.#account(request.headers.authorization);
    const pushes = url.href.includes('git-receive-pack');
    const plain = (status: number, text: string, headers = {}): RawAnswer => ({
      status,
      headers,
      body: Buffer.from(text),
    });
    if (account === undefined && (pushes || request.headers.authorization !== undefined))
      return plain(401, 'Invalid username or token.', { 'www-authenticate': 'Basic realm="GitHub"' });
    const [, fullName = ''] = /^\/(.+)\.git\//.exec(url.pathname) ?? [];
    const state = this.state.named(fullName);
    if (state === undefined) return plain(404, 'Repository not found.');
    if (state.parent && state.settings.lag.forkUnseen-- > 0) return plain(404, 'Repository not found.');
    if (pushes && state.settings.archived) return plain(403, 'This repository was archived so it is read-only.');
    if (pushes && !(account && state.mayPush(account)))
      return plain(403, `Permission to ${fullName}.git denied to ${account?.login}.`);
    const inner = url.pathname.slice(`/${fullName}.git`.length);
    const { headers, method = 'GET' } = request;
    const answer = await gitBackend(state.store.directory, {
      method,
      path: inner,
      query: url.search.slice(1),
      headers,
      body,
    });
    if (inner === '/git-receive-pack') {
      await state.store.reload();
      await this.state.refsMoved();
    }
    return answer;
  }

  #account(authorization: string | undefined): Account | undefined {
    const [scheme = '', value = ''] = (authorization ?? '').split(' ');
    const token =
      scheme.toLowerCase() === 'basic'
        ? Buffer.from(value, 'base64')
            .toString()
            .replace(/^[^:]*:/, '')
        : value;
    return this.state.accounts.get(token);
  }

  /** The headers that tell how much of the primary limit is left. */
  #quota(): Record<string, string> {
    const { quota } = this;
    quota.used += 1;
    return {
      'x-ratelimit-limit': String(quota.limit),
      'x-ratelimit-remaining': String(Math.max(0, quota.limit - quota.used)),
      'x-ratelimit-used': String(quota.used),
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
      'x-ratelimit-resource': 'core',
    };
  }
}

async function attempt(handle: () => Promise<Answer> | Answer): Promise<Answer> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}
