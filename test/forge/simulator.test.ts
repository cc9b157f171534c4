import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerProblems, examples } from '../support/forge/contract.js';
import { gitEnvironment } from '../support/forge/git-store.js';
import { ForgeSimulator } from '../support/forge/simulator.js';

const run = promisify(execFile);
const REPO = '/repos/acme/shop';

let forge: ForgeSimulator;
let token: string;

beforeEach(async () => {
  forge = await ForgeSimulator.start({ files: { 'a/t.yaml': 'A: 1\nB: 2\nC: 3\n', 'run.sh': 'true\n' } });
  token = forge.token('stackmend[bot]', 'installation');
});
afterEach(async () => {
  await forge[Symbol.asyncDispose]();
  const failed = forge.violations.find((each) => each.startsWith('the simulator failed'));
  if (failed !== undefined) throw new Error(failed);
});

async function call(
  method: string,
  route: string,
  body?: unknown,
  as = token,
): Promise<{ status: number; body: any; headers: Headers }> {
  const response = await fetch(`${forge.origin}${route}`, {
    method,
    headers: { authorization: `Bearer ${as}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text), headers: response.headers };
}

const graphql = (query: string, variables: unknown) => call('POST', '/graphql', { query, variables });
const MOVE = 'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }';

async function move(branch: string, beforeOid: string, afterOid: string): Promise<any> {
  const { body } = await call('GET', REPO);
  const refUpdates = [{ name: `refs/heads/${branch}`, beforeOid, afterOid, force: true }];
  return (await graphql(MOVE, { input: { repositoryId: body.node_id, refUpdates } })).body;
}

/** A commit on `main` by way of blob, tree and commit, as a bot makes one. */
async function commit(text: string, extra: object = {}): Promise<string> {
  const parent = forge.state.branch('main') ?? '';
  const blob = await call('POST', `${REPO}/git/blobs`, {
    content: Buffer.from(text).toString('base64'),
    encoding: 'base64',
  });
  const base = await call('GET', `${REPO}/git/commits/${parent}`);
  const tree = await call('POST', `${REPO}/git/trees`, {
    base_tree: base.body.tree.sha,
    tree: [{ path: 'a/t.yaml', mode: '100644', type: 'blob', sha: blob.body.sha }],
  });
  const made = await call('POST', `${REPO}/git/commits`, {
    message: 'Mend\n',
    tree: tree.body.sha,
    parents: [parent],
    ...extra,
  });
  expect(made.status).toBe(201);
  return made.body.sha;
}

async function branch(name: string, text = 'A: 1\nB: 20\nC: 3\n'): Promise<string> {
  const sha = await commit(text);
  expect((await call('POST', `${REPO}/git/refs`, { ref: `refs/heads/${name}`, sha })).status).toBe(201);
  return sha;
}

const open = (head: string, extra: object = {}) =>
  call('POST', `${REPO}/pulls`, { title: 'Mend', head, base: 'main', ...extra });
const clean = () => expect(forge.violations).toEqual([]);

describe('the slice of the description', () => {
  it("compiles, and GitHub's own examples pass but for those that are known to be wrong", () => {
    const wrong = examples().flatMap(({ operation, status, value }) => answerProblems(operation, status, value));
    const teams = /requested_teams\/0 must have required property 'type'$/;
    const language =
      /^(?:get \/repos\/\{owner\}\/\{repo\} 200|post \/repos\/\{owner\}\/\{repo\}\/forks 202): .* must have required property '(?:language|has_discussions)'$/;
    expect(wrong.filter((each) => !teams.test(each) && !language.test(each))).toEqual([]);
    expect(examples().length).toBeGreaterThan(20);
  });
});

describe('git objects and refs', () => {
  it('a branch made by the API is what git clones, with modes kept and nothing corrupt', async () => {
    await branch('fix');
    const work = await mkdtemp(path.join(tmpdir(), 'clone-'));
    await run('git', ['clone', '--quiet', '--branch', 'fix', forge.remote, work], { env: gitEnvironment });
    const { stdout } = await run('git', ['-C', work, 'show', '--stat', '--format=%an|%cn|%s', 'HEAD'], {
      env: gitEnvironment,
    });
    expect(stdout).toMatch(/^stackmend\[bot\]\|GitHub\|Mend\n\n a\/t\.yaml \| 2 \+-/);
    await forge.state.store.git('fsck', '--strict', '--no-dangling');
    await rm(work, { recursive: true });
    clean();
  });

  it('signs commits of an installation that name no author, and only those', async () => {
    const verified = async (sha: string) =>
      (await call('GET', `${REPO}/git/commits/${sha}`)).body.verification.verified;
    expect(await verified(await commit('x'))).toBe(true);
    expect(await verified(await commit('x', { author: { name: 'A', email: 'a@b.c' } }))).toBe(false);
    clean();
  });

  it('refuses to make a ref twice, below another, or of an object that is not there', async () => {
    const sha = await branch('fix');
    const make = (ref: string, oid = sha) => call('POST', `${REPO}/git/refs`, { ref, sha: oid });
    expect((await make('refs/heads/fix')).body.message).toBe('Reference already exists');
    expect((await make('refs/heads/fix/more')).body.message).toBe('Reference update failed');
    expect((await make('refs/heads/other', '1'.repeat(40))).body.message).toBe('Object does not exist');
    clean();
  });

  it('updateRefs moves a branch by force, but only from where it was said to be', async () => {
    const first = await branch('fix');
    const second = await commit('A: 9\n');
    const human = await forge.people.push('fix', { 'notes.md': 'Mine\n' });
    expect((await move('fix', first, second)).errors[0].type).toBe('UNPROCESSABLE');
    expect(forge.state.branch('fix')).toBe(human);
    expect((await move('fix', human, second)).errors).toBeUndefined();
    expect(forge.state.branch('fix')).toBe(second);
    await move('fix', second, '0'.repeat(40));
    expect(forge.state.branch('fix')).toBeUndefined();
    clean();
  });

  it('the forced update over REST overwrites what a person pushed: why it must not be used', async () => {
    await branch('fix');
    const second = await commit('A: 9\n');
    await forge.people.push('fix', { 'notes.md': 'Mine\n' });
    const answer = await call('PATCH', `${REPO}/git/refs/heads/fix`, { sha: second, force: true });
    expect([answer.status, forge.state.branch('fix')]).toEqual([200, second]);
  });

  it('a push with a lease loses against what a person pushed', async () => {
    const sha = await branch('fix');
    const work = await mkdtemp(path.join(tmpdir(), 'push-'));
    await run('git', ['clone', '--quiet', forge.remote, work], { env: gitEnvironment });
    await forge.people.push('fix', { 'notes.md': 'Mine\n' });
    const remote = forge.remote.replace('://', `://x-access-token:${token}@`);
    const push = (lease: string) =>
      run(
        'git',
        ['-C', work, 'push', `--force-with-lease=refs/heads/fix:${lease}`, remote, 'origin/main:refs/heads/fix'],
        { env: gitEnvironment },
      );
    await expect(push(sha)).rejects.toThrow(/stale info/);
    await push(forge.state.branch('fix') ?? '');
    expect(forge.state.branch('fix')).toBe(forge.state.branch('main'));
    await rm(work, { recursive: true });
    clean();
  });
});

