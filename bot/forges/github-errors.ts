import { ForgeError, type ForgeErrorKind } from '../forge.js';
import { Redirected } from './github-client.js';

/** What an operation needs, for the hint of a refusal. */
export type Needs = 'contents' | 'pull-requests' | 'fork' | 'nothing';

/** An answer that refuses, as octokit's errors carry it. */
interface Refusal {
  readonly status: number;
  /** All that GitHub said, on one line. */
  readonly text: string;
  readonly limited: boolean;
}

interface Rule {
  readonly when: (refusal: Refusal) => boolean;
  readonly kind: ForgeErrorKind;
  readonly hint?: string;
}

const says = (pattern: RegExp) => (refusal: Refusal) => pattern.test(refusal.text);
const is =
  (...status: readonly number[]) =>
  (refusal: Refusal) =>
    status.includes(refusal.status);

/** The first that fits. The texts are listed with their sources in test/support/forge/behaviour.md. */
const RULES: readonly Rule[] = [
  { when: ({ status }) => status >= 500, kind: 'unavailable' },
  { when: ({ limited }) => limited, kind: 'rate-limited', hint: 'run it again later, or lower --per-hour' },
  {
    when: is(401),
    kind: 'unauthenticated',
    hint: 'the token is wrong, expired or revoked: set GITHUB_TOKEN to another',
  },
  { when: says(/archived/i), kind: 'archived', hint: 'unarchive the repository in its settings' },
  {
    when: says(/not permitted to create or approve pull requests/),
    kind: 'forbidden',
    hint: 'switch on "Allow GitHub Actions to create and approve pull requests" (Settings, Actions, General) of the repository and of its organization, or use the token of a GitHub App',
  },
  {
    when: says(/pull requests (?:are|have been|is) disabled/i),
    kind: 'pull-requests-disabled',
    hint: 'switch on "Pull requests" in the settings of the repository',
  },
  {
    when: says(/SAML/),
    kind: 'forbidden',
    hint: 'authorize the token for the single sign-on of the organization',
  },
  {
    when: says(/repository rule violations|protected branch|branch protection|GH006|GH013/i),
    kind: 'protected-branch',
    hint: 'let the account bypass the rule for branches named stackmend/* (Settings, Rules)',
  },
  { when: says(/already exists/), kind: 'exists' },
  { when: is(404, 410), kind: 'not-found' },
];

const PERMISSION: Readonly<Record<Needs, string | undefined>> = {
  contents: 'the token needs the permission "contents: write"',
  'pull-requests': 'the token needs the permission "pull-requests: write"',
  fork: 'forks are made with the token of a person: a classic one with "public_repo" or "repo", and where forking is allowed',
  nothing: undefined,
};

/**
 * One line for people about what went wrong, with the setting to change.
 * @param what what was tried: `opening the pull request`
 */
export function forgeError(error: unknown, what: string, needs: Needs, token: string): ForgeError {
  if (error instanceof ForgeError) return error;
  const redirect = causeOf(error, Redirected);
  if (redirect !== undefined) {
    const hint = 'the repository or its host has moved: name its new address';
    return new ForgeError('invalid', clean(`${what}: ${redirect.message}`, token), hint);
  }
  const refusal = refusalOf(error);
  if (refusal === undefined)
    return new ForgeError('unavailable', clean(`${what}: no answer from GitHub (${reasonOf(error)})`, token));
  const rule = RULES.find(({ when }) => when(refusal));
  const denied = refusal.status === 403 || refusal.status === 404;
  const kind = rule?.kind ?? (refusal.status === 403 ? 'forbidden' : 'invalid');
  const hint = rule?.hint ?? (denied ? PERMISSION[needs] : undefined);
  return new ForgeError(kind, clean(`${what}: GitHub answers ${refusal.status} ${refusal.text}`, token), hint);
}

/** The same as an error of GraphQL, which comes with status 200. */
export function graphqlRefusal(type: string | undefined, message: string): unknown {
  const status: Readonly<Record<string, number>> = { FORBIDDEN: 403, NOT_FOUND: 404, RATE_LIMITED: 429, INTERNAL: 500 };
  const headers = type === 'RATE_LIMITED' ? { 'x-ratelimit-remaining': '0' } : {};
  return { status: status[type ?? ''] ?? 422, response: { headers, data: { message } } };
}

function refusalOf(error: unknown): Refusal | undefined {
  const { status, response } = error as {
    status?: number;
    response?: { headers?: Record<string, unknown>; data?: unknown };
  };
  if (status === undefined || response === undefined) return undefined;
  const text = textOf(response.data);
  const limited =
    (status === 403 || status === 429) &&
    (response.headers?.['x-ratelimit-remaining'] === '0' ||
      response.headers?.['retry-after'] !== undefined ||
      status === 429 ||
      /rate limit/i.test(text));
  return { status, text, limited };
}

function textOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  const { message = '', errors } = data as { message?: string; errors?: unknown };
  const details = (Array.isArray(errors) ? errors : []).map((each: unknown) => {
    if (typeof each === 'string') return each;
    const { message, resource, field, code } = each as Record<string, string | undefined>;
    return message ?? [resource, field, code].filter((word) => word !== undefined).join(' ');
  });
  return [message, ...details].filter((line) => line !== '').join('; ');
}

function causeOf<T extends Error>(error: unknown, type: new (message: string) => T): T | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof type) return at;
  return undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}

/** On one line, not too long, and without the token in any form in which it is sent. */
export function clean(text: string, token: string): string {
  const forms = [
    token,
    Buffer.from(token).toString('base64'),
    Buffer.from(`x-access-token:${token}`).toString('base64'),
  ];
  const masked = forms.filter((form) => form !== '').reduce((shown, form) => shown.replaceAll(form, '***'), text);
  const line = masked
    .replaceAll(/(?<=:\/\/)[^/\s@]+@/g, '***@')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > 400 ? `${line.slice(0, 399)}…` : line;
}
