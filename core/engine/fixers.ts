import type { Catalog, CatalogEntry, CfnFixer, PulumiTransform } from '../rule.js';
import type { FileSettings, Problem } from './types.js';

/** What a rule is applied to. */
export type World = 'template' | 'program';

interface Parts {
  readonly template: CfnFixer;
  readonly program: PulumiTransform;
}

/** A rule's way of finding and mending in one world. */
export interface Loaded<W extends World> {
  readonly id: string;
  readonly part: Parts[W];
}

/** Where the catalog keeps each world's part, and what must stand in a text for it. */
const worlds: {
  readonly [W in World]: {
    load: (entry: CatalogEntry) => (() => Promise<Parts[W]>) | undefined;
    needles: (entry: CatalogEntry) => readonly string[];
  };
} = {
  template: { load: ({ cfnFixer }) => cfnFixer, needles: ({ needles }) => needles },
  program: { load: ({ transform }) => transform, needles: ({ programNeedles = [] }) => programNeedles },
};

/** The fixers and transforms of a catalog, each loaded once, when the first file needs it. */
export class FixerPool {
  private readonly loading = new Map<string, Promise<void>>();
  /** What was loaded; undefined for what could not be. */
  private readonly loaded = new Map<string, Loaded<World> | undefined>();
  private readonly active = new WeakMap<FileSettings['rules'], Map<World, readonly CatalogEntry[]>>();
  /** Rules that could not be loaded; told once, by whoever asks first. */
  private failures: Problem[] = [];
  private readonly broken = new Set<string>();

  constructor(readonly catalog: Catalog) {}

  has(rule: string): boolean {
    return this.catalog.some(({ id }) => id === rule);
  }

  /** True when the rule can be run in a world at all. */
  runs(world: World, rule: string): boolean {
    return (
      !this.broken.has(`${world} ${rule}`) &&
      this.catalog.some((entry) => entry.id === rule && worlds[world].load(entry) !== undefined)
    );
  }

  /** True when an active rule may have something to say about a text. */
  concerns(world: World, text: string, settings: FileSettings): boolean {
    return this.activeEntries(world, settings).some((entry) => mentions([text], worlds[world].needles(entry)));
  }

  /** What the active rules bring for texts that they may have something to say about, in the order of the catalog. */
  async loadFor<W extends World>(
    world: W,
    file: string,
    texts: readonly string[],
    settings: FileSettings,
  ): Promise<readonly Loaded<W>[]> {
    const entries = this.activeEntries(world, settings).filter((entry) =>
      mentions(texts, worlds[world].needles(entry)),
    );
    const missing = entries.filter(({ id }) => !this.loaded.has(`${world} ${id}`));
    await Promise.all(missing.map((entry) => this.load(world, entry, file)));
    return entries.flatMap(({ id }) => (this.loaded.get(`${world} ${id}`) as Loaded<W> | undefined) ?? []);
  }

  takeFailures(): readonly Problem[] {
    const failures = this.failures;
    this.failures = [];
    return failures;
  }

  private activeEntries(world: World, { rules }: FileSettings): readonly CatalogEntry[] {
    const known = this.active.get(rules) ?? new Map<World, readonly CatalogEntry[]>();
    this.active.set(rules, known);
    const entries =
      known.get(world) ??
      this.catalog.filter((entry) => worlds[world].load(entry) !== undefined && rules.has(entry.id));
    known.set(world, entries);
    return entries;
  }

  private load(world: World, entry: CatalogEntry, file: string): Promise<void> {
    const key = `${world} ${entry.id}`;
    const loading =
      this.loading.get(key) ??
      loadPart(world, entry).then(
        (part) => void this.loaded.set(key, part),
        (error: unknown) => {
          this.broken.add(key);
          this.failures.push(crashOf(entry.id, file, error));
          this.loaded.set(key, undefined);
        },
      );
    this.loading.set(key, loading);
    return loading;
  }
}

async function loadPart<W extends World>(world: W, entry: CatalogEntry): Promise<Loaded<W> | undefined> {
  const part = await worlds[world].load(entry)?.();
  await part?.prepare?.();
  return part && { id: entry.id, part };
}

function mentions(texts: readonly string[], needles: readonly string[]): boolean {
  return needles.length === 0 || needles.some((needle) => texts.some((text) => text.includes(needle)));
}

/** A rule that failed: recorded, and the run goes on without it. */
export function crashOf(rule: string, file: string, error: unknown): Problem {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const [firstLine = ''] = reason.split('\n');
  return {
    severity: 'error',
    file,
    rule,
    message: `the rule ${rule} failed here and was skipped, a defect of stackmend: ${firstLine}`,
  };
}
