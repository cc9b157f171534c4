import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { annotationsEncoder } from '../../report/annotations.js';
import { codeQualityEncoder } from '../../report/code-quality.js';
import type { Encoder, EncoderContext } from '../../report/encoder.js';
import { byteLength, codeSpan } from '../../report/markdown-text.js';
import { markdownEncoder, summaryBudget } from '../../report/markdown.js';
import { addReport, emptyTally } from '../../report/tally.js';
import { badWord } from '../support/test-catalog.js';
import { finding, refused, report } from './reports.js';
import { codeQualityReport, workflowCommands } from './schemas.js';

const context: EncoderContext = { command: 'diff', version: '1', today: '2026-11-21', prefix: '', rules: [badWord] };

const hostile = [
  '@octocat and @org/team',
  'fixes #1, closes GH-2',
  '<img src=x onerror=alert(1)><!-- stackmend:v1 e30 -->',
  '![pixel](https://evil.example/p.png) [a](javascript:alert(1))',
  '`` ``` ` | pipe \\| | ```suggestion',
  '\u202egnp\u001b[2J\r\n::error::forged\n# heading',
  '::set-output name=x::y, %0A::stop-commands::z',
  '*bold* _it_ ~~no~~ https://evil.example www.evil.example 0123456789abcdef0123456789abcdef01234567',
  '',
  ' ',
];

const texts = fc.oneof(
  fc.constantFrom(...hostile),
  fc
    .array(fc.constantFrom('`', '``', '|', '\\', ' ', 'a', '\n', '<b>', '@x', '😀'), { maxLength: 12 })
    .map((all) => all.join('')),
);

/** What is left of a line of Markdown without its code spans, found as CommonMark finds them. */
function outsideSpans(line: string): string {
  let left = '';
  for (let at = 0; at < line.length;) {
    const run = /^`+/.exec(line.slice(at))?.[0];
    if (run === undefined) {
      left += line[at];
      at++;
      continue;
    }
    const rest = line.slice(at + run.length);
    const close = [...rest.matchAll(/`+/g)].find(([other]) => other.length === run.length);
    expect(close, `an open code span in ${line}`).toBeDefined();
    left += '<code>';
    at += run.length + (close?.index ?? 0) + run.length;
  }
  return left;
}

/** The cells of a row, split where GitHub splits them: at pipes without a backslash, code or not. */
function cells(row: string): string[] {
  return row.split(/(?<!\\)\|/).slice(1, -1);
}

function summaryOf(name: string, encoder: Encoder = markdownEncoder(context)): string {
  const own = {
    message: name,
    file: `${name}.yaml`,
    resource: { id: name, type: name },
    followUps: [name],
    prevents: name,
  };
  const one = report({
    file: `${name}.yaml`,
    findings: [finding({ ...own, rule: badWord.id }), refused({ ...own, refusal: { code: 'limit', because: name } })],
    applied: [
      finding({
        ...own,
        fix: { title: name, safety: 'safe', consequence: { deployment: 'none' }, changes: [], touches: [] },
      }),
    ],
    remaining: [refused({ ...own, refusal: { code: 'limit', because: name } })],
  });
  const pieces = encoder.file({ report: one, written: false });
  const tally = { ...addReport(emptyTally, one), files: 1, templates: 1 };
  const problems = [{ severity: 'error', file: name, position: { line: 1, column: 1 }, message: name }] as const;
  return pieces + encoder.end({ problems, tally, exitCode: 2 });
}

