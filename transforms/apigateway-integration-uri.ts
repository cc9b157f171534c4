import { type IntegrationMessage, wrongIntegrations } from '../rules/shared/wrong-integrations.js';
import { definePulumiTransform } from '../core/rule.js';
import { rule } from '../rules/apigateway-integration-uri.js';
import { asCodemod } from './shared/codemod.js';
import { ProgramIntegrations } from './shared/integrations.js';

export const transform = definePulumiTransform<IntegrationMessage, Record<string, never>>({
  rule,
  needles: ['Integration(', 'x-amazon-apigateway-integration'],
  *find(context) {
    yield* wrongIntegrations(new ProgramIntegrations(context));
  },
});

export const parser = 'ts';
export default asCodemod(transform);
