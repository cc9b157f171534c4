import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { codeQualityReport, sarifLog, workflowCommands } from '../report/schemas.js';
import { cli, folder, git, read, repository, template } from './support.js';

const mixed = template('bad', 'risky', 'stuck', 'fine');

test('each format goes where the --output behind it says, the one without to standard output', async () => {
  const cwd = folder({ 'a.yaml': mixed });
  const plain = await cli(['check'], { cwd });
  const json = await cli(['check', '--format', 'json'], { cwd });
  const args = [
    'check',
    '--format',
    'sarif',
    '--output',
    'x.sarif',
    '--format',
    'text',
    '--format',
    'json',
    '-o',
    'x.json',
  ];
  expect(await cli(args, { cwd })).toEqual(plain);
  expect(sarifLog(read(cwd, 'x.sarif')).runs[0].results).toHaveLength(3);
  expect(read(cwd, 'x.json')).toBe(json.stdout);
});

test('--output alone is the text, without colours, and standard output stays empty', async () => {
  const cwd = folder({ 'a.yaml': mixed });
  const { stdout } = await cli(['check'], { cwd });
  const ran = await cli(['check', '-o', 'x.txt'], { cwd, tty: true, env: { FORCE_COLOR: '1' } });
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(read(cwd, 'x.txt')).toBe(stdout);
});

test('diff: the patch in a file, a summary on standard output', async () => {
  const cwd = folder({ 'a.yaml': mixed });
  const { stdout } = await cli(['diff'], { cwd });
  const ran = await cli(['diff', '--format', 'patch', '--output', 'x.patch', '--format', 'markdown'], { cwd });
  expect(read(cwd, 'x.patch')).toBe(stdout);
  expect(ran.stdout).toContain('| mended |');
  git(cwd, 'apply', '--check', 'x.patch');
});

test('a terminal gets the patch as it is', async () => {
  const cwd = folder({ 'a.yaml': template('bad') });
  const ran = await cli(['diff', '--format', 'patch'], { cwd, tty: true, env: { FORCE_COLOR: '1' } });
  expect(ran.stdout).toBe((await cli(['diff'], { cwd })).stdout);
});

test.each<[string, readonly string[], string]>([
  [
    'unknown format',
    ['check', '--format', 'xml'],
    "option '--format <name>' argument 'xml' is invalid. Allowed choices are text, json, sarif, github, gitlab, markdown.\nhint: see \"stackmend help check\"",
  ],
  [
    'a patch of a check',
    ['check', '--format', 'patch'],
    "option '--format <name>' argument 'patch' is invalid. Allowed choices are text, json, sarif, github, gitlab, markdown.\nhint: see \"stackmend help check\"",
  ],
  [
    'two on standard output',
    ['diff', '--format', 'json', '--format', 'sarif'],
    'json and sarif cannot both go to standard output\nhint: say where one goes, right behind it: --format json --output FILE',
  ],
  [
    'two in one file',
    ['check', '--format', 'json', '-o', 'x', '--format', 'sarif', '-o', './x'],
    '--output ./x is given twice\nhint: give each report a file of its own',
  ],
  ['no directory', ['check', '-o', 'no/x'], '--output no/x: there is no directory no\nhint: make it first'],
  ['a directory', ['check', '-o', '.'], '--output . is a directory\nhint: name a file in it'],
  [
    'a source',
    ['check', 'a.yaml', '-o', 'a.yaml'],
    '--output a.yaml would overwrite what is read\nhint: name another file',
  ],
])('%s is refused before any work', async (_name, args, said) => {
  const cwd = folder({ 'a.yaml': mixed });
  expect(await cli(args, { cwd })).toEqual({ code: 2, stdout: '', stderr: `stackmend: ${said}\n` });
  expect(readdirSync(cwd)).toEqual(['a.yaml']);
  expect(read(cwd, 'a.yaml')).toBe(mixed);
});

test('fix reports the files as they are afterwards', async () => {
  const cwd = repository({ 'infra/a.yaml': mixed });
  const infra = path.join(cwd, 'infra');
  const args = [
    'fix',
    '--format',
    'sarif',
    '-o',
    '../x.sarif',
    '--format',
    'gitlab',
    '-o',
    '../x.json',
    '--format',
    'github',
  ];
  const { stdout, code } = await cli(args, { cwd: infra });
  expect(code).toBe(1);
  const [run] = sarifLog(read(cwd, 'x.sarif')).runs;
  expect(run.results.map(({ ruleId, fixes }) => [ruleId, fixes])).toEqual([
    ['test-risky-word', undefined],
    ['test-odd-word', undefined],
  ]);
  const places = run.results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri);
  expect(places).toEqual(['infra/a.yaml', 'infra/a.yaml']);
  expect(codeQualityReport(read(cwd, 'x.json')).map(({ location }) => location.path)).toEqual(places);
  expect(workflowCommands(stdout).commands.map(({ properties }) => properties['file'])).toEqual(places);
});

test('with nothing staged the reports that were asked for are there, and empty', async () => {
  const cwd = repository({ 'a.yaml': mixed });
  const ran = await cli(['fix', '--staged', '--format', 'sarif', '-o', 'x.sarif'], { cwd });
  expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(sarifLog(read(cwd, 'x.sarif')).runs[0].results).toEqual([]);
});

test('what cannot be judged stands in the reports', async () => {
  const cwd = folder({ 'a.yaml': `${template('bad')}  - [` });
  const ran = await cli(['check', '--format', 'sarif', '-o', 'x.sarif', '--format', 'github'], { cwd });
  expect(ran).toMatchObject({ code: 2, stderr: '' });
  const [{ invocations }] = sarifLog(read(cwd, 'x.sarif')).runs;
  expect(invocations[0]).toMatchObject({
    executionSuccessful: false,
    exitCode: 2,
    toolExecutionNotifications: [{ level: 'error' }],
  });
  expect(workflowCommands(ran.stdout).commands).toMatchObject([
    { command: 'error', properties: { file: 'a.yaml', title: 'stackmend' } },
  ]);
});

test('check with sarif judges as without, and writes nothing', async () => {
  const cwd = folder({ 'a.yaml': mixed });
  const elsewhere = folder();
  const json = ['--format', 'json', '-o', path.join(elsewhere, 'x.json')];
  const alone = await cli(['check', ...json], { cwd });
  const before = read(elsewhere, 'x.json');
  expect(await cli(['check', ...json, '--format', 'sarif', '-o', 'x.sarif'], { cwd })).toEqual(alone);
  expect(read(elsewhere, 'x.json')).toBe(before);
  expect(read(cwd, 'a.yaml')).toBe(mixed);
});

test('the library gives the same reports', async () => {
  const { check, encode } = await import('../../index.js');
  const { testCatalog } = await import('../support/test-catalog.js');
  const cwd = folder({ 'a.yaml': mixed });
  const input = { paths: ['.'], cwd, catalog: testCatalog, today: '2026-11-21' };
  const run = await check(input);
  for (const format of ['json', 'github', 'gitlab', 'markdown'] as const) {
    const { stdout } = await cli(['check', '--format', format], { cwd });
    expect(await encode(format, run, { command: 'check', today: input.today, catalog: testCatalog })).toBe(stdout);
  }
});
