import { createHash } from 'node:crypto';
import { Octokit } from '@octokit/core';
import { retry } from '@octokit/plugin-retry';
import { throttling, type ThrottlingOptions } from '@octokit/plugin-throttling';
import type { Meter } from '../budget.js';
import { ForgeError } from '../forge.js';

export interface GitHubConnection {
  readonly token: string;
  /** Without a final slash; `https://api.github.com` unless given. See `apiUrlOf`. */
  readonly apiUrl?: string;
  /** Seconds that a limit may make us wait, 900 unless given; a longer wait ends in `rate-limited`. */
  readonly longestWait?: number;
  /** False sends writes without the spacing that GitHub asks for: only against a forge of one's own. */
  readonly paced?: boolean;
  /** Milliseconds that stand for a second of waiting; 1000 unless given. */
  readonly second?: number;
  readonly onWait?: (seconds: number, why: string) => void;
  readonly userAgent?: string;
  /** Is told of every write before it is sent, and of every answer. */
  readonly meter?: Meter;
}

/**
 * Two clients, for what may be sent again and what must not. A read is repeated after a 5xx or a broken connection. A write
 * never is: plugin-retry would send a comment twice when only the answer got lost. Both wait and try again where GitHub
 * refuses a request because of a limit, for that one it has not served.
 */
export interface GitHubClients {
  readonly read: Octokit;
  readonly write: Octokit;
}

const Client = Octokit.plugin(retry, throttling);

/** A limit is waited for this often before it is reported. */
const LIMIT_TRIES = 3;

/** Base of the API of a host: GitHub itself, a tenant of ghe.com, or a GitHub Enterprise Server. */
export function apiUrlOf(host: string): string {
  if (host === 'github.com') return 'https://api.github.com';
  return host.endsWith('.ghe.com') ? `https://api.${host}` : `https://${host}/api/v3`;
}

export function connectGitHub(connection: GitHubConnection): GitHubClients {
  const { token, apiUrl = 'https://api.github.com', userAgent = 'stackmend' } = connection;
  refusePlainHttp(apiUrl);
  const shared = {
    auth: token,
    baseUrl: apiUrl,
    userAgent,
    // Nothing is printed but by the command line.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    throttle: throttle(connection, `${apiUrl} ${token}`),
  };
  const second = connection.second ?? 1000;
  const refused = [400, 401, 403, 404, 409, 410, 422, 429, 451];
  return {
    read: new Client({
      ...shared,
      request: { fetch: metered(connection.meter, false) },
      retry: { doNotRetry: refused, retryAfterBaseValue: second },
    }),
    write: new Client({ ...shared, request: { fetch: metered(connection.meter, true) }, retry: { enabled: false } }),
  };
}

/** Sends, and tells the meter; here, so that what a limit made us send again counts again. */
function metered(meter: Meter | undefined, writes: boolean): typeof followCarefully {
  return async (address, init) => {
    if (writes) await meter?.spend();
    const response = await followCarefully(address, init);
    meter?.note(response.headers);
    return response;
  };
}

function throttle(connection: GitHubConnection, account: string): ThrottlingOptions {
  const { longestWait = 900, paced = true, second = 1000, onWait } = connection;
  const wait =
    (why: string) =>
    (seconds: number, _options: object, _client: unknown, tries: number): boolean => {
      if (tries >= LIMIT_TRIES || seconds > longestWait) return false;
      onWait?.(seconds, why);
      return true;
    };
  return {
    // Writers with the same token share their pace, others do not.
    id: createHash('sha256').update(account).digest('hex').slice(0, 16),
    retryAfterBaseValue: second,
    onRateLimit: wait("GitHub's rate limit is used up"),
    onSecondaryRateLimit: wait("GitHub's secondary rate limit is reached"),
    ...(!paced && { write: unpaced, notifications: unpaced }),
  };
}

/** Stands for a Bottleneck group that lets everything pass. */
const unpaced = {
  key: () => ({ schedule: (_job: object, run: () => unknown) => run() }),
} as unknown as NonNullable<ThrottlingOptions['write']>;

/** @throws {ForgeError} a token must not travel in the clear, except to this machine itself */
function refusePlainHttp(apiUrl: string): void {
  const { protocol, hostname } = new URL(apiUrl);
  if (protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)) return;
  throw new ForgeError(
    'invalid',
    `the API address ${apiUrl} would send the token unencrypted`,
    'use its https:// address',
  );
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 3;

/**
 * Follows redirects where that is safe: reads anywhere, but without the token on another host; writes only on the same host
 * and where they stay writes (307, 308), which is how GitHub answers for a repository that was renamed.
 * @throws {ForgeError} for any other
 */
export async function followCarefully(address: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  let url = new URL(address instanceof Request ? address.url : address);
  const headers = new Headers(init.headers);
  const isRead = (init.method ?? 'GET') === 'GET';
  for (let hop = 0; ; hop++) {
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    const location = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    const stays = next.origin === url.origin;
    const safe = isRead ? next.protocol === 'https:' || stays : stays && response.status >= 307;
    if (!safe || hop === MOST_REDIRECTS) throw new Redirected(`GitHub redirects to ${next.origin}${next.pathname}`);
    if (!stays) headers.delete('authorization');
    url = next;
  }
}

/** A redirect that is not followed. */
export class Redirected extends Error {
  override readonly name = 'Redirected';
}
