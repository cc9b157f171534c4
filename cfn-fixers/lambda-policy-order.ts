import { type CfnContext, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Resource } from '../core/template/template.js';
import { rule, unorderedData } from '../rules/lambda-policy-order.js';
import { prepareIamFacts } from '../rules/shared/iam-facts.js';
import { unorderedIn } from '../rules/shared/unordered.js';

export default defineCfnFixer<'unordered', Record<string, never>>({
  rule,
  needles: ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy'],
  prepare: prepareIamFacts,
  *find(context) {
    for (const { subject, node, policy, action, error, certainty } of unorderedIn(context.template)) {
      yield {
        message: 'unordered',
        data: unorderedData(subject.id, policy.id, action),
        certainty,
        resource: subject,
        node,
        prevents: error,
        fix: () => orderAfter(context, subject, policy),
      };
    }
  },
});

function orderAfter(
  { template, editor }: CfnContext<Record<string, never>>,
  subject: Resource,
  policy: Resource,
): FixDraft | Refusal {
  if (template.graph.reaches(policy.id, subject.id)) {
    return {
      code: 'cycle',
      because: `${policy.id} names ${subject.id}, so ${subject.id} cannot wait for it: put the permission into a policy that does not`,
    };
  }
  return {
    title: `Create ${subject.id} after ${policy.id}`,
    safety: 'safe',
    consequence: { deployment: 'none' },
    edits: editor.addDependency(subject, policy.id),
    touches: [[...subject.node.path, 'DependsOn']],
  };
}
