import type { Certainty } from '../../core/rule.js';
import { rolesOf } from '../../core/template/iam/roles.js';
import type { TemplateNode } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import { grantsOf } from './iam-facts.js';
import { questionsOf } from './missing.js';
import { needsOf } from './needs.js';

/** Something that is created before the policy that it needs, perhaps. */
export interface Unordered {
  readonly subject: Resource;
  readonly node: TemplateNode;
  readonly policy: Resource;
  readonly action: string;
  /** Source of the expression for the error that Lambda answers with; null where none is known. */
  readonly error: string | null;
  /** What AWS checks of it is not established for every kind of need. */
  readonly certainty: Certainty;
}

/** What is granted only by policy resources that its subject does not wait for; each pair once. */
export function* unorderedIn(template: Template): Generator<Unordered> {
  const seen = new Set<string>();
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
        const key = `${need.subject.id} ${first.id}`;
        if (seen.has(key)) continue;
        seen.add(key);
        yield {
          subject: need.subject,
          node: need.node,
          policy: first,
          action: question.action,
          error: need.permission?.error ?? null,
          certainty: need.permission?.confidence === 'high' && need.assumed === undefined ? 'proven' : 'possible',
        };
      }
    }
  }
}
