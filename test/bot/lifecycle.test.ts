import { afterEach, describe, expect, it, vi } from 'vitest';
import { branchName } from '../../bot/identity.js';
import { rebuildBox, splitBody } from '../../bot/body/frame.js';
import { metadataIn } from '../../bot/observe.js';
import { World, mended, stack } from './bot.js';
import type { Files } from './git-server.js';

// Each look at a remote is several processes.
vi.setConfig({ testTimeout: 180_000 });

const worlds: World[] = [];
const a = 'stack:a.yaml';
const b = 'stack:b.yaml';
const branchA = branchName('main', a);

async function world(files: Files = { 'a.yaml': stack('A') }): Promise<World> {
  const made = await World.start(files);
  worlds.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.stop()));
});

describe('the life of a pull request', () => {
  it('is created, current, updated and cleaned up after the merge', async () => {
    const made = await world({ 'a.yaml': stack('A'), 'b.yaml': stack('B') });
    const { server, forge } = made;
    expect(await made.states()).toStrictEqual({ [a]: 'CREATED', [b]: 'CREATED' });
    expect(made.writes().filter((name) => name === 'createPullRequest')).toHaveLength(2);

    // G1: nothing changed, so nothing is written.
    expect(await made.states()).toStrictEqual({ [a]: 'CURRENT', [b]: 'CURRENT' });
    expect(made.writes()).toStrictEqual([]);

    // The base moves elsewhere: still nothing.
    await server.commit('main', { 'README.md': 'hello' });
    expect(await made.states()).toStrictEqual({ [a]: 'CURRENT', [b]: 'CURRENT' });
    expect(made.writes()).toStrictEqual([]);

    // Another fix in the same stack: the same branch and pull request.
    await server.commit('main', { 'a.yaml': stack('A', stack('Z').split('Resources:\n')[1]) });
    expect(await made.states()).toStrictEqual({ [a]: 'UPDATED', [b]: 'CURRENT' });
    expect(made.writes()).toStrictEqual(['createCommit', 'updateBranch', 'updatePullRequest']);
    expect(forge.pulls).toHaveLength(2);
    expect(forge.pull(1).title).toBe('fix(iac): 2 deployment fixes in a.yaml');
    expect(forge.pull(1).draft).toBe(false);

    // Merged by squash, its branch left behind.
    await server.commit('main', { 'a.yaml': await server.show(branchA, 'a.yaml') });
    forge.change({ number: 1, state: 'merged' });
    expect(await made.states()).toStrictEqual({ [b]: 'CURRENT', [a]: 'CLEANED' });
    expect(await server.branches()).toHaveLength(1);
    expect(await made.states()).toStrictEqual({ [b]: 'CURRENT' });
  });

  it('holds exactly what fix writes, with file modes kept, and nothing else (G8, G11)', async () => {
    const texts = { 'a.yaml': stack('A'), 'deep/é b.yaml': stack('B').replaceAll('\n', '\r\n') };
    const made = await world({ ...texts, 'run.yaml': { run: stack('R') }, 'link.yaml': { link: 'a.yaml' } });
    const results = await made.run({ groupBy: 'all' });
    const expected = await mended({ ...texts, 'run.yaml': stack('R') });
    const [branch = ''] = await made.server.branches();
    for (const [file, text] of Object.entries(expected)) {
      expect(text).not.toBe({ ...texts, 'run.yaml': stack('R') }[file]);
      expect(await made.server.show(branch, file)).toBe(text.replace(/\n$/, ''));
    }
    const { git } = await import('./git-server.js');
    const raw = await git(made.server.bare, 'diff-tree', '-r', '--no-renames', 'main', branch);
    const modes = raw.split('\n').map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(modes.toSorted()).toStrictEqual([':100644 100644', ':100644 100644', ':100755 100755']);
    expect(results[0]?.plan?.files.map(({ path }) => path).toSorted()).toStrictEqual(Object.keys(expected).toSorted());
  });

  it('is closed when its reason is gone, and our own end is no "no" (G6)', async () => {
    const made = await world();
    await made.run();
    const [mendedA = ''] = Object.values(await mended({ 'a.yaml': stack('A') }));
    await made.server.commit('main', { 'a.yaml': mendedA });
    made.writes();
    expect(await made.states()).toStrictEqual({ [a]: 'OBSOLETE' });
    expect(made.writes()).toStrictEqual(['createNote', 'updatePullRequest', 'updatePullRequest', 'deleteBranch']);
    expect(made.forge.pull(1).state).toBe('closed');
    expect(metadataIn(made.forge.pull(1).body)?.closedBy).toBe('obsolete');
    expect(await made.states()).toStrictEqual({});
    await made.server.commit('main', { 'a.yaml': stack('A') });
    expect(await made.states()).toStrictEqual({ [a]: 'CREATED' });
    expect(made.forge.pulls).toHaveLength(2);
  });

  it('is not offered again once a person closed it, but new fixes are (G6)', async () => {
    const made = await world();
    await made.run();
    made.forge.change({ number: 1, state: 'closed' });
    expect(await made.states()).toStrictEqual({ [a]: 'CLEANED' });
    expect(await made.states()).toStrictEqual({ [a]: 'NOTHING' });
    await made.server.commit('main', { 'a.yaml': stack('A', stack('Z').split('Resources:\n')[1]) });
    expect(await made.states()).toStrictEqual({ [a]: 'CREATED' });
    const text = await made.server.show(branchA, 'a.yaml');
    expect(made.forge.pull(2).title).toBe('fix(iac): 1 deployment fix in a.yaml');
    expect(text.match(/sqs:SendMessage/g)).toHaveLength(1);
    expect(splitBody(made.forge.pull(2).body).block).toContain('a pull request with it was closed');
    // Re-opening takes the "no" back.
    made.forge.change({ number: 2, state: 'closed' });
    made.forge.change({ number: 1, state: 'open' });
    expect(await made.states()).toStrictEqual({ [a]: 'UPDATED' });
  });

  it('leaves a pull request of somebody else on our branch alone (G4)', async () => {
    const made = await world();
    await made.server.commit(branchA, { 'x.txt': 'x' });
    await made.forge.open({ head: branchA, base: 'main', title: 't', body: 'b', draft: false }, 'mallory');
    const before = await made.visible();
    expect(await made.states()).toStrictEqual({ [a]: 'FOREIGN' });
    expect(made.writes()).toStrictEqual([]);
    expect(await made.visible()).toStrictEqual(before);
  });
});

