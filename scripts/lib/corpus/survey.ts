import path from 'node:path';
import { isProgramName } from '../../../core/engine/document.js';
import { type FoundFile, discover } from '../../../core/engine/discover.js';
import { FixerPool } from '../../../core/engine/fixers.js';
import { nodeFileSystem } from '../../../core/engine/file-system.js';
import { readSource } from '../../../core/engine/load.js';
import { importedFiles } from '../../../core/engine/modules.js';
import { selectRules } from '../../../core/engine/select.js';
import { type Surveyed, groupUnits, nestedFiles } from '../../../core/engine/units.js';
import type { Preset } from '../../../core/rule.js';
import { catalog } from '../../../rules/catalog.js';
import type { Tally } from './tally.js';
import type { UnitTask } from './types.js';

interface Entry extends Surveyed {
  readonly found: FoundFile;
}

/** Finds the files of a directory as the command line does, and groups them into units. Only names are kept. */
export async function survey(
  directory: string,
  selection: { readonly preset: Preset; readonly rules: readonly string[] | undefined },
  tally: Tally,
): Promise<UnitTask[]> {
  const root = await nodeFileSystem.realpath(directory);
  const pool = new FixerPool(catalog);
  const { preset, rules } = selection;
  const settings = { rules: await selectRules(catalog, { preset, ...(rules ? { rules } : {}) }) };
  const entries: Entry[] = [];
  const { files, problems } = await discover(['.'], { cwd: root });
  for (const { severity, message } of problems) tally.addProblem(severity, message);
  for (const found of files) {
    tally.files++;
    const result = await readSource(found);
    if (result.kind === 'problem') tally.addProblem(result.problem.severity, result.problem.message);
    if (result.kind === 'none') tally.sniffedOut++;
    if (result.kind !== 'text') continue;
    const { file } = found;
    const { text } = result;
    const isProgram = isProgramName(file);
    const concerned = pool.concerns(isProgram ? 'program' : 'template', text, settings) || text.includes('stackmend');
    const nested = isProgram ? importedFiles(file, text) : nestedFiles(file, text);
    entries.push({ file, found, concerned, nested, budgetGroup: undefined });
  }
  const units = groupUnits(entries);
  tally.unconcerned += entries.length - units.reduce((sum, unit) => sum + unit.length, 0);
  const label = path.basename(root);
  return units.map((unit) => ({ root, label, files: unit.map(({ found }) => found) }));
}
