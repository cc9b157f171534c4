/** Answers and refusals of the simulated forge. Their texts and sources are in behaviour.md. */
import type { Matched } from './contract.js';
import type { Represent } from './represent.js';
import type { Account, ForgeState, Permission, Pull } from './state.js';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface World {
  readonly state: ForgeState;
  readonly show: Represent;
  /** Commits that the forge itself signed. */
  readonly signed: Set<string>;
}

export interface Call extends World {
  readonly matched: Matched;
  readonly query: URLSearchParams;
  readonly body: any;
  readonly account: Account;
  /** Without the query: what links to other pages start from. */
  readonly url: string;
}

export type Handler = (call: Call) => Promise<Answer> | Answer;
export type Routes = Readonly<Record<string, Handler>>;

const DOCUMENTATION = 'https://docs.github.com/rest';

/** Thrown by a handler: the request is refused. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: readonly unknown[],
  ) {
    super(message);
  }

  get answer(): Answer {
    const body = { message: this.message, documentation_url: DOCUMENTATION, status: String(this.status) };
    return { status: this.status, body: this.errors === undefined ? body : { ...body, errors: this.errors } };
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found');

/** Longest body of a pull request or comment, in characters. */
const MAX_BODY = 65_536;

/** @throws {Refusal} where a body is too long */
export function checkLength(resource: string, body: string): void {
  if (Array.from(body).length > MAX_BODY)
    throw validation(resource, { field: 'body', message: `body is too long (maximum is ${MAX_BODY} characters)` });
}

/** 422 with a list of errors, each about a field of a resource. */
export function validation(
  resource: string,
  error: { readonly field?: string; readonly code?: string; readonly message?: string },
): Refusal {
  return new Refusal(422, 'Validation Failed', [{ resource, code: 'custom', ...error }]);
}

/** Refuses a write that the token, or the repository, does not allow. */
export function mayWrite({ account, state }: Call, permission: Permission): void {
  if (state.settings.archived) throw new Refusal(403, 'Repository was archived so is read-only.');
  if (permission === 'contents' ? state.mayPush(account) : account.write.has(permission)) return;
  const kind = account.kind === 'installation' ? 'integration' : 'personal access token';
  throw new Refusal(403, `Resource not accessible by ${kind}`);
}

/** The pull request that the path names. */
export function pullOf({ matched, state }: Call): Pull {
  const pull = state.pull(Number(matched.path['pull_number'] ?? matched.path['issue_number']));
  if (pull === undefined) throw notFound();
  return pull;
}

/** One page of a list, with the links to the others. */
export function page<T>({ query, url }: Call, all: readonly T[], show: (each: T) => unknown): Answer {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const number = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number, rel: string): string => {
    const other = new URLSearchParams(query);
    other.set('page', String(to));
    return `<${url}?${other.toString()}>; rel="${rel}"`;
  };
  const links = number < last ? [link(number + 1, 'next'), link(last, 'last')] : [];
  return {
    status: 200,
    body: all.slice((number - 1) * size, number * size).map(show),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}
