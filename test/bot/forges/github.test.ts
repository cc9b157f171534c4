import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ForgeError, type Forge, type NewCommit } from '../../../bot/forge.js';
import { apiUrlOf, createGitHub, type GitHubOptions } from '../../../bot/forges/github.js';
import { followCarefully } from '../../../bot/forges/github-client.js';
import { ForgeSimulator } from '../../support/forge/simulator.js';

let server: ForgeSimulator;
let token: string;
let forge: Forge;

/** The client as it is used, but for its patience: a second of waiting lasts a millisecond, and writes are not spaced. */
function connect(options: Partial<GitHubOptions> = {}): Forge {
  const common = { repository: 'acme/shop', apiUrl: server.origin, paced: false, second: 1, token };
  return createGitHub({ ...common, ...options });
}

beforeEach(async () => {
  server = await ForgeSimulator.start({ files: { 'a/t.yaml': 'A: 1\n', 'run.sh': 'true\n' } });
  token = server.token('stackmend[bot]', 'installation');
  forge = connect();
});
afterEach(async () => {
  expect(server.violations).toEqual([]);
  await server[Symbol.asyncDispose]();
});

const head = (branch: string): string => server.state.branch(branch) ?? 'none';

function commitOf(text: string, path = 'a/t.yaml'): NewCommit {
  const content = Buffer.from(text);
  const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  const files = [{ path, mode: '100644' as const, content: content.toString('base64'), blob }];
  return { parent: head('main'), message: 'Mend\n\nStackmend-Group: 1\n', files };
}

async function branch(name: string, text = 'A: 2\n'): Promise<string> {
  const { oid } = await forge.createCommit(commitOf(text));
  expect(await forge.createBranch({ branch: name, oid })).toBe('done');
  return oid;
}

const pull = { head: 'stackmend/x', base: 'main', title: 'Mend', body: 'Body', draft: true };
const names = (): string[] => server.faults.log.map((call) => call.name.replace('/repos/{owner}/{repo}', ''));

async function errorOf(act: () => Promise<unknown>): Promise<ForgeError> {
  const error = await act().then(
    () => new Error('it went well'),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ForgeError);
  expect(inspect(error, { depth: 9 })).not.toContain(token);
  expect((error as ForgeError).message).not.toMatch(/\n/);
  return error as ForgeError;
}

