import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { branchName } from '../../bot/identity.js';
import { main } from '../../cli/main.js';
import { catalog } from '../../rules/catalog.js';
import { ForgeSimulator } from '../support/forge/simulator.js';
import { stack } from './bot.js';
import { git } from './git-server.js';

vi.setConfig({ testTimeout: 180_000 });

const branch = branchName('main', 'stack:a.yaml');

it.each(['api', 'git'] as const)('the command on GitHub, commits by %s', async (mode) => {
  await using forge = await ForgeSimulator.start({ files: { 'a.yaml': stack('A') } });
  const token = forge.token('stackmend[bot]', 'installation');
  const clone = await mkdtemp(path.join(tmpdir(), 'stackmend-clone-'));
  onTestFinished(() => rm(clone, { recursive: true, force: true }));
  await git(clone, 'init', '--quiet', '.');
  await git(clone, 'remote', 'add', 'origin', forge.remote);
  const pr = async (...args: string[]): Promise<string> => {
    let told = '';
    const output = { write: (text: string) => void (told += text) };
    const given = [
      'pr',
      '--forge',
      'github',
      '--api-url',
      forge.origin,
      '--commit-mode',
      mode,
      '--today',
      '2026-01-01',
    ];
    await main([...given, '--label', 'iac', ...args], {
      stdout: output,
      stderr: output,
      cwd: clone,
      env: { STACKMEND_TOKEN: token },
      catalog: async () => catalog,
    });
    expect(told).not.toContain(token);
    return told;
  };

  expect(await pr('--dry-run')).toMatch(/^CREATED[^]*would send: createPullRequest/);
  expect(forge.state.pulls).toHaveLength(0);
  expect(await pr()).toMatch(/^CREATED +stack:a\.yaml +http/);
  expect(await pr()).toMatch(/^CURRENT/);
  expect(forge.state.pulls).toHaveLength(1);
  const [pull] = forge.state.pulls;
  expect(pull).toMatchObject({ title: 'fix(iac): 1 deployment fix in a.yaml', draft: false });
  await forge.people.push(branch, { 'x.txt': 'x' });
  const theirs = forge.state.branch(branch);
  expect(await pr()).toMatch(/^HUMAN/);
  expect(forge.state.branch(branch)).toBe(theirs);
  forge.people.close(pull?.number ?? 0);
  expect(await pr()).toMatch(/^NOTHING/);
  expect(forge.violations).toStrictEqual([]);
});

it('the options of the command reach the bot, in a dry run too', async () => {
  await using forge = await ForgeSimulator.start({ files: { 'a.yaml': stack('A') } });
  const token = forge.token('ada', 'user');
  const clone = await mkdtemp(path.join(tmpdir(), 'stackmend-clone-'));
  onTestFinished(() => rm(clone, { recursive: true, force: true }));
  await git(clone, 'init', '--quiet', '.');
  await git(clone, 'remote', 'add', 'origin', forge.remote);
  const pr = async (...args: string[]): Promise<readonly [code: number, told: string]> => {
    let told = '';
    const output = { write: (text: string) => void (told += text) };
    const given = ['pr', '--forge', 'github', '--api-url', forge.origin, '--today', '2026-01-01', ...args];
    const env = { STACKMEND_TOKEN: token };
    const code = await main(given, { stdout: output, stderr: output, cwd: clone, env, catalog: async () => catalog });
    return [code, told];
  };

  const [, json] = await pr('--dry-run', '--format', 'json', '--branch-strategy', 'content');
  const [group] = (JSON.parse(json) as { groups: { branch: string; plan: { hash: string } }[] }).groups;
  expect(group?.branch).toBe(`${branch}-${group?.plan.hash.slice(0, 8)}`);

  // The pull request, and the two that give it its label.
  const [waits, deferred] = await pr('--writes-per-hour', '2', '--label', 'iac');
  expect(deferred).toContain('this may take 3 writes, and 2 of 2 in an hour are left (--writes-per-hour)');
  expect([waits, forge.state.pulls]).toStrictEqual([0, []]);

  forge.state.settings.pushers = new Set();
  const [code, refused] = await pr();
  expect(refused).toMatch(/^FAILED +stack:a\.yaml\n {2}the token may not push to this repository\n/);
  expect(code).toBe(1);
  const [, planned] = await pr('--dry-run', '--fork');
  expect(planned).toMatch(/^CREATED[^]*would send: createFork \{"repository":"acme\/shop"\}/);
  const [wrong, usage] = await pr('--sign', '--commit-mode', 'api');
  expect([wrong, usage]).toStrictEqual([2, expect.stringContaining('--sign is for commits by git')]);
  expect(forge.faults.log.filter(({ write }) => write)).toStrictEqual([]);
  expect(forge.violations).toStrictEqual([]);
});
