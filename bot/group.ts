import type { Impact } from '../core/rule.js';

/** What shares a pull request. */
export type GroupBy = 'stack' | 'file' | 'rule' | 'impact' | 'all';

export const groupings: readonly GroupBy[] = ['stack', 'file', 'rule', 'impact', 'all'];

/** What the group of a fix is read off. */
export interface Grouped {
  readonly rule: string;
  readonly impact: Impact;
  /** The file that its deployable unit is known by. */
  readonly unit: string;
  /** The file of the fix. */
  readonly file: string;
}

/** The key of a fix's group, such as `stack:payments/template.yaml`. */
export function groupKey(by: GroupBy, { rule, impact, unit, file }: Grouped): string {
  const names: Readonly<Record<GroupBy, string>> = {
    stack: `stack:${unit}`,
    file: `file:${file}`,
    rule: `rule:${rule}`,
    impact: `impact:${impact}`,
    all: 'all',
  };
  return names[by];
}

/** The two parts of a key; undefined for what is none. */
export function readGroupKey(key: string): { readonly by: GroupBy; readonly name: string } | undefined {
  const [kind = '', ...rest] = key.split(':');
  const by = groupings.find((each) => each === kind);
  const name = rest.join(':');
  return by === undefined || (by === 'all') !== (name === '') ? undefined : { by, name };
}
