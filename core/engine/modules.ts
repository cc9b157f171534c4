import path from 'node:path';

/** The paths that a relative import may mean: `./role` is `role.ts`, `role/index.ts`...; `./role.js` is `role.ts` too. */
export function moduleCandidates(from: string, module: string): string[] {
  const base = path.posix.normalize(path.posix.join(path.posix.dirname(from), module));
  const bare = base.replace(/\.[cm]?js$/, '');
  const extensions = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx'];
  return [
    base,
    ...extensions.map((extension) => bare + extension),
    ...extensions.map((extension) => `${base}/index${extension}`),
  ];
}

const specifier = /(?:\bfrom|\bimport|\brequire\s*\()\s*['"](\.{1,2}\/[^'"\n]{1,300}|\.{1,2})['"]/g;

/** The files that a program's text may import from its own project. Cheap: the parsed program confirms them. */
export function importedFiles(file: string, text: string): string[] {
  const modules = new Set([...text.matchAll(specifier)].map(([, module]) => module ?? ''));
  return [...modules].flatMap((module) => moduleCandidates(file, module));
}
