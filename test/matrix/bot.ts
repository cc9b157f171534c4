/** One run of the bot over one group, on a forge of its own: what every point of the matrices starts twice. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { WriteBudget } from '../../bot/budget.js';
import type { Forge } from '../../bot/forge.js';
import { createGitHub } from '../../bot/forges/github.js';
import { gitBranches, withGitBranches } from '../../bot/git/branches.js';
import { blobId } from '../../bot/git/commit.js';
import { GitRemote } from '../../bot/git/remote.js';
import { readRemote } from '../../bot/git/remote-url.js';
import { Workshop } from '../../bot/git/repository.js';
import { branchName, planHash } from '../../bot/identity.js';
import type { GroupPlan } from '../../bot/plan.js';
import { reconcile, type GroupResult } from '../../bot/reconcile.js';
import { fixOf } from '../bot/support.js';
import { gitEnvironment } from '../support/forge/git-store.js';
import type { ForgeSimulator } from '../support/forge/simulator.js';

export type Mode = 'api' | 'git';

export const LOGIN = 'stackmend[bot]';
export const KEY = 'stack:payments/template.yaml';
export const BRANCH = branchName('main', KEY);
export const FILE = 'payments/template.yaml';

/** What the plan makes of the template; undefined offers nothing. */
export type Wanted = string | undefined;

const run = promisify(execFile);

/** An empty repository of a person, in which the bot is started: it fetches what it needs. */
export async function makeClone(): Promise<{ readonly directory: string } & AsyncDisposable> {
  const directory = await mkdtemp(path.join(tmpdir(), 'clone-'));
  await run('git', ['init', '--quiet', directory], { env: gitEnvironment });
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

/** Starts the bot once, with nothing remembered, and returns what it says of the group. */
export async function runBot(server: ForgeSimulator, clone: string, mode: Mode, wanted: Wanted): Promise<GroupResult> {
  const token = server.token(LOGIN, 'installation');
  const workshop = await Workshop.open(clone);
  try {
    const remote = new GitRemote(workshop, readRemote(server.remote), { user: 'x-access-token', token });
    const github = createGitHub({ repository: 'acme/shop', token, apiUrl: server.origin, paced: false, second: 1 });
    const forge = mode === 'api' ? github : withGit(github, workshop, remote);
    const clock = {
      now: () => new Date('2026-01-01T00:00:00Z'),
      // It would try again: a bot that is dead does not.
      wait: async () => {
        if (server.faults.isDead) throw new Crashed();
      },
    };
    const session = {
      workshop,
      remote,
      forge,
      base: 'main',
      web: { family: 'github', url: 'https://forge.example/acme/shop' },
      self: LOGIN,
      archived: false,
      options: { labels: ['iac'], reviewers: ['mona'], draft: false, branchStrategy: 'stable', maxOpen: 5, perHour: 5 },
      clock,
      budget: new WriteBudget({ perMinute: 1000, perHour: 1000 }, clock),
      version: '1.0.0',
    } as const;
    return await reconcile(session, {
      key: KEY,
      branch: BRANCH,
      planFor: async () => planOf(workshop, server, wanted),
      mayOpen: async () => true,
    });
  } finally {
    await workshop.close();
  }
}

class Crashed extends Error {}

/** The same for a bot that may crash on the way. */
export async function runUntilCrash(...run: Parameters<typeof runBot>): Promise<void> {
  try {
    await runBot(...run);
  } catch (error) {
    if (!(error instanceof Crashed)) throw error;
  }
}

function withGit(forge: Forge, workshop: Workshop, remote: GitRemote): Forge {
  return withGitBranches(forge, gitBranches(workshop, remote, false));
}

async function planOf(workshop: Workshop, server: ForgeSimulator, wanted: Wanted): Promise<GroupPlan> {
  const base = { branch: 'main', oid: server.state.branch('main') ?? '' };
  if (wanted === undefined) return { key: KEY, base, files: [], fixes: [], left: [], diff: '' };
  const blob = await blobId(workshop, wanted);
  const file = { path: FILE, mode: '100644', blob, content: wanted } as const;
  return { key: KEY, base, files: [file], hash: planHash([file]), fixes: [fixOf()], left: [], diff: '' };
}