describe('a pull request on GitHub', () => {
  it('is made of a signed commit, a branch and one request, and is found again', async () => {
    expect(await forge.self()).toEqual({ login: 'stackmend[bot]', signsCommits: true });
    expect(await forge.repository()).toMatchObject({ fullName: 'acme/shop', defaultBranch: 'main', archived: false });
    server.faults.log.length = 0;
    const made = await forge.createCommit(commitOf('A: 2\n'));
    expect(made.verification).toEqual({ verified: true, reason: 'valid' });
    expect(await forge.createBranch({ branch: 'stackmend/x', oid: made.oid })).toBe('done');
    const opened = await forge.createPullRequest(pull);
    await forge.addLabels({ number: 1, labels: ['iac'] });
    expect(names()).toEqual([
      'get /git/commits/{commit_sha}',
      'post /git/blobs',
      'post /git/trees',
      'post /git/commits',
      'post /git/refs',
      'post /pulls',
      'post /issues/{issue_number}/labels',
    ]);
    const [found] = await forge.pullRequests({ head: 'stackmend/x', base: 'main' });
    expect(found).toEqual({ ...opened, labels: ['iac'] });
    expect(found).toMatchObject({ number: 1, state: 'open', draft: true, author: 'stackmend[bot]' });
    expect(await server.state.store.git('diff', '--stat', 'main', 'stackmend/x')).toContain('a/t.yaml | 2 +-');
    expect(await server.state.store.git('log', '-1', '--format=%B', 'stackmend/x')).toContain('Stackmend-Group: 1');
  });

  it('removes files, and keeps modes', async () => {
    const { parent } = commitOf('');
    const files = [{ path: 'run.sh', mode: '100755' as const, content: null, blob: '' }];
    const { oid } = await forge.createCommit({ parent, message: 'Away\n', files });
    expect(await server.state.store.git('ls-tree', '-r', '--name-only', oid)).toBe('a/t.yaml\n');
  });

  it('is changed, closed, commented on, and reviewed by people and teams', async () => {
    server.token('mona', 'user');
    await branch('stackmend/x');
    await forge.createPullRequest(pull);
    expect(await forge.updatePullRequest({ number: 1, title: 'New' })).toMatchObject({ title: 'New', body: 'Body' });
    await forge.createNote({ number: 1, marker: '<!-- m -->', body: '<!-- m --> Hello' });
    server.people.comment(1, '<!-- other --> not ours');
    expect(await forge.findNote({ number: 1, marker: '<!-- m -->' })).toMatchObject({ body: '<!-- m --> Hello' });
    expect(await forge.findNote({ number: 1, marker: '<!-- other -->' })).toBeUndefined();
    await forge.requestReviewers({ number: 1, reviewers: ['mona', 'acme/infra'] });
    expect(server.state.pull(1)).toMatchObject({ reviewers: ['mona'], teams: ['infra'] });
    expect(await forge.updatePullRequest({ number: 1, state: 'closed' })).toMatchObject({ state: 'closed' });
    server.people.reopen(1);
    await server.people.merge(1, 'squash');
    expect(await forge.pullRequests({ head: 'stackmend/x', base: 'main' })).toMatchObject([{ state: 'merged' }]);
  });

  it('is told from those of others and of other branches', async () => {
    await server.people.push('stackmend/y', { 'b.md': 'b\n' });
    await server.people.open('stackmend/y', 'main', 'Mine');
    await branch('stackmend/x');
    await forge.createPullRequest(pull);
    expect(await forge.pullRequests({ head: 'x', base: 'main' })).toEqual([]);
    expect(await forge.pullRequests({ head: 'stackmend/x', base: 'other' })).toEqual([]);
    expect(await forge.pullRequests({ head: 'stackmend/y', base: 'main' })).toMatchObject([{ author: 'mona' }]);
    const own = (since: string) => forge.ownPullRequests({ prefix: 'stackmend/', since });
    expect(await own('2030-01-01T00:00:00.000Z')).toMatchObject([{ number: 2 }]);
    server.people.close(2);
    expect(await own('2030-01-01T00:00:00.000Z')).toEqual([]);
    expect(await own('2020-01-01T00:00:00.000Z')).toMatchObject([{ number: 2, state: 'closed' }]);
  });

  it('lists are read to their end', async () => {
    await server.people.push('stackmend/x', { 'b.md': 'b\n' });
    const first = await server.people.open('stackmend/x', 'main', 'Again');
    server.people.close(1);
    for (let number = 2; number <= 205; number++) server.state.pulls.push({ ...first, number });
    expect(await forge.pullRequests({ head: 'stackmend/x', base: 'main' })).toHaveLength(205);
  });
});

describe('branches are compared before they are set', () => {
  it('making one that exists, moving or removing one that a person moved: lost, and nothing changed', async () => {
    const first = await branch('stackmend/x');
    expect(await forge.createBranch({ branch: 'stackmend/x', oid: head('main') })).toBe('lost');
    const { oid } = await forge.createCommit(commitOf('A: 3\n'));
    const human = await server.people.push('stackmend/x', { 'n.md': 'Mine\n' });
    expect(await forge.updateBranch({ branch: 'stackmend/x', before: first, oid })).toBe('lost');
    expect(await forge.deleteBranch({ branch: 'stackmend/x', before: first })).toBe('lost');
    expect(head('stackmend/x')).toBe(human);
    expect(await forge.updateBranch({ branch: 'stackmend/x', before: human, oid })).toBe('done');
    expect(await forge.deleteBranch({ branch: 'stackmend/x', before: oid })).toBe('done');
    expect(await forge.deleteBranch({ branch: 'stackmend/x', before: oid })).toBe('done');
    expect(server.faults.log.some(({ name }) => name.startsWith('patch') && name.includes('git/refs'))).toBe(false);
  });

  it('where the server does not know updateRefs, a push with a lease does it; without one the setting is named', async () => {
    const before = await branch('stackmend/x');
    server.state.settings.knowsUpdateRefs = false;
    const moves: unknown[] = [];
    const pushWithLease = async (move: unknown): Promise<'lost'> => (moves.push(move), 'lost');
    const move = { branch: 'stackmend/x', before, oid: head('main') };
    expect(await connect({ pushWithLease }).updateBranch(move)).toBe('lost');
    expect(moves).toEqual([move]);
    expect(await errorOf(() => forge.updateBranch(move))).toMatchObject({
      kind: 'invalid',
      hint: 'use --commit-mode git',
    });
  });
});

