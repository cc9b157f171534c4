import { isRebuildTicked, splitBody } from './body/frame.js';
import type { BranchState, Observation } from './decide.js';
import type { PullRequest } from './forge.js';
import { mergeTree, ownershipOf } from './git/history.js';
import type { RemoteRefs } from './git/remote.js';
import { type Metadata, readMetadata } from './metadata.js';
import type { GroupPlan } from './plan.js';
import type { BotSession } from './session.js';

/** One group as it stands at the remote now. */
export interface Seen {
  readonly branch: string;
  /** Commit that the branch stands at. */
  readonly oid: string | undefined;
  /** The open pull request that is ours. */
  readonly pull: PullRequest | undefined;
  readonly observation: Omit<Observation, 'plan' | 'mayOpen'>;
  /** Why the branch is foreign, for people. */
  readonly because?: string;
  /** Fixes that a person declined by closing a pull request. */
  readonly declined: ReadonlySet<string>;
  /** The trailers of our commit name this base. */
  readonly madeFor: string | undefined;
  /** Commit of the base that our commit was made on. */
  readonly madeOn: string | undefined;
  /** What the newest pull request of ours says of itself. */
  readonly memory: Metadata | undefined;
}

/** Looks at the branch and the pull requests of a group. Nothing is remembered between runs. */
export async function observe(session: BotSession, branch: string, refs: RemoteRefs): Promise<Seen> {
  const { self, archived } = session;
  const oid = refs.branches.get(branch);
  const pulls = await pullsOf(session, branch);
  const open = pulls.find(({ state }) => state === 'open');
  const own = pulls.filter(({ author }) => author === self);
  const found = oid === undefined ? undefined : await branchState(session, oid, refs.base, own);
  const pull = open?.author === self ? open : undefined;
  return {
    branch,
    oid,
    pull,
    observation: {
      archived,
      pull: session.forge.makesPullRequests ? (open ? (pull ? 'ours' : 'foreign') : 'none') : 'unknown',
      rebuildTicked: pull !== undefined && isRebuildTicked(pull.body),
      branch: found?.state,
    },
    declined: declinedIn(own),
    madeFor: found?.madeFor,
    madeOn: found?.madeOn,
    memory: own[0] && metadataIn(own[0].body),
    ...(found?.because !== undefined && { because: found.because }),
  };
}

async function pullsOf({ forge, base, fork }: BotSession, head: string): Promise<readonly PullRequest[]> {
  if (!forge.makesPullRequests) return [];
  if (!fork) return forge.pullRequests({ head, base });
  // Nothing was ever opened from a fork that is not there.
  return fork.name === undefined ? [] : forge.pullRequests({ head, base, headRepository: fork.name });
}

/** What closed pull requests of ours offered is not offered again, unless we closed them ourselves. */
export function declinedIn(own: readonly PullRequest[]): ReadonlySet<string> {
  const closed = own.filter(({ state }) => state === 'closed').map(({ body }) => metadataIn(body));
  return new Set(closed.flatMap((each) => (each && each.closedBy === undefined ? each.fixes : [])));
}

export function metadataIn(body: string): Metadata | undefined {
  return readMetadata(splitBody(body).block ?? '');
}

interface FoundBranch {
  readonly state: BranchState;
  readonly because?: string;
  readonly madeFor?: string;
  readonly madeOn?: string;
}

async function branchState(
  { workshop }: BotSession,
  oid: string,
  base: string | undefined,
  own: readonly PullRequest[],
): Promise<FoundBranch> {
  if (base === undefined) throw new Error('the base is gone');
  const over = own.filter(({ state, head }) => state !== 'open' && head.oid === oid).map(({ state }) => state);
  const leftBy = (['merged', 'closed'] as const).find((state) => over.includes(state));
  const ownership = await ownershipOf(workshop, base, oid);
  const conflicts = (await mergeTree(workshop, base, oid)) === undefined;
  const rest = { conflicts, ...(leftBy && { leftBy }) } as const;
  if (ownership.kind === 'foreign') return { state: { ownership: 'foreign', ...rest }, because: ownership.because };
  const { commit } = ownership;
  if (!commit) return { state: { ownership: 'ours', ...rest } };
  const { trailers, parent } = commit;
  return { state: { ownership: 'ours', plan: trailers.plan, ...rest }, madeFor: trailers.base, madeOn: parent };
}

/** All fixes that a plan offers, by their fingerprints. */
export function fingerprintsOf({ fixes }: GroupPlan): readonly string[] {
  return fixes.map(({ fingerprint }) => fingerprint);
}
