import { chmodSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeFileSystem, nodeWritingFileSystem } from '../../core/engine/file-system.js';
import { run } from '../../core/engine/run.js';
import type { RunEvent } from '../../core/engine/types.js';
import { catalog } from '../../rules/catalog.js';
import { type Ran, cli, folder } from './support.js';

/** A function whose runtime is retired, so that `fix --accept review` has something to write. */
const good = `AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Reader:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.7
      Handler: index.handler
      Role: !Sub arn:aws:iam::\${AWS::AccountId}:role/reader
      Code: {ZipFile: 'x = 1'}
`;
const mended = good.replace('python3.7', 'python3.12');
const json = (properties: string): string =>
  `{"AWSTemplateFormatVersion": "2010-09-09",\n "Resources": {"Reader": {"Type": "AWS::Lambda::Function", "Properties": ${properties}}}}\n`;

interface Case {
  readonly content: string | Uint8Array;
  /** What stands on the one line; nothing for a file of which nothing is said. */
  readonly said?: string | RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  'broken.json': {
    content: json('{"Runtime": "python3.7",}'),
    said: /^error: broken\.json:2:\d+: this is not valid JSON: .+; mend the syntax there first$/,
  },
  'broken.yaml': {
    content: `${good}     Bad: [\n`,
    said: /^error: broken\.yaml:\d+:\d+: this cannot be read as YAML here: .+; mend the syntax there first$/,
  },
  'deep.json': {
    content: json(`{"Runtime": "python3.7", "Deep": ${'['.repeat(300)}${']'.repeat(300)}}`),
    said: /^error: deep\.json:2:\d+: nested more than 200 levels deep; no template nests that deep; flatten it$/,
  },
  'deep.yaml': {
    content: `${good}    Metadata: ${'['.repeat(300)}${']'.repeat(300)}\n`,
    said: /^error: deep\.yaml:10:\d+: nested more than 200 levels deep; no template nests that deep; flatten it$/,
  },
  'laughs.yaml': {
    content: `a: &a [x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h']
      .map((name, index) => `${name}: &${name} [${Array<string>(8).fill(`*${'abcdefg'[index]}`).join(', ')}]\n`)
      .join('')}${good}`,
    said: /^error: laughs\.yaml:\d:\d+: YAML aliases expand to more than 500000 nodes; write out what they stand for$/,
  },
  'several.yaml': {
    content: `${good}---\n${good}`,
    said: 'error: several.yaml:10:1: the file holds several YAML documents; CloudFormation reads exactly one; keep one template per file',
  },
  'utf16.yaml': {
    content: Buffer.from(`\uFEFF${good}`, 'utf16le'),
    said: 'error: utf16.yaml: is UTF-16: save it as UTF-8',
  },
  'latin1.yaml': {
    content: Buffer.from(`# caf\u00E9\n${good}`, 'latin1'),
    said: 'error: latin1.yaml:1:6: is not valid UTF-8: save it as UTF-8',
  },
  'jinja.yaml': {
    content: `{% if x %}\n${good}{% endif %}\n`,
    said: 'note: jinja.yaml:1:1: a Jinja-like template with placeholders, not read: render it first',
  },
  'cookiecutter.yaml': {
    content: good.replace('  Reader:', '  {{cookiecutter.name}}:'),
    said: 'note: cookiecutter.yaml:3:3: a Jinja-like template with placeholders, not read: render it first',
  },
  'binary.yaml': { content: Buffer.concat([Buffer.from(good), Buffer.from([0, 1, 2, 255])]) },
  'empty.yaml': { content: '' },
  'package.json': { content: '{"name": "x", "dependencies": {"aws-cdk-lib": "2"}}\n' },
  'docker-compose.yml': { content: 'services:\n  web:\n    image: nginx\n    deploy: {resources: {limits: {}}}\n' },
  'kubernetes.yaml': {
    content: `kind: ConfigMap\ndata:\n  template: |\n    ${good.trimEnd().replaceAll('\n', '\n    ')}\n---\nkind: Pod\n`,
  },
};

async function fix(cwd: string, ...args: string[]): Promise<Ran> {
  const host = { catalog: async () => catalog };
  return cli(['fix', '--accept', 'review', '--rule', 'lambda-runtime-retired', ...args], { cwd, host });
}

function isSaid(said: string | RegExp, lines: readonly string[]): boolean {
  return lines.some((line) => (typeof said === 'string' ? said === line : said.test(line)));
}

test('every bad file has one line, stays as it is, and the good one is mended', async () => {
  const cwd = folder({ 'good.yaml': good });
  for (const [name, { content }] of Object.entries(cases)) writeFileSync(path.join(cwd, name), content);
  const { code, stderr } = await fix(cwd);
  const lines = stderr.trimEnd().split('\n');
  const expected = Object.values(cases).flatMap(({ said }) => said ?? []);
  expect(expected.filter((said) => !isSaid(said, lines))).toEqual([]);
  expect(lines).toHaveLength(expected.length);
  expect(code).toBe(2);
  for (const [name, { content }] of Object.entries(cases))
    expect(readFileSync(path.join(cwd, name))).toEqual(Buffer.from(content as string));
  expect(readFileSync(path.join(cwd, 'good.yaml'), 'utf8')).toBe(mended);
});

test.each([
  ['binary.yaml', 'error: binary.yaml: is binary: name a template in JSON or YAML\n'],
  ['empty.yaml', 'error: empty.yaml: is empty: there is no template in it\n'],
])('%s, when it is named', async (name, said) => {
  const cwd = folder();
  writeFileSync(path.join(cwd, name), (cases[name] as Case).content);
  expect(await fix(cwd, name)).toEqual({ code: 2, stdout: '', stderr: said });
});