describe('pull requests', () => {
  it('are opened once, and not without a branch or a commit of its own', async () => {
    await branch('fix');
    expect((await open('fix', { draft: true })).body).toMatchObject({
      number: 1,
      draft: true,
      user: { login: 'stackmend[bot]' },
    });
    expect((await open('acme:fix')).body.errors[0].message).toBe('A pull request already exists for acme:fix.');
    expect((await open('nowhere')).body.errors[0]).toMatchObject({ field: 'head', code: 'invalid' });
    await forge.people.move('same', forge.state.branch('main') ?? '');
    expect((await open('same')).body.errors[0].message).toBe('No commits between main and same');
    clean();
  });

  it('are listed by owner and branch; a head without an owner filters nothing', async () => {
    await branch('fix');
    await branch('other', 'A: 5\n');
    await open('fix');
    await open('other');
    const numbers = async (query: string) =>
      (await call('GET', `${REPO}/pulls?${query}`)).body.map((each: any) => each.number);
    expect(await numbers('head=acme:fix')).toEqual([1]);
    expect(await numbers('head=fix')).toEqual([2, 1]);
    expect(await numbers('state=closed')).toEqual([]);
    expect((await call('GET', `${REPO}/pulls?per_page=1`)).headers.get('link')).toContain('rel="next"');
    clean();
  });

  it.each([
    ['their head is deleted', () => forge.people.deleteBranch('fix'), { state: 'closed', merged: false }],
    [
      'their head is put on the base',
      async () => forge.people.move('fix', forge.state.branch('main') ?? ''),
      { state: 'closed', merged: false },
    ],
    [
      'the base comes to hold their head',
      async () => forge.people.move('main', forge.state.branch('fix') ?? ''),
      { state: 'closed', merged: true },
    ],
    ['they are squashed', () => forge.people.merge(1, 'squash'), { state: 'closed', merged: true }],
    ['the base moves', () => forge.people.push('main', { 'b.txt': 'b\n' }), { state: 'open', merged: false }],
  ] as const)('when %s', async (_, act, expected) => {
    await branch('fix');
    await open('fix');
    await act();
    expect((await call('GET', `${REPO}/pulls/1`)).body).toMatchObject(expected);
    clean();
  });

  it('follow pushes while they are open, and are reopened only where the head is as it was', async () => {
    const sha = await branch('fix');
    await open('fix');
    const human = await forge.people.push('fix', { 'notes.md': 'Mine\n' });
    expect((await call('GET', `${REPO}/pulls/1`)).body.head.sha).toBe(human);
    await forge.people.deleteBranch('fix');
    const again = await call('PATCH', `${REPO}/pulls/1`, { state: 'open' });
    expect(again.body.errors[0].message).toBe('state cannot be changed. The fix branch has been deleted.');
    await forge.people.move('fix', sha);
    expect((await call('PATCH', `${REPO}/pulls/1`, { state: 'open' })).status).toBe(422);
    await forge.people.move('fix', human);
    expect((await call('PATCH', `${REPO}/pulls/1`, { state: 'open' })).body.state).toBe('open');
    clean();
  });

  it('take bodies and comments up to a length, labels, and reviewers who are collaborators', async () => {
    forge.token('mona', 'user');
    await branch('fix');
    expect((await open('fix', { body: 'x'.repeat(65_537) })).status).toBe(422);
    await open('fix', { body: 'x'.repeat(65_536) });
    expect((await call('POST', `${REPO}/issues/1/comments`, { body: 'Hello' })).status).toBe(201);
    expect((await call('POST', `${REPO}/issues/1/labels`, { labels: ['iac'] })).body[0].name).toBe('iac');
    expect((await call('POST', `${REPO}/pulls/1/requested_reviewers`, { reviewers: ['mona'] })).status).toBe(201);
    expect((await call('POST', `${REPO}/pulls/1/requested_reviewers`, { reviewers: ['nobody'] })).status).toBe(422);
    expect((await call('GET', `${REPO}/pulls/1`)).body).toMatchObject({ labels: [{ name: 'iac' }], comments: 1 });
    clean();
  });

  it('take reviews with comments on lines that the diff shows, all or none', async () => {
    await branch('fix');
    await open('fix');
    const review = (line: number, more: object = {}) =>
      call('POST', `${REPO}/pulls/1/reviews`, {
        event: 'COMMENT',
        comments: [{ path: 'a/t.yaml', line, side: 'RIGHT', body: 'Hm', ...more }],
      });
    expect((await review(40)).body).toMatchObject({
      message: 'Unprocessable Entity',
      errors: ['Line could not be resolved'],
    });
    expect((await review(3, { start_line: 2, start_side: 'RIGHT' })).status).toBe(200);
    expect((await call('GET', `${REPO}/pulls/1/comments`)).body).toMatchObject([
      { path: 'a/t.yaml', line: 3, start_line: 2 },
    ]);
    expect((await call('GET', `${REPO}/pulls/1/files`)).body).toMatchObject([
      { filename: 'a/t.yaml', additions: 1, deletions: 1 },
    ]);
    clean();
  });
});

