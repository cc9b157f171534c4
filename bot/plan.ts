import type { Certainty, Consequence, Impact, Safety } from '../core/rule.js';
import type { FileMode } from './forge.js';

/** One fix that a pull request offers. Paths are from the root of the repository. */
export interface PlannedFix {
  readonly fingerprint: string;
  readonly rule: string;
  readonly title: string;
  readonly message: string;
  readonly impact: Impact;
  readonly safety: Safety;
  readonly certainty: Certainty;
  readonly file: string;
  /** In the text of the base, from 1. */
  readonly line: number;
  /** Logical id, or the name that a program gives the resource. */
  readonly resource?: string;
  readonly consequence: Consequence;
  /** What AWS would answer, in the words of the rule. */
  readonly prevents?: string;
  readonly followUps: readonly string[];
  /** Pages behind the rule. */
  readonly references: readonly string[];
}

/** A finding that the pull request leaves as it is. */
export interface LeftFinding {
  readonly rule: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly resource?: string;
  readonly because: string;
}

/** What a plan makes of one path. `content` null takes the file away. */
export interface PlannedFile {
  readonly path: string;
  readonly mode: FileMode;
  /** Blob of the base; undefined for a path that is new. */
  readonly before?: string;
  /** Blob afterwards; undefined where the file goes. */
  readonly blob?: string;
  readonly content: string | null;
}

/** What one pull request is to hold. A plan without files offers nothing. */
export interface GroupPlan {
  /** Such as `stack:payments/template.yaml`. */
  readonly key: string;
  readonly base: { readonly branch: string; readonly oid: string };
  readonly files: readonly PlannedFile[];
  /** Hash over the files; undefined where there are none. */
  readonly hash?: string;
  readonly fixes: readonly PlannedFix[];
  readonly left: readonly LeftFinding[];
  /** The whole change, as `stackmend diff` prints it. */
  readonly diff: string;
}

/** A person has to look at one of the fixes. */
export function isDraft({ fixes }: GroupPlan): boolean {
  return fixes.some(({ safety }) => safety !== 'safe');
}
