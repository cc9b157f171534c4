import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './config/find.js';

/** The state of one file in `git status`: in the index and in the working tree, a space where nothing changed. */
export interface FileState {
  readonly index: string;
  readonly tree: string;
}

/** What git knows of a working tree. */
export interface Repository {
  readonly root: string;
  /** Tracked files that differ from the last commit, by absolute path. */
  readonly changed: ReadonlyMap<string, FileState>;
}

/** `none`: no git, or no repository; then nothing can be lost that git would have kept. */
export type RepositoryAnswer =
  | { readonly kind: 'repository'; readonly repository: Repository }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly because: string };

/** The repository that a directory lies in. Nothing of the repository is run: no hooks, no file system monitor. */
export async function readRepository(directory: string): Promise<RepositoryAnswer> {
  const root = repositoryRoot(directory);
  if (root === undefined) return { kind: 'none' };
  try {
    const args = ['status', '--porcelain=v1', '-z', '--untracked-files=no', '--ignore-submodules=all', '--no-renames'];
    const output = await git(root, args, [], await withoutFilters(root));
    return { kind: 'repository', repository: { root, changed: statesIn(output, root) } };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'none' };
    return { kind: 'failed', because: firstLine(error) };
  }
}

/** Those of some files that git tracks; none where git cannot tell. */
export async function trackedFiles(directory: string, files: readonly string[]): Promise<ReadonlySet<string>> {
  const root = repositoryRoot(directory);
  if (root === undefined) return new Set();
  try {
    const output = await git(root, ['--literal-pathspecs', 'ls-files', '-z'], files);
    const tracked = new Set(output.split('\0').map((name) => path.join(realpathSync(root), name)));
    return new Set(files.filter((file) => tracked.has(realPath(file))));
  } catch {
    return new Set();
  }
}

/** The real path of a file that may be gone, through its directory. */
export function realPath(file: string): string {
  return path.join(realpathSync(path.dirname(file)), path.basename(file));
}

/** Reads the NUL-separated entries `XY path`. */
function statesIn(output: string, root: string): ReadonlyMap<string, FileState> {
  const entries = output.split('\0').filter((entry) => entry.length > 3);
  return new Map(
    entries.map((entry) => [path.join(root, entry.slice(3)), { index: entry[0] ?? ' ', tree: entry[1] ?? ' ' }]),
  );
}

const harmless = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false'];
/** Nothing is fetched on the way: an incomplete clone names programs, too, by which it would be completed. */
const harmlessly = { GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };
/** A repository's own location must win over what a calling hook exported. */
const locating = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_PREFIX'];

/**
 * `git status` starts the programs that a config calls filters to compare a file with what is committed. They are switched off: a
 * file with one then counts as changed.
 * @returns variables for the environment, in which names need no escapes
 */
async function withoutFilters(root: string): Promise<Readonly<Record<string, string>>> {
  const names = await git(root, ['config', '-z', '--name-only', '--get-regexp', '^filter\\.']).catch(() => '');
  const filters = new Set(names.split('\0').flatMap((name) => /^filter\.(.*)\.[^.]*$/s.exec(name)?.[1] ?? []));
  const settings = [...filters].flatMap((name) => [
    ...['clean', 'smudge', 'process'].map((key) => [`filter.${name}.${key}`, ''] as const),
    [`filter.${name}.required`, 'false'] as const,
  ]);
  const given = Number(process.env['GIT_CONFIG_COUNT'] ?? 0) || 0;
  const pairs = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${given + index}`, key] as const,
    [`GIT_CONFIG_VALUE_${given + index}`, value] as const,
  ]);
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(given + settings.length) };
}

function git(
  root: string,
  args: readonly string[],
  files: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !locating.includes(name));
  const env = { ...Object.fromEntries(inherited), ...harmlessly, LC_ALL: 'C', ...more };
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [...harmless, ...args, ...(args[0] === 'config' ? [] : ['--', ...files])],
      { cwd: root, env, maxBuffer: 1 << 28, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error) reject(Object.assign(error, { stderr }));
        else resolve(stdout);
      },
    );
  });
}

function firstLine(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : String(error);
  return text.trim().split('\n')[0] ?? 'git failed';
}
