/** The repository itself, its forks, the account behind the token, the limits. */
import path from 'node:path';
import { Refusal, mayWrite, page, type Call, type Routes } from '../answers.js';
import { example } from '../contract.js';
import { GitStore } from '../git-store.js';
import { ForgeState } from '../state.js';

const REPO = '/repos/{owner}/{repo}';

/** Makes the fork, or gives the one that there is. */
async function fork({ state, body, account }: Call): Promise<ForgeState> {
  if (!state.settings.allowsForking) throw new Refusal(403, `The repository exists, but forking is disabled.`);
  if (account.kind === 'installation') throw new Refusal(403, 'Resource not accessible by integration');
  const { organization: owner = account.login, name = state.name } = body ?? {};
  const known = state.forks.get(`${owner}/${name}`);
  if (known) return known;
  const directory = path.join(path.dirname(state.store.directory), `fork-${state.forks.size}.git`);
  const made = new ForgeState(await GitStore.fork(state.store, directory), owner, name, state);
  made.settings.pushers = new Set([account.login]);
  made.settings.lag.forkUnseen = state.settings.lag.forkUnseen;
  state.forks.set(made.fullName, made);
  return made;
}

/** Brings a branch of a fork to where its parent has it. */
async function sync(call: Call): Promise<string> {
  const { state, body } = call;
  mayWrite(call, 'contents');
  const name = `refs/heads/${body.branch}`;
  const [here, there] = [state.store.refs.get(name), state.parent?.store.refs.get(name)];
  if (here === undefined || there === undefined) throw new Refusal(422, 'The branch could not be synced');
  if (!(await state.store.isAncestor(here, there))) throw new Refusal(409, 'There are merge conflicts');
  await state.updateRefs([{ name, before: here, after: there }]);
  return here === there ? 'none' : 'fast-forward';
}

export const repositoryRoutes: Routes = {
  [`get ${REPO}`]: ({ show, account }) => ({ status: 200, body: show.repository(account) }),

  [`get ${REPO}/forks`]: (call) => page(call, [...call.state.forks.values()].reverse(), (each) => call.show.fork(each)),

  [`post ${REPO}/forks`]: async (call) => {
    const made = await fork(call);
    return { status: 202, body: call.show.of(made).repository(call.account) };
  },

  [`post ${REPO}/merge-upstream`]: async (call) => {
    const kind = await sync(call);
    const message = 'Successfully fetched and fast-forwarded from upstream';
    return { status: 200, body: { message, merge_type: kind, base_branch: `${call.state.parent?.owner}:main` } };
  },

  'get /user': ({ show, account }) => {
    if (account.kind === 'installation') throw new Refusal(403, 'Resource not accessible by integration');
    return { status: 200, body: show.self(account) };
  },

  'get /rate_limit': () => ({ status: 200, body: example('get /rate_limit', 200) }),
};
