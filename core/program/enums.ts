/**
 * The value of an enum's member or constant of @pulumi/aws, by its path below the package: `lambda.Runtime.NodeJS22dX`
 * and `lambda.NodeJS22dXRuntime` are `nodejs22.x`, also where a version of the package lacks the member. A managed policy is
 * its name. Checked against the enums of @pulumi/aws 6.83.4 and 7.48.0.
 */
export function enumValue(path: readonly string[]): string | undefined {
  const [module, owner = '', member] = path;
  if (module === 'iam' && /^ManagedPolic(?:y|ies)$/.test(owner)) return member;
  if (module !== 'lambda') return undefined;
  if (owner === 'Runtime' && member !== undefined) return runtimeOf(member);
  return owner.endsWith('Runtime') && member === undefined ? runtimeOf(owner) : undefined;
}

/** `Go1dx` is `go1.x`, `Java8AL2` `java8.al2`, `CustomAL2023` `provided.al2023`. */
function runtimeOf(member: string): string {
  return member
    .replace(/(?<=\w)Runtime$/, '')
    .toLowerCase()
    .replace(/^custom/, 'provided')
    .replace(/(?<=\d)d(?=\d|x)/, '.')
    .replace(/(?<=\d|provided)al(?=\d)/, '.al');
}
