import { realpathSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GitError, type GitInput, type GitOutput, runGit } from './run.js';

/** The first version with `git merge-tree --write-tree`. */
const oldest = [2, 38] as const;

/** What the person's clone is asked for; it is never written to. */
export interface Clone {
  /** The directory that the paths of its trees are relative to. */
  readonly root: string;
  readonly objects: string;
  readonly objectFormat: string;
  /** History or contents are missing: a shallow or a partial clone. */
  readonly incomplete: 'shallow' | 'partial' | undefined;
}

/**
 * A bare repository of our own in a directory for temporary files. It sees the objects of the person's clone, so that little
 * is fetched, and none of its config, hooks and attributes; what is fetched or made here never lands in the clone.
 */
export class Workshop {
  private constructor(
    readonly directory: string,
    readonly clone: Clone,
  ) {}

  static async open(cwd: string): Promise<Workshop> {
    await checkVersion(cwd);
    const clone = await readClone(cwd);
    const directory = await mkdtemp(path.join(tmpdir(), 'stackmend-'));
    const workshop = new Workshop(directory, clone);
    const format = `--object-format=${clone.objectFormat}`;
    await workshop.git({ args: ['init', '--quiet', '--bare', '--template=', format, '.'] });
    // Objects of an incomplete clone would promise a history that is not there.
    if (clone.incomplete === undefined)
      await writeFile(path.join(directory, 'objects', 'info', 'alternates'), `${clone.objects}\n`);
    return workshop;
  }

  git(input: GitInput): Promise<GitOutput> {
    return runGit(this.directory, { ...input, env: { GIT_DIR: this.directory, ...input.env } });
  }

  /** The output as text without the newline at its end. */
  async text(input: GitInput): Promise<string> {
    const { stdout } = await this.git(input);
    return stdout.toString('utf8').replace(/\n$/, '');
  }

  async close(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function checkVersion(cwd: string): Promise<void> {
  const { stdout } = await runGit(cwd, { args: ['version'] });
  const told = stdout.toString('utf8').trim();
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(told) ?? [];
  const isOld = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
  if (isOld)
    throw new GitError(
      `pull requests need git ${oldest.join('.')} or newer, this is "${told}": update git`,
      '',
      undefined,
    );
}

async function readClone(cwd: string): Promise<Clone> {
  const ask = async (...args: string[]): Promise<string> =>
    (await runGit(cwd, { args: ['rev-parse', ...args] })).stdout.toString('utf8').trim();
  try {
    const objects = await ask('--path-format=absolute', '--git-path', 'objects');
    const bare = (await ask('--is-bare-repository')) === 'true';
    const root = bare ? await ask('--absolute-git-dir') : await ask('--show-toplevel');
    if (!bare) refuseElsewhere(root, cwd);
    const objectFormat = await ask('--show-object-format');
    const shallow = (await ask('--is-shallow-repository')) === 'true';
    const partial = (await configOf(cwd, 'extensions.partialClone')) !== undefined;
    return { root, objects, objectFormat, incomplete: shallow ? 'shallow' : partial ? 'partial' : undefined };
  } catch (error) {
    if (error instanceof GitError && /not a git repository/.test(error.stderr))
      throw new GitError('this is no git repository: run it in a clone of the repository', error.stderr, error.code);
    throw error;
  }
}

/** The config of a clone can name another directory as its tree (`core.worktree`), in which nothing is where it seems to be. */
function refuseElsewhere(root: string, cwd: string): void {
  const below = path.relative(root, realpathSync(cwd));
  if (below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below))
    throw new GitError(
      `git takes ${root} for the tree of this clone: take core.worktree out of its config`,
      '',
      undefined,
    );
}

/** One value of the config of the clone itself. */
export async function configOf(cwd: string, name: string): Promise<string | undefined> {
  const { stdout, code } = await runGit(cwd, { args: ['config', '--local', '--get', name], expected: [1] });
  return code === 0 ? stdout.toString('utf8').replace(/\n$/, '') : undefined;
}
