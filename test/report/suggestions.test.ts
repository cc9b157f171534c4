import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TextEdit, applyEdits, editAt } from '../../core/text/edit.js';
import {
  type EditSet,
  type LineRange,
  type RefusalReason,
  type Suggestion,
  githubComment,
  gitlabNote,
  suggestionsOf,
} from '../../report/suggestions.js';

/** What a forge finds in the body of a comment: the last fenced block, read as CommonMark says. */
function fenced(body: string): { info: string; lines: string[] } {
  const all = body.split('\n');
  for (let at = 0; at < all.length; at++) {
    const open = /^(?<fence>`{3,})(?<info>[^`]*)$/.exec(all[at] ?? '')?.groups;
    if (!open) continue;
    const size = (open['fence'] ?? '').length;
    const closing = new RegExp(`^ {0,3}\`{${size},}[ \\t]*$`);
    const length = all.slice(at + 1).findIndex((line) => closing.test(line));
    expect(all.slice(at + 1 + length + 1).filter(Boolean)).toEqual([]);
    return { info: open['info'] ?? '', lines: all.slice(at + 1, at + 1 + length) };
  }
  throw new Error('no block');
}

/** Replaces lines of a file as a forge does: by their numbers, with the lines of the block. */
function press(text: string, { start, end }: LineRange, lines: readonly string[]): string {
  const terminated = text.endsWith('\n');
  const old = (terminated ? text.slice(0, -1) : text).split('\n');
  old.splice(start - 1, end - start + 1, ...lines);
  return old.length === 0 ? '' : old.join('\n') + (terminated ? '\n' : '');
}

function pressOnGitHub(text: string, suggestion: Suggestion): string {
  const { body, line, start_line: from = line, side } = githubComment(suggestion, 'Words with ` and ```ticks```');
  const { info, lines } = fenced(body);
  expect([info, side]).toEqual(['suggestion', 'RIGHT']);
  return press(text, { start: from, end: line }, lines);
}

function pressOnGitLab(text: string, suggestion: Suggestion): string {
  const { body, line } = gitlabNote(suggestion, '') ?? { body: '', line: 0 };
  const { info, lines } = fenced(body);
  const [, above, below] = /^suggestion:-(\d+)\+(\d+)$/.exec(info) ?? [];
  expect(Math.max(Number(above), Number(below))).toBeLessThanOrEqual(100);
  return press(text, { start: line - Number(above), end: line + Number(below) }, lines);
}

