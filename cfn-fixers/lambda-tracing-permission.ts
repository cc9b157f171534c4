import { defineCfnFixer } from '../core/rule.js';
import { rule } from '../rules/lambda-tracing-permission.js';
import type { GrantOptions } from '../rules/shared/grant-options.js';
import { grantWriter } from './shared/grant.js';
import { prepareIamFacts } from '../rules/shared/iam-facts.js';
import { type MissingMessage, missingPermissions } from '../rules/shared/missing.js';

export default defineCfnFixer<MissingMessage, GrantOptions>({
  rule,
  needles: ['Tracing'],
  prepare: prepareIamFacts,
  *find(context) {
    yield* missingPermissions(grantWriter(context), 'tracing', context.options);
  },
});
