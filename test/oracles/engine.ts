/**
 * A child process that runs programs under Pulumi's mocks: no engine, no provider, no network. It answers each text with
 * the resources that came into being, or with why the program does not run.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import { drive } from './drive.js';
import { outcomeOf } from './mocks.js';
import type { Major } from './programs.js';

export interface Run {
  readonly text: string;
  readonly major: Major;
}

export interface Resource {
  readonly type: string;
  readonly name: string;
  /** Inputs, options and registered outputs, `path: value`, one a line. */
  readonly lines: readonly string[];
}

export type RunOutcome =
  | { readonly kind: 'graph'; readonly resources: readonly Resource[] }
  | { readonly kind: 'failed'; readonly because: string };

const file = path.join(import.meta.dirname, 'programs', 'index.ts');
const load = createRequire(file);

process.on('message', (run: Run) => {
  void outcomeOf(() => runProgram(run)).then((outcome) => process.send?.(outcome));
});

/** Runs the text as a CommonJS module, as Pulumi does, and gives what it exports. */
function runProgram({ text, major }: Run): Record<string, unknown> {
  const { outputText } = ts.transpileModule(drive(text), {
    fileName: file,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const module = { exports: {} };
  const require = (id: string): unknown => load(id.replace(/^@pulumi\/aws(?=\/|$)/, `aws${major}`));
  const body = vm.compileFunction(outputText, ['exports', 'require', 'module', '__filename', '__dirname'], {
    filename: file,
  });
  Reflect.apply(body, undefined, [module.exports, require, module, file, path.dirname(file)]);
  return module.exports;
}
