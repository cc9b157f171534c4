import { defineRule } from '../core/rule.js';
import { deploymentErrors } from '../facts/index.js';
import { grantOptions } from './shared/grant-options.js';

export const rule = defineRule({
  id: 'lambda-event-source-permission',
  title: 'Event source that the function may not read',
  why: 'Lambda polls queues and streams in the name of the execution role, and checks when the event source mapping is made whether the role may do that. The three SQS actions on the queue are enough; the AWS managed policy for SQS grants the same three on every queue, and neither changes message visibility nor lets a function send to a dead letter queue.',
  impact: 'critical',
  messages: {
    missing: { text: '{fn} {does} {target}, but {role} does not allow {actions} on it', preset: 'deploy' },
    unknown: {
      text: '{fn} {does} {target}; whether {role} allows {actions} on it cannot be told: {because}',
      preset: 'deploy',
    },
    outside: {
      text: '{fn} {does} {target}; its role comes from outside this {unit} and must allow {actions} on it',
      preset: 'deploy',
    },
  },
  errors: deploymentErrors('lambda-event-source-permission'),
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-eventsourcemapping.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html',
  ],
  limits: [
    'The actions on secrets, topics and consumer groups of brokers and Kafka clusters are not granted: their ARNs do not follow from the event source.',
    'A source whose service cannot be told (a parameter, an import) is not judged.',
    'A role from another stack, a parameter or an import is reported with the statement to add by hand.',
  ],
  facts: ['permissions', 'managed-policies'],
  options: grantOptions,
  since: '0.1.0',
});
