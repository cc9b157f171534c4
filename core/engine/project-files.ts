import path from 'node:path';
import { isProgramName } from './document.js';
import { moduleAmong, moduleCandidates } from './modules.js';
import type { ReadText } from './provider-version.js';

/** A file of a program, and what it imports. */
export interface ProgramPart {
  readonly file: string;
  /** Relative modules, as they are written. */
  readonly modules: readonly string[];
  /** True where the file itself imports Pulumi. */
  readonly namesPulumi: boolean;
}

/** How files are had that say nothing of Pulumi themselves. */
export interface ProgramSurroundings<P extends ProgramPart> {
  /** Takes a file in because a program imports it; undefined where there is none that can be read. */
  readonly take: (file: string) => Promise<P | undefined>;
  readonly read: ReadText;
}

/** Imports between a file that names Pulumi and one that is still read for its sake: constants, barrels, types. */
const farthest = 4;

/**
 * Completes programs by the files that belong to them without naming Pulumi: those that they import, directly or through
 * others, and the entry file that Pulumi runs. Nothing else is looked at.
 */
export class WholePrograms<P extends ProgramPart> {
  private readonly tried = new Map<string, Promise<P | undefined>>();
  private readonly entries = new Map<string, Promise<string | undefined>>();

  constructor(
    private readonly known: Map<string, P>,
    private readonly surroundings: ProgramSurroundings<P>,
  ) {}

  /** Takes in what is missing, and answers which files each one imports. */
  async complete(): Promise<ReadonlyMap<string, readonly string[]>> {
    const imports = new Map<string, readonly string[]>();
    const distances = new Map<string, number>();
    const own = [...this.known.values()];
    const open = [...own, ...(await this.entriesOf(own))].map((part) => ({ part, distance: 0 }));
    for (const { part, distance } of open) {
      const known = distances.get(part.file);
      if (known !== undefined && known <= distance) continue;
      distances.set(part.file, distance);
      const found = await this.importsOf(part, distance < farthest);
      imports.set(
        part.file,
        found.map(({ file }) => file),
      );
      for (const each of found) open.push({ part: each, distance: each.namesPulumi ? 0 : distance + 1 });
    }
    return imports;
  }

  private async importsOf({ file, modules }: P, takes: boolean): Promise<P[]> {
    const found: P[] = [];
    for (const module of modules) {
      const target = await this.find(file, module, takes);
      if (target && target.file !== file) found.push(target);
    }
    return found;
  }

  /** The first candidate that is there; what is at hand goes before what would have to be looked for. */
  private async find(from: string, module: string, takes: boolean): Promise<P | undefined> {
    const known = moduleAmong(from, module, (file) => this.known.has(file));
    if (known !== undefined) return this.known.get(known);
    for (const each of takes ? moduleCandidates(from, module).filter(isProgramName) : []) {
      const taken = await this.take(each);
      if (taken) return taken;
    }
    return undefined;
  }

  private take(file: string): Promise<P | undefined> {
    const tried = this.tried.get(file) ?? this.surroundings.take(file);
    this.tried.set(file, tried);
    return tried.then((part) => {
      if (part) this.known.set(file, part);
      return part;
    });
  }

  /** The entry files of the projects that files belong to, those that were not at hand. */
  private async entriesOf(parts: readonly P[]): Promise<P[]> {
    const found: P[] = [];
    for (const directory of new Set(parts.map(({ file }) => path.posix.dirname(file)))) {
      const main = await this.entryAbove(directory);
      if (main === undefined) continue;
      const module = `./${path.posix.basename(main)}`;
      const isKnown = moduleAmong(main, module, (file) => this.known.has(file)) !== undefined;
      const entry = isKnown ? undefined : await this.find(main, module, true);
      if (entry) found.push(entry);
    }
    return found;
  }

  /** What Pulumi runs: `main` of the nearest `Pulumi.yaml`, else `index` beside it. */
  private entryAbove(directory: string): Promise<string | undefined> {
    const known = this.entries.get(directory) ?? this.findEntry(directory);
    this.entries.set(directory, known);
    return known;
  }

  private async findEntry(directory: string): Promise<string | undefined> {
    for (const name of ['Pulumi.yaml', 'Pulumi.yml']) {
      const text = await this.surroundings.read(path.posix.join(directory, name));
      if (text === undefined) continue;
      const main = /^main:\s*["']?([^"'#\r\n]{1,200})/m.exec(text)?.[1]?.trim() ?? 'index';
      return path.posix.join(directory, /^\.?\/?$/.test(main) ? 'index' : main);
    }
    const isTop = directory === '.' || directory === '/' || directory.startsWith('..');
    return isTop ? undefined : this.entryAbove(path.posix.dirname(directory));
  }
}
