// T12: what is delivered is what stands here.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly resolved?: string; readonly integrity?: string; readonly dev?: boolean; readonly link?: boolean }
    >
  >;
}
interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

const lock = JSON.parse(read('package-lock.json')) as Lock;
const manifest = JSON.parse(read('package.json')) as Manifest;

test('every package is locked by its hash', () => {
  const packages = Object.entries(lock.packages).filter(([name, { link }]) => name !== '' && link !== true);
  expect(packages.length).toBeGreaterThan(100);
  expect(
    packages.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true).map(([name]) => name),
  ).toEqual([]);
});

test('an installation runs no script of this package, and its dependencies are few and from the registry', () => {
  for (const name of ['preinstall', 'install', 'postinstall']) expect(manifest.scripts[name]).toBeUndefined();
  const ranges = Object.values(manifest.dependencies);
  expect(ranges.filter((range) => !/^[~^]?\d/.test(range))).toEqual([]);
  expect(ranges.length).toBeLessThan(25);
});

test('actions of others are pinned by a full commit id, the tag behind it for those who raise it', () => {
  const uses = readdirSync(path.join(root, 'docs/ci'))
    .filter((name) => name.endsWith('.yml'))
    .flatMap((name) => read(`docs/ci/${name}`).match(/^.*\buses:.*$/gm) ?? []);
  expect(uses.length).toBeGreaterThan(8);
  const pinned = /uses: (?:OWNER\/stackmend@COMMIT|[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
  expect(uses.filter((line) => !pinned.test(line))).toEqual([]);
});

test('the action is one file on the Node of the runner, and the check makes it again and compares', () => {
  const { runs } = parse(read('action.yml')) as { runs: Readonly<Record<string, string>> };
  expect(runs).toEqual({ using: 'node24', main: 'action/dist/index.js' });
  expect(read('.ci/run')).toContain('npm run build:action -- --check');
});
