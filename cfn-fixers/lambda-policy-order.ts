import { type CfnContext, type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Resource } from '../core/template/template.js';
import { rule } from '../rules/lambda-policy-order.js';
import { grantsOf, prepareIamFacts } from './shared/iam-facts.js';
import { questionsOf } from './shared/missing.js';
import { type Need, needsOf } from './shared/needs.js';
import { rolesOf } from '../core/template/iam/roles.js';

export default defineCfnFixer<'unordered', Record<string, never>>({
  rule,
  needles: ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy'],
  prepare: prepareIamFacts,
  *find(context) {
    const seen = new Set<string>();
    for (const { need, policy, action } of unorderedIn(context)) {
      const { subject, node, permission, assumed } = need;
      const key = `${subject.id} ${policy.id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield {
        message: 'unordered',
        data: {
          resource: subject.id,
          permission: action,
          action: action.replace(/^.*:/, ''),
          service: action.replace(/:.*$/, '').toUpperCase(),
          policy: policy.id,
        },
        certainty: permission?.confidence === 'high' && assumed === undefined ? 'proven' : 'possible',
        resource: subject,
        node,
        fix: () => orderAfter(context, subject, policy),
      } satisfies FindingDraft<'unordered'>;
    }
  },
});

interface Unordered {
  readonly need: Need;
  readonly policy: Resource;
  readonly action: string;
}

/** What is granted only by policy resources that its subject does not wait for. */
function* unorderedIn({ template }: CfnContext<Record<string, never>>): Generator<Unordered> {
  const grants = grantsOf(template);
  for (const need of needsOf(template)) {
    for (const { role, guards } of rolesOf(template, need.fn)) {
      if (role.kind === 'outside') continue;
      for (const question of questionsOf(need, [...need.guards, ...guards])) {
        const verdict = grants.allows(role, question);
        if (verdict.answer !== 'yes' || verdict.grantedBy?.kind !== 'policy') continue;
        const policies = grants.grantingPolicies(role, question);
        const [first] = policies;
        if (!first || policies.some((policy) => template.graph.reaches(need.subject.id, policy.id))) continue;
        yield { need, policy: first, action: question.action };
      }
    }
  }
}

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