describe('nothing is sent twice', () => {
  const writes: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['createCommit', () => forge.createCommit(commitOf('A: 9\n'))],
    ['createBranch', () => forge.createBranch({ branch: 'stackmend/z', oid: head('stackmend/x') })],
    [
      'updateBranch',
      () => forge.updateBranch({ branch: 'stackmend/x', before: head('stackmend/x'), oid: head('stackmend/y') }),
    ],
    ['createPullRequest', () => forge.createPullRequest({ ...pull, head: 'stackmend/y' })],
    ['updatePullRequest', () => forge.updatePullRequest({ number: 1, title: 'New' })],
    ['createNote', () => forge.createNote({ number: 1, marker: 'm', body: 'Hello' })],
    ['addLabels', () => forge.addLabels({ number: 1, labels: ['iac'] })],
  ];

  it.each(writes)('%s: a lost answer is told, and the request is not repeated', async (_, act) => {
    await branch('stackmend/x');
    await branch('stackmend/y', 'A: 5\n');
    await forge.createPullRequest(pull);
    await forge.repository();
    for (const how of ['502', 'drop'] as const) {
      server.faults.clear();
      const number = names().length + 1 + (act.toString().includes('createCommit') ? 1 : 0);
      server.faults.armed = { kind: 'lost', call: number, when: 'after', how };
      expect((await errorOf(act)).kind).toBe('unavailable');
      expect(server.faults.log.filter((call) => call.write)).toHaveLength(1);
    }
  });

  it('reads are repeated', async () => {
    server.faults.armed = { kind: 'lost', call: 1, when: 'after', how: '502' };
    expect(await forge.self()).toMatchObject({ login: 'stackmend[bot]' });
    server.faults.clear();
    server.faults.armed = { kind: 'lost', call: 1, when: 'before', how: 'drop' };
    expect(await forge.repository()).toMatchObject({ fullName: 'acme/shop' });
    expect(names()).toEqual(['get ', 'get ']);
  });

  it('a limit is waited for as long as it says, if that is not too long, then told', async () => {
    await branch('stackmend/x');
    server.faults.clear();
    server.faults.limit = { kind: 'secondary', status: 403, retryAfter: 7, times: 2, writes: true };
    const waits: number[] = [];
    const patient = connect({ onWait: (seconds) => waits.push(seconds) });
    expect(await patient.createPullRequest(pull)).toMatchObject({ number: 1 });
    expect([waits, names()]).toEqual([
      [7, 7],
      ['post /pulls', 'post /pulls', 'post /pulls'],
    ]);
    server.faults.limit = { kind: 'secondary', status: 429, retryAfter: 7, times: 9 };
    expect(await errorOf(() => connect({ longestWait: 5 }).self())).toMatchObject({ kind: 'rate-limited' });
    server.faults.limit = { kind: 'primary', status: 403, retryAfter: 3000, times: 9 };
    expect(await errorOf(() => connect().self())).toMatchObject({ kind: 'rate-limited' });
    server.faults.limit = undefined;
  });
});

describe('what is refused is told in one line, with the setting to change', () => {
  it.each([
    ['a token that is no good', () => connect({ token: 'ghp_wrong0000' }).self(), 'unauthenticated', /GITHUB_TOKEN/],
    [
      'no right to write',
      () => connect({ token: server.token('r[bot]', 'installation', []) }).createCommit(commitOf('x')),
      'forbidden',
      /contents: write/,
    ],
    [
      'no right to open',
      () => connect({ token: server.token('r[bot]', 'installation', ['contents']) }).createPullRequest(pull),
      'forbidden',
      /pull-requests: write/,
    ],
    [
      'a repository that is not seen',
      () => connect({ repository: 'acme/secret' }).repository(),
      'not-found',
      undefined,
    ],
    [
      'a comment on nothing',
      () => forge.createNote({ number: 99, marker: '', body: 'Hello' }),
      'not-found',
      /pull-requests/,
    ],
    [
      'a branch that is not there',
      () => forge.createPullRequest({ ...pull, head: 'stackmend/none' }),
      'not-yet',
      undefined,
    ],
    [
      'a title that is empty',
      async () => (await branch('stackmend/x'), forge.createPullRequest({ ...pull, title: '' })),
      'invalid',
      undefined,
    ],
  ] as const)('%s', async (_, act, kind, hint) => {
    const error = await errorOf(act);
    expect(error.kind, error.message).toBe(kind);
    if (hint !== undefined) expect(error.hint).toMatch(hint);
  });

  it('settings of the repository', async () => {
    const { settings } = server.state;
    const before = await branch('stackmend/x');
    settings.pullRequestsEnabled = false;
    expect(await errorOf(() => forge.createPullRequest(pull))).toMatchObject({ kind: 'pull-requests-disabled' });
    expect(await connect().repository()).toMatchObject({ pullRequestsEnabled: false });
    settings.pullRequestsEnabled = true;
    settings.actionsMayOpenPulls = false;
    const actions = connect({ token: server.token('github-actions[bot]', 'installation') });
    const refused = await errorOf(() => actions.createPullRequest(pull));
    expect(refused).toMatchObject({
      kind: 'forbidden',
      hint: expect.stringContaining('Allow GitHub Actions to create'),
    });
    server.protect('stackmend/x');
    expect(await errorOf(() => forge.updateBranch({ branch: 'stackmend/x', before, oid: head('main') }))).toMatchObject(
      { kind: 'protected-branch' },
    );
    settings.archived = true;
    expect(await errorOf(() => forge.createNote({ number: 1, marker: '', body: 'x' }))).toMatchObject({
      kind: 'archived',
    });
    expect(await connect().repository()).toMatchObject({ archived: true });
  });

  it('a pull request that exists', async () => {
    await branch('stackmend/x');
    await forge.createPullRequest(pull);
    expect(await errorOf(() => forge.createPullRequest(pull))).toMatchObject({ kind: 'exists' });
  });

  it('a host that does not answer', async () => {
    expect(
      await errorOf(() => connect({ apiUrl: 'http://127.0.0.1:9' }).createNote({ number: 1, marker: '', body: '' })),
    ).toMatchObject({ kind: 'unavailable' });
  });
});

