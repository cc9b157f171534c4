import { type Node, memberName } from '../../core/program/ast.js';
import { StatementEditor, usesOf } from '../../core/program/edit-statements.js';
import { text } from '../../core/program/print.js';
import type { ProgramResource } from '../../core/program/resources.js';
import type { FixDraft, Refusal } from '../../core/rule.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { Resource } from '../../core/template/template.js';
import type { TextEdit } from '../../core/text/edit.js';
import { isRefusal } from '../../rules/shared/alias-choice.js';
import { type Context, functionNameAt, publishing, subjectOf } from './publish.js';

/** A resource that programs create to publish a version, and that @pulumi/aws does not have. */
export const versionType = 'Pulumi::Lambda::FunctionVersion';

/** What is asked of such a version, and what a function that publishes gives in its place. */
const attributes: Readonly<Record<string, string>> = {
  version: 'version',
  arn: 'qualifiedArn',
  qualifiedArn: 'qualifiedArn',
  invokeArn: 'qualifiedInvokeArn',
  qualifiedInvokeArn: 'qualifiedInvokeArn',
  functionName: 'name',
};

/** The function publishes itself, and what named the version names the function's. */
export function replaceVersion(version: Resource, fn: Resource | undefined, context: Context): FixDraft | Refusal {
  if (!fn)
    return { code: 'outside-template', because: 'the function is not created in this project: give it publish: true' };
  const subject = subjectOf(version, fn, context);
  if (isRefusal(subject)) return subject;
  const { config: created, fn: owner } = subject.created;
  const statements = new StatementEditor(context.editor);
  const statement = statements.statementOf(created);
  const { reference } = functionNameAt(created, owner, version, context);
  const published = publishing(fn, owner, context);
  const { model } = context.program;
  const mentions = [...model.references(model.root)].filter(({ name }) => name === version.id);
  return {
    title: `Let ${fn.id} publish its versions itself, in place of ${version.id}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: [
      ...published.edits,
      ...statements.remove(created.file, statement),
      ...usesReplaced(created, statement, reference, context),
    ],
    touches: [version.node.path, ...published.touches, ...mentions.map(({ node }) => node.path)],
  };
}

function usesReplaced(
  { holder, file, place, id }: ProgramResource,
  statement: Node,
  reference: string,
  { editor }: Context,
): TextEdit[] {
  if (holder.kind === 'none') return [];
  if ((holder.kind !== 'const' && holder.kind !== 'let') || statement.type !== 'VariableDeclaration')
    throw new CannotEdit(`${id} is kept where others may use it`);
  if (statement.declarations.length > 1) throw new CannotEdit(`${id} is declared together with others`);
  return usesOf(file, holder.declarator).flatMap((use) => {
    const parent = file.scopes.parentOf(use);
    const name = parent?.type === 'MemberExpression' && parent.object === use ? memberName(parent) : undefined;
    const attribute = name === undefined ? undefined : attributes[name];
    if (!parent || attribute === undefined) throw new CannotEdit(`${id} is used for something else than its version`);
    return editor.replace({ node: parent, place }, text(`${reference}.${attribute}`));
  });
}
