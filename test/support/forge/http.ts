/** Requests and answers as HTTP carries them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal, type Answer } from './answers.js';
import { match } from './contract.js';
import type { Limit, LoggedCall } from './faults.js';
import type { RawAnswer } from './git-http.js';
import { rootFields } from './graphql.js';

/** The whole body of a request. */
export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What a request is called in the log. */
export function named(method: string, url: URL, bytes: Buffer): Pick<LoggedCall, 'name' | 'write' | 'body'> {
  if (/\.git\/(?:info\/refs|git-(?:upload|receive)-pack)$/.test(url.pathname)) {
    if (url.pathname.endsWith('/git-receive-pack')) return { name: 'git push', write: true, body: undefined };
    const name = url.pathname.endsWith('/git-upload-pack')
      ? 'git fetch'
      : `git refs ${url.searchParams.get('service')}`;
    return { name, write: false, body: undefined };
  }
  const body = bytes.length === 0 ? undefined : JSON.parse(bytes.toString());
  if (url.pathname.endsWith('/graphql'))
    return { name: `graphql ${rootFields(body.query)}`, write: /^\s*mutation\b/.test(body.query), body };
  const key = match(method, url.pathname)?.operation.key ?? `${method.toLowerCase()} ${url.pathname}`;
  return { name: key, write: method !== 'GET', body };
}

/** An answer in JSON, with the headers that tell of the limits. */
export function json({ status, body, headers = {} }: Answer, quota: Readonly<Record<string, string>>): RawAnswer {
  const all = { ...quota, ...headers, 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: all, body: body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)) };
}

/** The answer to a request that runs into a limit. */
export function limited({ kind, status, retryAfter }: Limit): RawAnswer {
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

/** What comes instead of an answer that is lost. */
export function lose(response: ServerResponse, how: 'drop' | '502'): void {
  if (how === 'drop') response.socket?.destroy();
  else response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Unicorn!</html>');
}
