import type { Refusal } from '../../core/rule.js';
import { type TemplateNode, stringOf } from '../../core/template/node.js';
import type { Template } from '../../core/template/template.js';
import { isEnvironmentKey, isEnvironmentValue } from '../tag-environment-hardcoded.js';
import { type Tag, isSelectedBy } from './tags.js';

/**
 * The tags that name an environment by a literal. None where the resources have different ones: that is no oversight.
 * @param configured keys that the options treat by themselves
 */
export function literalEnvironmentTags(
  tags: readonly Tag[],
  configured: Readonly<Record<string, string>>,
): readonly Tag[] {
  const literal = tags.filter(
    ({ key, value }) => isEnvironmentKey(key) && !Object.hasOwn(configured, key) && isEnvironmentValue(tagText(value)),
  );
  return new Set(literal.map(({ value }) => tagText(value).toLowerCase())).size > 1 ? [] : literal;
}

/** Refuses where something in the template goes by the tag. */
export function selectionRefusal(template: Template, { key, value }: Tag): Refusal | undefined {
  if (!isSelectedBy(template, key)) return undefined;
  return {
    code: 'shared',
    because: `something in this ${template.noun} goes by the tag ${key}, and may rely on its value ${tagText(value)}`,
  };
}

/** What a person must look after when a tag follows the environment. */
export function tagFollowUps({ key, value }: Tag, source: string, isSuffix: boolean): string[] {
  const check = `Check the policies, budgets and reports that go by ${key}=${tagText(value)}: from the next deployment on the tag has the value of ${source}.`;
  if (!isSuffix) return [check];
  return [
    check,
    `${source.replace(/^the /, 'The ')} keeps copies of the stack apart and does not classify them: where reports need the class, add a parameter for it.`,
  ];
}

export function tagText(node: TemplateNode): string {
  return node.kind === 'scalar' ? (stringOf(node) ?? String(node.value ?? '')) : '';
}
