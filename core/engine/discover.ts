import type { Dirent } from 'node:fs';
import path from 'node:path';
import type { Problem } from './types.js';
import { type FileSystem, codeOf, describeSystemError, nodeFileSystem } from './file-system.js';
import { isProgramName } from './document.js';
import { IgnoreRules } from './ignore-rules.js';

/** A file to look at. */
export interface FoundFile {
  /** As people see it: relative to the working directory, with slashes. */
  readonly file: string;
  /** The real file, no symbolic link. */
  readonly absolute: string;
  /** Named by the user, not met while walking: trouble with it is always told. */
  readonly explicit: boolean;
}

/** What stands behind the paths of a user; both sorted by path. */
export interface Found {
  readonly files: readonly FoundFile[];
  readonly problems: readonly Problem[];
}

export interface DiscoverOptions {
  readonly cwd: string;
  /** Globs of the configuration, relative to `cwd`; they hold for named files too. */
  readonly ignore?: readonly string[];
  readonly fs?: FileSystem;
}

/** Directories that hold dependencies, or what other tools made: walked only when named. */
export const skippedDirectories: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  'cdk.out',
  '.aws-sam',
  '.serverless',
  'dist',
]);
const templateName = /\.(?:json|ya?ml|template|cfn|sam)$/i;

function isCandidate(name: string): boolean {
  return isProgramName(name) || templateName.test(name);
}

/**
 * Finds files: by name, in directories, by glob; sorted by path, each real file once. Links out of the working directory,
 * broken and looping ones are never followed.
 */
export async function discover(paths: readonly string[], options: DiscoverOptions): Promise<Found> {
  const walker = await Walker.start(options);
  for (const each of paths) await walker.take(each);
  return { files: walker.files(), problems: walker.problems.toSorted((a, b) => compare(a.file, b.file)) };
}

const linkOutside = 'is a symbolic link to a place outside the project, so it is not followed';

/** Tells whether globs mean a path. */
export type Matcher = (file: string) => boolean;

class Walker {
  readonly problems: Problem[] = [];
  private readonly found = new Map<string, FoundFile>();
  private readonly walked = new Set<string>();

  private constructor(
    private readonly root: string,
    private readonly ignored: Matcher,
    private readonly fs: FileSystem,
  ) {}

  static async start({ cwd, ignore = [], fs = nodeFileSystem }: DiscoverOptions): Promise<Walker> {
    const ignored = ignore.length === 0 ? (): boolean => false : await matcherOf(ignore);
    return new Walker(await fs.realpath(cwd), ignored, fs);
  }

  files(): FoundFile[] {
    return [...this.found.values()].toSorted((a, b) => compare(a.file, b.file));
  }

  /** One argument of the user: a file, a directory, else a glob. */
  async take(argument: string): Promise<void> {
    const absolute = path.resolve(this.root, argument);
    try {
      const stats = await this.fs.lstat(absolute);
      await this.takeExisting(absolute, stats.isSymbolicLink());
    } catch (error) {
      if (codeOf(error) === 'ENOENT' && hasGlobSigns(argument)) return this.takeGlob(argument);
      this.report('error', absolute, `cannot be read: ${describeSystemError(error)}`);
    }
  }

  private async takeExisting(absolute: string, isLink: boolean): Promise<void> {
    const real = await this.fs.realpath(absolute);
    const home = isInside(this.root, absolute)
      ? this.root
      : isLink
        ? await this.fs.realpath(path.dirname(absolute))
        : real;
    if (!isInside(home, real)) return this.report('error', absolute, linkOutside);
    const stats = await this.fs.stat(real);
    if (stats.isDirectory()) await this.walk(real, await IgnoreRules.above(real, this.fs), undefined);
    else if (stats.isFile()) this.add(real, true);
    else this.report('error', absolute, 'is neither a file nor a directory');
  }

