/**
 * A child process that runs programs under Pulumi's mocks: no engine, no provider, no network. It answers each text with
 * the resources that came into being, or with why the program does not run.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import { drive } from './drive.js';
import type { Flat } from './flatten.js';
import { noteCreated, outcomeOf } from './mocks.js';
import { placed, withPlaces } from './places.js';
import type { Major } from './programs.js';

export interface Run {
  readonly text: string;
  readonly major: Major;
  /** Other files of the program, by the name that it imports them by: `./roles`. */
  readonly modules?: Readonly<Record<string, string>>;
  /** True asks for what each resource is made of and where, not only for lines about it. */
  readonly whole?: boolean;
}

export interface Resource {
  readonly type: string;
  readonly name: string;
  /** Inputs, options and registered outputs, `path: value`, one a line. */
  readonly lines: readonly string[];
  readonly whole?: WholeResource;
}

/** A resource as the engine is told of it. Resources are called `TYPE|NAME`, and what is computed of one `${TYPE|NAME.property}`. */
export interface WholeResource {
  readonly id: string;
  readonly inputs: Flat;
  /** Everything that must be there before it, through inputs or options. */
  readonly after: readonly string[];
  /** The module and the offset of the `new` in its text; undefined for what packages create. */
  readonly at: string | undefined;
}

export type RunOutcome =
  | { readonly kind: 'graph'; readonly resources: readonly Resource[] }
  | { readonly kind: 'failed'; readonly because: string };

const directory = path.join(import.meta.dirname, 'programs');
const entry = './index';
const load = createRequire(path.join(directory, 'index.ts'));

process.on('message', (run: Run) => {
  void outcomeOf(() => runProgram(run), run.whole).then((outcome) => process.send?.(outcome));
});

/** Runs the text as a CommonJS module, as Pulumi does, and gives what it exports. */
function runProgram({ text, major, modules = {}, whole = false }: Run): Record<string, unknown> {
  const texts: Readonly<Record<string, string>> = { ...modules, [entry]: drive(text) };
  const loaded = new Map<string, { exports: Record<string, unknown> }>();
  const require = (id: string): unknown => {
    const own = texts[id];
    return own === undefined ? load(id.replace(/^@pulumi\/aws(?=\/|$)/, `aws${major}`)) : runModule(id, own);
  };
  const runModule = (id: string, source: string): Record<string, unknown> => {
    const known = loaded.get(id);
    if (known) return known.exports;
    const file = path.join(directory, `${id}.ts`);
    const module = { exports: {} };
    loaded.set(id, module);
    const { outputText } = ts.transpileModule(whole ? withPlaces(id, source) : source, {
      fileName: file,
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    });
    const body = vm.compileFunction(outputText, ['exports', 'require', 'module', '__filename', '__dirname', placed], {
      filename: file,
    });
    Reflect.apply(body, undefined, [module.exports, require, module, file, path.dirname(file), noteCreated]);
    return module.exports;
  };
  return runModule(entry, texts[entry] ?? text);
}
