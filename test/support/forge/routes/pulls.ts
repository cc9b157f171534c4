/** Pull requests. */
import { Refusal, checkLength, mayWrite, page, pullOf, validation, type Call, type Routes } from '../answers.js';
import { ABSENT } from '../git-store.js';
import type { ForgeState, Pull } from '../state.js';
import { changedFiles } from '../diff.js';

const PULLS = '/repos/{owner}/{repo}/pulls';

function listed({ state, query }: Call): Pull[] {
  const wanted = query.get('state') ?? 'open';
  const base = query.get('base');
  const [, owner, head] = /^([^:]+):(.+)$/.exec(query.get('head') ?? '') ?? [];
  const up = query.get('direction') === 'asc';
  let pulls = state.pulls.filter(
    (pull) =>
      (wanted === 'all' || pull.state === wanted) &&
      (base === null || pull.base.branch === base) &&
      (head === undefined || (owner === ownerOf(state, pull) && pull.head.branch === head)),
  );
  const newest = state.pulls.at(-1);
  if (state.settings.lag.pullUnseen > 0 && newest !== undefined && pulls.includes(newest)) {
    state.settings.lag.pullUnseen -= 1;
    pulls = pulls.filter((pull) => pull !== newest);
  }
  return up ? pulls : pulls.reverse();
}

function ownerOf(state: ForgeState, { head }: Pull): string {
  return state.named(head.repository ?? state.fullName)?.owner ?? '';
}

/** The branch that `head` names, which may carry the owner before a colon, and the repository that it is in. */
function headBranch({ state, body }: Call): { readonly branch: string; readonly from: ForgeState } {
  const [, owner = state.owner, branch = ''] = /^(?:([^:]+):)?(.*)$/.exec(body.head) ?? [];
  const others = [...state.forks.values()].filter((fork) => fork.owner === owner);
  const plain = owner === state.owner ? state : others[0];
  const from = body.head_repo === undefined ? plain : state.named(body.head_repo);
  if (from?.owner !== owner) throw validation('PullRequest', { field: 'head', code: 'invalid' });
  return { branch, from };
}

function checkText(body: any): void {
  if (body.title === '') throw validation('PullRequest', { field: 'title', code: 'missing_field' });
  if (typeof body.body === 'string') checkLength('PullRequest', body.body);
}

async function open(call: Call): Promise<Pull> {
  const { state, body, account } = call;
  if (account.kind === 'installation' && account.login === 'github-actions[bot]' && !state.settings.actionsMayOpenPulls)
    throw new Refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.');
  if (!state.settings.pullRequestsEnabled) throw new Refusal(403, 'Pull requests are disabled for this repository.');
  if (body.title === undefined) throw validation('PullRequest', { field: 'title', code: 'missing_field' });
  checkText(body);
  const { branch, from } = headBranch(call);
  const head = from.branch(branch);
  if (from === state && state.settings.pushers?.has(account.login) === false)
    throw new Refusal(403, 'Resource not accessible by personal access token');
  if (from !== state && body.maintainer_can_modify !== false && !state.settings.grantsForkCollab)
    throw validation('PullRequest', {
      field: 'fork_collab',
      message: `fork_collab Fork collab can't be granted by someone without permission`,
    });
  if (state.settings.lag.branchUnseen > 0) {
    state.settings.lag.branchUnseen -= 1;
    throw validation('PullRequest', { field: 'head', code: 'invalid' });
  }
  if (head === undefined) throw validation('PullRequest', { field: 'head', code: 'invalid' });
  const base = state.branch(body.base);
  if (base === undefined) throw validation('PullRequest', { field: 'base', code: 'invalid' });
  if (
    state.pulls.some(
      (pull) =>
        pull.state === 'open' &&
        pull.head.branch === branch &&
        (pull.head.repository ?? state.fullName) === from.fullName &&
        pull.base.branch === body.base,
    )
  )
    throw validation('PullRequest', { message: `A pull request already exists for ${from.owner}:${branch}.` });
  if (await state.store.isAncestor(head, base))
    throw validation('PullRequest', { message: `No commits between ${body.base} and ${branch}` });
  const now = state.clock.now();
  const pull: Pull = {
    number: state.pulls.length + 1,
    author: account,
    title: body.title,
    body: body.body ?? null,
    draft: body.draft ?? false,
    state: 'open',
    head: { branch, oid: head, ...(from !== state && { repository: from.fullName }) },
    maintainersCanModify: from !== state && body.maintainer_can_modify !== false,
    base: { branch: body.base, oid: base },
    labels: [],
    reviewers: [],
    teams: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    mergedAt: null,
    mergeCommit: null,
    comments: [],
    reviews: [],
    reviewComments: [],
  };
  state.pulls.push(pull);
  await state.store.updateRefs([{ name: `refs/pull/${pull.number}/head`, before: ABSENT, after: head }]);
  return pull;
}