  private async takeGlob(glob: string): Promise<void> {
    const { default: picomatch } = await import('picomatch');
    const before = this.problems.length;
    const pattern = slashes(path.isAbsolute(glob) ? path.relative(this.root, glob) : glob).replace(/^\.\//, '');
    const base = path.resolve(this.root, picomatch.scan(pattern).base);
    const matches = await matcherOf([pattern]);
    try {
      const real = await this.fs.realpath(base);
      await this.walk(real, await IgnoreRules.above(real, this.fs), matches);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    if (this.problems.length === before && !this.files().some(({ file }) => matches(file)))
      this.problems.push({ severity: 'error', file: glob, message: 'matches no file' });
  }

  /** Walks a real directory. With a matcher the names of the files are the user's choice, whatever their extension. */
  private async walk(directory: string, above: IgnoreRules, matches: Matcher | undefined): Promise<void> {
    const mark = matches ? '' : directory;
    if (this.walked.has(mark)) return;
    if (mark !== '') this.walked.add(mark);
    const entries = await this.list(directory);
    const rules = await above.enter(
      directory,
      this.fs,
      entries.some(({ name }) => name === '.gitignore'),
    );
    const { directories, links } = this.sift(directory, entries, rules, matches);
    for (const each of directories) await this.walk(each, rules, matches);
    for (const each of links) await this.takeLink(each);
  }

  /** Keeps the files of a directory that count; answers with the paths of what else does. */
  private sift(
    directory: string,
    entries: readonly Dirent[],
    rules: IgnoreRules,
    matches: Matcher = isCandidate,
  ): { readonly directories: readonly string[]; readonly links: readonly string[] } {
    // Joined to what is known of the directory: resolving the paths of thousands of files anew takes longer than reading them.
    const place = joined(directory, path.sep);
    const shown = joined(this.display(directory), '/');
    const directories: string[] = [];
    const links: string[] = [];
    for (const entry of entries) {
      const { name } = entry;
      const isDirectory = entry.isDirectory();
      if (isDirectory ? skippedDirectories.has(name) : !matches(shown + name)) continue;
      if (this.isIgnored(place + name, shown + name, rules, isDirectory)) continue;
      if (isDirectory) directories.push(place + name);
      else if (entry.isFile()) this.keep(shown + name, place + name, false);
      else if (entry.isSymbolicLink()) links.push(place + name);
    }
    return { directories, links };
  }

  private isIgnored(absolute: string, file: string, rules: IgnoreRules, isDirectory: boolean): boolean {
    return rules.ignores(absolute, isDirectory) || this.ignored(file);
  }

  private async list(directory: string): Promise<Dirent[]> {
    try {
      return await this.fs.readdir(directory);
    } catch (error) {
      this.report(
        'error',
        directory,
        `cannot be read: ${describeSystemError(error)}; make it readable, or leave it out`,
      );
      return [];
    }
  }

  /** A link met while walking: one to a file inside the project counts as that file, one to a directory is not followed. */
  private async takeLink(absolute: string): Promise<void> {
    try {
      const real = await this.fs.realpath(absolute);
      const inside = isInside(this.root, real) || [...this.walked].some((directory) => isInside(directory, real));
      if (!inside) return this.report('note', absolute, linkOutside);
      if ((await this.fs.stat(real)).isFile()) this.add(real, false);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.report(
        'note',
        absolute,
        `is a symbolic link that leads nowhere (${describeSystemError(error)}), so it is not followed`,
      );
    }
  }

  private add(real: string, explicit: boolean): void {
    const file = this.display(real);
    if (!this.ignored(file)) this.keep(file, real, explicit);
    else if (explicit) this.report('note', real, 'is not looked at, because the configuration ignores it');
  }

  private keep(file: string, absolute: string, explicit: boolean): void {
    if (explicit || !this.found.has(absolute)) this.found.set(absolute, { file, absolute, explicit });
  }

  private report(severity: Problem['severity'], absolute: string, message: string): void {
    this.problems.push({ severity, file: this.display(absolute), message });
  }

  private display(absolute: string): string {
    return slashes(path.relative(this.root, absolute)) || '.';
  }
}

/** Hidden files count too. */
export async function matcherOf(globs: readonly string[]): Promise<Matcher> {
  const { default: picomatch } = await import('picomatch');
  return picomatch([...globs], { dot: true });
}

function hasGlobSigns(argument: string): boolean {
  return /[*?[\]{}!()]/.test(argument);
}

/** True where a path is a directory or lies below it. */
export function isInside(directory: string, file: string): boolean {
  const relative = path.relative(directory, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function slashes(file: string): string {
  return path.sep === '/' ? file : file.split(path.sep).join('/');
}

/** What the names in a directory are put behind. */
function joined(directory: string, separator: string): string {
  return directory === '.' ? '' : directory.endsWith(separator) ? directory : directory + separator;
}

/** By code units: the same order on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
