import path from 'node:path';
import ts from 'typescript';
import type { Major } from './programs.js';

const directory = import.meta.dirname;
const packages = path.join(directory, 'node_modules');

/** What `pulumi new aws-typescript` asks of a program, and no unused names. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  esModuleInterop: true,
  strict: true,
  noUnusedLocals: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [path.resolve(directory, '../../node_modules/@types')],
};

/** Everything that the compiler says about programs, by their names, without positions: edits move them. */
export function diagnosticsOf(texts: ReadonlyMap<string, string>, major: Major): ReadonlyMap<string, string[]> {
  const files = new Map([...texts].map(([name, text]) => [path.join(directory, 'programs', `${name}.ts`), text]));
  const program = ts.createProgram({
    rootNames: [...files.keys()],
    options: { ...options, paths: pathsFor(major) },
    host: hostFor(files),
  });
  const names = [...texts.keys()];
  return new Map(
    [...files.keys()].map((file, index) => {
      const source = program.getSourceFile(file);
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [names[index] ?? file, found.map(messageOf)];
    }),
  );
}

/** What is in `after` more often than in `before`. */
export function added(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((message) => {
    const known = left.indexOf(message);
    if (known !== -1) left.splice(known, 1);
    return known === -1;
  });
}

function pathsFor(major: Major): Record<string, string[]> {
  return {
    '@pulumi/aws': [path.join(packages, `aws${major}`)],
    '@pulumi/aws/*': [path.join(packages, `aws${major}`, '*')],
  };
}

function hostFor(files: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  return {
    ...host,
    fileExists: (file) => files.has(file) || host.fileExists(file),
    readFile: (file) => files.get(file) ?? host.readFile(file),
    getSourceFile: (file, target) => {
      const text = files.get(file);
      return text === undefined ? host.getSourceFile(file, target) : ts.createSourceFile(file, text, target, true);
    },
  };
}

function messageOf({ code, messageText }: ts.Diagnostic): string {
  return `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
