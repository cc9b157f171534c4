import type { Preset, RefusedReservations } from '../core/rule.js';

/** What every command knows. */
export interface CommonFlags {
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  /** False with `--no-color`. */
  readonly color: boolean;
}

export type Format = 'text' | 'json';

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
  readonly format: Format;
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
  readonly dryRun?: boolean;
  /** A file with the JSON of a dry run. */
  readonly plan?: string;
  readonly groupBy: 'stack' | 'file' | 'rule' | 'impact' | 'all';
  readonly base?: string;
  readonly remote: string;
  readonly commitMode: 'auto' | 'api' | 'git';
  readonly forge?: 'github' | 'gitlab' | 'gitea' | 'git';
  readonly apiUrl?: string;
  readonly maxOpen: number;
  readonly perHour: number;
  readonly draft?: boolean;
  readonly label?: readonly string[];
  readonly reviewer?: readonly string[];
}

export interface InitFlags extends CommonFlags {
  readonly account?: string;
  readonly force?: boolean;
}

export interface RulesFlags extends CommonFlags {
  readonly format: Format;
}

/** What `diagnose` knows beside the selection of `diff` and `fix`. */
export interface DiagnoseFlags extends RunFlags {
  /** Print the patch that mends the causes. */
  readonly diff?: boolean;
  /** Write it. */
  readonly fix?: boolean;
}
