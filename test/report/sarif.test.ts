import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { FileReport } from '../../core/engine/types.js';
import { applyEdits, editAt } from '../../core/text/edit.js';
import { check, encode } from '../../index.js';
import { type FileOutcome, levelOf } from '../../report/encoder.js';
import type { SarifLog, SarifRegion } from '../../report/sarif-log.js';
import { sarifEncoder } from '../../report/sarif.js';
import { emptyTally } from '../../report/tally.js';
import { catalog } from '../../rules/catalog.js';
import { cli, folder } from '../cli/support.js';
import { badWord } from '../support/test-catalog.js';
import { finding, report } from './reports.js';
import { sarifLog } from './schemas.js';

const root = path.resolve(import.meta.dirname, '../..');
const context = { command: 'diff', version: '1.2.3', today: '2026-11-21', prefix: 'infra/', rules: [badWord] } as const;

function logOf(reports: readonly FileReport[], outcome: Partial<FileOutcome> = {}): SarifLog {
  const encoder = sarifEncoder(context);
  for (const each of reports) expect(encoder.file({ report: each, written: false, ...outcome })).toBe('');
  return sarifLog(encoder.end({ problems: [], tally: emptyTally, exitCode: 0 }));
}

/** Reads a region by its lines and columns, as one reads it by its offset. */
function slices(text: string, region: SarifRegion): [string, string] {
  const body = text.replace(/^\uFEFF/, '');
  const lines = body.split(/(?<=\n)/);
  const offset = (line = 1, column = 1): number =>
    lines.slice(0, line - 1).reduce((sum, { length }) => sum + length, 0) + column - 1;
  const { charOffset = -1, charLength = -1 } = region;
  return [
    body.slice(offset(region.startLine, region.startColumn), offset(region.endLine, region.endColumn)),
    body.slice(charOffset, charOffset + charLength),
  ];
}

test.each([
  ['plain', 'first: 1\nsecond: bad\n'],
  ['CRLF', 'first: 1\r\nsecond: bad\r\n'],
  ['a byte order mark', '\uFEFFfirst: 1\nsecond: bad\n'],
  ['characters of two units', 'first: 𝒳😀\nsecond: "😀" bad\n'],
  ['on the first line behind a mark', '\uFEFFbad'],
])('regions read alike by offset and by line and column: %s', (_name, text) => {
  const start = text.indexOf('bad');
  const edit = editAt(text, start, start + 3, 'good');
  const own = finding({
    span: edit.span,
    fix: {
      title: 'Call it good',
      safety: 'safe',
      consequence: { deployment: 'none' },
      changes: [{ kind: 'edit', file: 'a.yaml', edits: [edit] }],
      touches: [],
    },
  });
  const log = logOf([report({ before: text, after: applyEdits(text, [edit]), findings: [own], applied: [own] })]);
  const [result] = log.runs[0].results;
  const replacement = result?.fixes?.[0]?.artifactChanges[0]?.replacements[0];
  expect(slices(text, result?.locations[0]?.physicalLocation.region ?? {})).toEqual(['bad', 'bad']);
  expect(slices(text, replacement?.deletedRegion ?? {})).toEqual(['bad', 'bad']);
  expect(replacement?.insertedContent).toEqual({ text: 'good' });
  expect(log.runs[0].columnKind).toBe('utf16CodeUnits');
  expect(result?.partialFingerprints).toEqual({ 'stackmendFinding/v1': 'f1' });
});

test('a fix that is not proved, or already written, is none of the log', () => {
  const own = finding();
  const withheld = [{ finding: own, gate: 'idempotent', because: 'it would not end' }] as const;
  expect(logOf([report({ findings: [own], withheld })]).runs[0].results[0]?.fixes).toBeUndefined();
  const mended = report({ findings: [own], applied: [own], remaining: [], after: 'other\n' });
  expect(logOf([mended], { written: true }).runs[0].results).toEqual([]);
});

test('suppressed findings and useless suppressions are told', () => {
  const suppressionProblems = [{ file: 'a.yaml', position: { line: 1, column: 1 }, message: 'unused' }];
  const [run] = logOf([report({ suppressed: [finding()], suppressionProblems })]).runs;
  expect(run.results).toMatchObject([{ suppressions: [{ kind: 'inSource' }] }]);
  expect(run.invocations[0].toolConfigurationNotifications).toMatchObject([{ message: { text: 'unused' } }]);
});

