import { expect, test } from 'vitest';
import { fileDiff } from '../../report/diff.js';
import { outcomeText } from '../../report/fix-summary.js';
import { patchName, quoted } from '../../report/patch-name.js';
import { plain, styleFor } from '../../report/style.js';
import { fileText, problemText } from '../../report/text.js';
import { finding, refused, report } from './reports.js';

const options = { style: plain, verbose: false };
const evil = '\u001B]0;owned\u0007\u202E\nb.yaml:1:1 proven';

test('nothing from a scanned file reaches the terminal as it is', () => {
  const bad = { message: evil, prevents: evil, followUps: [evil], resource: { id: evil, type: evil }, file: evil };
  const hostile = report({
    file: evil,
    after: 'x\n',
    findings: [
      finding({
        ...bad,
        fix: { title: evil, safety: 'safe', consequence: { deployment: 'none', cost: evil }, changes: [], touches: [] },
      }),
    ],
    applied: [finding(bad)],
    withheld: [{ finding: finding(bad), gate: 'idempotent', because: evil }],
    remaining: [refused({ ...bad, fingerprint: 'f2', refusal: { code: 'limit', because: evil, snippet: evil } })],
    suppressionProblems: [{ file: evil, position: { line: 1, column: 1 }, message: evil }],
  });
  const texts = [
    fileText(hostile, { ...options, verbose: true }),
    fileText(report({ findings: hostile.remaining }), options),
    outcomeText({ report: hostile, heldBack: evil }, plain),
    outcomeText({ report: hostile }, plain),
    fileDiff(hostile),
    problemText({ severity: 'error', file: evil, position: { line: 1, column: 1 }, message: evil }, plain),
  ];
  for (const text of texts) {
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202A-\u202E]/u);
    expect(text).not.toMatch(/^b\.yaml:1:1/m);
  }
});

test('a cost and a replacement are said', () => {
  const fix = {
    title: 'Encrypt',
    safety: 'review',
    consequence: { deployment: 'replacement', cost: '$1 a month' },
    changes: [],
    touches: [],
  } as const;
  const text = fileDiff(report({ after: 'x\n', applied: [finding({ fix })] }));
  expect(text).toContain('#   review, proven; the deployment replaces a resource; cost: $1 a month\n');
});

test('places in reasons are those of the text as it was', () => {
  const late = finding({ position: { line: 99, column: 1 } });
  expect(fileDiff(report({ after: 'x\n', findings: [finding()], applied: [late] }))).toContain('line 2\n');
});

test('an unchanged file has no diff', () => {
  expect(fileDiff(report({ findings: [finding()] }))).toBe('');
});

test('colours wrap lines, never split them', () => {
  const text = fileDiff(report({ after: 'a\nx c\n' }), { style: styleFor(true), terminal: true, renamePrefix: '' });
  expect(text).toContain('\u001B[31m-b c\u001B[39m\n\u001B[32m+x c\u001B[39m\n');
});

test('a fix by hand is called so', () => {
  const fix = {
    title: 'Replace the key',
    safety: 'manual',
    consequence: { deployment: 'none' },
    changes: [],
    touches: [],
  } as const;
  expect(fileText(report({ findings: [finding({ fix })] }), options)).toContain('    fix by hand: Replace the key\n');
});

test('what a gate held back is told with the gate', () => {
  const held = report({
    withheld: [{ finding: finding(), gate: 'no-new-findings', because: 'another finding appeared' }],
    remaining: [refused()],
  });
  expect(outcomeText({ report: held }, plain)).toBe(
    'a.yaml\n    held back a.yaml:2:3 test-rule Handler (AWS::Lambda::Function): another finding appeared. (no-new-findings)\n\n',
  );
});

test.each([
  ['plain.yaml', 'a/plain.yaml'],
  ['with space.yaml', 'a/with space.yaml\t'],
  ['größe.yaml', 'a/größe.yaml'],
  ['a"b.yaml', String.raw`"a/a\"b.yaml"`],
  ['a\\b.yaml', String.raw`"a/a\\b.yaml"`],
  ['a\tb\n.yaml', String.raw`"a/a\tb\n.yaml"`],
  ['a\u001B.yaml', String.raw`"a/a\033.yaml"`],
  ['a\u202E.yaml', String.raw`"a/a\342\200\256.yaml"`],
])('%j in a header', (name, header) => {
  expect(patchName('a/', name)).toBe(header);
});

test('quoting leaves other characters alone', () => {
  expect(quoted('ü👍 x')).toBe('"ü👍 x"');
});
