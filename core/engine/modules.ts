import path from 'node:path';

const typed = ['.ts', '.tsx', '.mts', '.cts'];
const extensions = [...typed, '.js', '.mjs', '.cjs', '.jsx'];

/**
 * The paths that a relative import may mean, the likeliest first, as TypeScript looks them up: `./role` is `role.ts`,
 * `role/index.ts`...; `./role.js` is `role.ts` before it is `role.js`.
 */
export function moduleCandidates(from: string, module: string): string[] {
  return [...candidatesOf(from, module)];
}

/** The path that a relative import means among those that are there; undefined where there is none. */
export function moduleAmong(from: string, module: string, isThere: (file: string) => boolean): string | undefined {
  for (const each of candidatesOf(from, module)) if (isThere(each)) return each;
  return undefined;
}

/** Made one by one, for nearly always the first is there. */
function* candidatesOf(from: string, module: string): Generator<string> {
  const base = path.posix.join(path.posix.dirname(from), module);
  const bare = base.replace(/\.[cm]?jsx?$/, '');
  if (bare !== base) for (const extension of typed) yield bare + extension;
  if (bare !== base) yield base;
  for (const extension of extensions) yield base + extension;
  if (bare === base) yield base;
  const below = base === '.' ? '' : base.endsWith('/') ? base : `${base}/`;
  for (const extension of extensions) yield `${below}index${extension}`;
}

const specifier = /(?:\bfrom|\bimport|\brequire\s*\()\s*['"](\.{1,2}\/[^'"\n]{0,300}|\.{1,2})['"]/g;

/** The relative modules that a program's text may import. Cheap: the parsed program confirms them. */
export function importedModules(text: string): string[] {
  return [...new Set([...text.matchAll(specifier)].map(([, module]) => module ?? ''))];
}

/** The files that a program's text may import from its own project. */
export function importedFiles(file: string, text: string): string[] {
  return importedModules(text).flatMap((module) => moduleCandidates(file, module));
}
