import { prepareIamFacts } from '../rules/shared/iam-facts.js';
import { type Unordered, unorderedIn } from '../rules/shared/unordered.js';
import { type FixDraft, type ProgramContext, type Refusal, definePulumiTransform } from '../core/rule.js';
import { rule, unorderedData } from '../rules/lambda-policy-order.js';
import { asCodemod } from './shared/codemod.js';
import { addOrder } from './shared/order.js';

type Context = ProgramContext<Record<string, never>>;

export const transform = definePulumiTransform<'unordered', Record<string, never>>({
  rule,
  needles: ['RolePolicy', 'PolicyAttachment'],
  prepare: prepareIamFacts,
  *find(context) {
    for (const unordered of unorderedIn(context.program.model)) {
      const subject = context.program.of(unordered.subject);
      // What cannot be read may name the policy already.
      if (!subject || context.program.hasOpenOrder(subject)) continue;
      yield {
        message: 'unordered',
        data: unorderedData(unordered.subject.id, unordered.policy.id, unordered.action),
        certainty: unordered.certainty,
        resource: unordered.subject,
        node: unordered.node,
        prevents: unordered.error,
        fix: () => orderAfter(context, unordered),
      };
    }
  },
});

export const parser = 'ts';
export default asCodemod(transform);

function orderAfter({ program, editor }: Context, { subject, policy }: Unordered): FixDraft | Refusal {
  if (program.model.graph.reaches(policy.id, subject.id))
    return { code: 'cycle', because: `${policy.id} names ${subject.id}, so ${subject.id} cannot wait for it` };
  const [waiting, first] = [program.of(subject), program.of(policy)];
  if (!waiting || !first) return { code: 'outside-template', because: 'one of them is not created in this project' };
  return {
    title: `Create ${subject.id} after ${policy.id}`,
    safety: 'safe',
    consequence: { deployment: 'none' },
    ...addOrder(editor, subject, waiting, first),
  };
}
