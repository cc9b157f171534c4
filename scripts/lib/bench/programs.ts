import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@babel/parser';
import type { TextInput } from '../../../index.js';
import { generatedPrograms } from '../recall/programs/generate.js';
import { writtenPrograms } from '../recall/programs/sources.js';

/** Correct programs of one to three files, in all layouts; each in a directory of its own. */
export async function programTexts(count: number): Promise<readonly (readonly TextInput[])[]> {
  const programs: TextInput[][] = [];
  const add = (texts: ReadonlyMap<string, string>): void => {
    const directory = `p${programs.length}`;
    programs.push([...texts].map(([file, text]) => ({ path: `${directory}/${file}`, text })));
  };
  for (const { texts } of writtenPrograms()) add(texts);
  for await (const { texts } of generatedPrograms(5)) {
    if (programs.length >= count) break;
    add(texts);
  }
  return programs;
}

/**
 * The same programs among as much other code as public ones have: of the files that create resources, half have less than 1.1 of
 * them in 1,000 characters, one in ten more than 3.3 (742 files of 25 repositories); the programs alone have 3.
 */
export function amongOtherCode(programs: readonly (readonly TextInput[])[]): readonly (readonly TextInput[])[] {
  return programs.map((texts, index) =>
    texts.map(({ path: file, text }) =>
      file.endsWith('.ts')
        ? { path: file, text: text + plainFunctions(index, Math.round(text.length / 120)) }
        : { path: file, text },
    ),
  );
}

/** What the ratios are taken against: the parser as anyone would call it who wants the tree of a program. */
export function parseProgramAlone({ path: file, text }: TextInput): unknown {
  const isTyped = /\.[cm]?tsx?$/.test(file);
  const hasJsx = !isTyped || file.endsWith('x');
  return parse(text, {
    sourceType: 'unambiguous',
    plugins: [...(isTyped ? (['typescript'] as const) : []), ...(hasJsx ? (['jsx'] as const) : []), 'decorators'],
  });
}

/** False for a program that the parser turns down, which costs nothing more. */
export function isParsed(text: TextInput): boolean {
  try {
    parseProgramAlone(text);
    return true;
  } catch {
    return false;
  }
}

/** A repository of TypeScript that has nothing to do with Pulumi: 50 files in a directory, about 3 KB each. */
export function writeOtherTypeScript(folder: string, count: number): void {
  for (let index = 0; index < count; index++) {
    const directory = path.join(folder, 'src', `part${Math.floor(index / 50)}`);
    if (index % 50 === 0) mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, `module${index}.ts`), otherModule(index));
  }
}

function otherModule(index: number): string {
  return `import type { Options } from './module${index === 0 ? 1 : index - 1}.js';\n${plainFunctions(index, 12)}`;
}

/** Code that has nothing to do with resources, about 250 characters for each function. */
function plainFunctions(index: number, count: number): string {
  const functions = Array.from(
    { length: count },
    (_, each) => `
/** Adds up what was counted in part ${each}. */
export function sum${index}x${each}(values: readonly number[], { from = 0 }: Options = {}): number {
  return values.slice(from).reduce((sum, value) => sum + value * ${each}, 0);
}
`,
  );
  return functions.join('');
}

/** A script for node that lists a directory and reads every file of it, and does nothing else. */
export const listAndRead = `
  const fs = require('node:fs');
  const path = require('node:path');
  let size = 0;
  const visit = (directory) => {
    for (const each of fs.readdirSync(directory, { withFileTypes: true })) {
      const name = path.join(directory, each.name);
      if (each.isDirectory()) visit(name);
      else size += fs.readFileSync(name, 'utf8').length;
    }
  };
  visit('.');
`;
