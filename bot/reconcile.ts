import { type Progress, perform } from './act.js';
import type { State } from './decide.js';
import { type CommitMade, ForgeError, type ForgeErrorKind, type PullRequest } from './forge.js';
import { type GroupInput, look } from './look.js';
import type { Seen } from './observe.js';
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

/**
 * Brings one group into the state that its plan asks for: look, decide, act. When a compare-and-set is lost, or an answer, it
 * looks again; nothing is repeated blindly. An error is the result of this group, never the end of the run.
 */
export async function reconcile(session: BotSession, input: GroupInput): Promise<GroupResult> {
  const { key } = input;
  let { branch } = input;
  const warnings = new Set<string>();
  let decided: State | undefined;
  let begun: State | undefined;
  let commit: CommitMade | undefined;
  let trouble: Pick<GroupResult, 'state' | 'because' | 'hint' | 'openAt'> = contended;
  for (let round = 0; round < mostRounds; round++) {
    const progress: Progress = {};
    if (round > 0) await session.clock.wait(1000 * 2 ** (round - 1));
    try {
      const spent = session.budget.refusal(0);
      if (spent !== undefined) return { key, branch, ...deferred(spent), warnings: [...warnings] };
      const { target: seen, plan, decision, steps, held } = await look(session, input);
      decided = decision.state;
      branch = seen.branch;
      const acted = await perform(session, plan, seen, steps, progress);
      acted.warnings.forEach((each) => warnings.add(each));
      commit = acted.commit ?? commit;
      trouble = contended;
      if (!acted.settled) continue;
      return {
        key,
        branch,
        state: begun !== undefined && finishes.includes(decision.state) ? begun : decision.state,
        ...(held === undefined ? reasonOf(session, decision.state, seen) : deferred(held)),
        ...pullOf(acted.pull),
        ...openAt(session, plan, seen, decision.state),
        ...(commit && { commit }),
        warnings: [...warnings],
        plan,
      };
    } catch (error) {
      trouble = { state: 'FAILED', ...tellOf(error), ...byHand(session, branch, progress) };
      if (!(error instanceof ForgeError && passing.includes(error.kind))) break;
      begun ??= decided;
    }
  }
  return { key, branch, ...trouble, warnings: [...warnings] };
}

/** States in which a round finishes what one before it began. */
const finishes: readonly State[] = ['CURRENT', 'RECOVERED', 'CREATED', 'UPDATED', 'NOTHING', 'CLEANED'];

const contended = {
  state: 'CONTENDED',
  because: 'the branch was changed by others again and again',
  hint: 'run it again later',
} as const;

function deferred(because: string): Pick<GroupResult, 'state' | 'because' | 'hint'> {
  return { state: 'DEFERRED', because, hint: 'run it again later: it goes on where this run stopped' };
}

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

/** Where the branch is written and only the pull request was refused, a person can open it. */
function byHand({ web, base, fork }: BotSession, branch: string, { act }: Progress): Pick<GroupResult, 'openAt'> {
  if (act !== 'open' || !web) return {};
  return { openAt: compareUrl(web, base, branch, fork?.name) };
}

function pullOf(pull: PullRequest | undefined): Pick<GroupResult, 'pullRequest'> {
  return pull ? { pullRequest: { number: pull.number, url: pull.url } } : {};
}

function openAt(session: BotSession, plan: GroupPlan, seen: Seen, state: State): Pick<GroupResult, 'openAt'> {
  const { forge, web, base } = session;
  const pushed = ['CREATED', 'REPLACED', 'UPDATED', 'CURRENT'].includes(state);
  if (forge.makesPullRequests || !web || !pushed || plan.hash === undefined) return {};
  return { openAt: compareUrl(web, base, seen.branch) };
}
