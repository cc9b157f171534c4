import { type MessageData, defineRule } from '../core/rule.js';
import { deploymentErrors } from '../facts/index.js';

export const rule = defineRule({
  id: 'lambda-policy-order',
  title: 'Function that can be created before the policy it needs',
  why: 'Policies written inside a role are finished with the role. A separate policy resource is attached in parallel with everything else that names the role, so what needs its permissions can be created first and be refused, in one deployment and not in the next. Ordering cures only the race: a permission that no policy grants stays missing however long one waits.',
  impact: 'medium',
  messages: {
    unordered: {
      text: '{resource} needs {permission} from {policy}, but nothing makes it wait for {policy}',
      preset: 'deploy',
    },
  },
  errors: deploymentErrors('lambda-policy-order'),
  references: ['https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html'],
  limits: [
    'Only permissions that AWS checks at creation are ordered; those that the code uses later need no order.',
    'A dependency that would close a circle is refused.',
  ],
  facts: ['permissions', 'managed-policies'],
  since: '0.1.0',
});

/** The figures of the message: who is created before which policy, and the permission that it waits for. */
export function unorderedData(resource: string, policy: string, permission: string): MessageData {
  return {
    resource,
    permission,
    action: permission.replace(/^.*:/, ''),
    service: permission.replace(/:.*$/, '').toUpperCase(),
    policy,
  };
}
