import type { Catalog, CatalogEntry, CfnFixer } from '../rule.js';
import type { FileSettings, Problem } from './types.js';

export interface LoadedFixer {
  readonly id: string;
  readonly fixer: CfnFixer;
}

/** The fixers of a catalog, each loaded once, when the first file needs it. */
export class FixerPool {
  private readonly loading = new Map<string, Promise<LoadedFixer | undefined>>();
  private readonly active = new WeakMap<FileSettings['rules'], readonly CatalogEntry[]>();
  /** Rules that could not be loaded; told once, by whoever asks first. */
  private failures: Problem[] = [];
  private readonly broken = new Set<string>();

  constructor(readonly catalog: Catalog) {}

  has(rule: string): boolean {
    return this.catalog.some(({ id }) => id === rule);
  }

  /** True when the rule can be run on templates at all. */
  runs(rule: string): boolean {
    return !this.broken.has(rule) && this.catalog.some(({ id, cfnFixer }) => id === rule && cfnFixer !== undefined);
  }

  /** True when an active rule may have something to say about a text. */
  concerns(text: string, settings: FileSettings): boolean {
    return this.activeEntries(settings).some((entry) => mentions(text, entry));
  }

  /** The fixers of the active rules that may have something to say about a text, in the order of the catalog. */
  async fixersFor(file: string, text: string, settings: FileSettings): Promise<readonly LoadedFixer[]> {
    const entries = this.activeEntries(settings).filter((entry) => mentions(text, entry));
    const loaded = await Promise.all(entries.map((entry) => this.load(entry, file)));
    return loaded.filter((each) => each !== undefined);
  }

  takeFailures(): readonly Problem[] {
    const failures = this.failures;
    this.failures = [];
    return failures;
  }

  private activeEntries({ rules }: FileSettings): readonly CatalogEntry[] {
    let entries = this.active.get(rules);
    if (!entries) {
      entries = this.catalog.filter((entry) => entry.cfnFixer !== undefined && rules.has(entry.id));
      this.active.set(rules, entries);
    }
    return entries;
  }

  private load(entry: CatalogEntry, file: string): Promise<LoadedFixer | undefined> {
    let promise = this.loading.get(entry.id);
    if (!promise) {
      promise = loadFixer(entry).catch((error: unknown) => {
        this.broken.add(entry.id);
        this.failures.push(crashOf(entry.id, file, error));
        return undefined;
      });
      this.loading.set(entry.id, promise);
    }
    return promise;
  }
}

async function loadFixer({ id, cfnFixer }: CatalogEntry): Promise<LoadedFixer | undefined> {
  const fixer = await cfnFixer?.();
  await fixer?.prepare?.();
  return fixer && { id, fixer };
}

function mentions(text: string, { needles }: CatalogEntry): boolean {
  return needles.length === 0 || needles.some((needle) => text.includes(needle));
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
