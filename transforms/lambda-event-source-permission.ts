import { prepareIamFacts } from '../rules/shared/iam-facts.js';
import { type MissingMessage, missingPermissions } from '../rules/shared/missing.js';
import { definePulumiTransform } from '../core/rule.js';
import { rule } from '../rules/lambda-event-source-permission.js';
import type { GrantOptions } from '../rules/shared/grant-options.js';
import { asCodemod } from './shared/codemod.js';
import { programWriter } from './shared/grant.js';

export const transform = definePulumiTransform<MissingMessage, GrantOptions>({
  rule,
  needles: ['EventSourceMapping'],
  prepare: prepareIamFacts,
  *find(context) {
    yield* missingPermissions(programWriter(context), 'event-source', context.options);
  },
});

export const parser = 'ts';
export default asCodemod(transform);