describe('addresses', () => {
  it('of GitHub, its tenants, and Enterprise Servers, whose GraphQL lies beside /api/v3', async () => {
    expect(apiUrlOf('github.com')).toBe('https://api.github.com');
    expect(apiUrlOf('acme.ghe.com')).toBe('https://api.acme.ghe.com');
    expect(apiUrlOf('git.acme.test')).toBe('https://git.acme.test/api/v3');
    expect(await connect({ apiUrl: `${server.origin}/api/v3` }).repository()).toMatchObject({ fullName: 'acme/shop' });
    expect(server.faults.log.map((call) => call.path)).toEqual(['/api/graphql', '/api/v3/repos/acme/shop']);
  });

  it('that would send the token in the clear are refused', () => {
    expect(() => connect({ apiUrl: 'http://git.acme.test/api/v3' })).toThrow(/unencrypted/);
  });

  it('on another host are followed by reads alone, without the token', async () => {
    const sent: string[] = [];
    vi.stubGlobal('fetch', async (url: URL, { method = 'GET', headers }: { method?: string; headers: Headers }) => {
      sent.push(`${method} ${url.href} ${headers.get('authorization')}`);
      const location = 'https://other.test/x';
      return url.host === 'other.test'
        ? new Response('here')
        : new Response(null, { status: 302, headers: { location } });
    });
    const headers = { authorization: 'token abc' };
    expect(await (await followCarefully('https://api.test/a', { headers })).text()).toBe('here');
    await expect(followCarefully('https://api.test/b', { method: 'POST', headers })).rejects.toThrow(/other\.test/);
    vi.unstubAllGlobals();
    expect(sent).toEqual([
      'GET https://api.test/a token abc',
      'GET https://other.test/x null',
      'POST https://api.test/b token abc',
    ]);
  });

  it('to which a redirect leads never get the token on another host, and no write', async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(`${request.method} ${request.headers.authorization}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const target = `http://127.0.0.1:${(other.address() as AddressInfo).port}/x`;
    const moved = createServer((request, response) => {
      const same = request.url === '/same';
      if (request.url === '/there') response.end(`${request.method} ${request.headers.authorization}`);
      else response.writeHead(same ? 307 : 302, { location: same ? '/there' : target }).end();
    });
    await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
    const from = `http://127.0.0.1:${(moved.address() as AddressInfo).port}`;
    const headers = { authorization: `token ${token}` };
    await expect(followCarefully(`${from}/away`, { headers })).rejects.toThrow(/redirects to/);
    await expect(followCarefully(`${from}/away`, { method: 'POST', headers })).rejects.toThrow(/redirects to/);
    expect(
      await errorOf(() => connect({ apiUrl: `${from}/away` }).createNote({ number: 1, marker: '', body: 'x' })),
    ).toMatchObject({ kind: 'invalid', hint: expect.stringContaining('moved') });
    const stayed = await followCarefully(`${from}/same`, { method: 'POST', headers });
    expect(await stayed.text()).toBe(`POST token ${token}`);
    expect(seen).toEqual([]);
    for (const each of [other, moved]) {
      each.closeAllConnections();
      each.close();
    }
  });
});
