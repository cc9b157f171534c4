import { prepareIamFacts } from '../rules/shared/iam-facts.js';
import { type MissingMessage, missingPermissions } from '../rules/shared/missing.js';
import { definePulumiTransform } from '../core/rule.js';
import { rule } from '../rules/lambda-dlq-permission.js';
import { asCodemod } from './shared/codemod.js';
import { programWriter } from './shared/grant.js';

export const transform = definePulumiTransform<MissingMessage, Record<string, never>>({
  rule,
  needles: ['deadLetterConfig'],
  prepare: prepareIamFacts,
  *find(context) {
    yield* missingPermissions(programWriter(context), 'dlq', { grant: 'statement' });
  },
});

export const parser = 'ts';
export default asCodemod(transform);
