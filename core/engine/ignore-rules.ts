import path from 'node:path';
import type { Ignore } from 'ignore';
import { type FileSystem, codeOf } from './file-system.js';

/** The patterns of one `.gitignore` and the directory that they are relative to. */
interface Layer {
  readonly directory: string;
  readonly rules: Ignore;
}

/** What git would ignore at a directory: its own `.gitignore` and those above. A deeper file decides over a higher one. */
export class IgnoreRules {
  private constructor(private readonly layers: readonly Layer[]) {}

  static readonly none = new IgnoreRules([]);

  /** The rules that hold inside a directory: from the root of its repository, `.git/info/exclude` first, down to its parent. */
  static async above(directory: string, fs: FileSystem): Promise<IgnoreRules> {
    const root = await repositoryRoot(directory, fs);
    if (root === undefined || root === directory) return root === undefined ? IgnoreRules.none : withExcludes(root, fs);
    let rules = await withExcludes(root, fs);
    let current = root;
    for (const part of path.relative(root, directory).split(path.sep)) {
      rules = await rules.enter(current, fs);
      current = path.join(current, part);
      // Named on purpose: what hides the directory itself does not hide what is in it.
      if (rules.ignores(current, true)) rules = IgnoreRules.none;
    }
    return rules;
  }

  /** These rules and those of the `.gitignore` in `directory`, if there is one. */
  async enter(directory: string, fs: FileSystem, hasFile = true): Promise<IgnoreRules> {
    return hasFile ? this.with(directory, path.join(directory, '.gitignore'), fs) : this;
  }

  async with(directory: string, file: string, fs: FileSystem): Promise<IgnoreRules> {
    const text = await readIfPresent(file, fs);
    if (text === undefined || text.trim() === '') return this;
    const { default: ignore } = await import('ignore');
    return new IgnoreRules([...this.layers, { directory, rules: ignore().add(text) }]);
  }

  ignores(file: string, isDirectory: boolean): boolean {
    for (let index = this.layers.length - 1; index >= 0; index--) {
      const { directory, rules } = this.layers[index] as Layer;
      const relative = path.relative(directory, file).split(path.sep).join('/');
      const { ignored, unignored } = rules.test(isDirectory ? `${relative}/` : relative);
      if (ignored) return true;
      if (unignored) return false;
    }
    return false;
  }
}

async function withExcludes(root: string, fs: FileSystem): Promise<IgnoreRules> {
  return IgnoreRules.none.with(root, path.join(root, '.git', 'info', 'exclude'), fs);
}

async function readIfPresent(file: string, fs: FileSystem): Promise<string | undefined> {
  try {
    return (await fs.readFile(file)).toString('utf8');
  } catch (error) {
    // A .gitignore that cannot be read hides nothing, as with git.
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** The nearest directory at or above this one that holds `.git` (a directory, or the file of a worktree). */
async function repositoryRoot(directory: string, fs: FileSystem): Promise<string | undefined> {
  for (let current = directory; ; current = path.dirname(current)) {
    try {
      await fs.lstat(path.join(current, '.git'));
      return current;
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
    }
    if (path.dirname(current) === current) return undefined;
  }
}
