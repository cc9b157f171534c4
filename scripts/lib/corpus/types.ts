import type { FoundFile } from '../../../core/engine/discover.js';
import type { Certainty, Preset, Safety } from '../../../core/rule.js';

/** What every worker needs to know before its first unit. */
export interface WorkerSettings {
  readonly preset: Preset;
  readonly rules: readonly string[] | undefined;
  readonly today: string;
  readonly validate: boolean;
}

/** Files that are deployed together; a worker judges one such unit at a time. */
export interface UnitTask {
  /** The directory that the names of the files are relative to. */
  readonly root: string;
  /** How the directory is called in reports: its last part, never a machine's path. */
  readonly label: string;
  readonly files: readonly FoundFile[];
}

export type FindingOutcome = 'applied' | 'withheld' | 'refused' | 'offered';

export interface FindingRecord {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly messageId: string;
  readonly message: string;
  readonly certainty: Certainty;
  readonly safety: Safety | undefined;
  readonly outcome: FindingOutcome;
  /** The fix's title, the refusal's reason or what the gate said. */
  readonly says: string;
  /** Refusal code or gate. */
  readonly code: string | undefined;
  /** Whether role and target stand in the template or program; undefined where a rule knows no roles. */
  readonly together: boolean | undefined;
}

/** Something that must never happen. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly file: string;
  readonly rules: readonly string[];
  readonly detail: string;
}

export const violationKinds = {
  crash: 'crashes',
  'second-run': 'files that a second run changes',
  'outside-edits': 'files with bytes changed outside edits',
  'broken-syntax': 'programs with syntax errors that they did not have',
  'outside-touches': 'files with paths changed outside touches',
  'new-diagnostic': 'files with new validator diagnostics',
  'creatable-runtime': 'findings on a runtime that can still be created',
} as const;

export type ViolationKind = keyof typeof violationKinds;

/** What a worker says about one unit. */
export interface UnitOutcome {
  readonly parsed: number;
  /** Files by what they are: `yaml`, `json`, `yaml SAM`, `json SAM`, `program`. */
  readonly syntaxes: readonly string[];
  readonly problems: readonly { readonly severity: string; readonly file: string; readonly message: string }[];
  readonly findings: readonly FindingRecord[];
  /** Rules of all applied fixes, those of later passes too. */
  readonly applied: readonly string[];
  /** Resources that its programs create. */
  readonly resources: number;
  /** Those that are made through more than one call. */
  readonly deeper: number;
  readonly suppressed: number;
  readonly changed: number;
  readonly violations: readonly Violation[];
  /** Diagnostics of the lowest severity (advice) that are new after the fix; counted, not forbidden. */
  readonly newAdvice: readonly string[];
  readonly allowed: readonly string[];
  readonly validatorFailures: readonly string[];
  /** CPU of the first run alone, in microseconds. */
  readonly cpu: number;
}

export interface WorkerUsage {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}
