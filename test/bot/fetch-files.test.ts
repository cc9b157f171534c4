import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it, vi } from 'vitest';
import { GitRemote } from '../../bot/git/remote.js';
import { readRemote } from '../../bot/git/remote-url.js';
import { Workshop } from '../../bot/git/repository.js';
import { readTree } from '../../bot/git/tree.js';
import { makeClone } from '../matrix/bot.js';
import { ForgeSimulator } from '../support/forge/simulator.js';
import { GitServer } from './git-server.js';

vi.setConfig({ testTimeout: 60_000 });

async function inWorkshop<T>(clone: string, act: (workshop: Workshop) => Promise<T>): Promise<T> {
  const workshop = await Workshop.open(clone);
  try {
    return await act(workshop);
  } finally {
    await workshop.close();
  }
}

/** Commits that are here behind one, and objects in all. */
async function sizeOf(workshop: Workshop, oid: string): Promise<{ commits: number; objects: number }> {
  const commits = Number(await workshop.text({ args: ['rev-list', '--count', oid] }));
  const all = await workshop.text({ args: ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'] });
  return { commits, objects: all.split('\n').length };
}

it('the files of a commit come without the history behind it', async () => {
  await using server = await ForgeSimulator.start({ files: { 'a.yaml': '0', 'deep/b.yaml': '0' } });
  for (let at = 1; at <= 30; at++) await server.people.push('main', { 'a.yaml': String(at) });
  const head = await server.people.push('feature', { 'c.yaml': 'c' });
  await using clone = await makeClone();
  const token = server.token('ada', 'user');
  const remoteOf = (workshop: Workshop): GitRemote =>
    new GitRemote(workshop, readRemote(server.remote), { user: 'x-access-token', token });
  const shallow = await inWorkshop(clone.directory, async (workshop) => {
    await remoteOf(workshop).fetchFiles(head);
    expect([...(await readTree(workshop, head)).keys()]).toStrictEqual(['a.yaml', 'c.yaml', 'deep/b.yaml']);
    return sizeOf(workshop, head);
  });
  // One commit, its two trees and three files.
  expect(shallow).toStrictEqual({ commits: 1, objects: 6 });
  const whole = await inWorkshop(clone.directory, async (workshop) => {
    await remoteOf(workshop).fetchCommit(head);
    return sizeOf(workshop, head);
  });
  expect(whole.commits).toBe(32);
  expect(whole.objects).toBeGreaterThan(90);
});

it('in a clone that has the base only what is new comes', async () => {
  const server = await GitServer.start({ 'a.yaml': '0', 'b.yaml': '0' });
  try {
    const head = await server.commit('feature', { 'c.yaml': 'c' });
    await promisify(execFile)('git', ['config', 'uploadpack.allowAnySHA1InWant', 'true'], { cwd: server.bare });
    await inWorkshop(server.clone, async (workshop) => {
      await new GitRemote(workshop, readRemote(server.url), undefined).fetchFiles(head);
      expect([...(await readTree(workshop, head)).keys()]).toStrictEqual(['a.yaml', 'b.yaml', 'c.yaml']);
      const own = await workshop.text({ args: ['count-objects', '-v'] });
      const [, loose = '0'] = /^count: (\d+)/m.exec(own) ?? [];
      const [, packed = '0'] = /^in-pack: (\d+)/m.exec(own) ?? [];
      expect(Number(loose) + Number(packed)).toBeLessThanOrEqual(3);
    });
  } finally {
    await server.stop();
  }
});

it('a server without shallow fetches gives everything', async () => {
  await using server = await ForgeSimulator.start({ files: { 'a.yaml': '0' } });
  const head = await server.people.push('main', { 'a.yaml': '1' });
  await using clone = await makeClone();
  await inWorkshop(clone.directory, async (workshop) => {
    const asked: (readonly string[])[] = [];
    const old = new Proxy(workshop, {
      get: (target, name) =>
        name === 'git'
          ? async (input: Parameters<Workshop['git']>[0]) => {
              asked.push(input.args);
              if (!input.args.includes('--depth=1')) return target.git(input);
              const { GitError } = await import('../../bot/git/run.js');
              throw new GitError('git fetch failed', 'fatal: Server does not support shallow clients', 128);
            }
          : Reflect.get(target, name, target),
    });
    const token = server.token('ada', 'user');
    await new GitRemote(old, readRemote(server.remote), { user: 'x', token }).fetchFiles(head);
    expect(asked.map((args) => args.includes('--depth=1'))).toStrictEqual([true, false]);
    expect((await sizeOf(workshop, head)).commits).toBe(2);
  });
});
