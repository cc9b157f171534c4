// T2: parsing neither runs code nor grows without bounds, from the disk and from git's objects alike.
import { afterEach, expect, test, vi } from 'vitest';
import { readSource } from '../../core/engine/load.js';
import { BlobReader } from '../../bot/git/objects.js';
import { TreeFiles } from '../../bot/git/tree-files.js';
import { maximumTemplateLength } from '../../core/template/load.js';
import { catalog } from '../../rules/catalog.js';
import { stack } from '../bot/bot.js';
import { GitServer, git } from '../bot/git-server.js';
import { cli, folder } from '../cli/support.js';
import { bombs, retired } from '../support/bombs.js';

vi.setConfig({ testTimeout: 180_000 });

const servers: GitServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((each) => each.stop()));
});

const host = { catalog: async () => catalog };
const levels = Array.from(
  { length: 20 },
  (_, level) => `  a${level + 1}: &a${level + 1} [${'*a0, '.replaceAll('0', `${level}`).repeat(9)}]\n`,
);

/** Files that are refused, each with what is said of it. */
const refused: Readonly<Record<string, readonly [string, RegExp]>> = {
  'laughs.yaml': [
    `${retired('')}Metadata:\n  a0: &a0 x\n${levels.join('')}`,
    /aliases expand to more than 500000 nodes/,
  ],
  'deep.json': [
    `{"AWSTemplateFormatVersion": "2010-09-09", "Description": "AWS::Lambda::Function", "Resources": {}, "Metadata": ${'['.repeat(5000)}${']'.repeat(5000)}}`,
    /nested more than 200 levels deep/,
  ],
  'deep.yaml': [`${retired('')}Metadata: ${'['.repeat(5000)}${']'.repeat(5000)}\n`, /nested more than 200 levels deep/],
  'large.yaml': [`${retired('', 'x')}# ${'x'.repeat(maximumTemplateLength)}\n`, /is too large \(5\.0 MB\)/],
  'large.json': [
    `{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}, "Metadata": "${'x'.repeat(2 * maximumTemplateLength)}"}`,
    /is too large \(10\.0 MB\)/,
  ],
  'values.yaml': [
    `${retired('')}Metadata:\n  all: [${'1, '.repeat(1_000_000)}1]\n`,
    /it holds more than 200000 values; split it/,
  ],
  'values.json': [
    `{"AWSTemplateFormatVersion": "2010-09-09", "Description": "AWS::Lambda::Function", "Resources": {}, "Metadata": [${'1, '.repeat(1_000_000)}1]}`,
    /it holds more than 200000 values; split it/,
  ],
};

/** Files that take long only for a careless reader, and are judged as any other. */
const judged: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(bombs).map(([name, lines], index) => [`bomb${index}.yaml`, retired(lines, name)]),
  ),
  'constructors.yaml': `${retired('')}Metadata: !!js/function 'function () { process.exit(9) }'\n`,
  'nodes.yaml': `${retired('')}Metadata:\n  all: [${'1, '.repeat(50_000)}1]\n`,
  'proto.json': `{"AWSTemplateFormatVersion": "2010-09-09", "__proto__": {"polluted": true}, "Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.7", "Handler": "a.b", "Role": "r", "Code": {"ZipFile": "x"}}}}}`,
};

interface Told {
  readonly groups: readonly { readonly key: string; readonly plan?: { readonly fixes: readonly object[] } }[];
  readonly problems: readonly { readonly file: string; readonly message: string }[];
}

test('pull requests: what is too much is told, one line each, and the other files are mended', async () => {
  const files = Object.fromEntries(Object.entries(refused).map(([name, [text]]) => [name, text]));
  const server = await GitServer.start({ ...files, ...judged, 'a.yaml': stack('A') });
  servers.push(server);
  const { stdout, stderr } = await cli(['pr', '--dry-run', '--format', 'json', '--today', '2026-01-01'], {
    cwd: server.clone,
    host,
  });
  expect(stderr).toBe('');
  const { groups, problems } = JSON.parse(stdout) as Told;
  for (const [name, [, said]] of Object.entries(refused)) {
    expect(problems.filter(({ file }) => file === name).map(({ message }) => message)).toEqual([
      expect.stringMatching(said),
    ]);
  }
  const keys = groups.filter(({ plan }) => (plan?.fixes.length ?? 0) > 0).map(({ key }) => key);
  for (const name of [...Object.keys(judged), 'a.yaml']) expect(keys).toContain(`stack:${name}`);
  expect({}).not.toHaveProperty('polluted');
});

test('the command line says the same of the same files', async () => {
  const files = Object.fromEntries(Object.entries(refused).map(([name, [text]]) => [name, text]));
  const { stderr } = await cli(['check'], { cwd: folder(files), host });
  for (const [name, [, said]] of Object.entries(refused)) {
    const lines = stderr.split('\n').filter((line) => line.startsWith(`error: ${name}`));
    expect(lines).toEqual([expect.stringMatching(said)]);
  }
});

test('of a blob of 100 MB the size is looked at before its contents, and of them no more is read than a template may have', async () => {
  const size = 100 * 1024 * 1024;
  const asked: [string, number][] = [];
  const blobs = {
    read: async (): Promise<Buffer> => Promise.reject(new Error('it was read whole')),
    start: async (oid: string, length: number): Promise<Buffer> => {
      asked.push([oid, length]);
      return Buffer.from(retired('', 'x').padEnd(length));
    },
  };
  const entry = { path: 'a.yaml', mode: '100644', oid: '1'.repeat(40), size };
  const files = new TreeFiles('/root', [entry], blobs);
  const read = await readSource({ file: 'a.yaml', absolute: '/root/a.yaml', explicit: true }, files);
  expect(read).toMatchObject({
    kind: 'problem',
    problem: { message: expect.stringContaining('too large (100.0 MB)') },
  });
  expect(asked).toEqual([[entry.oid, maximumTemplateLength + 1]]);
  await expect(files.readFile('/root/a.yaml')).rejects.toThrow('EFBIG');
});

test('git is ended when it has written the start of a blob', async () => {
  const cwd = folder({ 'x.json': 'x'.repeat(20 * 1024 * 1024) });
  await git(cwd, 'init', '--quiet', '--bare', 'r.git');
  const oid = await git(`${cwd}/r.git`, 'hash-object', '-w', `${cwd}/x.json`);
  const reader = new BlobReader(`${cwd}/r.git`);
  expect((await reader.start(oid, 1000)).toString()).toBe('x'.repeat(1000));
  expect((await reader.start(oid, 30 * 1024 * 1024)).length).toBe(20 * 1024 * 1024);
  await expect(reader.start('0'.repeat(40), 10)).rejects.toThrow('no such file');
  await expect(reader.start('--batch', 10)).rejects.toThrow('no object id');
  reader.close();
});
