/**
 * The three fault matrices, generated from the log of a life in which nothing went wrong: the bot crashes before and after
 * each call, the answer to each write is lost, a person pushes before each call. Each point starts from a copy of the forge
 * as it stood before its step; afterwards the bot runs once more, as it would an hour later.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { Fault, LoggedCall } from '../support/forge/faults.js';
import { ForgeSimulator, type Snapshot } from '../support/forge/simulator.js';
import { BRANCH, makeClone, runBot, runUntilCrash, type Mode } from './bot.js';
import { START, STEPS, tick, type Step } from './life.js';
import { viewOf, type WorldView } from './world.js';

interface Recorded {
  readonly step: Step;
  readonly before: Snapshot;
  readonly start: WorldView;
  readonly after: Snapshot;
  readonly log: readonly LoggedCall[];
  readonly end: WorldView;
}

/** Lives the clean life once, and writes the matrices for it. */
export async function faultMatrices(mode: Mode): Promise<void> {
  const clone = await makeClone();
  const life = await cleanLife(mode, clone.directory);
  afterAll(async () => {
    for (const { before, after } of life) for (const each of [before, after]) await each[Symbol.asyncDispose]();
    await clone[Symbol.asyncDispose]();
  });

  /** One point: the step with a fault, then without; returns the forge as it stands then. */
  async function live({ step, before }: Recorded, fault: (server: ForgeSimulator) => Fault): Promise<ForgeSimulator> {
    const server = await ForgeSimulator.start({ from: before });
    server.faults.armed = fault(server);
    await runUntilCrash(server, clone.directory, mode, step.wanted);
    server.faults.revive();
    await runBot(server, clone.directory, mode, step.wanted);
    return server;
  }

  for (const recorded of life) {
    const { step, log, end } = recorded;
    const calls = log.map((call) => [`${call.number}. ${call.name}`, call] as const);
    const writes = calls.filter(([, call]) => call.write);

    // A read leaves the forge as it was: to crash after one is to crash before the next call, so only writes have an "after".
    const crashes = calls.flatMap(([name, call]) => [
      ['before', name, call] as const,
      ...(call.write || call === log.at(-1) ? [['after', name, call] as const] : []),
    ]);
    describe(`${step.name}: the bot crashes`, () => {
      // Up to the first write it leaves the forge as it found it: the run after it is the clean one.
      const first = log.findIndex((call) => call.write) + 1;
      it.each(crashes.filter(([, , { number }]) => number < first))('%s %s', async (when, _, { number }) => {
        await using server = await ForgeSimulator.start({ from: recorded.before });
        server.faults.armed = { kind: 'crash', call: number, when };
        await runUntilCrash(server, clone.directory, mode, step.wanted);
        expect(server.faults.isDead).toBe(true);
        expect(await viewOf(server)).toEqual(recorded.start);
      });
      it.each(crashes.filter(([, , { number }]) => number >= first))('%s %s', async (when, _, { number }) => {
        await using server = await live(recorded, () => ({ kind: 'crash', call: number, when }));
        expect(await viewOf(server)).toEqual(end);
        expect(server.violations).toEqual([]);
      });
    });

    // By turns as a 502 and as a connection that breaks.
    const lost = writes.map(([name, call], index) => [name, index % 2 === 0 ? '502' : 'drop', call] as const);
    describe(`${step.name}: the answer is lost`, () => {
      it.each(lost)('%s, %s', async (_, how, { number }) => {
        await using server = await live(recorded, () => ({ kind: 'lost', call: number, when: 'after', how }));
        expect(await viewOf(server)).toEqual(end);
        expect(server.violations).toEqual([]);
      });
    });

    describe(`${step.name}: a person pushes just before`, () => {
      it.each(calls)('%s', async (_, { number }) => {
        let human = '';
        await using server = await live(recorded, (forge) => ({
          kind: 'meanwhile',
          call: number,
          act: async () => {
            human = await forge.people.push(BRANCH, { 'mine.md': 'Mine\n' }, { message: 'Mine\n' });
          },
        }));
        const { state } = server;
        expect(await isKept(server, human)).toBe(true);
        expect(state.pulls.filter((pull) => pull.state === 'open').length).toBeLessThanOrEqual(1);
        await handBack(server, step);
        await runBot(server, clone.directory, mode, step.wanted);
        expect(comparable(await viewOf(server), step)).toEqual(comparable(end, step));
        expect(server.violations).toEqual([]);
      });
    });
  }

  it.each(life.map((recorded) => [recorded.step.name, recorded] as const))(
    '%s: once more with nothing new sends no write',
    async (_, { step, after, end }) => {
      await using server = await ForgeSimulator.start({ from: after });
      await runBot(server, clone.directory, mode, step.wanted);
      expect(server.faults.log.filter((call) => call.write).map((call) => call.name)).toEqual([]);
      expect(await viewOf(server)).toEqual(end);
    },
  );
}

/** The person's commit is on the branch, or the note about the box that they ticked names it. */
async function isKept({ state }: ForgeSimulator, commit: string): Promise<boolean> {
  const stands = state.branch(BRANCH);
  if (stands !== undefined && (await state.store.isAncestor(commit, stands))) return true;
  return state.pulls.some((pull) => pull.comments.some(({ body }) => body.includes(commit)));
}

/** The person gives the branch back: by the box where there is something to rebuild, else by removing it. */
async function handBack(server: ForgeSimulator, { wanted }: Step): Promise<void> {
  const { state } = server;
  if (wanted !== undefined && state.pulls.some((pull) => pull.state === 'open')) tick(server);
  else if (state.branch(BRANCH) !== undefined) await server.people.deleteBranch(BRANCH);
}

/** Without the notes about the person's commit; and where the person ended the pull request, that it is over is enough. */
function comparable({ branches, pulls }: WorldView, { wanted }: Step): unknown {
  if (wanted === undefined) return { branches, pulls: pulls.map(({ state }) => state) };
  return { branches, pulls: pulls.map((pull) => ({ ...pull, comments: [] })) };
}

async function cleanLife(mode: Mode, clone: string): Promise<Recorded[]> {
  await using server = await ForgeSimulator.start({ files: START });
  server.token('mona', 'user');
  const life: Recorded[] = [];
  for (const step of STEPS) {
    await step.before(server);
    const before = await server.snapshot();
    const start = await viewOf(server);
    server.faults.clear();
    const result = await runBot(server, clone, mode, step.wanted);
    if (result.state !== step.state) throw new Error(`${step.name} ended as ${result.state}: ${result.because ?? ''}`);
    const log = [...server.faults.log];
    life.push({ step, before, start, after: await server.snapshot(), log, end: await viewOf(server) });
  }
  if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
  return life;
}