/** Opens a closed pull request again, where GitHub would. */
export function reopen({ state }: Pick<Call, 'state'>, pull: Pull): void {
  const head = state.headOf(pull);
  const refuse = (why: string): Refusal =>
    validation('PullRequest', { field: 'state', message: `state cannot be changed. ${why}` });
  if (pull.mergedAt !== null) throw refuse('The pull request cannot be reopened.');
  if (head === undefined) throw refuse(`The ${pull.head.branch} branch has been deleted.`);
  if (head !== pull.head.oid) throw refuse(`The ${pull.head.branch} branch was force-pushed or recreated.`);
  if (state.pulls.some((other) => other.state === 'open' && other.head.branch === pull.head.branch))
    throw refuse(`There is already an open pull request from ${pull.head.branch} to ${pull.base.branch}.`);
  Object.assign(pull, { state: 'open', closedAt: null, updatedAt: state.clock.now() });
}

async function update(call: Call): Promise<Pull> {
  const { state, body } = call;
  const pull = pullOf(call);
  checkText(body);
  if (body.base !== undefined && body.base !== pull.base.branch) {
    if (pull.state === 'closed')
      throw validation('PullRequest', {
        field: 'base',
        message: 'Cannot change the base branch of a closed pull request.',
      });
    const oid = state.branch(body.base);
    if (oid === undefined) throw validation('PullRequest', { field: 'base', code: 'invalid' });
    pull.base = { branch: body.base, oid };
  }
  if (body.title !== undefined) pull.title = body.title;
  if (body.body !== undefined) pull.body = body.body;
  if (body.state === 'open' && pull.state === 'closed') reopen(call, pull);
  if (body.state === 'closed' && pull.state === 'open') state.close(pull);
  pull.updatedAt = state.clock.now();
  return pull;
}

export const pullRoutes: Routes = {
  [`get ${PULLS}`]: (call) => page(call, listed(call), (pull) => call.show.pullSimple(pull)),

  [`post ${PULLS}`]: async (call) => {
    mayWrite(call, 'pull_requests');
    return { status: 201, body: call.show.pull(await open(call)) };
  },

  [`get ${PULLS}/{pull_number}`]: (call) => ({ status: 200, body: call.show.pull(pullOf(call)) }),

  [`patch ${PULLS}/{pull_number}`]: async (call) => {
    mayWrite(call, 'pull_requests');
    return { status: 200, body: call.show.pull(await update(call)) };
  },

  [`get ${PULLS}/{pull_number}/files`]: async (call) => {
    const pull = pullOf(call);
    const files = await changedFiles(call.state.store, pull.base.oid, pull.head.oid);
    return page(call, files, (file) => ({
      sha: file.blob,
      filename: file.path,
      status: file.status,
      additions: file.additions,
      deletions: file.deletions,
      changes: file.additions + file.deletions,
      blob_url: `${call.url}/blob`,
      raw_url: `${call.url}/raw`,
      contents_url: `${call.url}/contents`,
      patch: file.patch,
    }));
  },

  [`post ${PULLS}/{pull_number}/requested_reviewers`]: (call) => {
    mayWrite(call, 'pull_requests');
    const pull = pullOf(call);
    const { state, body, account } = call;
    if (state.settings.pushers?.has(account.login) === false)
      throw new Refusal(403, 'Must have push access to the repository.');
    const reviewers: string[] = body.reviewers ?? [];
    if (reviewers.includes(pull.author.login))
      throw new Refusal(422, 'Review cannot be requested from pull request author.');
    const known = new Set([...state.accounts.values()].map((account) => account.login));
    if (reviewers.some((login) => !known.has(login)))
      throw new Refusal(
        422,
        `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${state.fullName} repository.`,
      );
    pull.reviewers = [...new Set([...pull.reviewers, ...reviewers])];
    pull.teams = [...new Set([...pull.teams, ...((body.team_reviewers ?? []) as string[])])];
    return { status: 201, body: call.show.pullSimple(pull) };
  },
};
