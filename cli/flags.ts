import type { Preset, RefusedReservations } from '../core/rule.js';
import type { OutputRequests } from './output-requests.js';

/** What every command knows. */
export interface CommonFlags {
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  /** False with `--no-color`. */
  readonly color: boolean;
}

/** What `check`, `diff` and `fix` know: the selection, the figures and the output. */
export interface RunFlags extends CommonFlags {
  readonly rule?: readonly string[];
  readonly preset?: Preset;
  readonly config?: string;
  readonly accept?: 'safe' | 'review';
  readonly strict?: boolean;
  readonly exitCode?: boolean;
  /** Files with the figures of accounts. */
  readonly account?: readonly string[];
  readonly accountLimit?: number;
  /** Where the limit comes from, where it is not the option's. */
  readonly accountLimitFrom?: string;
  readonly maxReserved?: number;
  /** Tell of every reservation what it is to be, and why. */
  readonly planConcurrency?: boolean;
  /** The reports, and where each goes. */
  readonly outputs: OutputRequests;
  readonly today?: string;
  readonly stdin?: boolean;
  readonly stdinName?: string;
  readonly includeGenerated?: boolean;
  readonly force?: boolean;
  readonly staged?: boolean;
  /** What `diagnose` read in a log; no flag of the command line. */
  readonly refused?: RefusedReservations;
}

export interface PrFlags extends RunFlags {
  readonly format: 'text' | 'json';
  readonly dryRun?: boolean;
  /** A file with the JSON of a dry run. */
  readonly plan?: string;
  readonly groupBy: 'stack' | 'file' | 'rule' | 'impact' | 'all';
  readonly base?: string;
  readonly remote: string;
  readonly commitMode: 'auto' | 'api' | 'git';
  readonly forge?: 'github' | 'gitlab' | 'gitea' | 'git';
  readonly apiUrl?: string;
  readonly branchStrategy: 'stable' | 'content';
  readonly maxOpen: number;
  readonly perHour: number;
  readonly fork?: boolean;
  readonly sign?: boolean;
  readonly writesPerMinute: number;
  readonly writesPerHour: number;
  readonly draft?: boolean;
  readonly label?: readonly string[];
  readonly reviewer?: readonly string[];
}

/** What `review` knows besides the selection. */
export interface ReviewFlags extends RunFlags {
  readonly pr: number;
  readonly remote: string;
  /** The commit that the pull request must stand at. */
  readonly head?: string;
  /** Base of GitHub's API, where its host does not tell. */
  readonly apiUrl?: string;
  readonly dryRun?: boolean;
}

export interface InitFlags extends CommonFlags {
  readonly account?: readonly string[];
  readonly force?: boolean;
}

export interface AccountFlags extends CommonFlags {
  readonly profile?: readonly string[];
  readonly region?: readonly string[];
  readonly name?: string;
  /** A file, or `-` for standard output. */
  readonly output?: string;
  readonly withAccountId?: boolean;
  readonly force?: boolean;
}

export interface RulesFlags extends CommonFlags {
  readonly format: 'text' | 'json';
}

/** What `diagnose` knows beside the selection of `diff` and `fix`. */
export interface DiagnoseFlags extends RunFlags {
  readonly format: 'text' | 'json';
  /** Print the patch that mends the causes. */
  readonly diff?: boolean;
  /** Write it. */
  readonly fix?: boolean;
}
