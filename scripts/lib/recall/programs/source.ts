import { parse } from '@babel/parser';
import type { Node, ObjectExpression, ObjectProperty } from '@babel/types';
import type { Found } from './mutation.js';

/** Every node of a program's text, by means that the rules do not share. Nothing where it cannot be parsed. */
export function nodesOf(file: string, text: string): readonly Found[] {
  const found: Found[] = [];
  visit(parse(text, { sourceType: 'unambiguous', plugins: /\.[cm]?ts$/.test(file) ? ['typescript'] : [] }).program, []);
  return found;

  function visit(node: Node, above: readonly Node[]): void {
    found.push({ node, above });
    const inside = [...above, node];
    for (const [key, value] of Object.entries(node)) {
      if (key === 'loc' || key.endsWith('Comments')) continue;
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, inside);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

export function startOf({ start }: Node): number {
  return start ?? 0;
}

export function endOf({ end }: Node): number {
  return end ?? 0;
}

/** `Role` of `new aws.iam.Role(...)`, `new iam.Role(...)` and `new Role(...)`. */
export function classOf(node: Node): string | undefined {
  if (node.type !== 'NewExpression') return undefined;
  const { callee } = node;
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

/** The arguments of a resource, where they are written out. */
export function argsOf(node: Node): ObjectExpression | undefined {
  const args = node.type === 'NewExpression' ? node.arguments[1] : undefined;
  return args?.type === 'ObjectExpression' ? args : undefined;
}

export function propertyOf(object: Node | undefined, ...names: readonly string[]): ObjectProperty | undefined {
  if (object?.type !== 'ObjectExpression') return undefined;
  return object.properties.find(
    (each): each is ObjectProperty => each.type === 'ObjectProperty' && names.includes(keyOf(each) ?? ''),
  );
}

export function keyOf(node: Node): string | undefined {
  if (node.type !== 'ObjectProperty' || node.computed) return undefined;
  if (node.key.type === 'Identifier') return node.key.name;
  return node.key.type === 'StringLiteral' ? node.key.value : undefined;
}
