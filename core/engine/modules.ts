import path from 'node:path';

const typed = ['.ts', '.tsx', '.mts', '.cts'];
const extensions = [...typed, '.js', '.mjs', '.cjs', '.jsx'];

/**
 * The paths that a relative import may mean, the likeliest first, as TypeScript looks them up: `./role` is `role.ts`,
 * `role/index.ts`...; `./role.js` is `role.ts` before it is `role.js`.
 */
export function moduleCandidates(from: string, module: string): string[] {
  const base = path.posix.normalize(path.posix.join(path.posix.dirname(from), module));
  const bare = base.replace(/\.[cm]?jsx?$/, '');
  const below = base === '.' ? '' : base.endsWith('/') ? base : `${base}/`;
  const spelled = bare === base ? [] : [...typed.map((extension) => bare + extension), base];
  return [
    ...new Set([
      ...spelled,
      ...extensions.map((extension) => base + extension),
      base,
      ...extensions.map((extension) => `${below}index${extension}`),
    ]),
  ];
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
