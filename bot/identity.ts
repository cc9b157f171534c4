import { createHash } from 'node:crypto';

/** Branches of ours start with it. */
export const branchPrefix = 'stackmend/';

/** One path of a commit as the plan hash sees it; mode `000000` and an empty blob for a path that the commit removes. */
export interface TreeChange {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
}

/**
 * What a fix is, over all runs: 16 hexadecimal digits. No line number and no value goes into it, so that it outlives edits
 * elsewhere in the file; a renamed resource makes a new one.
 * @param file path from the root of the repository
 * @param finding the fingerprint of the finding, which is unique within its file
 */
export function fixFingerprint(rule: string, file: string, finding: string): string {
  return digest([rule, file, finding]).slice(0, 16);
}

/** The value of the trailer `Stackmend-Group`: which pull request of which base a commit belongs to. */
export function groupId(base: string, group: string): string {
  return digest([base, group]).slice(0, 16);
}

/** The one branch of a group: readable, stable over the content of the plan, different for each base. */
export function branchName(base: string, group: string): string {
  return `${branchPrefix}${slugOf(group)}-${digest([base, group]).slice(0, 8)}`;
}

/**
 * How the branch of a group is named. `stable`: always the same, and rewritten when the plan changes. `content`: another one
 * for each plan, so that no branch with a review on it is rewritten; the one before is closed.
 */
export type BranchStrategy = 'stable' | 'content';

/**
 * The branch of one plan of a group.
 * @param stem the one branch of the group, see `branchName`
 * @param plan its hash, see `planHash`
 */
export function contentBranch(stem: string, plan: string): string {
  return `${stem}-${plan.slice(0, 8)}`;
}

/** True for the one branch of a group and for those of its plans, whichever strategy made them. */
export function isBranchOf(stem: string, branch: string): boolean {
  return branch === stem || (branch.startsWith(`${stem}-`) && /^[0-9a-f]{8}$/.test(branch.slice(stem.length + 1)));
}

/** Letters, digits, dots and hyphens; at most 40 characters, the end of the name being what tells most. */
function slugOf(group: string): string {
  const words = group
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/\.{2,}/g, '.');
  const trimmed = words.slice(-40).replaceAll(/^[.-]+|[.-]+$/g, '');
  return trimmed === '' ? 'group' : trimmed;
}

/**
 * What a commit makes of the files, as 32 hexadecimal digits: it depends on results alone, so that a base which moved
 * elsewhere gives the same plan. The order of the changes does not count.
 */
export function planHash(changes: readonly TreeChange[]): string {
  const sorted = changes
    .map(({ path, mode, blob }) => [path, mode, blob] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return digest(sorted).slice(0, 32);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
