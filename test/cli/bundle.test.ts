import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { catalog } from '../../rules/catalog.js';
import { cli, folder, type Ran } from './support.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = path.join(root, 'bin/stackmend.js');
const sources = ['cli', 'core', 'rules', 'cfn-fixers', 'transforms', 'report', 'bot', 'facts', 'rolldown.config.js'];

/** What people run is the bundle; it is as new as the sources after `npm ci`, and perhaps not while one works on them. */
const isBuilt = ((): boolean => {
  const built = path.join(root, 'dist/bin/main.js');
  if (!existsSync(built)) return false;
  if (process.env['CI'] !== undefined) return true;
  const { mtimeMs } = statSync(built);
  const newer = execFileSync('find', [...sources, '-newermt', new Date(mtimeMs).toISOString(), '-type', 'f'], {
    cwd: root,
    encoding: 'utf8',
  });
  return newer === '';
})();

function run(cwd: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8' });
  return { code: status ?? -1, stdout, stderr };
}

/** The examples, and a program, for its parts stand in chunks of their own. */
function project(): string {
  const cwd = folder();
  cpSync(path.join(root, 'examples'), path.join(cwd, 'examples'), { recursive: true });
  cpSync(path.join(root, 'fixtures/lambda-dlq-permission/component.input.ts'), path.join(cwd, 'index.ts'));
  return cwd;
}

test.runIf(isBuilt)('what is built says the same as the sources', { timeout: 120_000 }, async () => {
  const cwd = project();
  const args = ['diff', '--preset', 'all', '--today', '2026-11-21'];
  const built = run(cwd, ...args);
  expect(built).toEqual(await cli(args, { cwd, host: { catalog: async () => catalog } }));
  expect(built.stdout).toContain('+++ b/index.ts');
  expect(built.stdout.match(/^\+\+\+ b\/examples\//gm)?.length).toBeGreaterThan(3);
});

test.runIf(isBuilt)('every command and the reading of a config work in what is built', { timeout: 120_000 }, () => {
  const cwd = project();
  expect(run(cwd, '--version').stdout.trim()).toBe(
    (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version,
  );
  expect(run(cwd, 'rules').code).toBe(0);
  expect(run(cwd, 'explain', 'lambda-dlq-permission').stdout).toContain('# lambda-dlq-permission');
  expect(run(cwd, 'init').code).toBe(0);
  const checked = run(cwd, 'check', '--format', 'json', '--today', '2026-11-21');
  expect(checked.code).toBe(1);
  expect(JSON.parse(checked.stdout)).toMatchObject({ files: expect.any(Array) as unknown });
  expect(run(cwd, 'fix', '--accept', 'review').code).toBeLessThan(2);
  expect(run(cwd, 'diff', '--accept', 'review').stdout).toBe('');
});
