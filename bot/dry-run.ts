import {
  type Forge,
  type ForgeCall,
  type NewCommit,
  type NewPullRequest,
  type PullRequest,
  type PullRequestUpdate,
  intercept,
} from './forge.js';
import { makeCommit } from './git/commit.js';
import type { Workshop } from './git/repository.js';

/** A forge that is only read: each write is put into the log, and answered as if it had been done. */
export function dryForge(forge: Forge, workshop: Workshop, self: string, log: ForgeCall[]): Forge {
  const pulls = new Map<number, PullRequest>();
  return intercept(forge, async (call, send) => {
    if (call.kind === 'read') {
      const answer = await send();
      if (call.name === 'pullRequests') for (const each of answer as PullRequest[]) pulls.set(each.number, each);
      return answer;
    }
    log.push(call);
    switch (call.name) {
      // Objects that no ref names change nothing, and here they are made in a place that is thrown away.
      case 'createCommit':
        return { oid: await makeCommit(workshop, call.argument as NewCommit) };
      case 'createBranch':
      case 'updateBranch':
      case 'deleteBranch':
        return 'done';
      case 'createFork':
        return `${self}/${(call.argument as { repository: string }).repository.split('/').at(-1)}`;
      case 'createPullRequest': {
        const pull = opened(call.argument as NewPullRequest, self);
        pulls.set(pull.number, pull);
        return pull;
      }
      case 'updatePullRequest': {
        const change = call.argument as PullRequestUpdate;
        return { ...pulls.get(change.number), ...change };
      }
      default:
        return undefined;
    }
  });
}

function opened({ head, base, title, body, draft }: NewPullRequest, author: string): PullRequest {
  return {
    number: 0,
    url: '',
    state: 'open',
    draft,
    title,
    body,
    author,
    head: { repository: undefined, branch: head, oid: '' },
    base,
    labels: [],
    createdAt: '',
  };
}

/** One call for people: what is sent, the texts shortened. */
export function callLine({ name, argument }: ForgeCall): string {
  const shown = JSON.stringify(argument, (key, value: unknown) => {
    if (key === 'content' && typeof value === 'string') return `${Buffer.from(value, 'base64').length} bytes`;
    return typeof value === 'string' && value.length > 100 ? `${value.slice(0, 100)}…` : value;
  });
  return `${name} ${shown}`;
}
