/** The `gitea` profile: where Gitea's API differs from GitHub's although it looks the same. See behaviour.md, "Gitea". */
import { Refusal, type Answer } from './answers.js';

/** What Gitea does not have. */
const MISSING: readonly (readonly [method: string, path: RegExp])[] = [
  ['GET', /\/git\/(?:ref|matching-refs)\//],
  ['POST', /\/git\/(?:blobs|trees|commits|refs)$/],
  ['PATCH', /\/git\/refs\//],
  ['GET', /\/pulls\/\d+\/files$/],
  ['GET', /^\/rate_limit$/],
  ['POST', /\/graphql$/],
];

/** Answers a request as Gitea does, by way of what GitHub would answer. */
export async function asGitea(method: string, url: URL, github: (url: URL) => Promise<Answer>): Promise<Answer> {
  const path = url.pathname.replace(/^\/api\/v1(?=\/)/, '');
  if (MISSING.some(([missing, pattern]) => missing === method && pattern.test(path)))
    return new Refusal(404, 'Not Found').answer;
  const inner = new URL(url);
  inner.pathname = path.replace(/\/git\/refs\/(?=heads\/)/, method === 'GET' ? '/git/ref/' : '/git/refs/');
  const { searchParams } = inner;
  // Filters that are unknown are ignored, not refused.
  searchParams.delete('head');
  searchParams.set('per_page', String(Math.min(Number(searchParams.get('limit') ?? 30), 50)));
  searchParams.delete('limit');
  const answer = await github(inner);
  if (method === 'PATCH' && answer.status === 200) return { ...answer, status: 201 };
  if (answer.status === 422 && JSON.stringify(answer.body).includes('already exists'))
    return new Refusal(409, 'pull request already exists for these targets').answer;
  return answer;
}