test('50 MB', async () => {
  const cwd = folder({ 'good.yaml': good, 'huge.yaml': good });
  truncateSync(path.join(cwd, 'huge.yaml'), 50 * 1024 * 1024);
  const { stderr } = await fix(cwd);
  expect(stderr).toBe(
    'error: huge.yaml: is too large (50.0 MB): CloudFormation takes at most 1 MB; split it into nested stacks\n',
  );
  expect(readFileSync(path.join(cwd, 'good.yaml'), 'utf8')).toBe(mended);
});

test.each([
  [
    'an alias',
    good
      .replace('Properties:\n', 'Properties: &p\n')
      .replace(/$/, '  Copy:\n    Type: AWS::Lambda::Function\n    Properties: *p\n'),
  ],
  ['a merge key', `Shared: &p\n  Runtime: python3.7\n${good.replace('      Runtime: python3.7\n', '      <<: *p\n')}`],
  ['a key that stands twice', good.replace('      Handler', '      Runtime: python3.7\n      Handler')],
])('%s on the way to the edit: a finding with place and reason, no edit', async (_, text) => {
  const cwd = folder({ 'a.yaml': text, 'good.yaml': good });
  const { code, stdout } = await fix(cwd);
  expect(stdout).toMatch(
    /left a\.yaml:\d+:\d+ lambda-runtime-retired Reader .*\n +no fix: .*(?:alias|anchor|merge key|stands twice)/,
  );
  expect(readFileSync(path.join(cwd, 'a.yaml'), 'utf8')).toBe(text);
  expect(readFileSync(path.join(cwd, 'good.yaml'), 'utf8')).toBe(mended);
  expect(code).toBe(1);
});

test('links that are broken, go round or lead outside, a directory called x.yaml, a file that is read-only', async () => {
  const outside = folder({ 'out.yaml': good });
  const cwd = folder({ 'good.yaml': good, 'x.yaml/in.yaml': good, 'locked.yaml': good });
  mkdirSync(path.join(cwd, 'empty.yaml'));
  symlinkSync('nowhere.yaml', path.join(cwd, 'broken.yaml'));
  symlinkSync('round.yaml', path.join(cwd, 'round.yaml'));
  symlinkSync(path.join(outside, 'out.yaml'), path.join(cwd, 'outside.yaml'));
  chmodSync(path.join(cwd, 'locked.yaml'), 0o444);
  const { code, stderr } = await fix(cwd);
  expect(stderr.trimEnd().split('\n')).toEqual([
    'note: broken.yaml: is a symbolic link that leads nowhere (there is no such file or directory), so it is not followed',
    'note: outside.yaml: is a symbolic link to a place outside the project, so it is not followed',
    'note: round.yaml: is a symbolic link that leads nowhere (its symbolic links go round in a circle), so it is not followed',
    'error: locked.yaml: was not written: it is read-only; make it writable (chmod u+w) and run again',
  ]);
  const text = (name: string): string => readFileSync(path.join(cwd, name), 'utf8');
  expect([text('good.yaml'), text('x.yaml/in.yaml'), text('locked.yaml')]).toEqual([mended, mended, good]);
  expect(readFileSync(path.join(outside, 'out.yaml'), 'utf8')).toBe(good);
  expect(code).toBe(2);
});

/** All events of a run that writes, with some calls of the file system failing. */
async function eventsOf(cwd: string, failing: object): Promise<RunEvent[]> {
  const rules = new Map([['lambda-runtime-retired', { options: {}, preset: 'all' }]] as const);
  const settings = {
    accept: 'review',
    today: '2026-11-22',
    includeGenerated: false,
    settingsFor: () => ({ rules }),
  } as const;
  const systems = { fs: { ...nodeFileSystem, ...failing }, writingFs: { ...nodeWritingFileSystem, ...failing } };
  const events: RunEvent[] = [];
  for await (const event of run({ paths: ['.'], cwd, catalog, settings, write: true, ...systems })) events.push(event);
  return events;
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

test.each([
  [
    'a file that this user may not read',
    'readFile',
    'EACCES',
    'cannot be read: permission denied; make it readable, or leave it out',
  ],
  ['a disk that fails', 'readFile', 'EIO', 'cannot be read: the disk failed; make it readable, or leave it out'],
])('%s: one line, and the run goes on', async (_, call, code, message) => {
  const cwd = folder({ 'a.yaml': good, 'b.yaml': good });
  const fails = (file: string): Promise<Buffer> =>
    file.endsWith('a.yaml') ? Promise.reject(failure(code)) : nodeFileSystem.readFile(file);
  const events = await eventsOf(cwd, { [call]: fails });
  expect(events.filter(({ kind }) => kind === 'problem')).toEqual([
    { kind: 'problem', problem: { severity: 'error', file: 'a.yaml', message } },
  ]);
  expect([readFileSync(`${cwd}/a.yaml`, 'utf8'), readFileSync(`${cwd}/b.yaml`, 'utf8')]).toEqual([good, mended]);
});

test('a disk that fills up in the middle of the text: the original is whole, and the run goes on', async () => {
  const cwd = folder({ 'a.yaml': good, 'b.yaml': good });
  let writes = 0;
  const events = await eventsOf(cwd, {
    writeSync: (descriptor: number, text: string) => {
      nodeWritingFileSystem.writeSync(descriptor, writes++ === 0 ? text.slice(0, 40) : text);
      if (writes === 1) throw failure('ENOSPC');
    },
  });
  expect(events.flatMap((event) => (event.kind === 'problem' ? [event.problem.message] : []))).toEqual([
    'was not written: the disk is full; the original is whole',
  ]);
  expect([readFileSync(`${cwd}/a.yaml`, 'utf8'), readFileSync(`${cwd}/b.yaml`, 'utf8')]).toEqual([good, mended]);
});
