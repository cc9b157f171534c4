import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root = new URL('../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

function range(name: string): string | undefined {
  const declared: Readonly<Record<string, string>> = { ...manifest.dependencies, ...manifest.devDependencies };
  return declared[name];
}

describe('package.json', () => {
  // Later majors of these give up Node 20, or the API that is used here.
  test.each([
    ['@babel/parser', /^\^7\./],
    ['commander', /^\^14\./],
    ['diff', /^\^9\./],
    ['jscodeshift', /^\^17\./],
    ['jsonc-parser', /^\^3\.3\./],
    ['recast', /^\^0\.23\./],
    ['typescript', /^~6\.0\./],
    ['vitest', /^~4\.1\./],
    ['write-file-atomic', /^\^7\./],
    ['yaml', /^\^2\./],
  ])('keeps %s on its pinned line', (name, line) => {
    expect(range(name)).toMatch(line);
  });

  test('starts at Node 20.19', () => {
    expect(manifest.engines.node).toBe('>=20.19');
  });
});

test('package-lock.json names no registry', () => {
  expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
  expect(read('package-lock.json')).not.toContain('"resolved"');
});

test.each(['bin/stackmend.js', '.ci/run'])('%s is executable', (path) => {
  expect(statSync(new URL(path, root)).mode & 0o111).not.toBe(0);
});

test('CI runs the test command of the README', () => {
  const script = fileURLToPath(new URL('scripts/ci-test-command.mjs', root));
  const command = execFileSync(process.execPath, [script], { encoding: 'utf8' });
  expect(command).toMatch(/^npm ci && npm test\b/);
});
