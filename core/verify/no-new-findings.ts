import { keyOf } from '../engine/fingerprint.js';
import type { Finding } from '../engine/types.js';
import type { Path } from '../template/node.js';
import type { FindingFailure } from './gate.js';

/**
 * Gate, judged after convergence: nothing is found that was not found before. What the fixes brought up and other fixes
 * mended is gone by then.
 *
 * One case is not new: a `possible` finding about a whole template (the sum of all reservations) that is anchored
 * elsewhere once its old anchor is mended. It stands where no fix has been and takes the place of one that went.
 */
export function newFindings(
  before: readonly Finding[],
  after: readonly Finding[],
  touches: readonly Path[],
): FindingFailure[] {
  const old = groupBy(before, keyOf);
  const fresh = after.filter((finding) => !takeOne(old, keyOf(finding)));
  const gone = groupBy([...old.values()].flat(), messageOf);
  return fresh
    .filter((finding) => !(isAwayFrom(touches, finding) && takeOne(gone, messageOf(finding))))
    .map((finding) => ({
      gate: 'no-new-findings',
      finding,
      because: `the edited text would have a new finding of ${finding.rule}: ${finding.message}`,
    }));
}

function messageOf({ rule, messageId }: Finding): string {
  return `${rule} ${messageId}`;
}

function isAwayFrom(touches: readonly Path[], { certainty, path }: Finding): boolean {
  return (
    certainty === 'possible' &&
    !touches.some((touch) =>
      touch.every((step, index) => step === path[index] || (step === '-' && index === touch.length - 1)),
    )
  );
}

function groupBy(findings: readonly Finding[], key: (finding: Finding) => string): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(key(finding));
    if (group) group.push(finding);
    else groups.set(key(finding), [finding]);
  }
  return groups;
}

/** Takes one finding out of a group; false when there is none left. */
function takeOne(groups: Map<string, Finding[]>, key: string): boolean {
  return groups.get(key)?.pop() !== undefined;
}
