import { isProgramName } from '../core/engine/document.js';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../core/engine/pipeline.js';
import { run } from '../core/engine/run.js';
import { runTexts } from '../core/engine/texts.js';
import type { EngineSettings, FileReport, RunEvent } from '../core/engine/types.js';
import { WriteRefused, writeSource } from '../core/engine/write.js';
import type { Catalog } from '../core/rule.js';

export interface JudgeInput {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly ignore: readonly string[];
  readonly catalog: Catalog;
  readonly settings: EngineSettings;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface JudgeTextInput {
  readonly name: string;
  readonly text: string;
  readonly catalog: Catalog;
  readonly settings: EngineSettings;
}

/** What the command line asks of the engine. */
export interface Engine {
  /** Finds, judges and mends in memory; writes nothing. */
  readonly judge: (input: JudgeInput) => AsyncIterable<RunEvent>;
  readonly judgeText: (input: JudgeTextInput) => AsyncIterable<RunEvent>;
  /** Writes one mended file whole or not at all; answers why it could not. */
  readonly write: (report: FileReport, cwd: string) => Promise<string | undefined>;
}

export const engine: Engine = {
  judge: (input) => run({ ...input, write: false }),
  judgeText,
  write,
};

async function* judgeText({ name, text, catalog, settings }: JudgeTextInput): AsyncGenerator<RunEvent> {
  const { reports, problems, stats } = await runTexts([{ path: name, text }], catalog, settings);
  for (const problem of problems) yield { kind: 'problem', problem };
  if (stats.templates + stats.programs === 0) {
    const message = isProgramName(name)
      ? 'does not look like a Pulumi program: it imports neither @pulumi/aws nor @pulumi/pulumi'
      : 'does not look like a CloudFormation or SAM template: there is no Resources section';
    yield { kind: 'problem', problem: { severity: 'error', file: name, message } };
  }
  for (const report of reports) yield { kind: 'file', report };
  yield { kind: 'stats', stats };
}

async function write({ file, before, after, renamedTo }: FileReport, cwd: string): Promise<string | undefined> {
  const root = await realpath(cwd);
  const target = renamedTo === undefined ? {} : { renameTo: path.resolve(root, renamedTo) };
  try {
    writeSource({ absolute: path.resolve(root, file), before, after, ...target });
    return undefined;
  } catch (error) {
    if (error instanceof WriteRefused) return error.message;
    throw error;
  }
}
