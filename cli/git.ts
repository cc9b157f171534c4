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
    const output = await git(root, [
      'status',
      '--porcelain=v1',
      '-z',
      '--untracked-files=no',
      '--ignore-submodules=all',
      '--no-renames',
    ]);
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
/** A repository's own location must win over what a calling hook exported. */
const locating = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_PREFIX'];

function git(root: string, args: readonly string[], files: readonly string[] = []): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !locating.includes(name));
  const env = { ...Object.fromEntries(inherited), GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [...harmless, ...args, '--', ...files],
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
