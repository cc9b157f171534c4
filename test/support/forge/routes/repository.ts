/** The repository itself, the account behind the token, the limits. */
import { Refusal, type Routes } from '../answers.js';
import { example } from '../contract.js';

export const repositoryRoutes: Routes = {
  'get /repos/{owner}/{repo}': ({ show, account }) => ({ status: 200, body: show.repository(account) }),

  'get /user': ({ show, account }) => {
    if (account.kind === 'installation') throw new Refusal(403, 'Resource not accessible by integration');
    return { status: 200, body: show.self(account) };
  },

  'get /rate_limit': () => ({ status: 200, body: example('get /rate_limit', 200) }),
};
