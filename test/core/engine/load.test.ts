import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { nodeFileSystem } from '../../../core/engine/file-system.js';
import { type ReadResult, readSource } from '../../../core/engine/load.js';
import { maximumTemplateLength } from '../../../core/template/load.js';
import { functions, project, systemError } from './kit.js';

const template = functions({ Runtime: 'old' });

async function read(content: string | Uint8Array, explicit = false): Promise<ReadResult> {
  const root = project({ 'a.yaml': content });
  return readSource({ file: 'a.yaml', absolute: path.join(root, 'a.yaml'), explicit });
}

function error(message: string): ReadResult {
  return { kind: 'problem', problem: { severity: 'error', file: 'a.yaml', message } };
}

const none: ReadResult = { kind: 'none' };

test('a template is read whole, byte order mark included', async () => {
  expect(await read(`\uFEFF${template}`)).toEqual({ kind: 'text', text: `\uFEFF${template}` });
});

test.each([
  ['package.json', '{"name": "x", "version": "1.0.0"}'],
  ['docker-compose', 'services:\n  web:\n    image: nginx\n    deploy:\n      resources:\n        limits: {}\n'],
  ['Kubernetes', 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - resources: {}\n---\nkind: Service\n'],
])('%s is no template, and nothing is said', async (_, text) => {
  expect(await read(text, true)).toEqual(none);
});

test('empty and binary files are told of when they were named', async () => {
  expect(await read('')).toEqual(none);
  expect(await read(' \n', true)).toEqual(error('is empty: there is no template in it'));
  const binary = Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 1, 2]);
  expect(await read(binary)).toEqual(none);
  expect(await read(binary, true)).toEqual(error('is binary: name a template in JSON or YAML'));
});

test.each([
  ['little endian', Buffer.from(`\uFEFF${template}`, 'utf16le')],
  ['big endian', Buffer.from(`\uFEFF${template}`, 'utf16le').swap16()],
  ['little endian without a mark', Buffer.from(template, 'utf16le')],
  ['big endian without a mark', Buffer.from(template, 'utf16le').swap16()],
])('UTF-16, %s, is refused', async (_, bytes) => {
  expect(await read(bytes)).toEqual(error('is UTF-16: save it as UTF-8'));
});

test('UTF-16 of something else is passed over', async () => {
  expect(await read(Buffer.from('\uFEFFhello: there', 'utf16le'))).toEqual(none);
});

test('invalid UTF-8 is refused with its place', async () => {
  expect(await read(Buffer.from(`${template}# caf\xe9\n`, 'latin1'))).toEqual({
    kind: 'problem',
    problem: {
      severity: 'error',
      file: 'a.yaml',
      position: { line: 6, column: 6 },
      message: 'is not valid UTF-8: save it as UTF-8',
    },
  });
});

test('a huge file is never read whole', async () => {
  const root = project();
  const absolute = path.join(root, 'a.yaml');
  writeFileSync(absolute, template);
  truncateSync(absolute, 50 * 1024 * 1024);
  const readFile = vi.fn<typeof nodeFileSystem.readFile>(nodeFileSystem.readFile);
  const fs = { ...nodeFileSystem, readFile };
  const message = 'is too large (50.0 MB): CloudFormation takes at most 1 MB; split it into nested stacks';
  expect(await readSource({ file: 'a.yaml', absolute, explicit: false }, fs)).toEqual(error(message));
  writeFileSync(absolute, 'x: 1\n');
  truncateSync(absolute, 50 * 1024 * 1024);
  expect(await readSource({ file: 'a.yaml', absolute, explicit: false }, fs)).toEqual(none);
  expect(await readSource({ file: 'a.yaml', absolute, explicit: true }, fs)).toEqual(error(message));
  const lengths = await Promise.all(readFile.mock.results.map(async ({ value }) => ((await value) as Buffer).length));
  expect(lengths).toEqual([maximumTemplateLength + 1, maximumTemplateLength + 1, maximumTemplateLength + 1]);
});

test('an unreadable file is an error', async () => {
  const root = project({ 'a.yaml': template });
  const readFile = vi.fn<typeof nodeFileSystem.readFile>().mockRejectedValue(systemError('EACCES'));
  expect(
    await readSource(
      { file: 'a.yaml', absolute: path.join(root, 'a.yaml'), explicit: false },
      { ...nodeFileSystem, readFile },
    ),
  ).toEqual(error('cannot be read: permission denied; make it readable, or leave it out'));
});
