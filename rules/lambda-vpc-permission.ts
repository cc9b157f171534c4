import { defineRule } from '../core/rule.js';
import { deploymentErrors } from '../facts/index.js';
import { grantOptions } from './shared/grant-options.js';

export const rule = defineRule({
  id: 'lambda-vpc-permission',
  title: 'Function in a VPC without the network interface permissions',
  why: 'A function with a VpcConfig gets network interfaces, which Lambda makes in the name of the execution role. It checks the three actions when the function is created or updated, without a resource: a statement that is narrowed by an ARN or a condition does not pass.',
  impact: 'critical',
  messages: {
    missing: {
      text: '{resource} is attached to a VPC, but {role} does not allow {actions} on every resource',
      preset: 'deploy',
    },
    unknown: {
      text: '{resource} is attached to a VPC; whether {role} allows {actions} cannot be told: {because}',
      preset: 'deploy',
    },
    outside: {
      text: '{resource} is attached to a VPC; its role comes from outside this {unit} and must allow {actions}',
      preset: 'deploy',
    },
  },
  errors: deploymentErrors('lambda-vpc-permission'),
  references: ['https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html'],
  limits: [
    'The subnets, security groups and routes themselves are not judged.',
    'A role from another stack, a parameter or an import is reported with the statement to add by hand.',
  ],
  facts: ['permissions', 'managed-policies'],
  options: grantOptions,
  since: '0.1.0',
});
