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
export function assignmentsTo(owner: babel.Class, name: string): readonly Node[] {
  return fieldsOf(owner).values.get(name) ?? [];
}

/** `this.name = value` anywhere in a class, in the order of the text. */
export function fieldAssignments(owner: babel.Class): readonly FieldAssignment[] {
  return fieldsOf(owner).assignments;
}

export interface FieldAssignment {
  readonly name: string | undefined;
  readonly value: Node;
}

interface Fields {
  readonly assignments: readonly FieldAssignment[];
  readonly values: ReadonlyMap<string, readonly Node[]>;
}

/** Found in one walk over a class, for every field of it is asked for many times. */
const known = new WeakMap<babel.Class, Fields>();

function fieldsOf(owner: babel.Class): Fields {
  const fields = known.get(owner) ?? readFields(owner);
  known.set(owner, fields);
  return fields;
}

function readFields(owner: babel.Class): Fields {
  const assignments: FieldAssignment[] = [];
  const values = new Map<string, Node[]>();
  const add = (name: string | undefined, value: Node): void => {
    if (name !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
  };
  for (const each of walkNodes(owner.body)) {
    if (each.type === 'AssignmentExpression' && each.left.type === 'MemberExpression') {
      if (each.left.object.type !== 'ThisExpression') continue;
      const assignment = { name: memberName(each.left), value: each.right };
      assignments.push(assignment);
      add(assignment.name, assignment.value);
    } else if (each.type === 'ClassProperty' && each.value && each.key.type === 'Identifier')
      add(each.key.name, each.value);
  }
  return { assignments, values };
}
