import type { FixDraft } from '../../core/rule.js';
import type { Editor } from '../../core/template/editor.js';
import type { TemplateNode } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { limits } from '../../facts/index.js';

/**
 * Makes a reservation a parameter: 0 stands for no reservation, by a condition on `AWS::NoValue`.
 * @param value the default in executions; `undefined` for none
 */
export function parameterEdits(
  fn: Resource,
  node: TemplateNode,
  value: number | undefined,
  editor: Editor,
): Pick<FixDraft, 'edits' | 'touches'> {
  const owner = node.path[0] === 'Globals' ? 'Functions' : fn.id;
  const parameter = editor.freeId(`${owner}ReservedConcurrency`);
  const condition = editor.freeId(`Has${parameter}`);
  const code = limits.concurrency.quotaCode;
  return {
    edits: [
      ...editor.addToSection('Parameters', parameter, {
        Type: 'Number',
        Default: value ?? 0,
        MinValue: 0,
        Description: `Reserved concurrency of ${owner} in executions, 0 for none. Limited by the account (quota ${code}, see aws lambda get-account-settings)`,
      }),
      ...editor.addToSection('Conditions', condition, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: parameter }, 0] }] }),
      ...editor.replace(node, { 'Fn::If': [condition, { Ref: parameter }, { Ref: 'AWS::NoValue' }] }),
    ],
    touches: [['Parameters', parameter], ['Conditions', condition], node.path],
  };
}
