import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WriteBudget, costOf } from '../../bot/budget.js';
import { createGitHub } from '../../bot/forges/github.js';
import { ForgeSimulator } from '../support/forge/simulator.js';
import { runOn, told, type Run } from './on-forge.js';
import { planOf, fixOf } from './support.js';

vi.setConfig({ testTimeout: 60_000 });

const wanted = { 'stack:a': { a: 'A' }, 'stack:b': { b: 'B' }, 'stack:c': { c: 'C' } };
let server: ForgeSimulator;
let run: Run;

beforeEach(async () => {
  server = await ForgeSimulator.start({ files: { a: '1', b: '1', c: '1' } });
  run = { mode: 'api', token: server.token('stackmend[bot]', 'installation'), wanted };
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
});

const statesOf = (results: readonly { readonly state: string }[]) => results.map(({ state }) => state);
const writes = (): number => server.faults.log.filter((call) => call.write).length;
/** Each group is wholly there, or not at all. */
const groups = () => server.state.pulls.map(({ head, state }) => [head.branch.slice(10, 17), state]);

describe('the limit of an hour', () => {
  it('lets a group begin only if all of it fits; the rest is deferred, and comes later', async () => {
    // Each group is five writes: blob, tree, commit, branch, pull request.
    const results = await runOn(server, { ...run, limits: { perHour: 11 } });
    expect(statesOf(results)).toStrictEqual(['CREATED', 'CREATED', 'DEFERRED']);
    expect(writes()).toBe(10);
    expect(told(results.slice(2))).toBe(
      'DEFERRED      stack:c\n' +
        '  this may take 5 writes, and 1 of 11 in an hour are left (--writes-per-hour)\n' +
        '  hint: run it again later: it goes on where this run stopped\n',
    );
    expect(server.state.pulls).toHaveLength(2);
    expect([...server.state.store.refs.keys()].filter((ref) => ref.includes('stackmend'))).toHaveLength(2);
    expect(statesOf(await runOn(server, { ...run, limits: { perHour: 11 } }))).toStrictEqual([
      'CURRENT',
      'CURRENT',
      'CREATED',
    ]);
  });

  it('holds for updates and ends too, and what is in order stays so called', async () => {
    await runOn(server, run);
    const change = { 'stack:a': { a: 'Z' }, 'stack:b': { b: 'B' } };
    const before = writes();
    const results = await runOn(server, { ...run, wanted: change, limits: { perHour: 1 } });
    expect(statesOf(results)).toStrictEqual(['DEFERRED', 'CURRENT', 'DEFERRED']);
    expect(writes()).toBe(before);
    expect(statesOf(await runOn(server, { ...run, wanted: change }))).toStrictEqual(['UPDATED', 'CURRENT', 'OBSOLETE']);
    expect(groups().map(([, state]) => state)).toStrictEqual(['open', 'open', 'closed']);
  });

  it('in git mode only what the API gets counts', async () => {
    const results = await runOn(server, { ...run, mode: 'git', limits: { perHour: 2 } });
    expect(statesOf(results)).toStrictEqual(['CREATED', 'CREATED', 'DEFERRED']);
  });
});

describe('the limit of a minute', () => {
  it('makes writes wait, by the clock that is given', async () => {
    const time = { now: Date.parse('2026-01-01T00:00:00Z') };
    expect(statesOf(await runOn(server, { ...run, limits: { perMinute: 4 }, time }))).toStrictEqual([
      'CREATED',
      'CREATED',
      'CREATED',
    ]);
    // Fifteen writes, four at once: three whole minutes lie between the first and the last.
    expect(time.now).toBe(Date.parse('2026-01-01T00:03:00Z'));
  });
});

describe('the reserve of the rate limit', () => {
  it('stays: the groups that are left are deferred, without a request', async () => {
    server.quota.limit = 100;
    server.quota.used = 70;
    const results = await runOn(server, run);
    expect(statesOf(results)).toStrictEqual(['CREATED', 'DEFERRED', 'DEFERRED']);
    expect(results[1]?.because).toMatch(
      /^the rate limit of the token is nearly used up: \d\d of 100 requests are left until \d\d:\d\d UTC, and a tenth is kept for others$/,
    );
    expect(server.quota.limit - server.quota.used).toBeGreaterThanOrEqual(10);
    expect(server.state.pulls).toHaveLength(1);
    server.quota.used = 0;
    expect(statesOf(await runOn(server, run))).toStrictEqual(['CURRENT', 'CREATED', 'CREATED']);
  });

  it('counts until it is full again, and each kind of request by itself', () => {
    const clock = { now: () => new Date(1_000_000), wait: async () => {} };
    const budget = new WriteBudget({ perMinute: 9, perHour: 9 }, clock);
    const headers = (remaining: number, reset: number, resource: string): Headers =>
      new Headers({
        'x-ratelimit-limit': '1000',
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(reset),
        'x-ratelimit-resource': resource,
      });
    budget.note(new Headers());
    budget.note(headers(111, 2000, 'core'));
    expect(budget.refusal(5)).toBeUndefined();
    expect(budget.refusal(6)).toMatch(/111 of 1000/);
    budget.note(headers(105, 2000, 'graphql'));
    budget.note(headers(500, 2000, 'core'));
    expect(budget.refusal(0)).toMatch(/105 of 1000 requests are left until 00:33 UTC/);
    budget.note(headers(105, 1000, 'graphql'));
    expect(budget.refusal(0)).toBeUndefined();
  });
});

describe('what acts cost', () => {
  const manner = { makesCommits: true, labels: ['x'], reviewers: [], forks: false };
  const plan = planOf([fixOf()]);
  it.each([
    [['write', 'open'], manner, 3 + 1 + 2],
    [['write', 'open'], { ...manner, makesCommits: false, labels: [] }, 1],
    [['write', 'open'], { ...manner, makesCommits: false, labels: [], forks: true }, 3],
    [['note-obsolete', 'mark-closed', 'close', 'delete'], manner, 4],
    [['refresh'], { ...manner, reviewers: ['y'] }, 3],
  ] as const)('%j', (acts, how, cost) => {
    expect(costOf(acts, plan, how)).toBe(cost);
  });
});

it('writes of one token are a second apart', async () => {
  const times: number[] = [];
  const meter = { spend: async () => void times.push(performance.now()), note: () => {} };
  await server.people.push('stackmend/x', { a: '2' });
  await server.people.open('stackmend/x', 'main', 'X');
  const { token } = run;
  const forge = createGitHub({ repository: 'acme/shop', apiUrl: server.origin, token, meter });
  await Promise.all(['a', 'b', 'c'].map((label) => forge.addLabels({ number: 1, labels: [label] })));
  const [first = 0, second = 0, third = 0] = times;
  expect([Math.round((second - first) / 100), Math.round((third - second) / 100)].every((tenths) => tenths >= 10)).toBe(
    true,
  );
});
