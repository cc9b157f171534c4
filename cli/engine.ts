import type { EngineSettings, FileReport, RunEvent } from '../core/engine/types.js';
import type { Catalog } from '../core/rule.js';

export interface JudgeInput {
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly ignore: readonly string[];
  readonly catalog: Catalog;
  readonly settings: EngineSettings;
  readonly onProgress: (files: number) => void;
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
