import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { jsonFile, jsonReport } from '../../report/json.js';
import { reportJsonSchema } from '../../report/report-schema.js';
import { addReport, emptyTally } from '../../report/tally.js';
import { cli, folder, template } from '../cli/support.js';
import { finding, refused, report } from './reports.js';

const ajv = new Ajv2020({ strict: false, allErrors: true });
const validate = ajv.compile(await reportJsonSchema());

function check(text: string): Record<string, unknown> {
  const value = JSON.parse(text) as Record<string, unknown>;
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
  return value;
}

const full = report({
  after: 'a\nx c\n',
  renamedTo: 'b.yaml',
  generatedBy: 'cdk synth',
  findings: [
    finding({ prevents: 'AWS says no' }),
    refused({ fingerprint: 'f2', refusal: { code: 'cycle', because: 'round', snippet: 'a: b' } }),
  ],
  applied: [
    finding({
      fix: {
        title: 't',
        safety: 'review',
        consequence: { deployment: 'replacement', cost: '$1 a month' },
        changes: [],
        touches: [],
      },
    }),
  ],
  withheld: [{ finding: finding(), gate: 'idempotent', because: 'it would not end' }],
  remaining: [refused({ certainty: 'possible', followUps: ['Raise the quota'] })],
  suppressed: [finding()],
  suppressionProblems: [{ file: 'a.yaml', position: { line: 1, column: 1 }, message: 'unused' }],
});

test('every field is in the schema', () => {
  const text = jsonReport({
    command: 'fix',
    version: '0.1.0',
    today: '2026-11-21',
    files: [jsonFile({ report: full, heldBack: 'it is dirty' }, false)],
    problems: [{ severity: 'error', file: 'x.yaml', position: { line: 3, column: 4 }, message: 'broken', rule: 'r' }],
    tally: addReport(emptyTally, full),
    exitCode: 2,
  });
  const value = check(text);
  expect(value['summary']).toMatchObject({
    findings: 2,
    proven: 2,
    applied: 1,
    withheld: 1,
    left: { proven: 0, possible: 1 },
  });
  expect(value['files']).toMatchObject([
    { file: 'a.yaml', renamedTo: 'b.yaml', changed: true, written: false, notWrittenBecause: 'it is dirty' },
  ]);
});

test('ends are where the span ends', () => {
  const { findings } = jsonFile({ report: report({ findings: [finding()] }) }, false);
  expect(findings[0]).toMatchObject({ start: { line: 2, column: 3 }, end: { line: 2, column: 4 } });
});

describe('of each command', () => {
  const files = {
    'a.yaml': template('bad', 'risky', 'stuck'),
    'b.yaml': template('fine'),
    'c.yaml': `${template('bad')}  - [`,
  };

  test.each([['check'], ['diff'], ['fix']])('%s', async (command) => {
    const { code, stdout, stderr } = await cli([command, '--format', 'json'], { cwd: folder(files) });
    const value = check(stdout);
    expect(stderr).toBe('');
    expect(value).toMatchObject({
      schemaVersion: 1,
      command,
      today: '2026-11-21',
      exitCode: code,
      problems: [{ severity: 'error', file: 'c.yaml' }],
    });
    expect(value['files']).toMatchObject([
      { file: 'a.yaml', changed: command !== 'check', written: command === 'fix' },
    ]);
  });

  test('the patch of a file is the one that diff prints', async () => {
    const cwd = folder({ 'a.yaml': template('bad') });
    const value = check((await cli(['diff', '--format', 'json'], { cwd })).stdout) as { files: [{ patch: string }] };
    expect(value.files[0].patch).toBe((await cli(['diff'], { cwd })).stdout);
  });

  test('from standard input', async () => {
    const value = check((await cli(['fix', '--stdin', '--format', 'json'], { stdin: template('bad') })).stdout);
    expect(value['files']).toMatchObject([{ file: 'stdin.yaml', changed: true, written: false }]);
  });
});

test.runIf(existsSync(new URL('../../schemas/report.schema.json', import.meta.url)))(
  'the published schema is the one of the code',
  async () => {
    const published: unknown = JSON.parse(
      readFileSync(new URL('../../schemas/report.schema.json', import.meta.url), 'utf8'),
    );
    expect(published).toEqual(await reportJsonSchema());
  },
);