describe('work of people', () => {
  it.each([
    ['a further commit', async (made: World) => made.server.commit(branchA, { 'x.txt': 'x' })],
    [
      'an amended commit',
      async (made: World) => {
        const { git } = await import('./git-server.js');
        const { person, bare } = made.server;
        await git(person, 'fetch', '--quiet', bare, branchA);
        await git(person, 'checkout', '--quiet', '--detach', 'FETCH_HEAD');
        await made.server.commit(branchA, {});
        await git(person, 'reset', '--quiet', '--hard', 'HEAD~1');
        const { writeFileSync } = await import('node:fs');
        writeFileSync(`${person}/a.yaml`, '# mine\n');
        await git(person, 'commit', '--quiet', '--all', '--amend', '--no-edit');
        await git(person, 'push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branchA}`);
        return made.server.tip(branchA);
      },
    ],
  ])('%s is never overwritten, until the box is ticked', async (_, work) => {
    const made = await world();
    await made.run();
    const theirs = await work(made);
    made.writes();
    expect(await made.states()).toStrictEqual({ [a]: 'HUMAN' });
    expect(made.writes()).toStrictEqual(['createNote']);
    expect(await made.states()).toStrictEqual({ [a]: 'HUMAN' });
    expect(made.writes()).toStrictEqual([]);
    expect(await made.server.tip(branchA)).toBe(theirs);

    const { body } = made.forge.pull(1);
    made.forge.change({ number: 1, body: body.replace(`- [ ] ${rebuildBox}`, `- [x] ${rebuildBox}`) });
    expect(await made.states()).toStrictEqual({ [a]: 'REBUILT' });
    expect(made.forge.notes.get(1)?.at(-1)?.body).toContain(theirs);
    expect(await made.states()).toStrictEqual({ [a]: 'CURRENT' });
  });

  it('a merge of the base is still ours, one with changes is not', async () => {
    const { git } = await import('./git-server.js');
    const made = await world();
    await made.run();
    await made.server.commit('main', { 'README.md': 'x' });
    const { person, bare } = made.server;
    const merge = async (): Promise<void> => {
      await git(
        person,
        'fetch',
        '--quiet',
        bare,
        `+main:refs/remotes/origin/main`,
        `+${branchA}:refs/remotes/origin/topic`,
      );
      await git(person, 'checkout', '--quiet', '-B', 'topic', 'origin/topic');
      await git(person, 'merge', '--quiet', '--no-ff', '-m', 'Update branch', 'origin/main');
    };
    await merge();
    await git(person, 'push', '--quiet', bare, `HEAD:refs/heads/${branchA}`);
    expect(await made.states()).toStrictEqual({ [a]: 'CURRENT' });

    await made.server.commit('main', { 'README.md': 'y' });
    await merge();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(`${person}/evil.txt`, 'evil');
    await git(person, 'add', '-A');
    await git(person, 'commit', '--quiet', '--amend', '--no-edit');
    await git(person, 'push', '--quiet', bare, `HEAD:refs/heads/${branchA}`);
    expect(await made.states()).toStrictEqual({ [a]: 'HUMAN' });
  });

  it('a conflict with the base makes the branch anew', async () => {
    const made = await world();
    await made.run();
    await made.server.commit('main', {
      'a.yaml': stack('A').replace('sts:AssumeRole', 'sts:AssumeRole # who') + '# end\n',
    });
    expect(['UPDATED', 'CURRENT']).toContain((await made.states())[a]);
    expect(await made.server.show(branchA, 'a.yaml')).toContain('# who');
  });

  it('text around the block, a title, and a label that was taken off stay (G9)', async () => {
    const made = await world();
    const options = { labels: ['iac', 'bot'], reviewers: ['ada'] };
    await made.run({ options });
    expect(made.forge.pull(1).labels).toStrictEqual(['iac', 'bot']);
    expect(made.forge.requestedReviewers.get(1)).toStrictEqual(['ada']);
    made.writes();
    expect(await made.states({ options })).toStrictEqual({ [a]: 'CURRENT' });
    expect(made.writes()).toStrictEqual([]);
    const { body } = made.forge.pull(1);
    made.forge.change({ number: 1, title: 'Mine', body: `Before\r\n${body}\r\nAfter`, labels: ['iac'] });
    await made.server.commit('main', { 'a.yaml': stack('A', stack('Z').split('Resources:\n')[1]) });
    expect(await made.states({ options })).toStrictEqual({ [a]: 'UPDATED' });
    const after = made.forge.pull(1);
    expect(after.title).toBe('Mine');
    expect(after.labels).toStrictEqual(['iac']);
    expect(splitBody(after.body)).toMatchObject({ before: 'Before', after: 'After' });
    expect(metadataIn(after.body)?.fixes).toHaveLength(2);
  });
});

describe('runs', () => {
  it('limits hold, and what waits comes later', async () => {
    const made = await world({ 'a.yaml': stack('A'), 'b.yaml': stack('B') });
    const options = { perHour: 1 };
    expect(await made.states({ options })).toStrictEqual({ [a]: 'CREATED', [b]: 'DEFERRED' });
    expect(await made.states({ options })).toStrictEqual({ [a]: 'CURRENT', [b]: 'DEFERRED' });
    made.time += 3_700_000;
    expect(await made.states({ options: { ...options, maxOpen: 1 } })).toStrictEqual({
      [a]: 'CURRENT',
      [b]: 'DEFERRED',
    });
    expect(await made.states({ options })).toStrictEqual({ [a]: 'CURRENT', [b]: 'CREATED' });
  });

  it('a dry run writes nothing and names every call (G10)', async () => {
    const made = await world();
    const before = await made.visible();
    const [result] = await made.run({ dryRun: true, options: { labels: ['iac'] } });
    expect(result?.state).toBe('CREATED');
    const calls = result?.calls.map(({ name }) => name);
    expect(calls).toStrictEqual([
      'createCommit',
      'createBranch',
      'createPullRequest',
      'addLabels',
      'updatePullRequest',
    ]);
    expect(await made.visible()).toStrictEqual(before);
    expect(made.server.requests.filter((each) => each.includes('receive-pack'))).toStrictEqual([]);
    expect(result?.plan?.diff).toContain('+++ b/a.yaml');
    expect(result?.pullRequest).toStrictEqual({ number: 0, url: '' });
    await made.run({ options: { labels: ['iac'] } });
    expect(made.writes()).toStrictEqual(calls);
  });

  it('two runs at once open one pull request', async () => {
    const made = await world();
    const states = await Promise.all([made.states(), made.states()]);
    expect(made.forge.pulls).toHaveLength(1);
    expect(await made.server.branches()).toHaveLength(1);
    for (const each of states) expect(['CREATED', 'RECOVERED', 'CURRENT', 'UPDATED']).toContain(each[a]);
  });
});
