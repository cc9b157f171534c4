import path from 'node:path';
import type { Catalog } from '../rule.js';
import { projectReader } from './pulumi-project.js';
import { isWorthReading } from './load.js';
import { type PipelineSource, runPipeline } from './pipeline.js';
import type { EngineSettings, FileReport, Problem, RunStats } from './types.js';

/** A text in memory; the path gives it a name and, for JSON, its syntax. */
export interface TextInput {
  readonly path: string;
  readonly text: string;
}

/** Everything a run had to say, gathered. */
export interface RunResult {
  readonly reports: readonly FileReport[];
  readonly problems: readonly Problem[];
  readonly stats: RunStats;
}

export const noStats: RunStats = { files: 0, templates: 0, programs: 0, parsed: 0, changed: 0, written: 0 };

/** Runs over texts instead of files; `settings.accept` says whether fixes are applied. The texts are one set: nested stacks find each other. */
export async function runTexts(
  texts: readonly TextInput[],
  catalog: Catalog,
  settings: EngineSettings,
): Promise<RunResult> {
  const sources = texts.map(({ path, text }): PipelineSource => ({
    file: path,
    read: async (isImported = false) =>
      isImported || isWorthReading(path, text) ? { kind: 'text', text } : { kind: 'none' },
  }));
  const byPath = new Map(texts.map(({ path, text }) => [path, text]));
  const readText = async (file: string): Promise<string | undefined> => byPath.get(file);
  const isTaken = async (file: string): Promise<boolean> => byPath.has(file);
  let directories: ReadonlyMap<string, readonly string[]> | undefined;
  const projectOf = projectReader({
    read: readText,
    list: async (directory) => (directories ??= namesByDirectory(byPath.keys())).get(directory) ?? [],
  });
  return gather(runPipeline(sources, { catalog, settings, isTaken, readText, projectOf }));
}

function namesByDirectory(files: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const file of files) {
    const directory = path.posix.dirname(file);
    const known = names.get(directory);
    if (known) known.push(path.posix.basename(file));
    else names.set(directory, [path.posix.basename(file)]);
  }
  return names;
}

/** The report on one text that has something to tell. */
export async function fixText(input: TextInput, catalog: Catalog, settings: EngineSettings): Promise<RunResult> {
  return runTexts([input], catalog, settings);
}

/** Like `fixText`, changing nothing. */
export async function checkText(input: TextInput, catalog: Catalog, settings: EngineSettings): Promise<RunResult> {
  return runTexts([input], catalog, { ...settings, accept: 'none' });
}

/** Collects the events of a run. */
export async function gather(events: ReturnType<typeof runPipeline>): Promise<RunResult> {
  const reports: FileReport[] = [];
  const problems: Problem[] = [];
  let stats = noStats;
  for await (const event of events) {
    if (event.kind === 'file') reports.push(event.report);
    else if (event.kind === 'problem') problems.push(event.problem);
    else stats = event.stats;
  }
  return { reports, problems, stats };
}
