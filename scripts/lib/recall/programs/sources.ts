import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isProgramName } from '../../../../core/engine/document.js';
import { nodeFileSystem } from '../../../../core/engine/file-system.js';
import { readSource } from '../../../../core/engine/load.js';
import { survey } from '../../corpus/survey.js';
import { Tally } from '../../corpus/tally.js';
import { grantRules } from '../judge-grants.js';
import type { Texts } from './mutation.js';
import { versionRule } from './versions.js';

/** A program to be broken. */
export interface Source {
  readonly name: string;
  readonly texts: Texts;
}

const fixtures = path.resolve(import.meta.dirname, '../../../../fixtures');

/** What the transforms make of the fixtures, and the fixtures that they leave alone. */
export function* fixturePrograms(): Generator<Source> {
  for (const rule of readdirSync(fixtures).toSorted()) {
    const names = new Set(readdirSync(path.join(fixtures, rule)));
    for (const file of [...names].toSorted()) {
      const [name, part, extension] = file.split('.');
      if (extension !== 'ts' || (part !== 'output' && names.has(`${name}.output.ts`))) continue;
      const text = readFileSync(path.join(fixtures, rule, file), 'utf8');
      yield { name: `fixtures/${rule}/${file}`, texts: new Map([['index.ts', text]]) };
    }
  }
}

/** Programs of `programs/`, each a directory with an `index.ts` or `index.js`. */
export function* writtenPrograms(): Generator<Source> {
  const root = path.join(fixtures, '_programs');
  for (const name of readdirSync(root).toSorted()) {
    const files = readdirSync(path.join(root, name)).toSorted();
    const texts = files.map((file) => [file, readFileSync(path.join(root, name, file), 'utf8')] as const);
    yield { name: `written/${name}`, texts: new Map(texts) };
  }
}

/** The programs below a directory that one of the rules can concern. */
export async function* programsIn(directory: string): AsyncGenerator<Source> {
  const selection = { preset: 'all', rules: [...grantRules, versionRule] } as const;
  for (const { label, files } of await survey(directory, selection, new Tally())) {
    const texts = new Map<string, string>();
    for (const found of files.filter(({ file }) => isProgramName(file))) {
      const source = await readSource(found, nodeFileSystem);
      if (source.kind === 'text') texts.set(found.file, source.text);
    }
    const [first] = texts.keys();
    if (first !== undefined) yield { name: `${label}/${first}`, texts };
  }
}
