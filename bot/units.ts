import path from 'node:path';
import { isProgramName } from '../core/engine/document.js';
import { importedFiles } from '../core/engine/modules.js';
import { looksLikeProgram, looksLikeTemplate } from '../core/engine/sniff.js';
import { groupUnits, nestedFiles } from '../core/engine/units.js';

/** Finds out which files are deployed together: nested stacks, and the files of a Pulumi project. Paths are from the root. */
export class Units {
  private readonly nested = new Map<string, readonly string[]>();

  /** @param isFile whether the repository has a file of this path */
  constructor(private readonly isFile: (file: string) => boolean) {}

  /** Takes note of a file that was read. */
  note(file: string, text: string): void {
    if (isProgramName(file)) {
      if (looksLikeProgram(text)) this.nested.set(file, importedFiles(file, text));
    } else if (looksLikeTemplate(text)) this.nested.set(file, nestedFiles(file, text));
  }

  /** The unit of each file that was noted, by the file that the unit is known by. */
  names(): ReadonlyMap<string, string> {
    const surveyed = [...this.nested]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([file, nested]) => ({ file, nested, concerned: true, budgetGroup: this.projectOf(file) }));
    const names = new Map<string, string>();
    for (const unit of groupUnits(surveyed)) {
      const below = new Set(unit.flatMap(({ nested }) => nested));
      const root = unit.find(({ file }) => !below.has(file)) ?? unit[0];
      const name = root?.budgetGroup ?? root?.file ?? '';
      for (const { file } of unit) names.set(file, name);
    }
    return names;
  }

  /** The `Pulumi.yaml` of the project that a program belongs to. */
  private projectOf(file: string): string | undefined {
    if (!isProgramName(file)) return undefined;
    for (let directory = path.posix.dirname(file); ; directory = path.posix.dirname(directory)) {
      const found = ['Pulumi.yaml', 'Pulumi.yml'].map((name) => path.posix.join(directory, name)).find(this.isFile);
      if (found !== undefined || directory === '.') return found;
    }
  }
}
