import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

const before = `import * as aws from '@pulumi/aws';
import { role } from './role';

const queue = new aws.sqs.Queue('failed');

export const worker = new aws.lambda.Function('worker', {
  runtime: 'nodejs14.x', // as the layer
  handler: 'index.handler',
  role: role.arn,
  deadLetterConfig: { targetArn: queue.arn },
});
`;
const unrelated = `export const runtime = 'nodejs14.x';\n`;

// jscodeshift colours its counts wherever CI is set, terminal or not.
const { FORCE_COLOR: _, ...inherited } = process.env;
const plain = { ...inherited, NO_COLOR: '1' };

let project: string;

/** A project that has stackmend among its packages, as npm would install it. */
beforeAll(() => {
  project = mkdtempSync(path.join(tmpdir(), 'stackmend-codemod-'));
  const packages = path.join(project, 'node_modules');
  const own = path.join(packages, 'stackmend');
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(path.join(root, 'node_modules')))
    if (name !== 'stackmend') symlinkSync(path.join(root, 'node_modules', name), path.join(packages, name));
  copyFileSync(path.join(root, 'package.json'), path.join(own, 'package.json'));
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const dist = ['--outDir', path.join(own, 'dist'), '--declaration', 'false', '--noCheck'];
  execFileSync(process.execPath, [compiler, '-p', path.join(root, 'tsconfig.build.json'), ...dist]);
  mkdirSync(path.join(project, 'src'));
}, 300_000);

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

function jscodeshift(rule: string, ...flags: readonly string[]): string {
  writeFileSync(path.join(project, 'src/index.ts'), before);
  writeFileSync(path.join(project, 'src/unrelated.ts'), unrelated);
  const transform = `node_modules/stackmend/dist/transforms/${rule}.js`;
  const args = [
    '--no-install',
    'jscodeshift',
    '-t',
    transform,
    '--parser',
    'ts',
    '--extensions',
    'ts',
    ...flags,
    'src/',
  ];
  return execFileSync('npx', args, { cwd: project, encoding: 'utf8', env: plain });
}

function written(name: string): string {
  return readFileSync(path.join(project, 'src', name), 'utf8');
}

const after = before.replace('nodejs14.x', 'nodejs22.x');

test('stock jscodeshift shows what a transform would write', { timeout: 300_000 }, () => {
  const shown = jscodeshift('lambda-runtime-retired', '--dry', '--print');
  expect(shown).toContain(after);
  expect(shown).toMatch(/^1 ok$/m);
  expect(shown).toMatch(/^0 errors$/m);
  expect(written('index.ts')).toBe(before);
});

test('stock jscodeshift writes it, and leaves the other files alone', { timeout: 300_000 }, () => {
  const shown = jscodeshift('lambda-runtime-retired', '--no-babel');
  expect(shown).toMatch(/^1 ok$/m);
  expect(written('index.ts')).toBe(after);
  expect(written('unrelated.ts')).toBe(unrelated);
});

test('what lies outside of the one file is refused', { timeout: 300_000 }, () => {
  const shown = jscodeshift('lambda-dlq-permission', '--no-babel');
  expect(shown).toMatch(/index\.ts:10:\d+ .*\(not mended: /);
  expect(shown).toMatch(/^0 ok$/m);
  expect(written('index.ts')).toBe(before);
});
