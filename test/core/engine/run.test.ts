import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nodeFileSystem, nodeWritingFileSystem } from '../../../core/engine/file-system.js';
import { type RunInput, run, writeReport } from '../../../core/engine/run.js';
import { type RunResult, gather } from '../../../core/engine/texts.js';
import { entryOf, filesIn, functions, project, scalarRule, settingsOf, systemError } from './kit.js';

const catalog = [scalarRule('a-rule')];
const old = functions({ Runtime: 'old' });
const mended = functions({ Runtime: 'new' });

async function runIn(cwd: string, input: Partial<RunInput> = {}): Promise<RunResult> {
  return gather(run({ paths: ['.'], cwd, catalog, settings: settingsOf(catalog), write: true, ...input }));
}

function told({ problems }: RunResult): string[] {
  return problems.map(
    ({ severity, file, position, message }) =>
      `${severity} ${file}${position ? `:${position.line}:${position.column}` : ''} ${message}`,
  );
}

test('files are mended in place, the rest is untouched, and a second run does nothing', async () => {
  const root = project({
    'a.yaml': old,
    'b/c.json': '{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}',
    'package.json': '{}',
    'readme.md': old,
  });
  const first = await runIn(root);
  expect(first.reports.map(({ file, after }) => [file, after])).toEqual([['a.yaml', mended]]);
  expect(first.stats).toEqual({ files: 3, templates: 2, programs: 0, parsed: 2, changed: 1, written: 1 });
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe(mended);
  expect(readFileSync(path.join(root, 'readme.md'), 'utf8')).toBe(old);
  const second = await runIn(root);
  expect(second).toMatchObject({ reports: [], problems: [], stats: { changed: 0, written: 0 } });
});

test('without write nothing is written', async () => {
  const root = project({ 'a.yaml': old });
  expect((await runIn(root, { write: false })).reports[0]?.after).toBe(mended);
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe(old);
});

test('a file that no active rule concerns is never parsed', async () => {
  const root = project({ 'a.yaml': `${old}  broken: [\n` });
  const picky = [entryOf('picky', () => [], { needles: ['AWS::Rare'] })];
  expect(await runIn(root, { catalog: picky, settings: settingsOf(picky) })).toMatchObject({
    problems: [],
    stats: { templates: 1, programs: 0, parsed: 0 },
  });
});

test('bad files get one line each, and the good one is mended', async () => {
  const root = project({
    'binary.template': Buffer.from([1, 0, 2]),
    'broken.json': '{"Resources": {"A": {"Type": "AWS::SNS::Topic",}}}',
    'broken.yaml': `${old}  bad: [\n`,
    'compose.yaml': 'services: {}\n',
    'empty.yaml': '',
    'good.yaml': old,
    'jinja.yaml': `{% for x in y %}\n${old}{% endfor %}\n`,
    'k8s.yaml': 'kind: Pod\n---\nkind: Service\n',
    'multi.yaml': `${old}---\n${old}`,
    'package.json': '{"name": "x"}',
    'utf16.yaml': Buffer.from(`\uFEFF${old}`, 'utf16le'),
    'x.yaml/inner.yaml': 'a: 1\n',
  });
  writeFileSync(path.join(root, 'huge.yaml'), old);
  truncateSync(path.join(root, 'huge.yaml'), 50 * 1024 * 1024);
  symlinkSync('gone', path.join(root, 'broken-link.yaml'));
  symlinkSync('loop.yaml', path.join(root, 'loop.yaml'));
  const result = await runIn(root);
  expect(told(result).toSorted()).toEqual([
    expect.stringMatching(/^error broken\.json:1:\d+ this is not valid JSON/),
    expect.stringMatching(/^error broken\.yaml:\d+:\d+ this cannot be read as YAML here/),
    expect.stringMatching(/^error huge\.yaml is too large \(50\.0 MB\)/),
    expect.stringMatching(/^error multi\.yaml:6:1 the file holds several YAML documents/),
    'error utf16.yaml is UTF-16: save it as UTF-8',
    expect.stringMatching(/^note broken-link\.yaml is a symbolic link that leads nowhere/),
    expect.stringMatching(/^note jinja\.yaml:1:1 a Jinja-like template/),
    expect.stringMatching(/^note loop\.yaml is a symbolic link that leads nowhere/),
  ]);
  expect(result.reports.map(({ file }) => file)).toEqual(['good.yaml']);
  expect(readFileSync(path.join(root, 'good.yaml'), 'utf8')).toBe(mended);
});

test('duplicate keys do not stop the others', async () => {
  const root = project({ 'a.yaml': `${old}      Runtime: old\n`, 'b.yaml': old });
  const result = await runIn(root);
  expect(result.reports.find(({ file }) => file === 'b.yaml')?.after).toBe(mended);
});

test('an unreadable file is an error, and the run goes on', async () => {
  const root = project({ 'a.yaml': old, 'b.yaml': old });
  const fs = {
    ...nodeFileSystem,
    readFile: async (file: string) => {
      if (file.endsWith('a.yaml')) throw systemError('EACCES');
      return nodeFileSystem.readFile(file);
    },
  };
  const result = await runIn(root, { fs });
  expect(told(result)).toEqual(['error a.yaml cannot be read: permission denied; make it readable, or leave it out']);
  expect(result.reports.map(({ file }) => file)).toEqual(['b.yaml']);
});

