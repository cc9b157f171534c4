import type { Rule } from '../../core/rule.js';
import { presetsOf } from './rule-page.js';

const start = '<!-- rules -->';
const end = '<!-- /rules -->';

/** README.md with its table of rules brought up to date. */
export function rulesTable(readme: string, rules: readonly Rule[]): string {
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from === -1 || to === -1) throw new Error(`README.md has no ${start} ... ${end}`);
  const rows = rules.map(
    (rule) => `| [${rule.id}](docs/rules/${rule.id}.md) | ${rule.title} | ${rule.impact} | ${presetsOf(rule)} |`,
  );
  const table = `| rule | what it finds | impact | preset |\n| --- | --- | --- | --- |\n${rows.join('\n')}`;
  return `${readme.slice(0, from + start.length)}\n\n${table}\n\n${readme.slice(to)}`;
}
