import { type Node, type babel, bare, memberName } from '../../core/program/ast.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import type { ProgramFile } from '../../core/program/file.js';
import type { Spot } from '../../core/program/names.js';
import { awsPackage, packageMember, pulumiPackage } from '../../core/program/packages.js';
import type { Code } from '../../core/program/print.js';
import type { ProgramResource } from '../../core/program/resources.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TemplateNode } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import type { TextEdit } from '../../core/text/edit.js';
import { Outputs } from './outputs.js';
import type { NewStatement, ResourceCode } from './resource-code.js';
import { statementCode } from './statements.js';

/** How the list of statements of a policy is embedded in the program. */
export interface Embedding {
  readonly file: ProgramFile;
  readonly statements: babel.ArrayExpression;
  /** `JSON.stringify`, which takes no outputs; absent where outputs may stand inside. */
  readonly stringify: babel.MemberExpression | undefined;
  /** The callback that unpacks outputs around it. */
  readonly callback: babel.ArrowFunctionExpression | undefined;
  /** The call of `aws.iam.getPolicyDocument`, whose data has keys of its own. */
  readonly data: { readonly takesOutputs: boolean } | undefined;
  /** Where new names have to be in scope. */
  readonly spot: Spot;
}

/**
 * Adds statements to a policy document that the program writes out, in whatever form it has.
 * @param statementsAt the statements as they are written at the spot
 * @throws {CannotEdit} where a policy of its own is the clearer edit.
 */
export function extendDocument(
  editor: ProgramEditor,
  owner: ProgramResource,
  document: TemplateNode | undefined,
  statementsAt: (spot: Spot) => readonly NewStatement[],
): TextEdit[] {
  const embedding = embeddingOf(editor, owner, document);
  const outputs = new Outputs(editor, embedding);
  const statements = statementsAt(embedding.spot);
  if (embedding.data?.takesOutputs === false && !embedding.callback && statements.some(isOutput))
    throw new CannotEdit(`the policy document of ${owner.id} takes no outputs`);
  const codes = statements.map(({ actions, resource }) =>
    statementCode(actions, outputs.codeOf(resource), embedding.data !== undefined),
  );
  return [...outputs.edits(), ...editor.append(embedding.file, embedding.statements, ...codes)];
}

/** A policy document that is open for edits: how outputs are named in it, and what naming them takes. */
export interface OpenDocument {
  readonly file: ProgramFile;
  readonly statements: babel.ArrayExpression;
  /** The data form of `aws.iam.getPolicyDocument`. */
  readonly isData: boolean;
  codeOf(resource: ResourceCode): Code;
  /** To be asked for when all outputs are named. */
  edits(): TextEdit[];
}

/** @throws {CannotEdit} where the policy is not written out. */
export function openDocument(editor: ProgramEditor, policy: ProgramResource, model: Resource): OpenDocument {
  const embedding = embeddingOf(editor, policy, model.property('PolicyDocument'));
  const outputs = new Outputs(editor, embedding);
  const { file, statements, data, callback } = embedding;
  return {
    file,
    statements,
    isData: data !== undefined,
    codeOf(resource) {
      if (data?.takesOutputs === false && !callback && resource.kind === 'output')
        throw new CannotEdit(`the policy document of ${policy.id} takes no outputs`);
      return outputs.codeOf(resource);
    },
    edits: () => outputs.edits(),
  };
}

function isOutput({ resource }: NewStatement): boolean {
  return resource.kind === 'output';
}

function embeddingOf(editor: ProgramEditor, owner: ProgramResource, document: TemplateNode | undefined): Embedding {
  const list = document?.kind === 'map' ? document.get('Statement') : undefined;
  const origin = list && editor.program.originOf(list);
  const statements = origin && bare(origin.node);
  const { file } = owner;
  if (list?.kind !== 'list' || statements?.type !== 'ArrayExpression' || origin?.place.file !== file)
    throw new CannotEdit(`the policy ${owner.id} is not written out as a list of statements`);
  let stringify: babel.MemberExpression | undefined;
  let callback: babel.ArrowFunctionExpression | undefined;
  let data: Embedding['data'];
  for (const node of file.scopes.around(statements)) {
    const isWhole = node.type === 'VariableDeclarator' && (data !== undefined || stringify !== undefined);
    if (node === owner.node || (isWhole && isUsedOnce(file, node))) {
      const spot: Spot = { file, node, offset: node.start ?? 0 };
      return { file, statements, stringify: data ? undefined : stringify, callback, data, spot };
    }
    if (node.type === 'ArrowFunctionExpression') callback ??= node;
    else if (/Statement$|^Function|^VariableDeclarator$/.test(node.type)) {
      if (!isBodyOf(file, node, callback)) break;
    }
    if (node.type !== 'CallExpression') continue;
    const callee = bare(node.callee);
    const member = packageMember(file, callee);
    if (member?.package === awsPackage) data = { takesOutputs: member.path.at(-1)?.endsWith('Output') === true };
    else if (callee.type === 'MemberExpression' && memberName(callee) === 'stringify') stringify ??= callee;
    else if (member?.package !== pulumiPackage && !isApply(callee)) break;
  }
  throw new CannotEdit(`the policy ${owner.id} is not written out where it is created`);
}

function isApply(callee: Node): boolean {
  return callee.type === 'MemberExpression' && memberName(callee) === 'apply';
}

/** `return`, and the block around it, of a callback that has a body. */
function isBodyOf(file: ProgramFile, node: Node, callback: Node | undefined): boolean {
  if (callback !== undefined) return false;
  return node.type === 'ReturnStatement' || (node.type === 'BlockStatement' && isFunctionBody(file, node));
}

function isFunctionBody(file: ProgramFile, node: Node): boolean {
  return file.scopes.parentOf(node)?.type === 'ArrowFunctionExpression';
}

/** A document that is kept in a variable, which only the one policy reads. */
function isUsedOnce(file: ProgramFile, declarator: babel.VariableDeclarator): boolean {
  const { id } = declarator;
  // A declared type may not fit what the document becomes.
  if (id.type !== 'Identifier' || id.typeAnnotation) return false;
  const statement = file.scopes.parentOf(declarator);
  if (!statement || file.scopes.parentOf(statement)?.type === 'ExportNamedDeclaration') return false;
  const uses = file.scopes.all('Identifier').filter((node) => node !== id && node.name === id.name);
  return uses.length === 1;
}
