import type { Node } from '@babel/types';
import { type Found, type Replacement, withoutElement } from './mutation.js';
import { endOf, keyOf, startOf } from './source.js';

/** Takes resources out of a file, with what waits for them. */
export class Removal {
  constructor(
    private readonly text: string,
    private readonly found: readonly Found[],
  ) {}

  /** Undefined where something else of the file needs the resource, or the next file may. */
  of(
    { node, above }: Found,
    also: (use: Found) => Replacement | undefined = () => undefined,
  ): Replacement[] | undefined {
    const statement = above.findLast((each) => /Statement$|^VariableDeclaration$/.test(each.type));
    const holder = above.at(-1);
    if (!statement || !holder || above.some(({ type }) => type === 'ExportNamedDeclaration')) return undefined;
    const whole = { start: startOf(statement), end: endOf(statement), text: '' };
    if (holder === statement) return [whole];
    const name = nameOf(holder, node);
    if (name === undefined) return undefined;
    const uses = this.found.filter((each) => isUse(each, name, holder));
    const replacements = uses.map((use) => also(use) ?? this.outOfOrder(use));
    return replacements.includes(undefined) ? undefined : [whole, ...(replacements as Replacement[])];
  }

  /** The use taken out of a `dependsOn`. */
  private outOfOrder({ node, above }: Found): Replacement | undefined {
    const [property, list] = [above.at(-2), above.at(-1)];
    const isIn = property && list?.type === 'ArrayExpression' && keyOf(property) === 'dependsOn';
    if (isIn) return withoutElement(this.text, startOf(node), endOf(node));
    return list && keyOf(list) === 'dependsOn' ? withoutElement(this.text, startOf(list), endOf(list)) : undefined;
  }
}

type Name = { readonly kind: 'variable' | 'field'; readonly name: string };

function nameOf(holder: Node, created: Node): Name | undefined {
  if (holder.type === 'VariableDeclarator' && holder.id.type === 'Identifier')
    return { kind: 'variable', name: holder.id.name };
  if (holder.type !== 'AssignmentExpression' || holder.right !== created) return undefined;
  const { left } = holder;
  return left.type === 'MemberExpression' &&
    left.object.type === 'ThisExpression' &&
    left.property.type === 'Identifier'
    ? { kind: 'field', name: left.property.name }
    : undefined;
}

function isUse({ node, above }: Found, { kind, name }: Name, holder: Node): boolean {
  const parent = above.at(-1);
  if (parent === holder && holder.type === 'VariableDeclarator' && node === holder.id) return false;
  if (kind === 'field')
    return (
      node.type === 'MemberExpression' &&
      node.object.type === 'ThisExpression' &&
      node.property.type === 'Identifier' &&
      node.property.name === name &&
      !(holder.type === 'AssignmentExpression' && node === holder.left)
    );
  if (node.type !== 'Identifier' || node.name !== name) return false;
  const isKey = parent?.type === 'ObjectProperty' && parent.key === node && !parent.shorthand;
  const isMember = parent?.type === 'MemberExpression' && parent.property === node && !parent.computed;
  return !isKey && !isMember;
}
