import { defineCfnFixer } from '../core/rule.js';
import { rule } from '../rules/lambda-destination-permission.js';
import { grantWriter } from './shared/grant.js';
import { prepareIamFacts } from '../rules/shared/iam-facts.js';
import { type MissingMessage, missingPermissions } from '../rules/shared/missing.js';

export default defineCfnFixer<MissingMessage, Record<string, never>>({
  rule,
  needles: ['DestinationConfig'],
  prepare: prepareIamFacts,
  *find(context) {
    yield* missingPermissions(grantWriter(context), 'destination', { grant: 'statement' });
  },
});
