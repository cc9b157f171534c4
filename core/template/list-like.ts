import { CannotEdit } from './cannot-edit.js';
import { type ListNode, type TemplateNode, refOf, stringOf } from './node.js';
import type { Template } from './template.js';

/**
 * The lists between which an `Fn::If` chooses; a branch that is `AWS::NoValue` is one that has no list yet. Undefined
 * where the node is a single value. Throws where it may come to a list that is not written out.
 */
export function chosenLists(
  template: Template,
  node: TemplateNode,
): readonly { readonly branch: TemplateNode; readonly list: ListNode | undefined }[] | undefined {
  if (!mayBeList(template, node)) return undefined;
  return branchesOf(node).map((branch) => {
    if (branch.kind === 'list') return { branch, list: branch };
    if (isNoValue(branch)) return { branch, list: undefined };
    throw new CannotEdit(`${String(node.key)} is a list that is not written out`);
  });
}

const listFunctions: readonly string[] = ['Fn::Split', 'Fn::FindInMap', 'Fn::GetAZs', 'Fn::Cidr', 'Fn::Transform'];

/** True for a function that may come to a list, so that it cannot be an item of one. */
export function mayBeList(template: Template, node: TemplateNode): boolean {
  if (node.kind !== 'intrinsic') return false;
  const type = stringOf(template.parameter(refOf(node) ?? '')?.get('Type'));
  return (
    isNoValue(node) ||
    listFunctions.includes(node.name) ||
    /\bList\b|CommaDelimitedList/.test(type ?? '') ||
    branchesOf(node).some((branch) => branch.kind === 'list' || (branch !== node && isListFunction(template, branch)))
  );
}

function isListFunction(template: Template, branch: TemplateNode): boolean {
  return !isNoValue(branch) && mayBeList(template, branch);
}

/** The innermost branches of an `Fn::If`; another node is its own. */
function branchesOf(node: TemplateNode): readonly TemplateNode[] {
  if (node.kind !== 'intrinsic' || node.name !== 'Fn::If' || node.argument.kind !== 'list') return [node];
  return node.argument.items.slice(1).flatMap(branchesOf);
}

function isNoValue(node: TemplateNode): boolean {
  return refOf(node) === 'AWS::NoValue';
}
