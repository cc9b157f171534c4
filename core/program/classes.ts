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
export function assignmentsTo(node: babel.Class, name: string): Node[] {
  const values: Node[] = [];
  for (const each of walkNodes(node.body)) {
    if (each.type === 'AssignmentExpression' && each.left.type === 'MemberExpression') {
      if (each.left.object.type === 'ThisExpression' && memberName(each.left) === name) values.push(each.right);
    } else if (each.type === 'ClassProperty' && each.value && each.key.type === 'Identifier' && each.key.name === name)
      values.push(each.value);
  }
  return values;
}
