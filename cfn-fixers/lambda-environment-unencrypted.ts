import { type CfnContext, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import { type TemplateNode, type Value, toValue } from '../core/template/node.js';
import { rule } from '../rules/lambda-environment-unencrypted.js';
import { functionTypes } from '../rules/shared/function-types.js';
import {
  type Unprotected,
  differentKeys,
  obstacleTo,
  protectedBy,
  unprotectedVariables,
} from '../rules/shared/unprotected-variables.js';
import { type NewKey, newKey } from './shared/customer-key.js';

type Editor = CfnContext['editor'];

export default defineCfnFixer<'managedKey', Record<string, never>>({
  rule,
  needles: functionTypes,
  *find({ template, editor }) {
    yield* unprotectedVariables(template, (open, all, used) => fixOf(open, all, used, editor));
  },
});

function fixOf(
  open: Unprotected,
  all: readonly Unprotected[],
  used: readonly TemplateNode[],
  editor: Editor,
): FixDraft | Refusal {
  const [key, ...others] = used;
  const [{ template }] = open.functions;
  if (others.length > 0) return differentKeys(template);
  if (key) return obstacleTo(key, open) ?? fixWith(open, toValue(key), undefined, editor);
  const functions = all.flatMap((each) => each.functions);
  const made = newKey(open.functions[0], functions, editor);
  return fixWith(open, made.arn, made, editor);
}

function fixWith(open: Unprotected, arn: Value, made: NewKey | undefined, editor: Editor): FixDraft {
  const edits = [...editor.insert(open.owner, 'KmsKeyArn', arn, { after: 'Environment' }), ...(made?.edits ?? [])];
  return protectedBy(open, made !== undefined, edits, made?.touches ?? []);
}
