import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGitHub } from '../../bot/forges/github.js';
import { inRepository, readRemote } from '../../bot/git/remote-url.js';
import { ForgeSimulator } from '../support/forge/simulator.js';
import { type Mode, type Run, runOn, told } from './on-forge.js';

vi.setConfig({ testTimeout: 60_000 });

const wanted = { 'stack:a': { a: 'A' } };
let server: ForgeSimulator;
let run: Run;

beforeEach(async () => {
  server = await ForgeSimulator.start({ files: { a: '1', b: '1' } });
  server.state.settings.pushers = new Set(['mona']);
  run = { mode: 'git', token: server.token('ada', 'user'), wanted, input: { fork: true } };
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
});

const writes = (): string[] =>
  server.faults.log.filter((call) => call.write).map(({ name }) => name.replace('/repos/{owner}/{repo}', ''));
const branches = (fullName: string): string[] =>
  [...(server.state.named(fullName)?.store.refs.keys() ?? [])].filter((ref) => ref.startsWith('refs/heads/stackmend/'));
const stateOf = async (more: Partial<Run> = {}): Promise<string> => {
  const [result] = await runOn(server, { ...run, ...more });
  return result?.state ?? '';
};

describe.each(['git', 'api'] as const)('without the right to push, commits by %s', (mode: Mode) => {
  beforeEach(() => {
    run = { ...run, mode };
  });

  it('the group fails and names the setting, unless it may work from a fork', async () => {
    const results = await runOn(server, { ...run, input: { fork: false } });
    expect(told(results)).toBe(
      'FAILED        stack:a\n' +
        '  the token may not push to this repository\n' +
        '  hint: give it "contents: write" and "pull-requests: write", or work from a fork with --fork\n',
    );
    expect([writes(), server.state.forks.size, server.state.pulls]).toStrictEqual([[], 0, []]);
  });

  it('makes the fork, waits until git sees it, and goes on from there as in the repository itself', async () => {
    server.state.settings.lag.forkUnseen = 2;
    expect(await stateOf()).toBe('CREATED');
    expect([branches('ada/shop').length, branches('acme/shop').length]).toStrictEqual([1, 0]);
    const [pull] = server.state.pulls;
    expect(pull).toMatchObject({
      maintainersCanModify: true,
      head: { repository: 'ada/shop' },
      author: { login: 'ada' },
    });
    expect(writes()[0]).toBe('post /forks');
    server.faults.clear();
    expect(await stateOf()).toBe('CURRENT');
    expect(writes()).toStrictEqual([]);

    // The base moved: the fork follows, and only when something is written.
    await server.people.push('main', { b: '2' });
    expect(await stateOf()).toBe('CURRENT');
    expect(writes()).toStrictEqual([]);
    expect(await stateOf({ wanted: { 'stack:a': { a: 'AA' } } })).toBe('UPDATED');
    expect(writes()[0]).toBe('post /merge-upstream');
    expect(server.state.forks.get('ada/shop')?.branch('main')).toBe(server.state.branch('main'));
    expect(server.state.pulls).toHaveLength(1);

    expect(await stateOf({ wanted: {} })).toBe('OBSOLETE');
    expect([branches('ada/shop'), server.state.pull(1)?.state]).toStrictEqual([[], 'closed']);
  });

  it('leaves alone what a person pushed to the fork, and remembers a "no"', async () => {
    await stateOf();
    const fork = server.state.forks.get('ada/shop');
    const [ref = ''] = branches('ada/shop');
    const before = fork?.store.refs.get(ref) ?? '';
    const tree = (await fork?.store.commit(before))?.tree ?? '';
    const who = { name: 'Ada', email: 'ada@example.com', date: '2026-01-02T00:00:00Z' };
    const commit = { tree, parents: [before], author: who, committer: who, message: 'Mine\n' };
    const theirs = fork?.store.writeCommit(commit) ?? '';
    await fork?.updateRefs([{ name: ref, before, after: theirs }]);
    expect(await stateOf({ wanted: { 'stack:a': { a: 'AA' } } })).toBe('HUMAN');
    expect(fork?.store.refs.get(ref)).toBe(theirs);
    server.people.close(1);
    expect(await stateOf()).toBe('NOTHING');
    expect(server.state.pulls).toHaveLength(1);
  });

  it('a crash after the fork is made, or after the push, is finished', async () => {
    for (const name of [
      'post /repos/{owner}/{repo}/forks',
      mode === 'git' ? 'git push' : 'post /repos/{owner}/{repo}/git/refs',
    ]) {
      server.faults.clear();
      await using probe = await ForgeSimulator.start({ files: { a: '1', b: '1' } });
      probe.state.settings.pushers = new Set(['mona']);
      const token = probe.token('ada', 'user');
      await runOn(probe, { ...run, token });
      const call = probe.faults.log.find((each) => each.name === name)?.number ?? 0;
      expect(call).toBeGreaterThan(0);
      await using other = await ForgeSimulator.start({ files: { a: '1', b: '1' } });
      other.state.settings.pushers = new Set(['mona']);
      other.token('ada', 'user');
      other.faults.armed = { kind: 'lost', call, when: 'after', how: 'drop' };
      const [result] = await runOn(other, { ...run, token });
      expect(['CREATED', 'RECOVERED']).toContain(result?.state);
      expect([other.state.forks.size, other.state.pulls.length]).toStrictEqual([1, 1]);
    }
  });
});

