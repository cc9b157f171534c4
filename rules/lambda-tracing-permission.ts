import { defineRule } from '../core/rule.js';
import { deploymentErrors } from '../facts/index.js';
import { grantOptions } from './shared/grant-options.js';

export const rule = defineRule({
  id: 'lambda-tracing-permission',
  title: 'Active tracing without the X-Ray permission',
  why: 'With active tracing Lambda sends trace segments in the name of the execution role. While the role may not, AWS has refused to create or update the function; where it does not, the traces are lost.',
  impact: 'high',
  messages: {
    missing: { text: '{resource} has active tracing, but {role} does not allow {actions}', preset: 'deploy' },
    unknown: {
      text: '{resource} has active tracing; whether {role} allows {actions} cannot be told: {because}',
      preset: 'deploy',
    },
    outside: {
      text: '{resource} has active tracing; its role comes from outside this {unit} and must allow {actions}',
      preset: 'deploy',
    },
  },
  errors: deploymentErrors('lambda-tracing-permission'),
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html'],
  limits: [
    'A possible finding: Lambda has been seen to create such functions too, which then run without traces.',
    'PassThrough needs no permission and is no finding.',
    'A role from another stack, a parameter or an import is reported with the statement to add by hand.',
  ],
  facts: ['permissions', 'managed-policies'],
  options: grantOptions,
  since: '0.1.0',
});
