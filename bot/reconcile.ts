import { perform } from './act.js';
import { type Decision, type State, decide } from './decide.js';
import { type CommitMade, ForgeError, type ForgeErrorKind, type PullRequest } from './forge.js';
import { type Seen, observe } from './observe.js';
import type { GroupPlan } from './plan.js';
import type { BotSession } from './session.js';
import { compareUrl } from './web-links.js';

/** What became of one group. */
export interface GroupResult {
  readonly key: string;
  readonly branch: string;
  readonly state: State | 'CONTENDED' | 'FAILED';
  /** One line: why it is so, and what to do. */
  readonly because?: string;
  readonly hint?: string;
  readonly pullRequest?: { readonly number: number; readonly url: string };
  /** The page on which a person opens the pull request, where the forge cannot. */
  readonly openAt?: string;
  readonly commit?: CommitMade;
  readonly warnings: readonly string[];
  readonly plan?: GroupPlan;
}

const mostRounds = 4;
/** Refusals after which the world may look otherwise: look again instead of giving up. */
const passing: readonly ForgeErrorKind[] = ['unavailable', 'exists', 'not-yet'];

export interface GroupInput {
  readonly key: string;
  readonly branch: string;
  /** The plan without what was declined. */
  readonly planFor: (declined: ReadonlySet<string>) => Promise<GroupPlan>;
  readonly mayOpen: () => Promise<boolean>;
}

/**
 * Brings one group into the state that its plan asks for: look, decide, act. When a compare-and-set is lost, or an answer, it
 * looks again; nothing is repeated blindly. An error is the result of this group, never the end of the run.
 */
export async function reconcile(session: BotSession, input: GroupInput): Promise<GroupResult> {
  const { key, branch } = input;
  const warnings = new Set<string>();
  let decided: State | undefined;
  let begun: State | undefined;
  let commit: CommitMade | undefined;
  let trouble: Pick<GroupResult, 'state' | 'because' | 'hint'> = contended;
  for (let round = 0; round < mostRounds; round++) {
    if (round > 0) await session.clock.wait(1000 * 2 ** (round - 1));
    try {
      const { seen, plan, decision } = await look(session, input);
      decided = decision.state;
      const acted = await perform(session, plan, seen, decision.acts);
      acted.warnings.forEach((each) => warnings.add(each));
      commit = acted.commit ?? commit;
      trouble = contended;
      if (!acted.settled) continue;
      return {
        key,
        branch,
        state: begun !== undefined && finishes.includes(decision.state) ? begun : decision.state,
        ...reasonOf(session, decision.state, seen),
        ...pullOf(acted.pull),
        ...openAt(session, plan, seen, decision.state),
        ...(commit && { commit }),
        warnings: [...warnings],
        plan,
      };
    } catch (error) {
      trouble = { state: 'FAILED', ...tellOf(error) };
      if (!(error instanceof ForgeError && passing.includes(error.kind))) break;
      begun ??= decided;
    }
  }
  return { key, branch, ...trouble, warnings: [...warnings] };
}

/** States in which a round finishes what one before it began. */
const finishes: readonly State[] = ['CURRENT', 'RECOVERED', 'UPDATED', 'NOTHING', 'CLEANED'];

const contended = {
  state: 'CONTENDED',
  because: 'the branch was changed by others again and again',
  hint: 'run it again later',
} as const;

interface Look {
  readonly seen: Seen;
  readonly plan: GroupPlan;
  readonly decision: Decision;
}

async function look(session: BotSession, { branch, planFor, mayOpen }: GroupInput): Promise<Look> {
  const refs = await session.remote.refs(session.base);
  if (refs.base === undefined) throw new ForgeError('not-found', `there is no branch "${session.base}" any more`);
  if (refs.blocked) throw new ForgeError('invalid', blockedBy, 'rename or delete that branch');
  await session.remote.fetch([session.base, ...(refs.branches.has(branch) ? [branch] : [])]);
  const seen = await observe(session, branch, refs);
  const plan = await planFor(seen.declined);
  const observation = { ...seen.observation, plan: plan.hash };
  // Counting pull requests costs a request, so it is only done where one would be opened.
  const decision = decide({ ...observation, mayOpen: true });
  if (decision.state !== 'CREATED' || (await mayOpen())) return { seen, plan, decision };
  return { seen, plan, decision: decide({ ...observation, mayOpen: false }) };
}

const blockedBy = 'a branch named "stackmend" stands where the branches "stackmend/..." should be';

function tellOf(error: unknown): { readonly because: string; readonly hint?: string } {
  if (error instanceof ForgeError)
    return { because: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  if (error instanceof Error) return { because: error.message };
  return { because: String(error) };
}

function reasonOf(session: BotSession, state: State, seen: Seen): Pick<GroupResult, 'because' | 'hint'> {
  const { maxOpen, perHour } = session.options;
  const reasons: Partial<Record<State, string>> = {
    SKIPPED: 'the repository is archived',
    HUMAN: `the branch holds work of others: ${seen.because ?? 'commits that stackmend did not make'}`,
    OBSOLETE_KEPT: 'nothing is left to mend, and the branch holds work of others',
    DEFERRED: `the limit is reached: at most ${maxOpen} open pull requests (--max-open), ${perHour} new ones in an hour (--per-hour)`,
    FOREIGN:
      seen.observation.pull === 'foreign'
        ? 'somebody else opened the pull request of this branch'
        : `the branch holds work of others: ${seen.because ?? 'commits that stackmend did not make'}`,
  };
  const because = reasons[state];
  return because === undefined ? {} : { because };
}

function pullOf(pull: PullRequest | undefined): Pick<GroupResult, 'pullRequest'> {
  return pull ? { pullRequest: { number: pull.number, url: pull.url } } : {};
}

function openAt(session: BotSession, plan: GroupPlan, seen: Seen, state: State): Pick<GroupResult, 'openAt'> {
  const { forge, web, base } = session;
  const pushed = state === 'CREATED' || state === 'UPDATED' || state === 'CURRENT';
  if (forge.makesPullRequests || !web || !pushed || plan.hash === undefined) return {};
  return { openAt: compareUrl(web, base, seen.branch) };
}
