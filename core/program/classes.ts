import { type Node, type babel, memberName, walkNodes } from './ast.js';
import type { FunctionNode } from './scope.js';

/** The constructor that a class writes out. */
export function constructorOf(node: babel.Class): babel.ClassMethod | undefined {
  return node.body.body.find(
    (member): member is babel.ClassMethod => member.type === 'ClassMethod' && member.kind === 'constructor',
  );
}

/** A method by its name. */
export function methodOf(node: babel.Class, name: string | undefined): FunctionNode | undefined {
  return node.body.body.find(
    (member): member is babel.ClassMethod =>
      member.type === 'ClassMethod' && member.key.type === 'Identifier' && member.key.name === name,
  );
}

/** What is assigned to `this.name` anywhere in a class, and the initial value of the field. */
export function assignmentsTo(node: babel.Class, name: string): readonly Node[] {
  const known = fields.get(node) ?? fieldsOf(node);
  fields.set(node, known);
  return known.get(name) ?? [];
}

/** Found in one walk over a class, for every field of it is asked for many times. */
const fields = new WeakMap<babel.Class, ReadonlyMap<string, readonly Node[]>>();

function fieldsOf(node: babel.Class): ReadonlyMap<string, readonly Node[]> {
  const found = new Map<string, Node[]>();
  const add = (name: string | undefined, value: Node): void => {
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), value]);
  };
  for (const each of walkNodes(node.body)) {
    if (each.type === 'AssignmentExpression' && each.left.type === 'MemberExpression') {
      if (each.left.object.type === 'ThisExpression') add(memberName(each.left), each.right);
    } else if (each.type === 'ClassProperty' && each.value && each.key.type === 'Identifier')
      add(each.key.name, each.value);
  }
  return found;
}
