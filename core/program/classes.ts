import { type Node, type babel, memberName, spanOfNode } from './ast.js';
import { changedBy } from './changed.js';
import type { ProgramFile } from './file.js';
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

/** What is assigned to `this.name` anywhere in a class of a file, and the initial value of the field. */
export function assignmentsTo(file: ProgramFile, owner: babel.Class, name: string): readonly Node[] {
  return fieldsOf(file, owner).values.get(name) ?? [];
}

/** `this.name = value` anywhere in a class, in the order of the text. */
export function fieldAssignments(file: ProgramFile, owner: babel.Class): readonly FieldAssignment[] {
  return fieldsOf(file, owner).assignments;
}

/** True where a class changes the list or object that its field `this.name` holds. */
export function changesField(file: ProgramFile, owner: babel.Class, name: string): boolean {
  return fieldsOf(file, owner).changed.has(name);
}

export interface FieldAssignment {
  readonly name: string | undefined;
  readonly value: Node;
}

interface Fields {
  readonly assignments: readonly FieldAssignment[];
  readonly values: ReadonlyMap<string, readonly Node[]>;
  readonly changed: ReadonlySet<string>;
}

/** Found once for each class, for every field of it is asked for many times. */
function knownFields(): Map<babel.Class, Fields> {
  return new Map();
}

function fieldsOf(file: ProgramFile, owner: babel.Class): Fields {
  const known = file.once(knownFields);
  let fields = known.get(owner);
  if (!fields) known.set(owner, (fields = readFields(file, owner)));
  return fields;
}

function readFields({ scopes }: ProgramFile, owner: babel.Class): Fields {
  const assignments: FieldAssignment[] = [];
  const values = new Map<string, Node[]>();
  const add = (name: string | undefined, value: Node): void => {
    if (name !== undefined) values.set(name, [...(values.get(name) ?? []), value]);
  };
  const { start, end } = spanOfNode(owner.body);
  const isInside = (node: Node): boolean => start <= (node.start ?? 0) && (node.end ?? 0) <= end;
  for (const member of owner.body.body) {
    if (member.type === 'ClassProperty' && member.value && member.key.type === 'Identifier')
      add(member.key.name, member.value);
  }
  for (const { left, right } of scopes.all('AssignmentExpression').filter(isInside)) {
    if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression') continue;
    const assignment = { name: memberName(left), value: right };
    assignments.push(assignment);
    add(assignment.name, assignment.value);
  }
  const changed = new Set(
    [...scopes.all('AssignmentExpression'), ...scopes.all('UnaryExpression'), ...scopes.calls]
      .filter(isInside)
      .flatMap((node) => {
        const field = changedBy(node);
        return field?.type === 'MemberExpression' ? (memberName(field) ?? []) : [];
      }),
  );
  return { assignments, values, changed };
}