describe('what is not allowed', () => {
  it('undeclared properties, query parameters and fields of GraphQL are told', async () => {
    await branch('fix');
    await open('fix', { labels: ['x'] });
    await call('GET', `${REPO}/pulls?author=me`);
    await call('POST', '/graphql', { query: '{ viewer { age } }' });
    await call('POST', '/graphql', {
      query: MOVE,
      variables: { input: { repositoryId: 'R', refUpdates: [{ name: 'fix', afterOid: '0'.repeat(40) }] } },
    });
    await call('GET', '/repos/acme/shop/unknown');
    expect(forge.violations).toEqual([
      expect.stringContaining('labels'),
      expect.stringContaining('no query parameter author'),
      expect.stringContaining('Cannot query field "age"'),
      expect.stringContaining('is no GitRefname'),
      expect.stringContaining('is not in openapi.json'),
    ]);
  });

  it('writes of tokens without permission, on archived repositories and protected branches are refused', async () => {
    const reader = forge.token('reader[bot]', 'installation', []);
    expect((await call('POST', `${REPO}/git/blobs`, { content: '' }, reader)).body.message).toBe(
      'Resource not accessible by integration',
    );
    expect((await call('GET', REPO, undefined, 'ghp_wrong')).status).toBe(401);
    expect((await call('GET', '/user')).status).toBe(403);
    const sha = await branch('fix');
    forge.protect('main');
    const { errors } = await move('main', forge.state.branch('main') ?? '', sha);
    expect(errors[0].message).toContain('Repository rule violations');
    forge.state.settings.archived = true;
    expect((await call('POST', `${REPO}/git/refs`, { ref: 'refs/heads/x', sha })).status).toBe(403);
    clean();
  });

  it('limits answer as GitHub says they do', async () => {
    forge.faults.limit = { kind: 'secondary', status: 403, retryAfter: 7, times: 1, writes: true };
    const answer = await call('POST', `${REPO}/git/blobs`, { content: '' });
    expect([answer.status, answer.headers.get('retry-after'), answer.body.message]).toEqual([
      403,
      '7',
      expect.stringContaining('secondary rate limit'),
    ]);
    forge.faults.limit = { kind: 'primary', status: 429, times: 1 };
    expect((await call('GET', REPO)).headers.get('x-ratelimit-remaining')).toBe('0');
    clean();
  });
});

