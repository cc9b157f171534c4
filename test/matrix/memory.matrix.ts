import { afterEach, describe, expect, it, vi } from 'vitest';
import { ForgeError } from '../../bot/forge.js';
import { branchName } from '../../bot/identity.js';
import { type RunOptions, World, mended, stack } from '../bot/bot.js';

vi.setConfig({ testTimeout: 3_600_000 });

const worlds: World[] = [];
const branchA = branchName('main', 'stack:a.yaml');

async function world(): Promise<World> {
  const made = await World.start({ 'a.yaml': stack('A') });
  worlds.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.stop()));
});

describe('faults in git mode', () => {
  const life = async (made: World, run: (options?: RunOptions) => Promise<unknown>): Promise<void> => {
    await run();
    await made.server.commit('main', { 'a.yaml': stack('A', stack('Z').split('Resources:\n')[1]) });
    await run();
    const [text = ''] = Object.values(await mended({ 'a.yaml': stack('A', stack('Z').split('Resources:\n')[1]) }));
    await made.server.commit('main', { 'a.yaml': text });
    await run();
  };

  // The clean run tells which writes there are; each is then crashed before and after, and its answer lost.
  it('a crash or a lost answer at any write ends as the clean run did (G2, G5)', async () => {
    const clean = await world();
    await life(clean, async () => clean.run({ options: { labels: ['iac'] } }));
    const expected = await clean.visible();
    const writes = clean.writes();
    expect(writes.length).toBeGreaterThan(8);
    for (const [at] of writes.entries())
      for (const kind of ['crash before', 'crash after', 'lost before', 'lost after'] as const) {
        const made = await world();
        let count = -1;
        const fail = (): never => {
          if (kind.startsWith('lost')) throw new ForgeError('unavailable', '502');
          throw new Crash();
        };
        const around: RunOptions['around'] = async (call, send) => {
          if (call.kind === 'read') return send();
          count++;
          if (count !== at) return send();
          if (kind.endsWith('before')) return fail();
          await send();
          return fail();
        };
        await life(made, async () => {
          const results = await made.run({ around, options: { labels: ['iac'] } });
          if (results.some(({ state }) => state === 'FAILED')) await made.run({ options: { labels: ['iac'] } });
        });
        expect(await made.visible(), `${kind} ${writes[at]} (${at})`).toStrictEqual(expected);
        await made.stop();
        worlds.splice(worlds.indexOf(made), 1);
      }
  });

  it('a push by a person before any call loses nothing of theirs (G3)', async () => {
    const clean = await world();
    let calls = 0;
    await life(clean, async () => clean.run({ around: (_, send) => (calls++, send()) }));
    expect(calls).toBeGreaterThan(12);
    for (let at = 0; at < calls; at++) {
      const made = await world();
      let count = -1;
      let theirs: string | undefined;
      await life(made, async () => {
        await made.run({
          around: async (_, send) => {
            count++;
            if (count === at && (await made.server.tip(branchA)))
              theirs = await made.server.commit(branchA, { 'x.txt': 'x' });
            return send();
          },
        });
      });
      expect(theirs === undefined ? theirs : await made.server.tip(branchA), `before call ${at}`).toBe(theirs);
      await made.stop();
      worlds.splice(worlds.indexOf(made), 1);
    }
  });
});

class Crash extends Error {}
