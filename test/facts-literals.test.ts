import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runtimes } from '../facts/index.js';

const root = path.resolve(import.meta.dirname, '..');
const folders = ['rules', 'cfn-fixers'];
const files = folders.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`),
);

/** String literals of a source, comments and prose (anything with a space) left out. */
function words(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
  return [...code.matchAll(/'([^'\n]*)'|"([^"\n]*)"|`([^`]*)`/g)]
    .map(([, a, b, c]) => a ?? b ?? c ?? '')
    .filter((word) => !/\s/.test(word));
}

// Without a version it is the name of a family too.
const runtimesWithVersion = Object.keys(runtimes).filter((name) => /\d/.test(name));

describe('what AWS says stands in facts/, not in code', () => {
  it.each(files)('%s', (file) => {
    const source = readFileSync(path.join(root, file), 'utf8');
    for (const word of words(source)) {
      expect(word, 'an IAM action').not.toMatch(/^[a-z][a-z0-9-]+:[A-Z][A-Za-z]+\*?$/);
      expect(runtimesWithVersion, 'a runtime').not.toContain(word);
    }
    expect(source, 'a limit').not.toMatch(/\b(?:1000|51200|51_200|1048576|4096|3008)\b/);
  });
});
