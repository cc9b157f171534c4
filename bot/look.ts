import type { Step } from './act.js';
import { costOf } from './budget.js';
import { type Decision, type State, decide, isReplaceable, isTaken, supersede } from './decide.js';
import { ForgeError, type PullRequest } from './forge.js';
import type { RemoteRefs } from './git/remote.js';
import { contentBranch, isBranchOf } from './identity.js';
import { type Seen, declinedIn, fingerprintsOf, observe } from './observe.js';
import type { GroupPlan } from './plan.js';
import type { BotSession } from './session.js';

export interface GroupInput {
  readonly key: string;
  /** The one branch of the group where the strategy is `stable`; what the names of all its branches begin with else. */
  readonly branch: string;
  /** The plan without what was declined. */
  readonly planFor: (declined: ReadonlySet<string>) => Promise<GroupPlan>;
  readonly mayOpen: () => Promise<boolean>;
  /** Pull requests of ours whose branches may be gone: with `content` no branch leads to them. None where absent. */
  readonly past?: () => Promise<readonly PullRequest[]>;
}

/** A group as one round sees it, and what is to be done. */
export interface Look {
  readonly plan: GroupPlan;
  /** The branch that the plan is for, or the one that a person has taken over. */
  readonly target: Seen;
  readonly decision: Decision;
  readonly steps: readonly Step[];
  /** Why nothing is sent although there would be something to do: the limits of the forge. */
  readonly held?: string;
}

/** Looks at all branches of a group and decides. Nothing is remembered between runs. */
export async function look(session: BotSession, input: GroupInput): Promise<Look> {
  const refs = await session.remote.refs(session.base);
  if (refs.base === undefined) throw new ForgeError('not-found', `there is no branch "${session.base}" any more`);
  if (refs.blocked) throw new ForgeError('invalid', blockedBy, 'rename or delete that branch');
  const names = [...refs.branches.keys()].filter((name) => isBranchOf(input.branch, name)).toSorted();
  await session.remote.fetch([session.base, ...names]);
  const members = new Map<string, Seen>();
  for (const name of names) members.set(name, await observe(session, name, refs));
  const { plan, target: planned } = await planOf(session, input, refs, members);
  const target = [...members.values()].find(({ observation }) => isTaken(observation)) ?? planned;
  const others = [...members.values()].filter((seen) => seen !== target);
  const decision = await decideOn(target, plan, others, input);
  const steps = stepsOf(target, plan, others, decision);
  const held = session.budget.refusal(writesOf(session, plan, steps));
  if (held === undefined || steps.every(({ acts }) => acts.length === 0)) return { plan, target, decision, steps };
  // These say what is so, and their notes and texts are as true a run later.
  if (standing.includes(decision.state)) return { plan, target, decision, steps: [] };
  return { plan, target, decision: { state: 'DEFERRED', acts: [] }, steps: [], held };
}

const standing: readonly State[] = ['CURRENT', 'HUMAN', 'OBSOLETE_KEPT'];

function writesOf({ forge, options, fork }: BotSession, plan: GroupPlan, steps: readonly Step[]): number {
  const manner = { ...options, makesCommits: forge.makesCommits, forks: fork !== undefined };
  return costOf(
    steps.flatMap(({ acts }) => acts),
    plan,
    manner,
  );
}

const blockedBy = 'a branch named "stackmend" stands where the branches "stackmend/..." should be';

/** The plan without what people declined, and the branch that it belongs on. */
async function planOf(
  session: BotSession,
  { branch: stem, planFor, past }: GroupInput,
  refs: RemoteRefs,
  members: Map<string, Seen>,
): Promise<{ readonly plan: GroupPlan; readonly target: Seen }> {
  const seenAt = async (name: string): Promise<Seen> => {
    const seen = members.get(name) ?? (await observe(session, name, refs));
    members.set(name, seen);
    return seen;
  };
  const content = session.options.branchStrategy === 'content';
  if (!content) await seenAt(stem);
  const gone = ((await past?.()) ?? []).filter(
    ({ head, base }) => base === session.base && isBranchOf(stem, head.branch) && !members.has(head.branch),
  );
  const declined = new Set(declinedIn(gone));
  for (;;) {
    for (const seen of members.values()) for (const each of seen.declined) declined.add(each);
    const plan = await planFor(declined);
    const target = await seenAt(
      !content ? stem : plan.hash === undefined ? standingIn(members, stem) : contentBranch(stem, plan.hash),
    );
    // Somebody may have closed one meanwhile that no branch led to; each round leaves a fix out, so this ends.
    const news = fingerprintsOf(plan).some((each) => target.declined.has(each) && !declined.has(each));
    if (!news) return { plan, target };
  }
}

/** The branch that tells of a group with nothing to offer: the one with a pull request, else any. */
function standingIn(members: ReadonlyMap<string, Seen>, stem: string): string {
  const all = [...members.values()];
  return (all.find(({ pull }) => pull !== undefined) ?? all[0])?.branch ?? stem;
}

async function decideOn(
  { observation }: Seen,
  { hash: plan }: GroupPlan,
  others: readonly Seen[],
  { mayOpen }: GroupInput,
): Promise<Decision> {
  const decision = decide({ ...observation, plan, mayOpen: true });
  const opens = decision.state === 'CREATED' || decision.state === 'RECOVERED';
  if (opens && others.some((other) => isReplaceable(other.observation))) return { ...decision, state: 'REPLACED' };
  // Counting pull requests costs a request, so it is only done where one would be opened.
  if (decision.state !== 'CREATED' || (await mayOpen())) return decision;
  return decide({ ...observation, plan, mayOpen: false });
}

/**
 * The others end before the pull request of the target is opened, so that there are never two of a group, and after its
 * branch is written, so that nothing ends where that is refused.
 */
function stepsOf(
  target: Seen,
  { hash: plan }: GroupPlan,
  others: readonly Seen[],
  { state, acts }: Decision,
): readonly Step[] {
  if (state === 'SKIPPED' || state === 'DEFERRED' || state === 'FOREIGN') return [];
  const ends = others.map((seen) => ({
    seen,
    acts: plan === undefined ? decide({ ...seen.observation, plan, mayOpen: false }).acts : supersede(seen.observation),
  }));
  const last = acts.findIndex((act) => act === 'open' || act === 'refresh');
  const at = last === -1 ? acts.length : last;
  return [{ seen: target, acts: acts.slice(0, at) }, ...ends, { seen: target, acts: acts.slice(at) }];
}
