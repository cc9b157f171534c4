import type { FixDraft, Refusal } from '../../core/rule.js';
import { stringOf } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { aliasesOf, existsWith, pointerOf } from './function-versions.js';

/** Edits of which a fix is put together. */
export type Part = Pick<FixDraft, 'edits' | 'touches'>;

/** The alias that is to carry a configuration, or why there is none. */
export type ChosenAlias =
  { readonly kind: 'existing'; readonly alias: Resource } | { readonly kind: 'refused'; readonly refusal: Refusal };

export function isRefusal(plan: object): plan is Refusal {
  return 'code' in plan;
}

/**
 * The alias of a function that is to carry its provisioned concurrency wherever `beside` exists: the only one that can,
 * or the one of the wanted name. Undefined where one has to be made.
 */
export function chooseAlias(
  fn: Resource,
  beside: Resource,
  aliasName: string,
  canCarry: (alias: Resource) => boolean,
): ChosenAlias | undefined {
  const aliases = aliasesOf(fn);
  const able = aliases.filter(canCarry);
  const [only] = able.length === 1 ? able : able.filter((alias) => stringOf(alias.property('Name')) === aliasName);
  if (only)
    return existsWith(fn.template, only.guards, beside.guards)
      ? { kind: 'existing', alias: only }
      : refused(`the alias ${only.id} does not exist wherever ${beside.id} does`);
  if (able.length > 0)
    return refused(
      `${fn.id} has the aliases ${able.map(({ id }) => id).join(' and ')}: which of them is to be kept ready is for a person to choose`,
    );
  const taken = aliases.find((alias) => (stringOf(alias.property('Name')) ?? aliasName) === aliasName);
  return taken && refused(`${taken.id} may have the name ${aliasName} already and points to no published version`);
}

export function isPublished(alias: Resource): boolean {
  return /^(version|number)$/.test(pointerOf(alias.template, alias.property('FunctionVersion')).kind);
}

function refused(because: string): ChosenAlias {
  return { kind: 'refused', refusal: { code: 'needs-choice', because } };
}
