import type { Preset } from '../core/rule.js';
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
  readonly account?: string;
  readonly accountLimit?: number;
  readonly maxReserved?: number;
  /** The reports, and where each goes. */
  readonly outputs: OutputRequests;
  readonly today?: string;
  readonly stdin?: boolean;
  readonly stdinName?: string;
  readonly includeGenerated?: boolean;
  readonly force?: boolean;
  readonly staged?: boolean;
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
  readonly account?: string;
  readonly force?: boolean;
}

export interface RulesFlags extends CommonFlags {
  readonly format: 'text' | 'json';
}
