import type { Position } from '../text/line-index.js';
import type { Span } from '../text/span.js';
import type { TextEdit } from '../text/edit.js';
import type { Path } from '../template/node.js';
import type {
  AccountFigures,
  Certainty,
  ConcurrencyPlan,
  Consequence,
  Impact,
  Preset,
  Refusal,
  RefusedReservations,
  Safety,
} from '../rule.js';

/** What happens to files: edits of one, or a rename. */
export type Change =
  | { readonly kind: 'edit'; readonly file: string; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'rename'; readonly file: string; readonly to: string };

export interface Fix {
  readonly title: string;
  readonly safety: Safety;
  readonly consequence: Consequence;
  readonly changes: readonly Change[];
  readonly touches: readonly Path[];
}

export interface Finding {
  readonly rule: string;
  readonly messageId: string;
  readonly message: string;
  readonly impact: Impact;
  readonly preset: Preset;
  readonly certainty: Certainty;
  readonly file: string;
  readonly span: Span;
  readonly position: Position;
  readonly path: Path;
  readonly resource?: { readonly id: string; readonly type: string };
  /** Stable over edits elsewhere in the file: no line numbers go into it. */
  readonly fingerprint: string;
  readonly fix?: Fix;
  /** Present when there is no fix. */
  readonly refusal?: Refusal;
  readonly followUps: readonly string[];
  /** The AWS error that this prevents, for people. */
  readonly prevents?: string;
}

/** What a fix must pass before anybody sees it; one file in core/verify/ each. */
export type GateId =
  | 'reparses'
  | 'finding-gone'
  | 'no-new-findings'
  | 'only-touched-paths'
  | 'comments-kept'
  | 'layout-kept'
  | 'idempotent'
  | 'target-free';

/** A fix that a gate held back; the original text stands. */
export interface Withheld {
  readonly finding: Finding;
  readonly gate: GateId;
  readonly because: string;
}

export interface SuppressionProblem {
  readonly file: string;
  readonly position: Position;
  readonly message: string;
}

/** What was found and done in one file. `after` equals `before` where nothing changed. */
export interface FileReport {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly renamedTo?: string;
  /** Findings in the text as it was, in the order of the text. */
  readonly findings: readonly Finding[];
  /**
   * Those whose fix was accepted, applied and proved, in the order of application (later passes may add some). The
   * finding of one that edits several files may be in another file.
   */
  readonly applied: readonly Finding[];
  readonly withheld: readonly Withheld[];
  /** Findings on the text as it is after the fixes. */
  readonly remaining: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly suppressionProblems: readonly SuppressionProblem[];
  /** What made this file: its findings are reported, edited only on request. */
  readonly generatedBy?: string;
  /** How the concurrency of its unit fits the account, in the report of one file of the unit; only where it was asked for. */
  readonly concurrency?: ConcurrencyPlan;
  readonly passes: number;
}

/** A file that could not be judged, or a rule that failed on it. `error` makes the exit code 2, `note` does not. */
export interface Problem {
  readonly severity: 'error' | 'note';
  readonly file: string;
  readonly position?: Position;
  /** One line: what is wrong and what to do. */
  readonly message: string;
  /** The rule that failed on the file: a defect of the rule, not of the file. */
  readonly rule?: string;
}

/** What a run looked at. */
export interface RunStats {
  /** Files that discovery named. */
  readonly files: number;
  /** Those that look like templates and, where they were parsed, are. */
  readonly templates: number;
  /** Files of Pulumi programs. */
  readonly programs: number;
  /** Those that an active rule may concern, or that are deployed together with such a one: only these are parsed. */
  readonly parsed: number;
  readonly changed: number;
  readonly written: number;
}

export type RunEvent =
  | { readonly kind: 'file'; readonly report: FileReport }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'stats'; readonly stats: RunStats };

/** How one file is to be treated: config, overrides and flags already merged. */
export interface FileSettings {
  /** Active rules with their options. */
  readonly rules: ReadonlyMap<string, { readonly options: unknown; readonly preset: Preset }>;
  /** Every account that the file is deployed to. */
  readonly accounts?: readonly AccountFigures[];
  /** What a failed deployment told. */
  readonly refused?: RefusedReservations;
  /** Units with the same key share one account budget. */
  readonly budgetGroup?: string;
}

/** Which fixes are applied: those of this safety and below, `review` including `safe`. `none` only detects. */
export type Accept = 'none' | 'safe' | 'review';

export interface EngineSettings {
  readonly accept: Accept;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  readonly includeGenerated: boolean;
  /** Puts a plan of the concurrency into the reports. */
  readonly plansConcurrency?: boolean;
  /** True for a finding whose fix is not wanted, though it would be accepted: it is reported, and left as it is. */
  readonly declines?: (finding: Finding) => boolean;
  readonly settingsFor: (file: string) => FileSettings;
}
