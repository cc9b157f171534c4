/** What stands in the way is told in one line that names the setting, and nothing is left half done. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ForgeError } from '../../bot/forge.js';
import { branchName } from '../../bot/identity.js';
import { main } from '../../cli/main.js';
import { catalog } from '../../rules/catalog.js';
import { ForgeSimulator } from '../support/forge/simulator.js';
import { stack } from './bot.js';
import { git } from './git-server.js';
import { type Mode, type Run, runOn, told } from './on-forge.js';

vi.setConfig({ testTimeout: 60_000 });

const branch = branchName('main', 'stack:a');
let server: ForgeSimulator;
let run: Run;
let home: string;

beforeEach(async () => {
  server = await ForgeSimulator.start({ files: { a: '1', 'a.yaml': stack('A') } });
  run = { mode: 'api', token: server.token('stackmend[bot]', 'installation'), wanted: { 'stack:a': { a: 'A' } } };
  home = mkdtempSync(path.join(tmpdir(), 'stackmend-refusals-'));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
  if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
});

const refs = (): string[] => [...server.state.store.refs.keys()].filter((ref) => ref.includes('stackmend'));
const nothingDone = (): void => expect([refs(), server.state.pulls]).toStrictEqual([[], []]);
const callNamed = async (name: string): Promise<number> => {
  await using probe = await ForgeSimulator.start({ files: { a: '1', 'a.yaml': stack('A') } });
  await runOn(probe, { ...run, token: probe.token('stackmend[bot]', 'installation') });
  return probe.faults.log.find((call) => call.name === name)?.number ?? 0;
};

describe.each(['api', 'git'] as const)('a group fails, commits by %s', (mode: Mode) => {
  beforeEach(() => {
    run = { ...run, mode };
  });

  it('without the permission to write contents', async () => {
    const token = server.token('app[bot]', 'installation', ['pull_requests']);
    expect(told(await runOn(server, { ...run, token }))).toBe(
      mode === 'api'
        ? `FAILED        stack:a
  making the commit: GitHub answers 403 Resource not accessible by integration
  hint: the token needs the permission "contents: write"
`
        : `FAILED        stack:a
  the token may not push to the repository
  hint: give it "contents: write" (GitHub), or the role Developer and the scope write_repository (GitLab)
`,
    );
    nothingDone();
  });

  it('without the permission to open pull requests: the branch waits for it, and the page to open one by hand is named', async () => {
    const token = server.token('stackmend[bot]', 'installation', ['contents']);
    expect(told(await runOn(server, { ...run, token }))).toBe(`FAILED        stack:a
  opening the pull request: GitHub answers 403 Resource not accessible by integration
  hint: the token needs the permission "pull-requests: write"
  open the pull request at https://forge.example/acme/shop/compare/main...${branch}?expand=1
`);
    expect(server.state.pulls).toStrictEqual([]);
    server.token('stackmend[bot]', 'installation');
    expect(told(await runOn(server, run))).toMatch(/^RECOVERED/);
    expect(server.state.pulls).toHaveLength(1);
  });

  it('where Actions may not open pull requests', async () => {
    server.state.settings.actionsMayOpenPulls = false;
    const token = server.token('github-actions[bot]', 'installation');
    expect(told(await runOn(server, { ...run, token }))).toBe(`FAILED        stack:a
  opening the pull request: GitHub answers 403 GitHub Actions is not permitted to create or approve pull requests.
  hint: switch on "Allow GitHub Actions to create and approve pull requests" (Settings, Actions, General) of the repository and of its organization, or use the token of a GitHub App
  open the pull request at https://forge.example/acme/shop/compare/main...${branch}?expand=1
`);
  });

  it('on a protected branch', async () => {
    server.protect(branch);
    expect(told(await runOn(server, run))).toBe(
      mode === 'api'
        ? `FAILED        stack:a
  making the branch ${branch}: GitHub answers 422 Repository rule violations found Cannot create ref due to creations being restricted.
  hint: let the account bypass the rule for branches named stackmend/* (Settings, Rules)
`
        : `FAILED        stack:a
  a protection rule does not let branches "stackmend/*" be written
  hint: let the token's account create, update and delete stackmend/* in the branch rules of the repository
`,
    );
    nothingDone();
  });

  it('in an archived repository nothing is tried', async () => {
    server.state.settings.archived = true;
    expect(told(await runOn(server, run))).toBe('SKIPPED       stack:a\n  the repository is archived\n');
    expect(server.faults.log.filter(({ write }) => write)).toStrictEqual([]);
  });

  it.each([
    ['primary', 403, 3600],
    ['secondary', 429, 3600],
    ['secondary', 403, 3600],
  ] as const)('at a %s limit (%i) that would take too long', async (kind, status, retryAfter) => {
    const call = await callNamed('post /repos/{owner}/{repo}/pulls');
    expect(call).toBeGreaterThan(0);
    const act = async (): Promise<void> => {
      server.faults.limit = { kind, status, retryAfter, times: 99, writes: true };
    };
    server.faults.armed = { kind: 'meanwhile', call, act };
    const said =
      kind === 'primary'
        ? 'API rate limit exceeded for user ID 1000.'
        : 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
    expect(told(await runOn(server, run))).toBe(`FAILED        stack:a
  opening the pull request: GitHub answers ${status} ${said}
  hint: run it again later, or lower --per-hour
  open the pull request at https://forge.example/acme/shop/compare/main...${branch}?expand=1
`);
    server.faults.limit = undefined;
    expect(told(await runOn(server, run))).toMatch(/^RECOVERED/);
    expect(server.state.pulls).toHaveLength(1);
  });

  it('where the forge breaks down while the pull request is opened', async () => {
    const call = await callNamed('post /repos/{owner}/{repo}/pulls');
    server.faults.armed = { kind: 'meanwhile', call, act: async () => void (server.faults.isBroken = true) };
    expect(told(await runOn(server, run))).toBe(`FAILED        stack:a
  the remote cannot be reached, or did not answer to the end
  hint: try again: what was done already is found and finished
`);
    server.faults.revive();
    expect(told(await runOn(server, run))).toMatch(/^RECOVERED/);
    expect(server.state.pulls).toHaveLength(1);
  });
});

describe('the run ends before it begins', () => {
  const errorOf = async (): Promise<ForgeError> => {
    const error = await runOn(server, run).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ForgeError);
    nothingDone();
    return error as ForgeError;
  };

  it('where pull requests are switched off', async () => {
    server.state.settings.pullRequestsEnabled = false;
    expect(await errorOf()).toMatchObject({
      message: 'pull requests are switched off in this repository',
      hint: 'switch them on in its settings, under Features',
    });
  });

  it('where the forge is down', async () => {
    server.faults.isBroken = true;
    expect(await errorOf()).toMatchObject({
      message: 'the remote cannot be reached, or did not answer to the end',
      hint: 'try again: what was done already is found and finished',
    });
  });

  it('where only the API is down, or its limit is used up', async () => {
    server.faults.limit = { kind: 'primary', status: 403, retryAfter: 3600, times: 99 };
    expect(await errorOf()).toMatchObject({
      message: expect.stringMatching(/^asking whose token this is: GitHub answers 403 API rate limit exceeded/),
      hint: 'run it again later, or lower --per-hour',
    });
  });
});

describe('the command', () => {
  const pr = async (cwd: string, ...args: string[]): Promise<readonly [number, string, string]> => {
    const written = { stdout: '', stderr: '' };
    const output = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (written[name] += text) });
    const code = await main(['pr', '--forge', 'git', '--dry-run', '--today', '2026-01-01', ...args], {
      stdout: output('stdout'),
      stderr: output('stderr'),
      cwd,
      env: { STACKMEND_TOKEN: run.token },
      catalog: async () => catalog,
    });
    return [code, written.stdout.split('\n')[0] ?? '', written.stderr];
  };
  const clone = async (...args: string[]): Promise<string> => {
    const directory = path.join(home, `clone-${args.length}`);
    await git(home, 'clone', '--quiet', ...args, `file://${server.state.store.directory}`, directory);
    await git(directory, 'remote', 'set-url', 'origin', server.remote);
    return directory;
  };

  it('without a remote', async () => {
    const directory = await clone();
    await git(directory, 'remote', 'remove', 'origin');
    expect(await pr(directory)).toStrictEqual([
      2,
      '',
      'stackmend: there is no remote "origin"\nhint: add one with "git remote add origin URL", or name another with --remote\n',
    ]);
  });

  it('on a detached HEAD works as on any', async () => {
    const directory = await clone();
    await git(directory, 'checkout', '--quiet', '--detach');
    expect(await pr(directory)).toStrictEqual([0, 'CREATED       stack:a.yaml', '']);
  });

  it('in a shallow clone works, and says what would spare the history', async () => {
    await server.people.push('main', { a: '2' });
    expect(await pr(await clone('--depth=1'))).toStrictEqual([
      0,
      'CREATED       stack:a.yaml',
      'note: this is a shallow clone, so the history of the base is fetched anew; fetch-depth: 0, or git fetch --unshallow spares that\n',
    ]);
  });

  it('with an old git', async () => {
    const directory = await clone();
    const bin = path.join(home, 'bin');
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'git'), '#!/bin/sh\necho git version 2.37.9\n');
    chmodSync(path.join(bin, 'git'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
    try {
      expect(await pr(directory)).toStrictEqual([
        2,
        '',
        'stackmend: pull requests need git 2.38 or newer, this is "git version 2.37.9": update git\n',
      ]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
