// T1: a config is data; nothing of the scanned repository is executed or loaded as code.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { expect, test, vi } from 'vitest';
import { catalog } from '../../rules/catalog.js';
import { stack } from '../bot/bot.js';
import { cli, folder, git, repository } from '../cli/support.js';
import { ForgeSimulator } from '../support/forge/simulator.js';

vi.setConfig({ testTimeout: 180_000 });

const host = { catalog: async () => catalog };
const root = path.resolve(import.meta.dirname, '../..');

/** Every file by which tools load code, each of which writes `canary` if it is run. */
function evil(canary: string): Readonly<Record<string, string>> {
  const code = `require('node:fs').writeFileSync(${JSON.stringify(canary)}, '');`;
  const module = `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(canary)}, '');\nexport default {};\n`;
  const shell = `touch ${canary}`;
  const json = JSON.stringify;
  return {
    'stackmend.config.js': code,
    'stackmend.config.cjs': code,
    'stackmend.config.mjs': module,
    'stackmend.config.ts': module,
    '.stackmendrc.js': code,
    'package.json': json({
      type: 'commonjs',
      main: './evil.js',
      stackmend: { extends: './evil.js', plugins: ['./evil.js'] },
      babel: { plugins: ['./evil.js'] },
      prettier: './evil.js',
      jscodeshift: './evil.js',
      dependencies: { '@pulumi/aws': '^6.0.0' },
      scripts: Object.fromEntries(
        ['preinstall', 'install', 'postinstall', 'prepare', 'test'].map((name) => [name, shell]),
      ),
    }),
    'evil.js': code,
    '.babelrc': json({ plugins: ['./evil.js'], presets: ['./evil.js'] }),
    '.babelrc.js': code,
    'babel.config.js': code,
    'babel.config.json': json({ plugins: ['./evil.js'] }),
    '.prettierrc': json({ plugins: ['./evil.js'] }),
    'prettier.config.js': code,
    '.prettierrc.js': code,
    '.eslintrc.js': code,
    'tsconfig.json': json({
      extends: './evil.js',
      compilerOptions: {
        plugins: [{ name: './evil.js', transform: './evil.js' }],
        paths: { '@pulumi/*': ['./evil.js'] },
      },
    }),
    'jsconfig.json': json({ compilerOptions: { plugins: [{ name: './evil.js' }] } }),
    '.npmrc': `script-shell=${canary}\nnode-options=--require ./evil.js\n`,
    '.gitattributes': '* filter=evil diff=evil merge=evil text eol=crlf\n',
    '.gitconfig': `[filter "evil"]\n\tclean = ${shell}\n\tsmudge = ${shell}\n`,
    '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c ${shell}\n`,
    'node_modules/@pulumi/aws/index.js': code,
    'node_modules/@pulumi/aws/package.json': json({ name: '@pulumi/aws', version: '6.0.0', main: 'index.js' }),
    'node_modules/@babel/parser/index.js': code,
    'node_modules/yaml/index.js': code,
    'Pulumi.yaml':
      'name: p\nruntime:\n  name: nodejs\n  options: {typescript: true, nodeargs: "--require ./evil.js"}\nmain: index.ts\n',
    'index.ts': `import './evil.js';\nimport * as aws from '@pulumi/aws';\n${code}\nnew aws.lambda.Function('f', { runtime: 'nodejs14.x', role: 'r', handler: 'a.b' });\n`,
    'a.yaml': stack('A'),
  };
}

test.each([
  ['check', '--preset', 'all'],
  ['check', '--format', 'sarif'],
  ['diff'],
  ['fix', '--accept', 'review'],
  ['fix', '--staged'],
])('%s %s %s: what tools load as code is never run', async (...args) => {
  const canary = path.join(folder(), 'ran');
  const cwd = repository(evil(canary));
  if (args.includes('--staged'))
    git(cwd, 'reset', '-q', '--soft', git(cwd, 'commit-tree', '-m', 'x', gitEmptyTree).trim());
  const { code, stdout, stderr } = await cli(args, { cwd, host });
  expect(code, stderr).toBeLessThan(2);
  expect(stdout).toContain('nodejs14.x');
  expect(existsSync(canary)).toBe(false);
});

const gitEmptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

test('pr and review: nor in the base, the clone, or the pull request of a stranger', async () => {
  const canary = path.join(folder(), 'ran');
  const files = evil(canary);
  await using forge = await ForgeSimulator.start({ files });
  const cwd = repository(files);
  git(cwd, 'remote', 'add', 'origin', forge.remote);
  const env = { STACKMEND_TOKEN: forge.token('stackmend[bot]', 'installation'), GITHUB_API_URL: forge.origin };
  const pr = await cli(
    ['pr', '--forge', 'github', '--api-url', forge.origin, '--commit-mode', 'git', '--per-hour', '9'],
    {
      cwd,
      host,
      env,
    },
  );
  expect(pr.stdout, pr.stderr).toMatch(/^CREATED/m);
  await forge.people.push('feature', { 'b.yaml': stack('B'), 'index.ts': `${files['index.ts']}\n` });
  const { number } = await forge.people.open('feature', 'main', 'A feature');
  const review = await cli(['review', '--pr', String(number)], { cwd, host, env });
  expect(review.code, review.stderr).toBe(0);
  expect(existsSync(canary)).toBe(false);
});

test.each(['stackmend.config.js', '.stackmendrc.js', 'evil.ts'])(
  'a config named %s is refused, not loaded',
  async (name) => {
    const canary = path.join(folder(), 'ran');
    const cwd = folder({
      ...evil(canary),
      'evil.ts': `require('node:fs').writeFileSync(${JSON.stringify(canary)}, '');`,
    });
    const { code, stderr } = await cli(['check', '--config', name], { cwd, host });
    expect([code, stderr.split('\n')[0]]).toEqual([2, expect.stringContaining(name)]);
    expect(existsSync(canary)).toBe(false);
  },
);

test('extends leads to no code and no address', async () => {
  const canary = path.join(folder(), 'ran');
  for (const wanted of ['./evil.js', 'https://evil.example/config.json', 'evil-package']) {
    const cwd = folder({ ...evil(canary), 'stackmend.config.json': JSON.stringify({ extends: wanted }) });
    expect((await cli(['check'], { cwd, host })).code).toBe(2);
  }
  expect(existsSync(canary)).toBe(false);
});

/** The built command line, and what the permission model of this Node is called; undefined where it has none. */
function permissionFlag(): string | undefined {
  const { stdout } = spawnSync(process.execPath, ['--help'], { encoding: 'utf8' });
  return ['--permission', '--experimental-permission'].find((flag) => new RegExp(`^\\s+${flag}\\b`, 'm').test(stdout));
}

const flag = permissionFlag();
const built = existsSync(path.join(root, 'dist'));

test.skipIf(flag === undefined || !built)(
  // Without the model in this Node, or without a build (npm test makes one), there is nothing to try.
  'the planner needs to start no process and to write no file: it runs where Node forbids both',
  () => {
    const canary = path.join(folder(), 'ran');
    const cwd = folder(evil(canary));
    const args = [String(flag), `--allow-fs-read=*`, path.join(root, 'bin/stackmend.js')];
    const ran = spawnSync(process.execPath, [...args, 'diff', '--preset', 'all', '--no-color', '.'], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    expect(ran.stderr).not.toMatch(/ERR_ACCESS_DENIED/);
    expect(ran.stdout).toContain("runtime: 'nodejs22.x'");
    expect(existsSync(canary)).toBe(false);
    // The model is on: the same Node refuses what the planner does not do.
    expect(() =>
      execFileSync(
        process.execPath,
        [String(flag), '--allow-fs-read=*', '-e', `require('fs').writeFileSync(${JSON.stringify(canary)}, '')`],
        {
          stdio: 'pipe',
        },
      ),
    ).toThrow(/ERR_ACCESS_DENIED/);
    expect(readdirSync(path.dirname(canary))).toEqual([]);
  },
);
