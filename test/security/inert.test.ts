// T5: text of a template comes alive nowhere: in summaries, review comments, titles, branch names and commit messages.
// The description of a pull request is held to the same in test/bot/body.test.ts.
import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import { titleOf } from '../../bot/body/title.js';
import { commitMessage, readTrailers } from '../../bot/commit-message.js';
import { branchName } from '../../bot/identity.js';
import { mergeRequestOptions } from '../../bot/git/branches.js';
import { reviewOf } from '../../bot/review/plan.js';
import { spanOf } from '../../core/text/span.js';
import { markdownEncoder } from '../../report/markdown.js';
import { addReport, emptyTally } from '../../report/tally.js';
import { fixOf } from '../bot/support.js';
import { finding, refused, report } from '../report/reports.js';
import { badWord } from '../support/test-catalog.js';

const pieces = [
  '`',
  '``',
  '```',
  '~~~',
  '\n',
  '\r\n',
  '|',
  '\\',
  '\\|',
  '<',
  '>',
  '-->',
  '*',
  '_',
  '# ',
  ' ',
  '\t',
  '    ',
  'a',
  'é',
  '😀',
  '@octocat',
  '@acme/team',
  '#12',
  'GH-1',
  'fixes #1',
  'closes GH-2',
  'acme/infra#3',
  'https://evil.example/x',
  'www.evil.example',
  'me@evil.example',
  '![x](https://evil.example/p.png)',
  '[x](javascript:alert(1))',
  '<img src=x onerror=y>',
  '<script>',
  '<!-- stackmend:end -->',
  '<!-- stackmend:v1 e30 -->',
  '<!-- stackmend:review -->',
  '</details>',
  '- [x] <!-- stackmend:rebuild -->',
  '```suggestion',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u2028',
  '\u0007',
  '\u001b[31m',
  '&lt;',
  '&#64;octocat',
  '[^1]',
  '[skip ci]',
  '[CI SKIP]',
  '***NO_CI***',
  'Stackmend-Plan: x',
  'Co-authored-by: x <x@y.z>',
  'skip-checks: true',
  '\ud800',
  '$x$',
  '..',
  '.lock',
  '~',
  '^',
  ':',
];
const nasty = fc.array(fc.constantFrom(...pieces), { maxLength: 10 }).map((parts) => parts.join(''));

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

