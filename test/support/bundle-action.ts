import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type OutputOptions, type RolldownOptions, rolldown } from 'rolldown';

const root = path.resolve(import.meta.dirname, '../..');

export interface BuiltAction {
  /** What a runner starts. */
  readonly entry: string;
  readonly code: string;
  /** The modules that it takes from elsewhere. */
  readonly imports: readonly string[];
  readonly remove: () => void;
}

/** The action as a runner has it: the bundle of the present sources and the manifest, without packages beside them. */
export async function bundleAction(): Promise<BuiltAction> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stackmend-action-'));
  // By its address: it is no part of what TypeScript checks.
  const address = pathToFileURL(path.join(root, 'rolldown.action.config.js')).href;
  const { default: config } = (await import(address)) as { default: RolldownOptions & { output: OutputOptions } };
  const bundle = await rolldown({ ...config, cwd: root });
  const { output } = await bundle.generate(config.output);
  await bundle.close();
  const entry = path.join(folder, 'action/dist/index.js');
  mkdirSync(path.dirname(entry), { recursive: true });
  const [{ code, fileName, ...chunk }] = output;
  // What was behind `import()` stands in the file itself.
  const imports = [...chunk.imports, ...chunk.dynamicImports].filter((name) => name !== fileName);
  writeFileSync(entry, code);
  cpSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  return {
    entry,
    code,
    imports,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