describe('faults', () => {
  it('before: nothing was done; after: it was, and only the answer is lost', async () => {
    await branch('fix');
    forge.faults.clear();
    forge.faults.armed = { kind: 'lost', call: 1, when: 'before', how: '502' };
    await expect(open('fix')).rejects.toThrow(/fetch failed|not valid JSON/);
    expect(forge.state.pulls).toHaveLength(0);
    forge.faults.clear();
    forge.faults.armed = { kind: 'lost', call: 1, when: 'after', how: 'drop' };
    await expect(open('fix')).rejects.toThrow('fetch failed');
    expect(forge.state.pulls).toHaveLength(1);
    expect((await call('GET', `${REPO}/pulls/1`)).status).toBe(200);
    clean();
  });

  it('a client that crashed is not heard until it is started again', async () => {
    forge.faults.armed = { kind: 'crash', call: 1, when: 'before' };
    await expect(call('GET', REPO)).rejects.toThrow('fetch failed');
    await expect(call('GET', REPO)).rejects.toThrow('fetch failed');
    forge.faults.revive();
    expect((await call('GET', REPO)).status).toBe(200);
    clean();
  });

  it('somebody else comes first', async () => {
    const sha = await branch('fix');
    forge.faults.clear();
    forge.faults.armed = {
      kind: 'meanwhile',
      call: 2,
      act: async () => void (await forge.people.push('fix', { 'n.md': 'Mine\n' })),
    };
    expect((await move('fix', sha, sha)).errors[0].type).toBe('UNPROCESSABLE');
    expect(forge.faults.log.map((each) => each.name)).toEqual(['get /repos/{owner}/{repo}', 'graphql updateRefs']);
    clean();
  });

  it('lag: a new branch is not seen at once, nor a new pull request', async () => {
    await branch('fix');
    Object.assign(forge.state.settings.lag, { branchUnseen: 1, pullUnseen: 1 });
    expect((await open('fix')).status).toBe(422);
    expect((await open('fix')).status).toBe(201);
    expect((await call('GET', `${REPO}/pulls`)).body).toEqual([]);
    expect((await call('GET', `${REPO}/pulls`)).body).toHaveLength(1);
    clean();
  });
});

describe('the profile of Gitea', () => {
  it('has no git objects over REST, ignores head=, and answers 201 to a PATCH, 409 to a second pull request', async () => {
    await forge[Symbol.asyncDispose]();
    forge = await ForgeSimulator.start({ profile: 'gitea' });
    token = forge.token('bot', 'user');
    await forge.people.push('fix', { 'b.md': 'b\n' });
    await forge.people.push('other', { 'c.md': 'c\n' });
    expect((await call('POST', `${REPO}/git/blobs`, { content: '' })).status).toBe(404);
    expect((await call('POST', '/graphql', { query: '{viewer{login}}' })).status).toBe(404);
    await open('other');
    await open('fix');
    expect((await open('fix')).status).toBe(409);
    const { body } = await call('GET', `${REPO}/pulls?head=acme:other`);
    expect(body.map((each: any) => each.number)).toEqual([2, 1]);
    expect((await call('PATCH', `${REPO}/pulls/1`, { title: 'New' })).status).toBe(201);
  });
});
