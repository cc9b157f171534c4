import { lifeless } from '../../report/escape.js';
import { count } from '../../report/words.js';
import { readGroupKey } from '../group.js';
import type { GroupPlan } from '../plan.js';

/** A title of ours; one that a person changed does not look like it and stays. */
const ours = /^fix\(iac\): \d+ (?:deployment )?fix(?:es)? (?:in|of|for) \S/;

/** `fix(iac): 3 deployment fixes in payments/template.yaml`, for the pull request and its commit. */
export function titleOf({ key, fixes }: Pick<GroupPlan, 'key' | 'fixes'>): string {
  const { by, name } = readGroupKey(key) ?? { by: 'all', name: '' };
  const files = new Set(fixes.map(({ file }) => file)).size;
  const where = {
    stack: `in ${name}`,
    file: `in ${name}`,
    rule: `of ${name}`,
    impact: `of ${name} impact`,
    all: `in ${count(files, 'file')}`,
  }[by];
  const characters = Array.from(
    `fix(iac): ${count(fixes.length, 'deployment fix', 'deployment fixes')} ${lifeless(where)}`,
  );
  return characters.length <= 150 ? characters.join('') : `${characters.slice(0, 149).join('')}…`;
}

/** The title that a pull request should have: a new one only where the old is ours too. */
export function nextTitle(present: string, wanted: string): string {
  return ours.test(present) ? wanted : present;
}