it('maintainers are let in where that can be granted, else it is opened without', async () => {
  server.state.settings.grantsForkCollab = false;
  expect(await stateOf()).toBe('CREATED');
  const sent = server.faults.log.filter(({ name }) => name === 'post /repos/{owner}/{repo}/pulls');
  expect(
    sent.map(({ body, status }) => [(body as { maintainer_can_modify: boolean }).maintainer_can_modify, status]),
  ).toStrictEqual([
    [true, 422],
    [false, 201],
  ]);
  expect(server.state.pulls).toMatchObject([{ maintainersCanModify: false }]);
});

it('a fork whose base has commits of its own is used as it is', async () => {
  await stateOf();
  const fork = server.state.forks.get('ada/shop');
  const own = fork?.store.refs.get(branches('ada/shop')[0] ?? '') ?? '';
  await fork?.updateRefs([{ name: 'refs/heads/main', before: fork.branch('main') ?? '', after: own }]);
  await server.people.push('main', { b: '2' });
  expect(await stateOf({ wanted: { 'stack:a': { a: 'AA' } } })).toBe('UPDATED');
  expect(server.faults.log.find(({ name }) => name.endsWith('merge-upstream'))?.status).toBe(409);
  expect(fork?.branch('main')).toBe(own);
});

it('a dry run names the fork, and makes none', async () => {
  const [result] = await runOn(server, { ...run, input: { fork: true, dryRun: true } });
  expect(result?.calls.map(({ name }) => name)).toStrictEqual([
    'createFork',
    'createCommit',
    'createBranch',
    'createPullRequest',
  ]);
  expect(result?.calls.at(-1)?.argument).toMatchObject({ headRepository: 'ada/shop' });
  expect([writes(), server.state.forks.size]).toStrictEqual([[], 0]);
});

it('what a fork may not do is said: labels are left out, forbidden forks and Apps are refused', async () => {
  const options = {
    labels: ['iac'],
    reviewers: [],
    draft: false,
    branchStrategy: 'stable',
    maxOpen: 5,
    perHour: 5,
  } as const;
  const [labelled] = await runOn(server, { ...run, input: { fork: true, options } });
  expect(labelled).toMatchObject({ state: 'CREATED', warnings: [expect.stringContaining('left out')] });
  expect(server.state.pulls[0]?.labels).toStrictEqual([]);

  await using other = await ForgeSimulator.start({ files: { a: '1' } });
  other.state.settings.pushers = new Set();
  other.state.settings.allowsForking = false;
  other.token('ada', 'user');
  const [refused] = await runOn(other, run);
  expect(refused).toMatchObject({ state: 'FAILED', hint: expect.stringContaining('where forking is allowed') });
  expect(refused?.because).toBe('making the fork: GitHub answers 403 The repository exists, but forking is disabled.');
});

it('with the right to push there is no fork', async () => {
  server.state.settings.pushers = new Set(['ada']);
  expect(await stateOf()).toBe('CREATED');
  expect([server.state.forks.size, branches('acme/shop').length]).toStrictEqual([0, 1]);
});

it('a fork of the same owner, or under another name, is found and named in full', async () => {
  const { token } = run;
  server.state.settings.pushers = new Set(['acme']);
  const owner = server.token('acme', 'user');
  const post = (body: object): Promise<Response> =>
    fetch(`${server.origin}/repos/acme/shop/forks`, {
      method: 'POST',
      headers: { authorization: `token ${owner}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await post({ name: 'shop-copy' });
  const forge = createGitHub({ repository: 'acme/shop', apiUrl: server.origin, token: owner, paced: false, second: 1 });
  expect(await forge.findFork()).toBe('acme/shop-copy');
  const fork = server.state.forks.get('acme/shop-copy');
  const base = fork?.branch('main') ?? '';
  const made = await forge.createCommit({
    parent: base,
    message: 'x\n',
    files: [
      {
        path: 'a',
        mode: '100644',
        content: Buffer.from('2').toString('base64'),
        blob: 'd8263ee9860594d2806b0dfd1bfd17528b0ba2a4',
      },
    ],
    repository: 'acme/shop-copy',
  });
  await forge.createBranch({ branch: 'stackmend/x', oid: made.oid, repository: 'acme/shop-copy' });
  const pull = {
    head: 'stackmend/x',
    base: 'main',
    title: 'T',
    body: '',
    draft: false,
    headRepository: 'acme/shop-copy',
  };
  expect(await forge.createPullRequest(pull)).toMatchObject({ head: { repository: 'acme/shop-copy' } });
  expect(await forge.pullRequests(pull)).toHaveLength(1);
  expect(await forge.pullRequests({ head: 'stackmend/x', base: 'main' })).toHaveLength(0);
  expect(token).not.toBe(owner);
});

it.each([
  ['https://git.acme.test/acme/shop.git', 'https://git.acme.test/ada/shop-1.git'],
  ['git@github.com:acme/shop.git', 'git@github.com:ada/shop-1.git'],
  ['ssh://git@git.acme.test:2222/acme/shop.git', 'ssh://git@git.acme.test:2222/ada/shop-1.git'],
])('the fork of %s is reached in the same way', (upstream, fork) => {
  expect(inRepository(readRemote(upstream), 'ada/shop-1')).toMatchObject({ url: fork, fullName: 'ada/shop-1' });
});