test.each([
  ['my dir/größe.yaml', 'infra/my%20dir/gr%C3%B6%C3%9Fe.yaml'],
  ['a#b?c%d.yaml', 'infra/a%23b%3Fc%25d.yaml'],
  ['javascript:alert(1)', 'infra/javascript%3Aalert(1)'],
  ['../top.yaml', 'top.yaml'],
])('the file %s is the reference %s', (file, uri) => {
  const log = logOf([report({ file, findings: [finding({ file })] })]);
  const { artifactLocation } = log.runs[0].results[0]?.locations[0]?.physicalLocation ?? {};
  expect(artifactLocation).toEqual({ uri, uriBaseId: '%SRCROOT%' });
  expect(new URL(uri, 'file:///root/').pathname).toBe(`/root/${uri}`);
});

test('a name in a template starts no link in a message, and moves no cursor', () => {
  const message = 'Handler [click](https://evil.example) \u202e\u001b[31m';
  const log = logOf([report({ findings: [finding({ message })] })]);
  const text = log.runs[0].results[0]?.message.text ?? '';
  expect(text).not.toContain('](');
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u202e\u001b]/);
});

test('levels: proven and grave is an error, what is only possible a step quieter', () => {
  const levels = (['critical', 'high', 'medium', 'low'] as const).map((impact) => [
    levelOf({ certainty: 'proven', impact }),
    levelOf({ certainty: 'possible', impact }),
  ]);
  expect(levels).toEqual([
    ['error', 'warning'],
    ['error', 'warning'],
    ['warning', 'note'],
    ['note', 'note'],
  ]);
});

test('over the examples: help for every rule, and each fix of the log alone takes its finding away', async () => {
  const cwd = folder();
  cpSync(path.join(root, 'examples'), cwd, { recursive: true });
  const today = '2026-11-22';
  const args = ['check', '--format', 'sarif', '--preset', 'all', '--today', today];
  const { stdout } = await cli(args, { cwd, host: { catalog: async () => catalog } });
  const [{ results, tool }] = sarifLog(stdout).runs;
  for (const rule of tool.driver.rules) {
    const page = /https:\/\/\S+/.exec(rule.help.markdown.split('## References')[1] ?? '')?.[0];
    expect(rule.helpUri, rule.id).toBe(page);
    expect(rule.help.markdown).toContain(`# ${rule.id}`);
  }
  const fixed = results.filter(({ fixes }) => fixes);
  expect(fixed.length).toBeGreaterThan(15);
  for (const { fixes = [], ruleId, partialFingerprints } of fixed) {
    const [change] = fixes[0]?.artifactChanges ?? [];
    const file = decodeURIComponent(change?.artifactLocation.uri ?? '');
    const text = readFileSync(path.join(cwd, file), 'utf8');
    const edits = (change?.replacements ?? []).map(({ deletedRegion, insertedContent }) => {
      const { charOffset = 0, charLength = 0 } = deletedRegion;
      expect(slices(text, deletedRegion)[0]).toBe(text.slice(charOffset, charOffset + charLength));
      return editAt(text, charOffset, charOffset + charLength, insertedContent?.text ?? '');
    });
    const { reports, problems } = await check({
      texts: [{ path: file, text: applyEdits(text, edits) }],
      preset: 'all',
      today,
    });
    expect(problems).toEqual([]);
    const left = reports.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint));
    expect(left, `${ruleId} in ${file}`).not.toContain(partialFingerprints['stackmendFinding/v1']);
  }
}, 60_000);

test('of a program, with fixes over several files', async () => {
  const fixtures = path.join(root, 'fixtures/lambda-dlq-permission');
  const text = readFileSync(path.join(fixtures, 'component.input.ts'), 'utf8');
  const run = await check({ texts: [{ path: 'index.ts', text }], preset: 'all', today: '2026-11-22' });
  const log = sarifLog(await encode('sarif', run, { command: 'diff', today: '2026-11-22' }));
  expect(log.runs[0].results.length).toBeGreaterThan(0);
});
