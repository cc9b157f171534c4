/**
 * A forge on localhost: GitHub's REST and GraphQL for one repository, git over HTTP on the same repository. What it knows of
 * GitHub's behaviour, and from where, is in behaviour.md; its requests and answers are held against openapi.json.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Refusal, type Answer, type Handler, type World } from './answers.js';
import { answerProblems, match, requestProblems } from './contract.js';
import { Faults, type Limit, type LoggedCall } from './faults.js';
import { gitBackend, type RawAnswer } from './git-http.js';
import { GitStore } from './git-store.js';
import { asGitea } from './gitea.js';
import { answerGraphql, rootFields } from './graphql.js';
import { People } from './people.js';
import { Represent } from './represent.js';
import { conversationRoutes } from './routes/conversation.js';
import { gitRoutes } from './routes/git.js';
import { pullRoutes } from './routes/pulls.js';
import { repositoryRoutes } from './routes/repository.js';
import { ForgeState, type Account, type Permission, type TokenKind } from './state.js';
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
  /** Files of the first commit on `main`. */
  readonly files?: Readonly<Record<string, string>>;
}

export class ForgeSimulator implements AsyncDisposable {
  readonly faults = new Faults();
  /** What was asked or answered that GitHub's description does not allow. A test ends with none. */
  readonly violations: string[] = [];
  readonly people: People;
  readonly #world: World;
  readonly #server: Server;
  #requests = 0;

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
    const directory = await mkdtemp(path.join(tmpdir(), 'forge-'));
    const store = await GitStore.create(path.join(directory, 'repository.git'));
    const simulator = new ForgeSimulator(new ForgeState(store, owner, name), options.profile ?? 'github');
    await new Promise<void>((resolve) => simulator.#server.listen(0, '127.0.0.1', resolve));
    await simulator.people.push('main', options.files ?? { 'README.md': 'A shop.\n' }, { message: 'Begin\n' });
    return simulator;
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
      if (early !== 'go on') return void lose(response, early);
      const answer = await this.#answer(request, url, body, logged);
      logged.status = answer.status;
      const late = this.faults.after(logged);
      if (late !== 'go on') return void lose(response, late);
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
    const limit = this.faults.limited(logged);
    if (limit !== undefined) return limited(limit);
    return json(await this.#api(request.method ?? 'GET', url, logged.body, account), this.#quota());
  }

  async #api(method: string, url: URL, body: unknown, account: Account): Promise<Answer> {
    if (this.profile === 'gitea') return asGitea(method, url, (inner) => this.#rest(method, inner, body, account));
    if (url.pathname === '/graphql' || url.pathname === '/api/graphql') {
      const { body: answer, invalid } = await answerGraphql(this.#world, account, body);
      this.violations.push(...invalid);
      return { status: 200, body: answer };
    }
    return this.#rest(method, url, body, account);
  }

  async #rest(method: string, url: URL, body: unknown, account: Account): Promise<Answer> {
    const { state } = this.#world;
    const matched = match(method, url.pathname.replace(/^\/api\/v3(?=\/)/, ''));
    const handler = matched === undefined ? undefined : routes[matched.operation.key];
    if (matched === undefined || handler === undefined) {
      this.violations.push(`${method} ${url.pathname} is not in openapi.json`);
      return new Refusal(404, 'Not Found').answer;
    }
    const { owner = state.owner, repo = state.name } = matched.path;
    if (`${owner}/${repo}` !== state.fullName) return new Refusal(404, 'Not Found').answer;
    const strict = this.profile === 'github';
    if (strict) this.violations.push(...requestProblems(matched.operation, url.searchParams, body));
    const call = {
      ...this.#world,
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
    if (!url.pathname.startsWith(`/${this.state.fullName}.git/`)) return plain(404, 'Repository not found.');
    if (pushes && this.state.settings.archived) return plain(403, 'This repository was archived so it is read-only.');
    if (pushes && account?.write.has('contents') !== true)
      return plain(403, `Permission to ${this.state.fullName}.git denied to ${account?.login}.`);
    const inner = url.pathname.slice(`/${this.state.fullName}.git`.length);
    const { headers, method = 'GET' } = request;
    const answer = await gitBackend(this.state.store.directory, {
      method,
      path: inner,
      query: url.search.slice(1),
      headers,
      body,
    });
    if (inner === '/git-receive-pack') {
      await this.state.store.reload();
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
    this.#requests += 1;
    const left = String(Math.max(0, 5000 - this.#requests));
    return {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': left,
      'x-ratelimit-used': String(this.#requests),
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

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What a request is called in the log. */
function named(method: string, url: URL, bytes: Buffer): Pick<LoggedCall, 'name' | 'write' | 'body'> {
  if (/\.git\/(?:info\/refs|git-(?:upload|receive)-pack)$/.test(url.pathname)) {
    if (url.pathname.endsWith('/git-receive-pack')) return { name: 'git push', write: true, body: undefined };
    const name = url.pathname.endsWith('/git-upload-pack')
      ? 'git fetch'
      : `git refs ${url.searchParams.get('service')}`;
    return { name, write: false, body: undefined };
  }
  const body = bytes.length === 0 ? undefined : (JSON.parse(bytes.toString()) as any);
  if (/\/graphql$/.test(url.pathname))
    return { name: `graphql ${rootFields(body.query)}`, write: /^\s*mutation\b/.test(body.query), body };
  const key = match(method, url.pathname)?.operation.key ?? `${method.toLowerCase()} ${url.pathname}`;
  return { name: key, write: method !== 'GET', body };
}

function json({ status, body, headers = {} }: Answer, quota: Readonly<Record<string, string>>): RawAnswer {
  const all = { ...quota, ...headers, 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: all, body: body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)) };
}

function limited({ kind, status, retryAfter }: Limit): RawAnswer {
  const message =
    kind === 'primary'
      ? 'API rate limit exceeded for user ID 1000.'
      : 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  const reset = Math.ceil(Date.now() / 1000) + (retryAfter ?? 60);
  const quota: Record<string, string> =
    kind === 'primary'
      ? { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }
      : {};
  const wait: Record<string, string> =
    retryAfter === undefined || kind === 'primary' ? {} : { 'retry-after': String(retryAfter) };
  return json({ ...new Refusal(status, message).answer, headers: wait }, quota);
}

function lose(response: ServerResponse, how: 'drop' | '502'): void {
  if (how === 'drop') response.socket?.destroy();
  else response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Unicorn!</html>');
}
