import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandNames } from '../cli/command-names.js';
import { catalog } from '../rules/catalog.js';
import { cli, folder } from './cli/support.js';

/** Documents that cannot lie: what they show is run. */
const root = path.resolve(import.meta.dirname, '..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const host = { catalog: async () => catalog };

function blocks(language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms');
  return [...readme.matchAll(fence)].flatMap(([, text]) => text ?? []);
}

test('the diff that the README shows is what its first command prints', async () => {
  const [shown = 'no diff'] = blocks('diff');
  const { stdout } = await cli(['diff', 'examples', '--today', '2026-11-22'], { cwd: root, host });
  const section = stdout.slice(stdout.indexOf(shown.split('\n')[0] ?? ''));
  // The README shows the first fix of the file only, so the lines of its hunk stand there, perhaps not in one piece.
  for (const line of shown.trimEnd().split('\n')) expect(section).toContain(line);
});

test('the examples trip every deploy rule', async () => {
  const { stdout } = await cli(['check', 'examples', '--today', '2026-11-22'], { cwd: root, host });
  const rules = await Promise.all(catalog.map((entry) => entry.rule()));
  const deploy = rules.filter(({ messages }) => Object.values(messages).some(({ preset }) => preset !== 'all'));
  expect(deploy.length).toBeGreaterThan(8);
  expect(deploy.map(({ id }) => id).filter((id) => !stdout.includes(`  ${id}  `))).toEqual([]);
});

test('the config of the README is right', async () => {
  const [config = ''] = blocks('json');
  const { code, stderr } = await cli(['check'], { cwd: folder({ 'stackmend.config.json': config }), host });
  expect([code, stderr]).toEqual([0, '']);
});

test('the quick start is two commands', () => {
  const start = readme.slice(readme.indexOf('## Quick start'), readme.indexOf('## Install'));
  expect([...start.matchAll(/^```sh\n(.*?)\n```/gms)].map(([, command]) => command)).toEqual([
    'npm ci && npx stackmend diff examples',
    'npm ci && npm test',
  ]);
});

test('every command and every option of the README exists', async () => {
  const helps = await Promise.all(commandNames.map((name) => cli(['help', name], { host })));
  const known = helps.map(({ stdout }) => stdout).join('\n');
  const options = [...readme.matchAll(/`[^`\n]*(?<option>--[a-z][a-z-]+)[^`\n]*`/g)].map(
    ({ groups }) => groups?.['option'] ?? '',
  );
  expect(options.length).toBeGreaterThan(5);
  expect(options.filter((option) => !known.includes(option))).toEqual([]);
  for (const name of commandNames.filter((each) => each !== 'help')) expect(readme).toContain(`stackmend ${name}`);
});

test('the links of the documents lead somewhere', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(path.join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  const broken = documents.flatMap((document) => {
    const text = readFileSync(path.join(root, document), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)(?<target>[^)#\s]+)/g)].map(
      ({ groups }) => groups?.['target'] ?? '',
    );
    return targets
      .filter((target) => !exists(path.resolve(root, path.dirname(document), target)))
      .map((target) => `${document}: ${target}`);
  });
  expect(broken).toEqual([]);
});

function exists(file: string): boolean {
  return readdirSync(path.dirname(file)).includes(path.basename(file));
}
