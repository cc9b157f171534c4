import { afterEach, describe, expect, it, vi } from 'vitest';
import { rebuildBox } from '../../bot/body/frame.js';
import { branchName, isBranchOf } from '../../bot/identity.js';
import { metadataIn } from '../../bot/observe.js';
import { World, mended, stack } from './bot.js';

vi.setConfig({ testTimeout: 180_000 });

const worlds: World[] = [];
const a = 'stack:a.yaml';
const stem = branchName('main', a);
const content = { options: { branchStrategy: 'content' } } as const;
const more = stack('A', stack('Z').split('Resources:\n')[1]);

async function world(): Promise<World> {
  const made = await World.start({ 'a.yaml': stack('A') });
  worlds.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.stop()));
});

/** The only branch of stackmend. */
async function branchOf({ server }: World): Promise<string> {
  const branches = await server.branches();
  expect(branches).toHaveLength(1);
  return branches[0] ?? '';
}

const openOf = ({ forge }: World) => forge.pulls.filter(({ state }) => state === 'open');

describe('a branch for each plan', () => {
  it('is never rewritten: the one before is closed, by us, and there is one pull request at any time', async () => {
    const made = await world();
    expect(await made.states(content)).toStrictEqual({ [a]: 'CREATED' });
    const first = await branchOf(made);
    expect(first).toMatch(new RegExp(`^${stem}-[0-9a-f]{8}$`));
    const tip = await made.server.tip(first);
    made.writes();
    expect(await made.states(content)).toStrictEqual({ [a]: 'CURRENT' });
    // A base that moved elsewhere gives the same plan.
    await made.server.commit('main', { 'README.md': 'x' });
    expect(await made.states(content)).toStrictEqual({ [a]: 'CURRENT' });
    expect([made.writes(), await made.server.tip(first)]).toStrictEqual([[], tip]);

    await made.server.commit('main', { 'a.yaml': more });
    const [result] = await made.run(content);
    const second = await branchOf(made);
    expect(result).toMatchObject({ state: 'REPLACED', branch: second, pullRequest: { number: 2 } });
    expect(isBranchOf(stem, second) && second !== first).toBe(true);
    expect(made.writes()).toStrictEqual([
      'createCommit',
      'createBranch',
      'createNote',
      'updatePullRequest',
      'updatePullRequest',
      'deleteBranch',
      'createPullRequest',
    ]);
    expect(made.forge.pull(1).state).toBe('closed');
    expect(metadataIn(made.forge.pull(1).body)?.closedBy).toBe('obsolete');
    expect(made.forge.notes.get(1)?.at(-1)?.body).toContain(second);
    expect(openOf(made)).toHaveLength(1);
    expect(await made.states(content)).toStrictEqual({ [a]: 'CURRENT' });
    expect(made.writes()).toStrictEqual([]);

    // Back to the first plan: our own end was no "no", and the first name comes back.
    await made.server.commit('main', { 'a.yaml': stack('A') });
    expect(await made.states(content)).toStrictEqual({ [a]: 'REPLACED' });
    expect(await branchOf(made)).toBe(first);

    const [text = ''] = Object.values(await mended({ 'a.yaml': stack('A') }));
    await made.server.commit('main', { 'a.yaml': text });
    // The group is found by what the pull request says of itself.
    expect(await made.states(content)).toStrictEqual({ [a]: 'OBSOLETE' });
    expect(openOf(made)).toHaveLength(0);
    expect(await made.server.branches()).toStrictEqual([]);
  });

  it('replacing is not held up by the limits on new ones, and a label that was taken off stays off', async () => {
    const made = await world();
    const options = { ...content.options, maxOpen: 1, perHour: 1, labels: ['iac', 'bot'] };
    expect(await made.states({ options })).toStrictEqual({ [a]: 'CREATED' });
    made.forge.change({ number: 1, labels: ['bot'] });
    await made.server.commit('main', { 'a.yaml': more });
    expect(await made.states({ options })).toStrictEqual({ [a]: 'REPLACED' });
    expect(made.forge.pull(2).labels).toStrictEqual(['bot']);
  });

  it('a "no" holds for the fixes, also when the branch is long gone', async () => {
    const made = await world();
    await made.run(content);
    made.forge.change({ number: 1, state: 'closed' });
    expect(await made.states(content)).toStrictEqual({ [a]: 'CLEANED' });
    expect(await made.states(content)).toStrictEqual({ [a]: 'NOTHING' });
    await made.server.commit('main', { 'a.yaml': more });
    expect(await made.states(content)).toStrictEqual({ [a]: 'CREATED' });
    expect(made.forge.pull(2).title).toBe('fix(iac): 1 deployment fix in a.yaml');
    expect((await made.server.show(await branchOf(made), 'a.yaml')).match(/sqs:SendMessage/g)).toHaveLength(1);
  });

  it('work of a person holds the group until the box is ticked', async () => {
    const made = await world();
    await made.run(content);
    const first = await branchOf(made);
    const theirs = await made.server.commit(first, { 'x.txt': 'x' });
    await made.server.commit('main', { 'a.yaml': more });
    expect(await made.states(content)).toStrictEqual({ [a]: 'HUMAN' });
    expect([await branchOf(made), await made.server.tip(first)]).toStrictEqual([first, theirs]);
    const { body } = made.forge.pull(1);
    made.forge.change({ number: 1, body: body.replace(`- [ ] ${rebuildBox}`, `- [x] ${rebuildBox}`) });
    expect(await made.states(content)).toStrictEqual({ [a]: 'REPLACED' });
    expect(made.forge.notes.get(1)?.at(-1)?.body).toContain(theirs);
    expect(await branchOf(made)).not.toBe(first);
    expect(openOf(made).map(({ number }) => number)).toStrictEqual([2]);
  });

  it('the strategy may change: whichever branch there is counts as the group', async () => {
    const made = await world();
    await made.run();
    expect(await branchOf(made)).toBe(stem);
    expect(await made.states(content)).toStrictEqual({ [a]: 'REPLACED' });
    expect(await branchOf(made)).not.toBe(stem);
    expect(await made.states()).toStrictEqual({ [a]: 'REPLACED' });
    expect(await branchOf(made)).toBe(stem);
    expect(openOf(made)).toHaveLength(1);
  });

  it('a pull request that somebody else opened from an old branch is left alone', async () => {
    const made = await world();
    await made.run(content);
    const first = await branchOf(made);
    made.forge.change({ number: 1, state: 'closed' });
    await made.forge.open({ head: first, base: 'main', title: 't', body: 'b', draft: false }, 'mallory');
    await made.server.commit('main', { 'a.yaml': more });
    expect(await made.states(content)).toStrictEqual({ [a]: 'CREATED' });
    expect(await made.server.tip(first)).toBeDefined();
    expect(made.forge.pull(2)).toMatchObject({ author: 'mallory', state: 'open' });
  });
});
