import { defineRule } from '../core/rule.js';
import { deploymentErrors } from '../facts/index.js';

export const rule = defineRule({
  id: 'lambda-dlq-permission',
  title: 'Dead letter queue that the function may not write to',
  why: 'Lambda checks when it creates or updates a function whether the execution role may send to the dead letter queue or topic, and refuses the function otherwise. A dead letter queue takes failed asynchronous invocations only; for a function that reads from a queue, the redrive policy of that queue is what catches failures, but the permission is checked all the same.',
  impact: 'critical',
  messages: {
    missing: {
      text: '{resource} sends failed events to {target}, but {role} does not allow {actions} on it',
      preset: 'deploy',
    },
    unknown: {
      text: '{resource} sends failed events to {target}; whether {role} allows {actions} on it cannot be told: {because}',
      preset: 'deploy',
    },
    outside: {
      text: '{resource} sends failed events to {target}; its role comes from outside this {unit} and must allow {actions} on it',
      preset: 'deploy',
    },
  },
  errors: deploymentErrors('lambda-dlq-permission'),
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html'],
  limits: [
    'A target whose service cannot be told (a parameter, an import) is not judged.',
    'A FIFO queue, which Lambda refuses as a dead letter queue, is not turned into a standard one.',
    'Resource policies of the queue or topic are not read: Lambda asks the role.',
    'A role from another stack, a parameter or an import is reported with the statement to add by hand.',
  ],
  facts: ['permissions', 'managed-policies'],
  since: '0.1.0',
});
