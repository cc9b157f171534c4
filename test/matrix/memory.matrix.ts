/**
 * The fault matrices in git mode, over the whole way from templates to pull requests, on a forge in memory. Each point starts
 * from a copy of the world as it stood before its step. A crash before a write is one after the write before it, for nothing
 * but the forge remembers; so only the first write of a step is crashed before too.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { ForgeError } from '../../bot/forge.js';
import { isBranchOf, branchName } from '../../bot/identity.js';
import { type RunOptions, World, mended, stack } from '../bot/bot.js';

const both = stack('A', stack('Z').split('Resources:\n')[1]);
const stem = branchName('main', 'stack:a.yaml');

interface Life {
  readonly name: string;
  readonly options: NonNullable<RunOptions['options']>;
  /** What the template is in each step. */
  readonly texts: readonly string[];
  /** The steps in which things go wrong; in the others nothing differs from the life before. */
  readonly faulty: readonly string[];
}

const names = ['create', 'update', 'close'];

const [, none = ''] = ['', ...Object.values(await mended({ 'a.yaml': both }))];
const lives: readonly Life[] = [
  { name: 'one branch', options: { labels: ['iac'] }, texts: [stack('A'), both, none], faulty: names },
  {
    name: 'a branch for each plan',
    options: { labels: ['iac'], branchStrategy: 'content' },
    texts: [stack('A'), both, none],
    faulty: ['update'],
  },
];

interface Step {
  readonly before: World;
  readonly after: unknown;
  readonly writes: readonly string[];
  /** For each call, whether a branch of ours was there. */
  readonly branches: readonly boolean[];
}

const copies: World[] = [];
afterAll(async () => {
  await Promise.all(copies.map((each) => each.stop()));
});

/** Lives once in which nothing goes wrong. */
async function clean({ options, texts }: Life): Promise<readonly Step[]> {
  const made = await World.start({ 'README.md': 'x' });
  copies.push(made);
  const steps: Step[] = [];
  for (const text of texts) {
    await made.server.commit('main', { 'a.yaml': text });
    const before = await made.copy();
    copies.push(before);
    const branches: boolean[] = [];
    const around: RunOptions['around'] = async (_, send) => {
      branches.push((await made.server.branches()).length > 0);
      return send();
    };
    await made.run({ options, around });
    steps.push({ before, after: await made.visible(), writes: made.writes(), branches });
  }
  return steps;
}

async function inCopy(world: World, act: (made: World) => Promise<void>): Promise<void> {
  const made = await world.copy();
  try {
    await act(made);
  } finally {
    await made.stop();
  }
}

for (const life of lives) {
  const { options } = life;
  const steps = await clean(life);
  const faulty = steps.map((step, index) => ({ step, index, name: names[index] ?? '' }));
  describe.each(faulty.filter(({ name }) => life.faulty.includes(name)))(`${life.name}: $name`, ({ step, index }) => {
    const points = step.writes.flatMap((name, at) =>
      (['crash before', 'crash after', 'lost before', 'lost after'] as const)
        .filter((kind) => at === 0 || kind !== 'crash before')
        .map((kind) => ({ kind, at, name })),
    );

    it('has writes', () => {
      expect(step.writes.length).toBeGreaterThanOrEqual(3);
    });

    it.each(points)('$kind $name ($at) ends as the clean run did (G2, G5)', async ({ kind, at }) => {
      await inCopy(step.before, async (made) => {
        let count = -1;
        const fail = (): never => {
          throw kind.startsWith('lost') ? new ForgeError('unavailable', '502') : new Crash();
        };
        const around: RunOptions['around'] = async (call, send) => {
          if (call.kind === 'read') return send();
          count++;
          if (count === at && kind.endsWith('before')) return fail();
          const answer = await send();
          expect(made.forge.pulls.filter(({ state }) => state === 'open').length).toBeLessThanOrEqual(1);
          return count === at ? fail() : answer;
        };
        const results = await made.run({ around, options });
        if (results.some(({ state }) => state === 'FAILED')) await made.run({ options });
        expect(await made.visible()).toStrictEqual(step.after);
      });
    });

    const calls = step.branches.flatMap((there, at) => (there ? [at] : []));
    it.each(calls)('a push by a person before call %i loses nothing of theirs, nor does the next run (G3)', (at) =>
      inCopy(step.before, async (made) => {
        let count = -1;
        let theirs: readonly [string, string] | undefined;
        await made.run({
          options,
          around: async (_, send) => {
            count++;
            const [branch] = count === at ? await made.server.branches() : [];
            if (branch !== undefined) theirs = [branch, await made.server.commit(branch, { 'x.txt': 'x' })];
            return send();
          },
        });
        const next = life.texts[index + 1];
        if (next !== undefined) await made.server.commit('main', { 'a.yaml': next });
        await made.run({ options });
        const [branch, commit] = theirs ?? ['', ''];
        expect(isBranchOf(stem, branch)).toBe(true);
        expect(await made.server.tip(branch)).toBe(commit);
      }),
    );
  });
}

class Crash extends Error {}
