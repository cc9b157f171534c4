/** Runs of the bot over plans that are written down, against the simulated GitHub: what the command does, without the engine. */
import { WriteBudget, type WriteLimits } from '../../bot/budget.js';
import { createGitHub, type GitHubOptions } from '../../bot/forges/github.js';
import { blobId } from '../../bot/git/commit.js';
import { GitRemote } from '../../bot/git/remote.js';
import { readRemote } from '../../bot/git/remote-url.js';
import { Workshop } from '../../bot/git/repository.js';
import { planHash } from '../../bot/identity.js';
import type { GroupPlan } from '../../bot/plan.js';
import { type PullRequestsInput, type RunResult, findBase, pullRequests } from '../../bot/pull-requests.js';
import { groupText } from '../../cli/pr/report.js';
import { styleFor } from '../../report/style.js';
import { makeClone } from '../matrix/bot.js';
import type { ForgeSimulator } from '../support/forge/simulator.js';
import { fixOf } from './support.js';

export type Mode = 'api' | 'git';

/** What the files of each group are to be. */
export type Wanted = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Run {
  readonly mode: Mode;
  readonly token: string;
  readonly wanted: Wanted;
  readonly limits?: Partial<WriteLimits>;
  readonly github?: Partial<GitHubOptions>;
  readonly input?: Partial<PullRequestsInput>;
  /** A clock that stands still, but for waits. */
  readonly time?: { now: number };
}

/** One run, from nothing but the forge. */
export async function runOn(server: ForgeSimulator, run: Run): Promise<RunResult[]> {
  const { mode, token, wanted, limits, github, input, time = { now: Date.now() } } = run;
  await using clone = await makeClone();
  const workshop = await Workshop.open(clone.directory);
  try {
    const clock = { now: () => new Date(time.now), wait: async (ms: number) => void (time.now += ms) };
    const budget = new WriteBudget({ perMinute: 1000, perHour: 1000, ...limits }, clock);
    const common = { repository: server.state.fullName, apiUrl: server.origin, paced: false, second: 1, token };
    const forge = createGitHub({ ...common, meter: budget, ...github });
    const remote = new GitRemote(workshop, readRemote(server.remote), { user: 'x-access-token', token });
    const web = { family: 'github', url: `https://forge.example/${server.state.fullName}` } as const;
    const place = await findBase({ workshop, remote, forge, web, budget }, undefined);
    const base = { branch: place.base, oid: place.oid };
    const planFor = (key: string, declined: ReadonlySet<string>): Promise<GroupPlan> =>
      planOf(workshop, base, key, wanted[key] ?? {}, declined);
    const results: RunResult[] = [];
    const options = {
      labels: [],
      reviewers: [],
      draft: false,
      branchStrategy: 'stable',
      maxOpen: 50,
      perHour: 50,
    } as const;
    for await (const result of pullRequests({
      place,
      plans: { keys: Object.keys(wanted), planFor },
      selection: { groupBy: 'stack', paths: [], rules: undefined, complete: true },
      options,
      clock,
      version: '1.0.0',
      commitMode: mode,
      dryRun: false,
      ...input,
    }))
      results.push(result);
    return results;
  } finally {
    await workshop.close();
  }
}

/** What people read of it. */
export function told(results: readonly RunResult[]): string {
  return results.map((each) => groupText(each, styleFor(false), false)).join('');
}

async function planOf(
  workshop: Workshop,
  base: GroupPlan['base'],
  key: string,
  texts: Readonly<Record<string, string>>,
  declined: ReadonlySet<string>,
): Promise<GroupPlan> {
  const fix = fixOf({ fingerprint: Buffer.from(key).toString('hex').padEnd(16, '0').slice(-16) });
  const nothing = { key, base, files: [], fixes: [], left: [], diff: '' };
  if (declined.has(fix.fingerprint) || Object.keys(texts).length === 0) return nothing;
  const files = await Promise.all(
    Object.entries(texts).map(async ([path, content]) => ({
      path,
      mode: '100644' as const,
      blob: await blobId(workshop, content),
      content,
    })),
  );
  return { ...nothing, files, hash: planHash(files), fixes: [fix] };
}
