import path from 'node:path';

/** Who asks for a package: a directory, relative to that of the lock file, and the range that its manifest gives. */
export interface LockQuery {
  /** `.` for the directory of the lock file itself. */
  readonly importer: string;
  readonly range: string | undefined;
}

/** Answers the version of one package that an importer gets; undefined where the lock file does not tell. */
export type Lock = (query: LockQuery) => string | undefined;

/** Reads the text of a lock file for one package. Nothing is executed; what cannot be read answers nothing. */
type LockReader = (text: string, name: string) => Lock;

/** The lock files of npm, pnpm and yarn, in the order in which they are believed where several lie side by side. */
export const lockFiles: ReadonlyMap<string, LockReader> = new Map([
  ['package-lock.json', npmLock],
  ['npm-shrinkwrap.json', npmLock],
  ['pnpm-lock.yaml', pnpmLock],
  ['yarn.lock', yarnLock],
]);

/** Versions 2 and 3 list every place below `packages`, version 1 the packages of the root below `dependencies`. */
function npmLock(text: string, name: string): Lock {
  const lock = jsonOf(text);
  const packages = memberOf(lock, 'packages');
  return ({ importer }) => {
    if (packages === undefined) return versionOf(memberOf(memberOf(lock, 'dependencies'), name));
    for (let directory = importer; ; directory = path.posix.dirname(directory)) {
      const place = path.posix.join(directory, 'node_modules', name);
      const version = versionOf(memberOf(packages, place));
      if (version !== undefined || directory === '.') return version;
    }
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function memberOf(owner: unknown, name: string): unknown {
  if (typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, name)) return undefined;
  return (owner as Record<string, unknown>)[name];
}

function versionOf(entry: unknown): string | undefined {
  const version = memberOf(entry, 'version');
  return typeof version === 'string' ? version : undefined;
}

/** An entry of yarn begins in the first column with the ranges that it answers; classic and berry differ in signs only. */
function yarnLock(text: string, name: string): Lock {
  const entries: { readonly ranges: readonly string[]; readonly version: string }[] = [];
  let ranges: readonly string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^\S.*:$/.test(line)) ranges = line.includes(name) ? yarnRanges(line, name) : [];
    const version = ranges.length === 0 ? undefined : /^\s+version:?\s+"?([^"\s]+)/.exec(line)?.[1];
    if (version === undefined) continue;
    entries.push({ ranges, version });
    ranges = [];
  }
  return ({ range }) =>
    entries.find(({ ranges: own }) => range !== undefined && own.includes(range))?.version ??
    agreed(entries.map(({ version }) => version));
}

function yarnRanges(line: string, name: string): string[] {
  const keys = line.slice(0, -1).replaceAll('"', '').split(/,\s*/);
  return keys.flatMap((key) => (key.startsWith(`${name}@`) ? [key.slice(name.length + 1).replace(/^npm:/, '')] : []));
}

/** What an importer depends on stands below its name in `importers`, or at the top where there is one importer only. */
function pnpmLock(text: string, name: string): Lock {
  const lines = text.split(/\r?\n/);
  const all = packageVersions(lines, name);
  return ({ importer }) => {
    const importers = blockAt(lines, 'importers');
    const own = importers.length === 0 ? lines : blockAt(importers, importer);
    const dependency = ['dependencies', 'devDependencies', 'optionalDependencies']
      .map((section) => blockAt(blockAt(own, section), name, true))
      .find((block) => block.length > 0);
    const version = dependency && pnpmVersion(dependency);
    return version === undefined ? agreed(all) : version;
  };
}

/** The lines below a key that stands outermost in a block, its own line included where it is wanted. */
function blockAt(lines: readonly string[], key: string, withKey = false): readonly string[] {
  const outermost = lines.find((line) => /^\s*[^\s#]/.test(line));
  const indent = /^\s*/.exec(outermost ?? '')?.[0] ?? '';
  const heads = [key, `'${key}'`, `"${key}"`].map((each) => `${indent}${each}:`);
  const start = lines.findIndex((line) => heads.some((head) => line.startsWith(head)));
  if (start === -1) return [];
  const rest = lines.slice(start + 1);
  const length = rest.findIndex((line) => line.trim() !== '' && !line.startsWith(`${indent} `));
  return lines.slice(start + (withKey ? 0 : 1), length === -1 ? undefined : start + 1 + length);
}

/** `'@pulumi/aws': 6.1.0`, or `version: 6.1.0(peer@1.0.0)` below it. */
function pnpmVersion([head = '', ...below]: readonly string[]): string | undefined {
  const own = /:\s+([^\s#]+)/.exec(head)?.[1];
  const version = own ?? below.flatMap((line) => /^\s+version:\s+([^\s#]+)/.exec(line)?.[1] ?? [])[0];
  return version?.replaceAll(/^['"]|['"]$/g, '');
}

/** `/@pulumi/aws/6.1.0:`, `/@pulumi/aws@6.1.0:`, `'@pulumi/aws@6.1.0':`, each perhaps with peers behind. */
function packageVersions(lines: readonly string[], name: string): string[] {
  return lines.flatMap((line) => {
    const key = line.trim().replace(/^['"]?\/?/, '');
    const sign = key.charAt(name.length);
    return key.startsWith(name) && (sign === '@' || sign === '/') && /['":]$/.test(key)
      ? [key.slice(name.length + 1)]
      : [];
  });
}

/** One of the versions, where all have the same major. */
function agreed(versions: readonly string[]): string | undefined {
  const majors = new Set(versions.map((version) => /^v?(\d+)\./.exec(version)?.[1]));
  return majors.size === 1 ? versions[0] : undefined;
}
