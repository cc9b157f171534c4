import type { WriteBudget } from './budget.js';
import type { Forge } from './forge.js';
import type { Fork } from './fork.js';
import type { BranchRemote } from './git/remote.js';
import type { Workshop } from './git/repository.js';
import type { BranchStrategy } from './identity.js';
import type { Web } from './web-links.js';

/** What all groups of one run share. */
export interface BotSession {
  readonly workshop: Workshop;
  readonly remote: BranchRemote;
  /** Where branches are written instead of the repository. */
  readonly fork?: Fork;
  readonly forge: Forge;
  /** Branch that the pull requests go to. */
  readonly base: string;
  readonly web: Web | undefined;
  /** Login of the account behind the token. */
  readonly self: string;
  readonly archived: boolean;
  readonly options: BotOptions;
  readonly clock: Clock;
  readonly budget: WriteBudget;
  /** Of this program, for the trailers. */
  readonly version: string;
}

export interface BotOptions {
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  /** Drafts even where every fix is safe. */
  readonly draft: boolean;
  readonly branchStrategy: BranchStrategy;
  readonly maxOpen: number;
  readonly perHour: number;
}

/** Time, as an argument: tests do not wait. */
export interface Clock {
  readonly now: () => Date;
  readonly wait: (milliseconds: number) => Promise<void>;
}
