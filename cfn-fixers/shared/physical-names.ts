import type { Resource, Template } from '../../core/template/template.js';
import { type TemplateNode, refOf, stringOf } from '../../core/template/node.js';
import { subOf, subParts } from '../../core/template/references.js';
import { type PhysicalNameRule, limits } from '../../facts/index.js';

/** A piece of a name: literal text, the value of a parameter, or what is known only at deployment, not even its length. */
export type NamePart = { readonly text: string } | { readonly parameter: string } | { readonly open: true };

/** An account id, which all names take. */
const accountId: NamePart = { text: '1'.repeat(limits.accountIdLength) };

export interface PhysicalName {
  readonly resource: Resource;
  readonly rule: PhysicalNameRule;
  readonly parts: readonly NamePart[];
}

/** The names that the template gives its resources, each branch of an `Fn::If` by itself. */
export function physicalNames(template: Template): readonly PhysicalName[] {
  return template.resources().flatMap((resource) => {
    const rule = limits.physicalNames[resource.type];
    const node = rule && resource.ownProperty(rule.property);
    if (!rule || !node) return [];
    const branches = template.alternatives(node).flatMap((branch) => branch.node ?? []);
    return branches.map((branch) => ({ resource, rule, parts: partsOf(template, branch) }));
  });
}

function partsOf(template: Template, node: TemplateNode): NamePart[] {
  const text = stringOf(node);
  if (text !== undefined) return [{ text }];
  const name = refOf(node);
  if (name !== undefined) return [named(template, name)];
  const sub = subOf(node);
  if (sub) {
    return subParts(sub.text).flatMap((part) => {
      if ('text' in part) return [part];
      const variable = sub.variables.get(part.name);
      if (variable) return partsOf(template, variable);
      return part.attribute === undefined ? [named(template, part.name)] : [{ open: true } as const];
    });
  }
  return joined(template, node) ?? [{ open: true }];
}

function named(template: Template, name: string): NamePart {
  if (name === 'AWS::AccountId') return accountId;
  return template.parameter(name) ? { parameter: name } : { open: true };
}

function joined(template: Template, node: TemplateNode): NamePart[] | undefined {
  if (node.kind !== 'intrinsic' || node.name !== 'Fn::Join' || node.argument.kind !== 'list') return undefined;
  const [delimiter, list] = node.argument.items;
  const text = stringOf(delimiter);
  if (text === undefined || list?.kind !== 'list') return undefined;
  return list.items.flatMap((item, index) => [
    ...(index > 0 && text !== '' ? [{ text }] : []),
    ...partsOf(template, item),
  ]);
}

/** True when the parameter stands in the name beside something else. */
export function isPartOf({ parts }: PhysicalName, parameter: string): boolean {
  return parts.length > 1 && parts.some((part) => 'parameter' in part && part.parameter === parameter);
}

/** How many characters the name leaves for a parameter; literal text and the account id are counted against it. */
export function roomFor({ parts, rule }: PhysicalName, parameter: string): number {
  const fixed = parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : 0), 0);
  const uses = parts.filter((part) => 'parameter' in part && part.parameter === parameter).length;
  return Math.floor((rule.max - fixed) / Math.max(1, uses));
}

/** True when the service takes the name with this value; what is open counts as one letter that suits all names. */
export function takesValue({ parts, rule }: PhysicalName, parameter: string, value: string): boolean {
  if (rule.pattern === null) return true;
  const name = parts.map((part) =>
    'text' in part ? part.text : 'parameter' in part && part.parameter === parameter ? value : 'a',
  );
  return new RegExp(rule.pattern).test(name.join(''));
}
