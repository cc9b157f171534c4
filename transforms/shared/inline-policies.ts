import { bare } from '../../core/program/ast.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import { type Spot, spotOf } from '../../core/program/names.js';
import { object, string } from '../../core/program/print.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TextEdit } from '../../core/text/edit.js';
import { extendDocument } from './documents.js';
import { documentCode } from './policy-code.js';
import type { NewStatement } from './resource-code.js';
import type { Parties } from './grant.js';

type StatementsAt = (spot: Spot) => readonly NewStatement[];

/**
 * Adds statements to a policy that stands in the role itself. `inlinePolicies` is exclusive: what a `RolePolicy` puts
 * into such a role is taken away again.
 */
export function intoInline(
  editor: ProgramEditor,
  { model, role }: Parties,
  name: string,
  statementsAt: StatementsAt,
): TextEdit[] {
  const policies = model.property('Policies');
  for (const item of policies?.kind === 'list' ? policies.items : []) {
    const document = item.kind === 'map' ? item.get('PolicyDocument') : undefined;
    try {
      return extendDocument(editor, role, document, statementsAt);
    } catch (error) {
      if (!(error instanceof CannotEdit)) throw error;
    }
  }
  const origin = policies && editor.program.originOf(policies);
  const list = origin && bare(origin.node);
  if (list?.type !== 'ArrayExpression' || origin?.place.file !== role.file)
    throw new CannotEdit(`the inline policies of ${role.id} are not written out`);
  const policy = documentCode(role.file, statementsAt(spotOf(role)));
  return editor.append(role.file, list, object({ name: string(name), policy }));
}
