import { type MessageData, defineRule } from '../core/rule.js';
import { customerKeys } from '../facts/index.js';

export const rule = defineRule({
  id: 'lambda-environment-unencrypted',
  title: 'Environment variables without a customer managed key',
  why: 'Lambda always encrypts environment variables at rest, by default with the AWS managed key aws/lambda of the account. Whoever may read the function’s configuration then reads them in plain text, and nobody can restrict, audit by key or revoke that. With a customer managed key, reading them takes a permission on the key as well. Nothing fails at deployment: this is a matter of policy.',
  impact: 'medium',
  messages: {
    managedKey: {
      text: '{resource} keeps {count} under the AWS managed key aws/lambda: no customer managed key (KmsKeyArn) protects them',
      preset: 'all',
    },
  },
  errors: [],
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html',
    'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
  ],
  limits: [
    'The default key is an AWS managed key (aws/lambda), not an AWS owned one, as is said at times.',
    'A function without environment variables, or whose variables the template does not show, is no finding.',
    'Whether a value is a secret at all is not judged: a secret belongs into Secrets Manager or Parameter Store, whatever the key.',
    'One key serves all functions of a template; a key that another function of the template uses already is taken again.',
  ],
  facts: ['kms'],
  since: '0.1.0',
});

/** The data of the rule's message. */
export function managedKeyData(resource: string, count: number): MessageData {
  return { resource, count: count === 1 ? 'an environment variable' : `${count} environment variables` };
}

/** Where AWS bills what the rule adds. */
export const keyCost = 'A customer managed key is billed per month, and its use per request.';

/** What has to be in place before the deployment: the key policy leaves the decision to the account's IAM policies. */
export const deployerFollowUp = `Whoever deploys needs ${customerKeys.environment.deployer.join(' and ')} on the key, and whoever looks at the variables ${customerKeys.environment.reader.join(' and ')}; the execution role needs nothing.`;