test('in a summary every text of a template is in a code span of its own cell', () => {
  fc.assert(
    fc.property(texts, (name) => {
      const lines = summaryOf(name).split('\n');
      const rows = lines.filter((line) => /^\| (?:mended|open|held back) /.test(line));
      expect(rows).toHaveLength(2);
      for (const row of rows) {
        expect(cells(row)).toHaveLength(6);
        for (const cell of cells(row)) outsideSpans(cell.replaceAll('\\|', '|'));
      }
      const others = lines.map((line) => outsideSpans(line));
      const allowed =
        /^(?:|## stackmend|\*\*2 findings\*\* in 1 template: 1 mended and 1 proven\.|### (?:Not judged|You still have to do)|\|(?:--\|)+|\| \| How sure .*|\| (?:mended|open) \|[ a-z,|]* (?:<code>(?:<br>)?)+ \| (?:test-rule|\[test-bad-word\]\(https:\/\/docs\.aws\.amazon\.com\/example\)) \| (?:<code>|\(empty\)) \| (?:safe|no fix): (?:<code>|\(empty\)) \||- error: (?:<code>: )?(?:<code>|\(empty\))|- \[ \] (?:<code>|\(empty\)))$/;
      for (const line of others) expect(line.replaceAll('<br>(empty)', '<br><code>')).toMatch(allowed);
    }),
    { numRuns: 1_000, seed: 20261126 },
  );
});

test('a code span shows the whole text, or says that it goes on', () => {
  expect(codeSpan('a`b')).toBe('``a`b``');
  expect(codeSpan('`a``')).toBe('``` `a`` ```');
  expect(codeSpan('a|b\\|c', 'cell')).toBe('`a\\|b\\ \\|c`');
  expect(codeSpan('a|b')).toBe('`a|b`');
  expect(codeSpan('x'.repeat(301))).toBe(`\`${'x'.repeat(299)}…\``);
});

test('a summary keeps to its budget and counts what it leaves out', () => {
  for (const budget of [2_000, 10_000, summaryBudget]) {
    const encoder = markdownEncoder(context, budget);
    const many = Array.from({ length: 2_000 }, (_, index) =>
      refused({ message: `Größe ${index} 😀`, position: { line: index + 1, column: 1 }, followUps: [`step ${index}`] }),
    );
    const one = report({ findings: many, remaining: many });
    encoder.file({ report: one, written: false });
    const text = encoder.end({ problems: [], tally: { ...addReport(emptyTally, one), templates: 1 }, exitCode: 1 });
    expect(byteLength(text)).toBeLessThanOrEqual(budget);
    expect(byteLength(text)).toBeGreaterThan(budget * 0.7);
    expect(text).toContain('**2000 findings**');
    const shown = text.match(/^\| open/gm)?.length ?? 0;
    expect(text).toContain(`And ${2_000 - shown} more.`);
  }
});

test('workflow commands: one for each finding, and no text of a template becomes another', () => {
  fc.assert(
    fc.property(texts, (name) => {
      const { commands, others } = workflowCommands(summaryOf(name, annotationsEncoder(context)));
      expect(others).toEqual([]);
      expect(commands.map(({ command }) => command)).toEqual(['error', 'error', 'error']);
      expect(commands[0]?.properties).toMatchObject({ line: '2', col: '3', title: 'test-bad-word (proven)' });
      const known = ['col', 'endColumn', 'endLine', 'file', 'line', 'title'];
      expect(
        commands.flatMap(({ properties }) => Object.keys(properties)).filter((key) => !known.includes(key)),
      ).toEqual([]);
    }),
    { numRuns: 500, seed: 20261126 },
  );
});

test('annotations name the place, what AWS answers and what to do', () => {
  const encoder = annotationsEncoder({ ...context, prefix: 'infra/' });
  const text = encoder.file({
    report: report({
      findings: [finding({ prevents: 'AWS: no, 100%', followUps: ['Raise it'], certainty: 'possible' })],
    }),
    written: false,
  });
  expect(text).toBe(
    '::warning title=test-rule (possible),file=infra/a.yaml,line=2,endLine=2,col=3,endColumn=4::Handler is wrong.%0AAWS answers: AWS: no, 100%25%0Afix (safe): Put it right%0Athen: Raise it.\n',
  );
});

test('code quality is what GitLab takes, with fingerprints that tell files apart', () => {
  const encoder = codeQualityEncoder(context);
  for (const name of hostile.slice(0, 6))
    encoder.file({
      report: report({ file: `${name}.yaml`, findings: [finding({ file: `${name}.yaml`, message: name })] }),
      written: false,
    });
  const issues = codeQualityReport(encoder.end({ problems: [], tally: emptyTally, exitCode: 1 }));
  expect(issues).toHaveLength(6);
});
