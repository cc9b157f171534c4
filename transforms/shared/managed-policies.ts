import { bare } from '../../core/program/ast.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import { type Code, text } from '../../core/program/print.js';
import type { ProgramResource } from '../../core/program/resources.js';
import { constructorLike } from '../../core/program/surroundings.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TemplateNode } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import type { TextEdit } from '../../core/text/edit.js';

/**
 * The ARN of a policy of AWS as the role's other policies write it: by the enum, or as text up to the name. Every
 * policy that the facts name is a member of the enum in @pulumi/aws 6.83.4 and 7.48.0.
 */
export function managedArn(
  editor: ProgramEditor,
  like: ProgramResource,
  policy: string,
  siblings: readonly TemplateNode[],
): Code {
  const name = policy.slice(policy.lastIndexOf('/') + 1);
  for (const node of siblings) {
    const origin = editor.program.originOf(node);
    const written = origin?.place.file === like.file ? editor.textOf(origin) : '';
    const owner = /^(.+\.ManagedPolic(?:y|ies))\.\w+$/.exec(written)?.[1];
    if (owner !== undefined) return text(`${owner}.${name}`);
    const [, prefix, quote] = /^([^\n]*:iam::aws:policy\/)[\w/+=,.@-]+(['"`])$/.exec(written) ?? [];
    if (prefix !== undefined) return text(`${prefix}${policy}${quote}`);
  }
  return text(`${constructorLike(like, ['iam', 'ManagedPolicy'])}.${name}`);
}

/** `managedPolicyArns` is exclusive: what an attachment adds to such a role is taken away again. */
export function appendManaged(editor: ProgramEditor, model: Resource, role: ProgramResource, arn: Code): TextEdit[] {
  const listed = model.property('ManagedPolicyArns');
  const origin = listed && editor.program.originOf(listed);
  const list = origin && bare(origin.node);
  if (list?.type !== 'ArrayExpression' || origin?.place.file !== role.file)
    throw new CannotEdit(`the managed policies of ${role.id} are not written out`);
  return editor.append(role.file, list, arn);
}
