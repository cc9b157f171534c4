import type { Span } from '../core/text/span.js';
import { defineRule } from '../core/rule.js';
import { environmentWords } from '../facts/index.js';
import { type Paragraph, inCode, paragraphsOf } from './shared/code-comments.js';

export const rule = defineRule({
  id: 'comment-environment-hardcoded',
  title: 'Comment in inline code that names an environment',
  why: 'Inline code is deployed to every environment that the template is, so a comment that says what happens "in production" is wrong in all others, and checks that look for hard-coded environments stop at it. AWS does not read comments: the deployment does not fail.',
  impact: 'low',
  messages: {
    named: { text: 'A comment in the inline code of {resource} names the environment {name}', preset: 'all' },
  },
  errors: [],
  references: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html',
  ],
  limits: [
    'Only comments are read: strings, docstrings and names in the code stay as they are.',
    'Compounds such as production-ready, quoted values and lists of environments are no finding.',
    'Staging is an environment where something is deployed, runs or is tested, not where files, rows or secrets are staged; in doubt there is no finding.',
    'A comment whose wording has no ready replacement is reported, not rewritten.',
    'Comments of the template itself, outside inline code, are not read.',
    'In a program, inline code is the text of an asset (StringAsset) in an archive that is written out; its language goes by the name of its file.',
    'Code that ends inside a string or a comment, or that a macro supplies, is not read.',
  ],
  facts: ['environment-words'],
  since: '0.1.0',
});

/** An environment that a comment names, and how the comment can say it without. Offsets are those of the code. */
export interface NamedEnvironment {
  readonly word: Span;
  /** The environment, as the comment names it. */
  readonly name: string;
  /** Absent where the table has no wording that fits. */
  readonly rewording?: Rewording;
}

export interface Rewording {
  /** What is replaced, and by what: the words that the phrase and its replacement do not share. */
  readonly span: Span;
  readonly text: string;
  /** The whole of both, for people. */
  readonly phrase: string;
  readonly replacement: string;
}

const { pattern, after, replacements, unfinished, staging } = environmentWords.comment;
const anyWord = new RegExp(pattern, 'gi');
const quotes = new Set(['"', "'", '`']);
// Words that are verbs and nouns of their own, "test" or "stage", belong to a list only where its form says so.
const names = 'production|prod|prd|preprod|pre-prod|staging|stg|development|dev|qa|uat|sandbox';
const environmentBefore = listPattern(String.raw`\b(?:${environmentWords.tag.values.join('|')})["'\`]?`, '$');
const environmentBehind = listPattern(String.raw`^["'\`]?`, String.raw`["'\`]?(?:${names})\b`);

function listPattern(before: string, behind: string): RegExp {
  return new RegExp(String.raw`${before}\s*(?:[,/|&]|\b(?:or|and|vs)\b)\s*(?:(?:or|and)\s+)?${behind}`, 'i');
}

const unfinishedSentence = new RegExp(unfinished, 'i');
const environmentNoun = new RegExp(staging.noun, 'i');
const placeBefore = new RegExp(staging.before, 'i');
const nothingBehind = new RegExp(`^${after}`, 'i');
const stagedData = new RegExp(staging.data, 'i');

const table = replacements.map((entry) => ({
  ...entry,
  expression: new RegExp(
    String.raw`(?<![\w-])${entry.phrase.replaceAll(' ', String.raw`\s+`)}(?![\w-])${entry.after ?? (keepsNoun(entry) ? '' : after)}`,
    'gi',
  ),
}));

/** Where only the adjective before a noun changes, any words may follow. */
function keepsNoun({ phrase, replacement }: { phrase: string; replacement: string }): boolean {
  return phrase.split(' ').at(-1) === replacement.split(' ').at(-1);
}

/** The environments that the comments of some code name. */
export function environmentsIn(code: string, comments: readonly Span[]): NamedEnvironment[] {
  return paragraphsOf(code, comments).flatMap((paragraph) => {
    const { text } = paragraph;
    return [...text.matchAll(anyWord)].flatMap((match): NamedEnvironment[] => {
      const word = { start: match.index, end: match.index + match[0].length };
      if (isValue(text, word)) return [];
      if (match[0].toLowerCase() === 'staging' && !isStagingEnvironment(text, word)) return [];
      const rewording = rewordingOf(paragraph, word);
      return [{ word: inCode(paragraph, word), name: match[0], ...(rewording ? { rewording } : {}) }];
    });
  });
}

/** True for a quoted word and for one of several environments in a row: `dev`, `staging` or `prod`. */
function isValue(text: string, { start, end }: Span): boolean {
  if (quotes.has(text.charAt(start - 1)) && quotes.has(text.charAt(end))) return true;
  return environmentBefore.test(text.slice(0, start)) || environmentBehind.test(text.slice(end));
}

/** "Staging" is also what one does with files, rows and secrets: alone it says nothing of an environment. */
function isStagingEnvironment(text: string, word: Span): boolean {
  const behind = text.slice(word.end);
  if (environmentNoun.test(behind)) return true;
  return (
    placeBefore.test(text.slice(0, word.start)) &&
    nothingBehind.test(behind) &&
    !stagedData.test(sentenceAround(text, word))
  );
}

function sentenceAround(text: string, { start, end }: Span): string {
  const head = /[^.!?]*$/.exec(text.slice(0, start))?.[0] ?? '';
  const tail = /^[^.!?]*/.exec(text.slice(end))?.[0] ?? '';
  return head + text.slice(start, end) + tail;
}

function rewordingOf(paragraph: Paragraph, word: Span): Rewording | undefined {
  const isUnfinished = unfinishedSentence.test(sentenceAround(paragraph.text, word));
  for (const { expression, replacement, live } of table) {
    for (const match of paragraph.text.matchAll(expression)) {
      const { index, 0: phrase } = match;
      if (index > word.start || index + phrase.length < word.end) continue;
      const wording = inTheCaseOf(phrase, isUnfinished ? replacement : (live ?? replacement));
      const { start, end, text } = difference(phrase, wording);
      return {
        span: inCode(paragraph, { start: index + start, end: index + end }),
        text,
        phrase,
        replacement: wording,
      };
    }
  }
  return undefined;
}

/** The part of a phrase that another lacks, by whole words: a phrase may run over two lines, its changed part seldom does. */
function difference(phrase: string, wording: string): Span & { readonly text: string } {
  const words = [...phrase.matchAll(/\S+/g)];
  const other = wording.split(' ');
  const isSame = (a: number, b: number): boolean => words.at(a)?.[0].toLowerCase() === other.at(b)?.toLowerCase();
  let head = 0;
  while (head < words.length && isSame(head, head)) head++;
  let tail = 0;
  while (tail < Math.min(words.length, other.length) - head - 1 && isSame(-1 - tail, -1 - tail)) tail++;
  const first = words[head];
  const last = words.at(-1 - tail);
  const text = other.slice(head, other.length - tail).join(' ');
  return { start: first?.index ?? 0, end: last ? last.index + last[0].length : phrase.length, text };
}

function inTheCaseOf(phrase: string, text: string): string {
  if (phrase === phrase.toUpperCase()) return text.toUpperCase();
  const words = phrase.split(/\s+/);
  const isTitle =
    words.length > 1 && words.every((word) => isCapital(word)) && !/^(?:in|for|on|to|from)\b/i.test(phrase);
  return text
    .split(' ')
    .map((word, index) => ((index === 0 ? isCapital(phrase) : isTitle) ? capital(word) : word))
    .join(' ');
}

function isCapital(word: string): boolean {
  return /^[A-Z]/.test(word);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
