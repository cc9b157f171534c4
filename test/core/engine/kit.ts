import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { runTexts } from '../../../core/engine/texts.js';
import type { Accept, EngineSettings, FileReport } from '../../../core/engine/types.js';
import type { CatalogEntry, Preset } from '../../../core/rule.js';
import { settingsOf } from './rules-kit.js';

export * from './rules-kit.js';

/** Runs rules over one text and gives its report. */
export async function fixOne(
  text: string,
  catalog: readonly CatalogEntry[],
  {
    accept = 'review',
    file = 'template.yaml',
    ...overrides
  }: { accept?: Accept; file?: string; preset?: Preset } & Partial<EngineSettings> = {},
): Promise<FileReport> {
  const { reports, problems } = await runTexts([{ path: file, text }], catalog, settingsOf(catalog, accept, overrides));
  const [report] = reports;
  if (!report) throw new Error(`no report: ${JSON.stringify(problems)}`);
  return report;
}

/** A directory with these files, gone after the test. */
export function project(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'stackmend-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
  return root;
}

/** All files below a directory, to see that nothing was left behind. */
export function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}