test('a full disk: the file is whole, its report says that nothing was done, the run goes on', async () => {
  const root = project({ 'a.yaml': old, 'b.yaml': old });
  let writes = 0;
  const writingFs = {
    ...nodeWritingFileSystem,
    writeSync: (descriptor: number, text: string) => {
      if (writes++ === 0) throw systemError('ENOSPC');
      nodeWritingFileSystem.writeSync(descriptor, text);
    },
  };
  const result = await runIn(root, { writingFs });
  expect(told(result)).toEqual(['error a.yaml was not written: the disk is full; the original is whole']);
  expect(result.reports[0]).toMatchObject({ file: 'a.yaml', after: old, applied: [], remaining: [{ rule: 'a-rule' }] });
  expect(result.reports[1]).toMatchObject({ file: 'b.yaml', after: mended });
  expect(result.stats.written).toBe(1);
  expect(filesIn(root)).toEqual(['a.yaml', 'b.yaml']);
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe(old);
});

test('a read-only file is not overwritten', async () => {
  const root = project({ 'a.yaml': old });
  chmodSync(path.join(root, 'a.yaml'), 0o444);
  expect(told(await runIn(root))).toEqual([expect.stringContaining('error a.yaml was not written: it is read-only')]);
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe(old);
});

test('a file behind a link inside is mended in its real place, the link stays', async () => {
  const root = project({ 'real/a.yaml': old });
  symlinkSync('real/a.yaml', path.join(root, 'link.yaml'));
  expect((await runIn(root, { paths: ['link.yaml'] })).reports[0]).toMatchObject({
    file: 'real/a.yaml',
    after: mended,
  });
  expect(readFileSync(path.join(root, 'real/a.yaml'), 'utf8')).toBe(mended);
});

test('a rename does not overwrite a file that the run did not look at', async () => {
  const renaming = [
    entryOf('file-name', function* find({ template }) {
      if (template.source.path !== 'lib/s.txt')
        yield {
          message: 'wrong',
          data: { resource: 'file' },
          certainty: 'proven',
          node: template.root,
          fix: () => ({
            title: 'Rename',
            safety: 'safe',
            consequence: { deployment: 'none' },
            edits: [],
            rename: 'lib/s.txt',
            touches: [],
          }),
        };
    }),
  ];
  const root = project({ 'a.yaml': old, 'lib/s.txt': 'theirs' });
  const result = await runIn(root, { catalog: renaming, settings: settingsOf(renaming) });
  expect(result.reports[0]?.withheld).toMatchObject([{ gate: 'target-free' }]);
  expect(filesIn(root)).toEqual(['a.yaml', 'lib/s.txt']);
});

test('a report can be written later, unless the file has changed meanwhile', async () => {
  const root = project({ 'a.yaml': old });
  const [report] = (await runIn(root, { write: false })).reports;
  if (!report) throw new Error('no report');
  writeFileSync(path.join(root, 'a.yaml'), `${old}# mine\n`);
  expect(writeReport(report, root)).toContain('it has changed since it was read');
  writeFileSync(path.join(root, 'a.yaml'), old);
  expect(writeReport(report, root)).toBeUndefined();
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe(mended);
});

test('a signal ends the run between files', async () => {
  const root = project({ 'a.yaml': old, 'b.yaml': old });
  const controller = new AbortController();
  for await (const event of run({
    paths: ['.'],
    cwd: root,
    catalog,
    settings: settingsOf(catalog),
    write: true,
    signal: controller.signal,
  })) {
    if (event.kind === 'file') controller.abort();
  }
  expect(readFileSync(path.join(root, 'a.yaml'), 'utf8')).toBe(mended);
  expect(readFileSync(path.join(root, 'b.yaml'), 'utf8')).toBe(old);
});

test('progress is told', async () => {
  const root = project({ 'a.yaml': old, 'b.yaml': 'a: 1' });
  const steps: string[] = [];
  await runIn(root, {
    onProgress: ({ surveyed, parsed, toParse }) => void steps.push(`${surveyed} ${parsed} ${toParse}`),
  });
  expect(steps).toEqual(['1 0 undefined', '2 0 undefined', '2 1 1']);
});

test('SIGINT while writing leaves whole files and nothing else', async () => {
  const root = project(Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`t${index}.yaml`, old])));
  const script = fileURLToPath(new URL('interrupted.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  });
  child.stdout.once('data', () => child.kill('SIGINT'));
  const code = await new Promise((resolve) => void child.once('close', resolve));
  const texts = filesIn(root).map((file) => readFileSync(path.join(root, file), 'utf8'));
  expect(code).toBe(130);
  expect(texts).toHaveLength(400);
  expect(texts.filter((text) => text !== old && text !== mended)).toEqual([]);
  expect(texts).toContain(mended);
  expect(texts).toContain(old);
}, 60_000);

test('memory stays flat over thousands of templates', () => {
  const root = project();
  const body = functions(...Array.from({ length: 20 }, () => ({ Runtime: 'fine', Handler: 'index.handler' })));
  for (let index = 0; index < 600; index++) {
    const directory = path.join(root, `d${index % 30}`);
    if (index < 30) mkdirSync(directory);
    writeFileSync(path.join(directory, `t${index}.yaml`), body);
  }
  const script = fileURLToPath(new URL('memory.ts', import.meta.url));
  const output = execFileSync(process.execPath, ['--import', 'tsx', script, root], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  });
  const { parsed, peak } = JSON.parse(output) as { parsed: number; peak: number };
  expect(parsed).toBe(600);
  expect(peak).toBeLessThan(300);
}, 120_000);
