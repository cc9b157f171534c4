import { type TemplateNode, refOf, stringOf } from './node.js';
import type { Template } from './template.js';

/** The branches of an `Fn::If` that stands for a whole list: some are lists. Undefined for anything else. */
export function listBranches(node: TemplateNode): readonly TemplateNode[] | undefined {
  if (node.kind !== 'intrinsic' || node.name !== 'Fn::If' || node.argument.kind !== 'list') return undefined;
  const branches = node.argument.items.slice(1).flatMap((branch) => listBranches(branch) ?? [branch]);
  return branches.some(({ kind }) => kind === 'list') ? branches : undefined;
}

const listFunctions: readonly string[] = ['Fn::Split', 'Fn::FindInMap', 'Fn::GetAZs', 'Fn::Cidr', 'Fn::Transform'];

/** True for a function that may come to a list, so that it cannot be an item of one. */
export function mayBeList(template: Template, node: TemplateNode): boolean {
  if (node.kind !== 'intrinsic') return false;
  if (node.name === 'Fn::If' && node.argument.kind === 'list')
    return node.argument.items.slice(1).some((branch) => branch.kind === 'list' || mayBeList(template, branch));
  const parameter = template.parameter(refOf(node) ?? '');
  return (
    listFunctions.includes(node.name) || /\bList\b|CommaDelimitedList/.test(stringOf(parameter?.get('Type')) ?? '')
  );
}

/** `AWS::NoValue`: the property is as good as absent. */
export function isNoValue(node: TemplateNode): boolean {
  return refOf(node) === 'AWS::NoValue';
}
