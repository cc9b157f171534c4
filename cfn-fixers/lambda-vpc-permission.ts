import { defineCfnFixer } from '../core/rule.js';
import { rule } from '../rules/lambda-vpc-permission.js';
import type { GrantOptions } from '../rules/shared/grant-options.js';
import { prepareIamFacts } from './shared/iam-facts.js';
import { type MissingMessage, missingPermissions } from './shared/missing.js';

export default defineCfnFixer<MissingMessage, GrantOptions>({
  rule,
  needles: ['VpcConfig'],
  prepare: prepareIamFacts,
  *find(context) {
    yield* missingPermissions(context, 'vpc', context.options);
  },
});