/** From the bottom up, so that line numbers hold; the forges keep them right themselves. */
function pressAll(
  text: string,
  suggestions: readonly Suggestion[],
  one: (text: string, suggestion: Suggestion) => string,
): string {
  return suggestions.toReversed().reduce(one, text);
}

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'key: value', '  - x', 'é', '𝒳😀', '\t', ' ', '') },
  { weight: 3, arbitrary: fc.constantFrom('`', '```', '````yaml', '~~~', '```suggestion') },
  { weight: 5, arbitrary: fc.constantFrom('\n', '\n', '\n\n') },
  { weight: 1, arbitrary: fc.constantFrom('\r\n', '\r', '\u0000', '\uFEFF', '\u2028', '\uD800') },
);
const plainPiece = fc.constantFrom('a', 'b: c', '`', '```', '𝒳', '\n', '\n', '', '  ');
const texts = fc.oneof(
  { weight: 3, arbitrary: fc.array(plainPiece, { maxLength: 30 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')) },
);

interface Case {
  readonly text: string;
  readonly sets: readonly EditSet[];
}

/** Edits at random places, those left out that clash with one before, dealt out to a few sets. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    text: texts,
    drafts: fc.array(
      fc.record({ at: fc.nat(), length: fc.oneof(fc.constant(0), fc.nat(12)), text: texts, set: fc.nat(3) }),
      { maxLength: 6 },
    ),
  })
  .map(({ text, drafts }) => {
    const edits: { edit: TextEdit; set: number }[] = [];
    for (const draft of drafts) {
      const start = draft.at % (text.length + 1);
      const edit = editAt(text, start, Math.min(text.length, start + draft.length), draft.text.slice(0, 20));
      const taken = edits.some(
        ({ edit: { span } }) =>
          (span.start < edit.span.end && edit.span.start < span.end) || span.start === edit.span.start,
      );
      if (!taken) edits.push({ edit, set: draft.set });
    }
    const sets = [0, 1, 2, 3].map((set) => ({
      id: `fix ${set}`,
      edits: edits.filter((each) => each.set === set).map(({ edit }) => edit),
    }));
    return { text, sets: sets.filter((set) => set.edits.length > 0) };
  });

test('pressing every suggestion gives the bytes that applying the edits gives, on GitHub and on GitLab', () => {
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(cases, ({ text, sets }) => {
      const { suggestions, refused } = suggestionsOf({ text, sets });
      const no = new Set(refused.map(({ id }) => id));
      const edits = sets.filter(({ id }) => !no.has(id)).flatMap((set) => set.edits);
      const wanted = applyEdits(text, edits);
      expect(pressAll(text, suggestions, pressOnGitHub)).toBe(wanted);
      expect(pressAll(text, suggestions, pressOnGitLab)).toBe(wanted);
      expect(suggestions.flatMap(({ ids }) => ids).filter((id) => no.has(id))).toEqual([]);
      for (const { reason } of refused) seen[reason] = (seen[reason] ?? 0) + 1;
      if (suggestions.length > 0) seen['suggested'] = (seen['suggested'] ?? 0) + 1;
    }),
    { numRuns: 20_000, seed: 20261126 },
  );
  // The cases are worth something: each answer was given often.
  for (const answer of ['suggested', 'line-ends', 'final-newline', 'characters', 'incomplete'])
    expect(seen[answer], answer).toBeGreaterThan(100);
});

test('nothing is refused without need: where bytes and lines allow it, all edits are suggested', () => {
  fc.assert(
    fc.property(cases, ({ text, sets }) => {
      const after = applyEdits(
        text,
        sets.flatMap(({ edits }) => edits),
      );
      // eslint-disable-next-line no-control-regex
      fc.pre(!/[\r\u0000\uFEFF\p{Cs}]/u.test(text + after));
      // With lines before and behind that nobody touches, the end of the file is out of reach.
      const around = `first\n${text}\nlast\n`;
      const moved = sets.map(({ id, edits }) => ({
        id,
        edits: edits.map((edit) => ({ ...edit, span: { start: edit.span.start + 6, end: edit.span.end + 6 } })),
      }));
      expect(suggestionsOf({ text: around, sets: moved }).refused).toEqual([]);
    }),
    { numRuns: 5_000, seed: 20261126 },
  );
});

test('suggestions stay inside one hunk, and refused edits are those outside', () => {
  fc.assert(
    fc.property(cases, fc.array(fc.tuple(fc.nat(12), fc.nat(6)), { maxLength: 3 }), ({ text, sets }, ranges) => {
      const hunks = ranges.map(([start, length]) => ({ start: start + 1, end: start + 1 + length }));
      const { suggestions, refused } = suggestionsOf({ text, sets, hunks });
      for (const { start, end } of suggestions)
        expect(hunks.some((hunk) => hunk.start <= start && end <= hunk.end)).toBe(true);
      const everywhere = suggestionsOf({ text, sets });
      const before = new Set(everywhere.refused.map(({ id }) => id));
      for (const { id, reason } of refused.filter((each) => !before.has(each.id)))
        expect([id, ['outside-diff', 'incomplete'].includes(reason)]).toEqual([id, true]);
      const no = new Set(refused.map(({ id }) => id));
      const edits = sets.filter(({ id }) => !no.has(id)).flatMap((set) => set.edits);
      expect(pressAll(text, suggestions, pressOnGitHub)).toBe(applyEdits(text, edits));
    }),
    { numRuns: 5_000, seed: 20261126 },
  );
});

const yaml = 'a: 1\nb: 2\nc: 3\n';
const one = (text: string, start: number, end: number, by: string): EditSet[] => [
  { id: 'x', edits: [editAt(text, start, end, by)] },
];

test.each<[string, string, EditSet[], LineRange & { lines: string[] }]>([
  ['a word', yaml, one(yaml, 3, 4, '9'), { start: 1, end: 1, lines: ['a: 9'] }],
  ['a whole line goes', yaml, one(yaml, 5, 10, ''), { start: 2, end: 2, lines: [] }],
  [
    'a line end goes, so the next line comes along',
    yaml,
    one(yaml, 4, 5, ' '),
    { start: 1, end: 2, lines: ['a: 1 b: 2'] },
  ],
  ['a blank line comes', yaml, one(yaml, 5, 5, '\n'), { start: 2, end: 2, lines: ['', 'b: 2'] }],
  ['lines at the very end', yaml, one(yaml, 15, 15, 'd: 4\n'), { start: 3, end: 3, lines: ['c: 3', 'd: 4'] }],
  ['a last line without an end', 'a\nb', one('a\nb', 3, 3, '\nc'), { start: 2, end: 2, lines: ['b', 'c'] }],
])('%s', (_name, text, sets, wanted) => {
  expect(suggestionsOf({ text, sets })).toEqual({ suggestions: [{ ids: ['x'], ...wanted }], refused: [] });
});

test.each<[RefusalReason, string, EditSet[], LineRange[]?]>([
  ['line-ends', 'a\r\nb\r\n', one('a\r\nb\r\n', 0, 1, 'x')],
  ['line-ends', yaml, one(yaml, 0, 1, 'x\r\ny')],
  ['final-newline', yaml, one(yaml, 14, 15, '')],
  ['final-newline', 'a\nb', one('a\nb', 3, 3, '\n')],
  ['final-newline', 'a\nb', one('a\nb', 2, 3, '')],
  ['characters', yaml, one(yaml, 0, 1, '\u0000')],
  ['characters', `\uFEFF${yaml}`, one(`\uFEFF${yaml}`, 1, 2, 'x')],
  ['outside-diff', yaml, one(yaml, 10, 11, 'x'), [{ start: 1, end: 2 }]],
  [
    'outside-diff',
    yaml,
    one(yaml, 0, 15, 'x\n'),
    [
      { start: 1, end: 2 },
      { start: 3, end: 3 },
    ],
  ],
  ['too-long', yaml, one(yaml, 0, 1, 'é'.repeat(30_001))],
])('refused: %s', (reason, text, sets, hunks) => {
  expect(suggestionsOf({ text, sets, ...(hunks && { hunks }) })).toEqual({
    suggestions: [],
    refused: [{ id: 'x', reason }],
  });
});

test('half of a fix is not suggested, nor what shares its lines', () => {
  const sets = [
    { id: 'both', edits: [editAt(yaml, 3, 4, '9'), editAt(yaml, 14, 15, '')] },
    { id: 'same line', edits: [editAt(yaml, 0, 1, 'z')] },
    { id: 'other', edits: [editAt(yaml, 8, 9, '9')] },
  ];
  expect(suggestionsOf({ text: yaml, sets })).toEqual({
    suggestions: [{ ids: ['other'], start: 2, end: 2, lines: ['b: 9'] }],
    refused: [
      { id: 'both', reason: 'final-newline' },
      { id: 'same line', reason: 'incomplete' },
    ],
  });
});

test('GitLab reaches a hundred lines up and down', () => {
  const lines = (start: number, end: number): Suggestion => ({ ids: ['x'], start, end, lines: ['x'] });
  expect(gitlabNote(lines(1, 101), '')).toMatchObject({ line: 101 });
  expect(gitlabNote(lines(1, 201), '')).toMatchObject({ line: 101, body: '```suggestion:-100+100\nx\n```' });
  expect(gitlabNote(lines(1, 202), '')).toBeUndefined();
});
