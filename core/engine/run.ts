import path from 'node:path';
import type { Catalog } from '../rule.js';
import { type FoundFile, discover } from './discover.js';
import { type FileSystem, type WritingFileSystem, nodeFileSystem, nodeWritingFileSystem } from './file-system.js';
import { importedReader } from './imported.js';
import { type ReadResult, mayMatter, readSource } from './load.js';
import { projectReader } from './pulumi-project.js';
import { maximumManifestSize } from './provider-version.js';
import { type PipelineSource, type Progress, runPipeline } from './pipeline.js';
import type { EngineSettings, FileReport, Problem, RunEvent } from './types.js';
import { WriteRefused, writeSource } from './write.js';

export interface RunInput {
  /** Files, directories and globs. */
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly catalog: Catalog;
  readonly settings: EngineSettings;
  /** Writes what the fixes give; otherwise the reports alone hold it. */
  readonly write: boolean;
  /** Globs of files that are not looked at. */
  readonly ignore?: readonly string[];
  /** Ends the run after the file that is being written. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly fs?: FileSystem;
  readonly writingFs?: WritingFileSystem;
}

/** Looks at files, and mends them where `write` is set. One bad file never stops the run; what it says comes in a stable order. */
export async function* run(input: RunInput): AsyncGenerator<RunEvent> {
  const fs = input.fs ?? nodeFileSystem;
  const root = await fs.realpath(input.cwd);
  const { files, problems } = await discover(input.paths, { cwd: root, fs, ignore: input.ignore ?? [] });
  for (const problem of problems) yield { kind: 'problem', problem };
  const sources = files.map((found) => new FileSource(found, fs));
  const isTaken = async (file: string): Promise<boolean> => exists(path.resolve(root, file), fs);
  const readText = async (file: string): Promise<string | undefined> => textIfThere(path.resolve(root, file), fs);
  const readImported = importedReader(root, input.ignore ?? [], fs);
  const projectOf = projectReader({
    read: readText,
    list: async (directory) => namesIn(path.resolve(root, directory), fs),
  });
  const surroundings = { isTaken, readText, readImported, projectOf };
  const events = runPipeline(sources, { ...input, ...surroundings });
  let written = 0;
  for await (const event of events) {
    if (event.kind === 'stats') yield { kind: 'stats', stats: { ...event.stats, written } };
    else if (event.kind !== 'file' || !input.write || !isChanged(event.report)) yield event;
    else {
      const because = writeReport(event.report, root, input.writingFs);
      if (because === undefined) written++;
      else yield { kind: 'problem', problem: notWritten(event.report.file, because) };
      yield { kind: 'file', report: because === undefined ? event.report : undone(event.report) };
    }
  }
}

/** One of the many files of a run; no closures, for most of them are looked at once and forgotten. */
class FileSource implements PipelineSource {
  constructor(
    private readonly found: FoundFile,
    private readonly fs: FileSystem,
  ) {}

  get file(): string {
    return this.found.file;
  }

  mayMatter(): boolean {
    return mayMatter(this.found, this.fs);
  }

  read(isImported?: boolean): Promise<ReadResult> {
    return readSource(this.found, this.fs, isImported);
  }
}

export function isChanged({ before, after, renamedTo }: FileReport): boolean {
  return before !== after || renamedTo !== undefined;
}

async function textIfThere(absolute: string, fs: FileSystem): Promise<string | undefined> {
  try {
    const { size } = await fs.stat(absolute);
    return size > maximumManifestSize ? undefined : (await fs.readFile(absolute)).toString('utf8');
  } catch {
    return undefined;
  }
}

async function namesIn(absolute: string, fs: FileSystem): Promise<string[]> {
  try {
    return (await fs.readdir(absolute)).map(({ name }) => name);
  } catch {
    return [];
  }
}

async function exists(absolute: string, fs: FileSystem): Promise<boolean> {
  try {
    await fs.lstat(absolute);
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes what a report holds, whole or not at all.
 * @returns why it could not be written, or undefined when it was.
 */
export function writeReport(
  report: FileReport,
  cwd: string,
  fs: WritingFileSystem = nodeWritingFileSystem,
): string | undefined {
  if (!isChanged(report)) return undefined;
  const { file, before, after, renamedTo } = report;
  const root = fs.realpathSync(cwd);
  try {
    writeSource(
      {
        absolute: path.resolve(root, file),
        before,
        after,
        ...(renamedTo === undefined ? {} : { renameTo: path.resolve(root, renamedTo) }),
      },
      fs,
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof WriteRefused)) throw error;
    return error.message;
  }
}

/** Tells of a file whose fixes could not be written. */
export function notWritten(file: string, because: string): Problem {
  return { severity: 'error', file, message: `was not written: ${because}` };
}

/** The report of a file that could not be written: nothing was applied, all is left. */
export function undone(report: FileReport): FileReport {
  const { renamedTo: _, ...rest } = report;
  return { ...rest, after: report.before, applied: [], remaining: report.findings };
}