function nodesIn(markdown: string): Node[] {
  const nodes: Node[] = [];
  const walk = (node: Node): void => {
    nodes.push(node);
    node.children?.forEach(walk);
  };
  walk(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return nodes;
}

/** What a reader of Markdown would act on, apart from what is ours. */
function aliveIn(markdown: string, html: RegExp, link: RegExp): readonly Node[] {
  return nodesIn(markdown).filter(({ type, value = '', url = '' }) => {
    if (type === 'html') return !html.test(value);
    if (/^(?:link|image|definition|linkReference|imageReference|footnoteReference)$/.test(type)) return !link.test(url);
    return type === 'text' && /@\w|#\d|GH-\d|[\u202a-\u202e\u2066-\u2069\u200b\u2028]/.test(value);
  });
}

const rounds = { numRuns: 400, seed: 20261126 };

test('the summary: as GitHub reads it, every text of a template is code', () => {
  fc.assert(
    fc.property(nasty, nasty, nasty, (a, b, c) => {
      const own = { message: a, file: `${b}.yaml`, resource: { id: c, type: a }, followUps: [b, c], prevents: a };
      const fix = { title: b, safety: 'safe', consequence: { deployment: 'none' }, changes: [], touches: [] } as const;
      const one = report({
        file: `${b}.yaml`,
        findings: [finding({ ...own, rule: badWord.id }), refused({ ...own, refusal: { code: 'limit', because: c } })],
        applied: [finding({ ...own, fix })],
        remaining: [refused({ ...own, refusal: { code: 'limit', because: c } })],
      });
      const encoder = markdownEncoder({
        command: 'diff',
        version: '1',
        today: '2026-11-26',
        prefix: '',
        rules: [badWord],
      });
      encoder.file({ report: one, written: false });
      const problems = [{ severity: 'error', file: a, position: { line: 1, column: 1 }, message: b }] as const;
      const text = encoder.end({ problems, tally: { ...addReport(emptyTally, one), templates: 1 }, exitCode: 2 });
      expect(aliveIn(text, /^<br>$/, /^https:\/\/docs\.aws\.amazon\.com\//)).toEqual([]);
      expect(nodesIn(text).filter(({ type }) => type === 'tableRow')).toHaveLength(3);
    }),
    rounds,
  );
});

test('review comments: what is said is code, and the suggestion is one block', () => {
  fc.assert(
    fc.property(nasty, nasty, nasty, (a, b, c) => {
      const before = 'Resources:\n  A: old\n';
      const edits = [{ span: spanOf(16, 19), expected: 'old', text: a.replaceAll(/[\r\n\p{Cs}\0]/gu, '') }];
      const fix = {
        title: b,
        safety: 'safe',
        consequence: { deployment: 'none' },
        changes: [{ kind: 'edit', file: 'a.yaml', edits }],
        touches: [],
      } as const;
      const found = finding({ file: 'a.yaml', message: a, prevents: b, followUps: [c], fix, rule: 'test-rule' });
      const one = report({ file: 'a.yaml', before, findings: [found], applied: [found] });
      const { comments } = reviewOf(one, 'a.yaml', { hunks: [{ start: 1, end: 2 }], touched: new Set([2]) });
      for (const { body } of comments) {
        expect(aliveIn(body, /^<!-- stackmend:suggestion [0-9a-f]{16} -->$/, /^$/)).toEqual([]);
        const blocks = nodesIn(body).filter(({ type }) => type === 'code');
        expect(blocks.map(({ value }) => value)).toEqual([`  A: ${edits[0]?.text ?? ''}`]);
      }
    }),
    rounds,
  );
});

test('titles, commit messages, push options: no mention, reference, HTML, trailer, and no word that stops a build', () => {
  fc.assert(
    fc.property(nasty, nasty, (a, b) => {
      const title = titleOf({ key: `stack:${a}`, fixes: [fixOf({ file: a })] });
      const trailers = { group: '0'.repeat(16), plan: '1'.repeat(32), base: 'main' };
      const message = commitMessage({ subject: title, points: [a, b], ...trailers, version: '1.0.0' });
      const options = mergeRequestOptions({ head: 'x', base: 'main', title, body: '', draft: true, labels: [] });
      for (const text of [title, message, ...options]) {
        expect(text).not.toMatch(/[@#<>`]|GH-\d|\[\s*(?:skip|ci|no|actions)\b|\*{3}NO_CI|:\/\//i);
        // eslint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u202a-\u202e\u2066-\u2069]/);
      }
      for (const line of [title, ...options]) expect(line).not.toContain('\n');
      const lines = message.split('\n');
      expect(lines.filter((line) => /^[A-Za-z-]+:\s/.test(line)).every((line) => line.startsWith('Stackmend-'))).toBe(
        true,
      );
      expect(lines.filter((line) => line.startsWith('Stackmend-'))).toHaveLength(4);
      expect(readTrailers(message)).toStrictEqual(trailers);
    }),
    rounds,
  );
});

test('branch names: letters, digits, dots and hyphens, and git takes them', () => {
  const names = new Set<string>();
  fc.assert(
    fc.property(nasty, (a) => {
      const name = branchName('main', `stack:${a}`);
      expect(name).toMatch(/^stackmend\/[a-z0-9][a-z0-9.-]{0,60}-[0-9a-f]{8}$/);
      expect(name).not.toMatch(/\.\.|\.lock$|\/\./);
      names.add(name);
    }),
    rounds,
  );
  for (const name of [...names].slice(0, 40))
    expect(spawnSync('git', ['check-ref-format', '--branch', name]).status, name).toBe(0);
});
