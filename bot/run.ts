import type { RemoteRefs } from './git/remote.js';
import { readGroupKey, type GroupBy } from './group.js';
import type { PullRequest } from './forge.js';
import type { Fork } from './fork.js';
import { branchName, branchPrefix, isBranchOf } from './identity.js';
import { observe } from './observe.js';
import type { GroupPlan } from './plan.js';
import { type GroupResult, reconcile } from './reconcile.js';
import type { BotSession } from './session.js';

/** Where the plans come from: the engine, or a plan file. */
export interface Plans {
  readonly keys: readonly string[];
  readonly planFor: (key: string, declined: ReadonlySet<string>) => Promise<GroupPlan>;
}

/** What a run looked at: only there it may say that something is obsolete. */
export interface Selection {
  readonly groupBy: GroupBy;
  /** From the root of the repository; empty for all of it, undefined where globs do not tell. */
  readonly paths: readonly string[] | undefined;
  /** The rules that were named; undefined for those of the preset and config. */
  readonly rules: readonly string[] | undefined;
  /** False where a file could not be judged: what was found in it may still be there. */
  readonly complete: boolean;
}

/** Brings every group into order, each on its own, and then the branches whose group has nothing to offer any more. */
export async function* runBot(
  session: BotSession,
  plans: Plans,
  refs: RemoteRefs,
  selection: Selection,
): AsyncGenerator<GroupResult> {
  const limits = new Limits(session, refs);
  const past = pastOf(session);
  const done = new Set<string>();
  for (const key of plans.keys) {
    const branch = branchName(session.base, key);
    done.add(branch);
    const planFor = (declined: ReadonlySet<string>): Promise<GroupPlan> => plans.planFor(key, declined);
    const result = await reconcile(session, { key, branch, planFor, past, mayOpen: () => limits.allow() });
    limits.count(result);
    yield result;
  }
  for (const branch of [...refs.branches.keys()].toSorted()) {
    if ([...done].some((stem) => isBranchOf(stem, branch))) continue;
    // Whether it is obsolete takes requests to tell.
    if (session.budget.refusal(0) !== undefined) return;
    const key = await obsoleteKey(session, branch, refs, selection);
    if (key === undefined) continue;
    const stem = readGroupKey(key) ? branchName(session.base, key) : branch;
    done.add(stem);
    const planFor = async (): Promise<GroupPlan> => emptyPlan(session, key, refs.base ?? '');
    yield reconcile(session, { key, branch: stem, planFor, past, mayOpen: async () => false });
  }
}

/** With `content` a closed pull request may stand on a branch that no plan leads to any more, so all of ours are listed once. */
function pastOf({ forge, options, fork }: BotSession): () => Promise<readonly PullRequest[]> {
  let known: Promise<readonly PullRequest[]> | undefined;
  return async () => {
    if (options.branchStrategy !== 'content' || !forge.makesPullRequests) return [];
    known ??= forge.ownPullRequests({ ...fromFork(fork), prefix: branchPrefix, since: new Date(0).toISOString() });
    return known;
  };
}

function emptyPlan({ base }: BotSession, key: string, oid: string): GroupPlan {
  return { key, base: { branch: base, oid }, files: [], fixes: [], left: [], diff: '' };
}

/** The key of a branch that this run may call obsolete; undefined for one of another base, selection or grouping. */
async function obsoleteKey(
  session: BotSession,
  branch: string,
  refs: RemoteRefs,
  selection: Selection,
): Promise<string | undefined> {
  if (!selection.complete) return undefined;
  await session.remote.fetch([session.base, branch]);
  const { memory, madeFor } = await observe(session, branch, refs);
  if (memory) {
    const own = isBranchOf(branchName(session.base, memory.group), branch);
    return own && covers(selection, memory.group) ? memory.group : undefined;
  }
  return madeFor === session.base && coversAll(selection) ? branch : undefined;
}

/** True when a run with this selection would have found the fixes of a group. */
export function covers(selection: Selection, key: string): boolean {
  const { groupBy, paths, rules } = selection;
  const group = readGroupKey(key);
  if (group?.by !== groupBy || paths === undefined) return false;
  if (rules) return groupBy === 'rule' && paths.length === 0 && rules.includes(group.name);
  if (paths.length === 0) return true;
  if (groupBy !== 'stack' && groupBy !== 'file') return false;
  return paths.some((each) => group.name === each || group.name.startsWith(`${each}/`));
}

function coversAll({ paths, rules }: Selection): boolean {
  return paths?.length === 0 && rules === undefined;
}

function fromFork(fork: Fork | undefined): { readonly headRepository?: string } {
  return fork?.name === undefined ? {} : { headRepository: fork.name };
}

/** How many pull requests may still be opened. Counted at the forge, once, and only where one is to be opened. */
class Limits {
  private open: number | undefined;
  private recent = 0;

  constructor(
    private readonly session: BotSession,
    private readonly refs: RemoteRefs,
  ) {}

  async allow(): Promise<boolean> {
    const { forge, options, clock, fork } = this.session;
    if (this.open === undefined) {
      const since = new Date(clock.now().getTime() - 3_600_000).toISOString();
      const own = await forge.ownPullRequests({ ...fromFork(fork), prefix: branchPrefix, since });
      this.open = forge.makesPullRequests
        ? own.filter(({ state }) => state === 'open').length
        : this.refs.branches.size;
      this.recent = own.filter(({ createdAt }) => createdAt >= since).length;
    }
    return this.open < options.maxOpen && this.recent < options.perHour;
  }

  count({ state }: GroupResult): void {
    if (state !== 'CREATED' || this.open === undefined) return;
    this.open++;
    this.recent++;
  }
}
