import type { AccountFigures } from '../rule.js';
import type { Template } from '../template/template.js';
import type { FileSettings } from './types.js';
import { confirmedNestedFiles } from './units.js';

interface Member {
  readonly template: Template;
  readonly settings: FileSettings;
}

/**
 * The accounts that each template of a unit goes to: its own, and those of the templates that nest it, for a nested stack is
 * deployed where its parent is.
 */
export function accountsOfUnit(members: readonly Member[]): ReadonlyMap<Template, readonly AccountFigures[]> {
  const accounts = new Map(members.map(({ template, settings }) => [template, settings.accounts ?? []]));
  if (members.length < 2 || [...accounts.values()].every((own) => own.length === 0)) return accounts;
  const byPath = new Map(members.map(({ template }) => [template.source.path, template]));
  const nested = new Map(
    members.map(({ template }) => [template, confirmedNestedFiles(template).flatMap((file) => byPath.get(file) ?? [])]),
  );
  for (const { template, settings } of members) {
    for (const below of reachable(template, nested))
      accounts.set(below, [...(accounts.get(below) ?? []), ...(settings.accounts ?? [])]);
  }
  return accounts;
}

/** Everything below a template; nesting may go round in a circle. */
function reachable(template: Template, nested: ReadonlyMap<Template, readonly Template[]>): ReadonlySet<Template> {
  const found = new Set<Template>();
  const open = [...(nested.get(template) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(nested.get(next) ?? []));
  }
  return found;
}
