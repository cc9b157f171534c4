import picomatch from 'picomatch';

export type Matcher = (file: string) => boolean;

/** Matches files against globs of a config: a name without a slash holds in every directory, a directory for all below it. */
export function matcherOf(globs: readonly string[]): Matcher {
  return picomatch(globs.flatMap(expand), { dot: true });
}

/** A glob of a config as plain globs: itself, and all that lies below what it names. */
export function expand(glob: string): readonly string[] {
  const path = glob.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  const anchored = /^\.?\//.test(glob) || path.includes('/') || path === '**' ? path : `**/${path}`;
  return [anchored, `${anchored}/**`];
}

/** Globs relative to one directory as globs relative to a directory below it; those that cannot match there are left out. */
export function reroot(glob: string, below: readonly string[]): readonly string[] {
  const [directory, ...deeper] = below;
  if (directory === undefined) return [glob];
  const [first = '', ...rest] = glob.split('/');
  if (first === '**') return [glob, ...(rest.length > 0 ? reroot(rest.join('/'), below) : [])];
  if (!picomatch.isMatch(directory, first, { dot: true })) return [];
  return rest.length === 0 ? ['**'] : reroot(rest.join('/'), deeper);
}
