import { defineRule } from '../core/rule.js';
import { deploymentErrors } from '../facts/index.js';

export const rule = defineRule({
  id: 'lambda-destination-permission',
  title: 'Destination that the function may not call',
  why: 'For asynchronous invocations with a destination, Lambda itself calls the destination in the name of the execution role, and checks when the event invoke configuration is made whether the role may do that. This is unlike an EventBridge rule, which calls a function through the resource policy of the function.',
  impact: 'critical',
  messages: {
    missing: { text: '{fn} has the destination {target}, but {role} does not allow {actions} on it', preset: 'deploy' },
    unknown: {
      text: '{fn} has the destination {target}; whether {role} allows {actions} on it cannot be told: {because}',
      preset: 'deploy',
    },
    outside: {
      text: '{fn} has the destination {target}; its role comes from outside this {unit} and must allow {actions} on it',
      preset: 'deploy',
    },
  },
  errors: deploymentErrors('lambda-destination-permission'),
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html'],
  limits: [
    'A destination whose service cannot be told (a parameter, an import) is not judged.',
    'Functions that are not in the template are not judged.',
    'FIFO queues and topics, which Lambda refuses as destinations, are not replaced.',
    'A role from another stack, a parameter or an import is reported with the statement to add by hand.',
  ],
  facts: ['permissions', 'managed-policies'],
  since: '0.1.0',
});
