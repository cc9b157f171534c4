import { type Node, type babel, bare, childNodes, keyName, memberName } from '../../core/program/ast.js';
import { fieldAssignments } from '../../core/program/classes.js';
import { isPublicField } from '../../core/program/edit-class.js';
import type { ProgramFile } from '../../core/program/file.js';
import { functionAround, statementOf } from '../../core/program/names.js';
import type { Program } from '../../core/program/program.js';
import type { ProgramResource } from '../../core/program/resources.js';
import { attributeInModel, shapeOf } from '../../core/program/types.js';
import { type Place, atTop, constructorOf } from '../../core/program/values.js';

/** Where a resource that is created in a straight line would be handed over. */
export type Outputs =
  | {
      readonly kind: 'component';
      readonly class: babel.Class;
      readonly call: babel.CallExpression;
      readonly statement: Node;
      readonly values: readonly Node[];
    }
  | { readonly kind: 'exports'; readonly last: Node; readonly values: readonly Node[] };

/** Undefined where nothing is handed over, or the resource is created in a branch, a loop or a method. */
export function outputsOf(resource: ProgramResource, program: Program): Outputs | undefined {
  if (resource.repeated || resource.branches.length > 0) return undefined;
  return resource.enclosingClass
    ? componentOutputs(resource, resource.enclosingClass)
    : exportsOf(resource.file, resource, program);
}

function componentOutputs({ file, node }: ProgramResource, owner: babel.Class): Outputs | undefined {
  const constructor = constructorOf(owner);
  if (!constructor || functionAround(file, node) !== constructor) return undefined;
  for (const statement of constructor.body.body) {
    const call = statement.type === 'ExpressionStatement' ? bare(statement.expression) : undefined;
    if (call?.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') continue;
    if (call.callee.object.type !== 'ThisExpression' || memberName(call.callee) !== 'registerOutputs') continue;
    const values = [...entriesOf(call), ...publicFields(file, owner)];
    return values.length === 0 ? undefined : { kind: 'component', class: owner, call, statement, values };
  }
  return undefined;
}

function entriesOf({ arguments: [argument] }: babel.CallExpression): Node[] {
  const literal = argument && bare(argument);
  if (!literal || literal.type !== 'ObjectExpression') return literal ? [literal] : [];
  return literal.properties.map((property) => (property.type === 'ObjectProperty' ? property.value : property));
}

/** What is assigned to fields that others can read. */
function publicFields(file: ProgramFile, owner: babel.Class): Node[] {
  const hidden = new Set(
    owner.body.body.flatMap((member) =>
      member.type === 'ClassProperty' && !isPublicField(member) ? (keyName(member) ?? []) : [],
    ),
  );
  return fieldAssignments(file, owner).flatMap(({ name, value }) => (hidden.has(name ?? '') ? [] : [value]));
}

/** What the entry file of a project exports; a file that others import exports to them. */
function exportsOf(file: ProgramFile, { node }: ProgramResource, program: Program): Outputs | undefined {
  if (functionAround(file, node) || isImported(file, program)) return undefined;
  const values = file.body.flatMap(exportedValues);
  const constants = file.body.filter(
    (statement) => statement.type === 'ExportNamedDeclaration' && statement.declaration?.type === 'VariableDeclaration',
  );
  const own = statementOf(file, node);
  const last = constants.at(-1);
  if (!last || !own) return undefined;
  return { kind: 'exports', last: (last.end ?? 0) >= (own.end ?? 0) ? last : own, values };
}

function exportedValues(statement: babel.Statement): Node[] {
  if (statement.type !== 'ExportNamedDeclaration') return [];
  const { declaration, specifiers } = statement;
  const declared = declaration?.type === 'VariableDeclaration' ? declaration.declarations : [];
  return [
    ...declared.flatMap(({ init }) => init ?? []),
    ...specifiers.flatMap((each) => (each.type === 'ExportSpecifier' ? [each.local] : [])),
  ];
}

function isImported(file: ProgramFile, { project }: Program): boolean {
  return project.files.some((other) =>
    other.body.some(
      (statement) => statement.type === 'ImportDeclaration' && project.resolve(other, statement.source.value) === file,
    ),
  );
}

/** Every resource and attribute that values mention, as the model names them; a resource as a whole hands over its version. */
export function mentionsIn({ values }: Outputs, place: Place, program: Program): ReadonlySet<string> {
  const mentions = new Set<string>();
  for (const node of values) {
    const whole = program.resolver.value({ node, place });
    const created = whole.kind === 'created' ? program.resourceAt(whole.expression) : undefined;
    if (created) mentions.add(created.id).add(`${created.id}.Version`);
    collect(node, place, program, mentions);
  }
  return mentions;
}

function collect(node: Node, place: Place, program: Program, mentions: Set<string>): void {
  if (node.type === 'Identifier' || node.type === 'MemberExpression') {
    const value = program.resolver.value({ node, place });
    if (value.kind === 'created' || value.kind === 'attribute') {
      const resource = program.resourceAt(value.expression);
      const attribute =
        value.kind === 'attribute' ? attributeInModel(shapeOf(value.member.path).type, value.name) : 'Ref';
      if (resource) mentions.add(attribute === 'Ref' ? resource.id : `${resource.id}.${attribute}`);
      return;
    }
    // `this.version` of a registered output stands for what the field was assigned, which is a value of its own.
    if (node.type === 'MemberExpression' && node.object.type === 'ThisExpression') return;
  }
  const skipped = node.type === 'MemberExpression' && !node.computed ? node.property : undefined;
  for (const child of childNodes(node)) if (child !== skipped) collect(child, place, program, mentions);
}

/** The one place of a project that exports fields of a class's instance: the variable, and the last such export. */
export function instanceExports(
  owner: babel.Class,
  program: Program,
): { readonly file: ProgramFile; readonly name: string; readonly last: Node } | undefined {
  const found = program.project.files.flatMap((file) => {
    const names = file.body.flatMap((statement) => instancesIn(statement, owner, file, program));
    return names.flatMap((name) => {
      const last = file.body.findLast((statement) => exportsFieldOf(statement, name));
      return last ? [{ file, name, last }] : [];
    });
  });
  return found.length === 1 ? found[0] : undefined;
}

function instancesIn(
  statement: babel.Statement,
  owner: babel.Class,
  file: ProgramFile,
  { resolver }: Program,
): string[] {
  if (statement.type !== 'VariableDeclaration') return [];
  return statement.declarations.flatMap(({ id, init }) => {
    if (id.type !== 'Identifier' || init?.type !== 'NewExpression') return [];
    return resolver.classOf({ node: init.callee, place: atTop(file) })?.node === owner ? [id.name] : [];
  });
}

function exportsFieldOf(statement: babel.Statement, name: string): boolean {
  if (statement.type !== 'ExportNamedDeclaration' || statement.declaration?.type !== 'VariableDeclaration')
    return false;
  return statement.declaration.declarations.some(({ init }) => {
    const value = init && bare(init);
    return value?.type === 'MemberExpression' && value.object.type === 'Identifier' && value.object.name === name;
  });
}
