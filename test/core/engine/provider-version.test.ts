import { describe, expect, it } from 'vitest';
import { awsMajorReader, majorOfRange, maximumManifestSize } from '../../../core/engine/provider-version.js';

type Files = Readonly<Record<string, string>>;

async function majorFor(files: Files, file = 'index.ts'): Promise<number | undefined> {
  return awsMajorReader(async (name) => files[name])(file);
}

const asks = (range: string): string => JSON.stringify({ dependencies: { '@pulumi/aws': range } });
const several = asks('>=6.0.0');

const npm3 = (version: string, place = 'node_modules/@pulumi/aws'): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { '': {}, [place]: { version }, 'node_modules/@pulumi/aws-native': { version: '1.2.3' } },
  });
const npm1 = JSON.stringify({ lockfileVersion: 1, dependencies: { '@pulumi/aws': { version: '6.83.4' } } });
const classic = `# yarn lockfile v1

"@pulumi/aws-native@^1.0.0":
  version "1.2.3"

"@pulumi/aws@>=6.0.0":
  version "7.48.0"
  dependencies:
    "@pulumi/pulumi" "^3.142.0"

"@pulumi/aws@^6.0.0", "@pulumi/aws@^6.50.0":
  version "6.83.4"
`;
const berry = `__metadata:
  version: 8

"@pulumi/aws@npm:>=6.0.0":
  version: 6.83.4
  resolution: "@pulumi/aws@npm:6.83.4"
`;
const pnpm9 = `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      '@pulumi/aws':
        specifier: '>=6.0.0'
        version: 7.48.0(ts-node@10.9.2)

  infra/old:
    devDependencies:
      '@pulumi/aws':
        specifier: '>=6.0.0'
        version: 6.83.4

packages:

  '@pulumi/aws@6.83.4':
    resolution: {integrity: sha512-a}

  '@pulumi/aws@7.48.0':
    resolution: {integrity: sha512-b}
`;
const pnpm6 = `lockfileVersion: '6.0'

dependencies:
  '@pulumi/aws':
    specifier: '>=6.0.0'
    version: 6.83.4

packages:

  /@pulumi/aws@6.83.4:
    resolution: {integrity: sha512-a}
`;
const pnpm5 = `lockfileVersion: 5.4

specifiers:
  '@pulumi/aws': '>=6.0.0'

dependencies:
  '@pulumi/aws': 7.48.0

packages:

  /@pulumi/aws/7.48.0:
    resolution: {integrity: sha512-a}
`;

describe('the major version of the provider', () => {
  it.each<[string, Files, number | undefined]>([
    ['a range of one major', { 'package.json': asks('^6.50.0') }, 6],
    [
      'that range, whatever a lock file says',
      { 'package.json': asks('^6.50.0'), 'package-lock.json': npm3('7.1.0') },
      6,
    ],
    ['nothing, where the range allows several and nothing is locked', { 'package.json': several }, undefined],
    ['package-lock.json of npm 7 and later', { 'package.json': several, 'package-lock.json': npm3('7.48.0') }, 7],
    ['package-lock.json of npm 6', { 'package.json': several, 'package-lock.json': npm1 }, 6],
    ['npm-shrinkwrap.json', { 'package.json': several, 'npm-shrinkwrap.json': npm3('6.1.0') }, 6],
    ['yarn.lock of yarn 1, by the range that is asked for', { 'package.json': several, 'yarn.lock': classic }, 7],
    ['yarn.lock of yarn 2 and later', { 'package.json': several, 'yarn.lock': berry }, 6],
    ['pnpm-lock.yaml 9', { 'package.json': several, 'pnpm-lock.yaml': pnpm9 }, 7],
    ['pnpm-lock.yaml 6', { 'package.json': several, 'pnpm-lock.yaml': pnpm6 }, 6],
    ['pnpm-lock.yaml 5', { 'package.json': several, 'pnpm-lock.yaml': pnpm5 }, 7],
    ['a lock file with CRLF', { 'package.json': several, 'yarn.lock': berry.replaceAll('\n', '\r\n') }, 6],
    ['a lock file alone', { 'package-lock.json': npm3('7.48.0') }, 7],
    ['a broken lock file', { 'package.json': several, 'package-lock.json': '{"packages": {' }, undefined],
    ['a lock file with several and none for the range', { 'package.json': asks('*'), 'yarn.lock': classic }, undefined],
    [
      'a lock file too large',
      { 'package.json': several, 'package-lock.json': npm3('7.48.0') + ' '.repeat(maximumManifestSize) },
      undefined,
    ],
  ])('comes from %s', async (_, files, major) => {
    expect(await majorFor(files)).toBe(major);
  });

  it('is looked up from the file upward, the package of a workspace in the lock file of the root', async () => {
    const files = { 'infra/old/package.json': several, 'package.json': '{}', 'pnpm-lock.yaml': pnpm9 };
    expect(await majorFor(files, 'infra/old/src/index.ts')).toBe(6);
    const own = npm3('6.1.0', 'infra/node_modules/@pulumi/aws');
    expect(await majorFor({ 'infra/package.json': several, 'package-lock.json': own }, 'infra/index.ts')).toBe(6);
    expect(await majorFor({ 'infra/package.json': several, 'package-lock.json': own }, 'index.ts')).toBeUndefined();
  });

  it('prefers the lock file that lies nearer', async () => {
    const files = { 'package-lock.json': npm3('7.0.0'), 'infra/package-lock.json': npm3('6.0.0') };
    expect(await majorFor(files, 'infra/index.ts')).toBe(6);
  });

  it('never looks above the root', async () => {
    const asked: string[] = [];
    await awsMajorReader(async (name) => void asked.push(name))('../elsewhere/index.ts');
    expect(asked.every((name) => name.startsWith('../elsewhere/'))).toBe(true);
  });

  it.each([
    ['^6.1.0', 6],
    ['~6.1', 6],
    ['6', 6],
    ['6.x', 6],
    ['=6.83.4', 6],
    ['v7.0.0', 7],
    ['>=6.1.0 <7.0.0', 6],
    ['>= 6.1 < 7', 6],
    ['6.1.0 - 6.9.0', 6],
    ['^6.0.0 || ~6.50.0', 6],
    ['npm:@pulumi/aws@^7.1.0', 7],
    ['workspace:^7.0.0', 7],
    ['^6.0.0 || ^7.0.0', undefined],
    ['>=6.0.0', undefined],
    ['>=6 <7.1', undefined],
    ['*', undefined],
    ['latest', undefined],
    ['catalog:', undefined],
    ['file:../aws', undefined],
  ])('%s allows %s', (range, major) => {
    expect(majorOfRange(range)).toBe(major);
  });
});
