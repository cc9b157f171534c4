import type { WriteBudget } from './budget.js';
import { dryForge } from './dry-run.js';
import { Fork } from './fork.js';
import { type Forge, ForgeError, type ForgeCall } from './forge.js';
import { gitBranches, withGitBranches } from './git/branches.js';
import type { BranchRemote, GitRemote, RemoteRefs } from './git/remote.js';
import type { Workshop } from './git/repository.js';
import type { Signing } from './git/signing.js';
import { branchName } from './identity.js';
import type { GroupResult } from './reconcile.js';
import { type Plans, type Selection, runBot } from './run.js';
import type { BotOptions, BotSession, Clock } from './session.js';
import type { Web } from './web-links.js';

/** A forge and a remote that are known to be there, and the base that pull requests go to. */
export interface Place {
  readonly workshop: Workshop;
  readonly remote: GitRemote;
  readonly forge: Forge;
  readonly web: Web | undefined;
  /** What may still be sent to the forge, which counts what is. */
  readonly budget: WriteBudget;
  readonly refs: RemoteRefs;
  readonly base: string;
  /** Commit of the base, which is here now. */
  readonly oid: string;
}

/**
 * Looks up the base and brings its commit here.
 * @param base as the person named it; the remote's own choice when absent
 * @throws {ForgeError} when there is no such branch
 */
export async function findBase(input: Omit<Place, 'refs' | 'base' | 'oid'>, base: string | undefined): Promise<Place> {
  const first = await input.remote.refs(base);
  const name = base ?? first.head;
  if (name === undefined)
    throw new ForgeError('not-found', 'the remote does not say which branch is its default', 'name it with --base');
  const refs = base === undefined ? await input.remote.refs(name) : first;
  if (refs.base === undefined)
    throw new ForgeError('not-found', `the remote has no branch "${name}"`, 'name another with --base');
  await input.remote.fetch([name]);
  return { ...input, refs, base: name, oid: refs.base };
}

export interface PullRequestsInput {
  readonly place: Place;
  readonly plans: Plans;
  readonly selection: Selection;
  readonly options: BotOptions;
  readonly clock: Clock;
  readonly version: string;
  /** Git writes branches; else the API of the forge. */
  readonly commitMode: 'git' | 'api';
  /** Where the token may not push, branches go to a fork of its account. */
  readonly fork?: boolean;
  /** How git signs commits; it does not when absent. */
  readonly signing?: Signing;
  /** Only reads; the writes are listed. */
  readonly dryRun: boolean;
}

export type RunResult = GroupResult & {
  /** The writes of this group that a dry run would have sent. */
  readonly calls: readonly ForgeCall[];
};

/** Opens, updates and closes the pull requests of one base. The results come as the groups are done. */
export async function* pullRequests(input: PullRequestsInput): AsyncGenerator<RunResult> {
  const { place, plans, selection, options, clock, version, dryRun } = input;
  const { workshop, web, base, budget } = place;
  const repository = await place.forge.repository();
  const { login: self, signsCommits } = await place.forge.self();
  if (!repository.pullRequestsEnabled) throw switchedOff;
  const calls: ForgeCall[] = [];
  const reading = dryRun ? dryForge(place.forge, workshop, self, calls) : place.forge;
  const isRefused = repository.canPush === false && !repository.archived;
  const trouble = !isRefused ? undefined : input.fork !== true ? notAllowed : signsCommits ? notAPerson : undefined;
  // The job that only plans needs no right to push.
  if (trouble && !dryRun) {
    for (const key of plans.keys)
      yield { key, branch: branchName(base, key), state: 'FAILED', ...trouble, warnings: [], calls: [] };
    return;
  }
  const fork = isRefused && !trouble ? await Fork.find(reading, place.remote, clock, dryRun) : undefined;
  const remote = fork?.remote ?? place.remote;
  const written = input.commitMode === 'git' ? withGit(place, remote, input.signing) : place.forge;
  const forge = dryRun ? dryForge(written, workshop, self, calls) : written;
  const { archived } = repository;
  const common = { workshop, remote, forge, base, web, self, archived, clock, budget, version };
  const session: BotSession = { ...common, options: fork ? withoutRights(options) : options, ...(fork && { fork }) };
  const refs = fork ? await remote.refs(base) : place.refs;
  const left = fork && options.labels.length + options.reviewers.length > 0 ? [leftOut] : [];
  for await (const result of runBot(session, plans, refs, selection))
    yield { ...result, warnings: [...left, ...result.warnings], calls: calls.splice(0) };
}

/** Labels and reviewers are for those who may push: to ask for them again and again would only be refused. */
function withoutRights(options: BotOptions): BotOptions {
  return { ...options, labels: [], reviewers: [] };
}

const leftOut = 'labels and reviewers are left out: from a fork they cannot be set';

function withGit({ forge, workshop }: Place, remote: BranchRemote, signing: Signing | undefined): Forge {
  const opensOnPush = forge.name === 'gitlab' && !forge.makesPullRequests;
  return withGitBranches(forge, gitBranches(workshop, remote, opensOnPush, signing));
}

const switchedOff = new ForgeError(
  'pull-requests-disabled',
  'pull requests are switched off in this repository',
  'switch them on in its settings, under Features',
);
const notAllowed = {
  because: 'the token may not push to this repository',
  hint: 'give it "contents: write" and "pull-requests: write", or work from a fork with --fork',
};
const notAPerson = {
  because: 'the token may not push to this repository, and --fork needs the token of a person',
  hint: 'give the App "contents: write" and "pull-requests: write"',
};
