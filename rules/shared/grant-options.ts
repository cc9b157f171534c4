import type { RuleOptions } from '../../core/rule.js';

/** How a missing permission is given; shared by the rules for which AWS has a managed policy. */
export interface GrantOptions {
  readonly grant: 'auto' | 'statement' | 'managed';
}

export const grantOptions: RuleOptions<GrantOptions> = {
  schema: (z) =>
    z.strictObject({
      grant: z
        .enum(['auto', 'statement', 'managed'])
        .describe(
          'How the permission is given. auto: the AWS managed policy where the role lists managed policies already, else the least statement.',
        )
        .default('auto'),
    }),
  defaults: { grant: 'auto' },
};
