import ts from 'typescript';
import { moduleCandidates } from '../../../core/engine/modules.js';
import { ProgramFile } from '../../../core/program/file.js';
import { Program } from '../../../core/program/program.js';
import { ParseProblem } from '../../../core/template/parse-error.js';
import type { Template } from '../../../core/template/template.js';
import { SourceFile } from '../../../core/text/source-file.js';

export interface ProgramFigures {
  /** Files that can be parsed. */
  readonly files: number;
  readonly resources: number;
  /** Those among them that functions create which other functions call: what these were given is not followed. */
  readonly deeper: number;
  readonly model: Template | undefined;
}

/** The resources of all files of a program, those aside that cannot be parsed. */
export function modelOf(sources: readonly SourceFile[]): ProgramFigures {
  const files = sources.flatMap((source) => parse(source) ?? []);
  if (files.length === 0) return { files: 0, resources: 0, deeper: 0, model: undefined };
  const { model, resources } = programIn(files);
  return {
    files: files.length,
    resources: resources.length,
    deeper: resources.filter(({ isDeeper }) => isDeeper).length,
    model,
  };
}

/** A program of the given texts, by path; undefined where one of them cannot be parsed. */
export function programOf(texts: ReadonlyMap<string, string>): Program | undefined {
  const files = [...texts].flatMap(([file, text]) => parse(new SourceFile(file, text)) ?? []);
  return files.length === texts.size ? programIn(files) : undefined;
}

function programIn(files: readonly ProgramFile[]): Program {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return new Program({
    files,
    resolve: (from, module) =>
      moduleCandidates(from.path, module)
        .map((candidate) => byPath.get(candidate))
        .find((file) => file !== undefined),
  });
}

/** What TypeScript's own parser, which the engine does not use, cannot read. */
export function syntaxErrors(file: string, text: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, allowJs: true },
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

function parse(source: SourceFile): ProgramFile | undefined {
  try {
    return new ProgramFile(source);
  } catch (error) {
    if (error instanceof ParseProblem || error instanceof RangeError) return undefined;
    throw error;
  }
}
