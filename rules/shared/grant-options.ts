/** How a missing permission is given; shared by the rules for which AWS has a managed policy. */
export interface GrantOptions {
  readonly grant: 'auto' | 'statement' | 'managed';
}
