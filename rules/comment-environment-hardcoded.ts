import type { Span } from '../core/text/span.js';
import { defineRule } from '../core/rule.js';
import { environmentWords } from '../facts/index.js';

export const rule = defineRule({
  id: 'comment-environment-hardcoded',
  title: 'Comment in inline code that names an environment',
  why: 'Inline code is deployed to every environment that the template is, so a comment that says what happens "in production" is wrong in all others, and checks that look for hard-coded environments stop at it. AWS does not read comments: the deployment does not fail.',
  impact: 'low',
  messages: {
    named: { text: 'A comment in the inline code of {resource} names an environment: {comment}', preset: 'all' },
  },
  errors: [],
  references: [
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html',
  ],
  limits: [
    'Only comments are read: strings, docstrings and names in the code stay as they are.',
    'Compounds such as production-ready, quoted values and lists of environments are no finding.',
    'A comment whose wording has no ready replacement is reported, not rewritten.',
    'Comments of the template itself, outside inline code, are not read.',
    'Code that ends inside a string or a comment, or that a macro supplies, is not read.',
  ],
  facts: ['environment-words'],
  since: '0.1.0',
});

/** An environment that a comment names, and how the comment can say it without. Offsets are those of the code. */
export interface NamedEnvironment {
  readonly word: Span;
  /** Absent where the table has no wording that fits. */
  readonly rewording?: { readonly span: Span; readonly phrase: string; readonly text: string };
}

const { pattern, after, replacements } = environmentWords.comment;
const anyWord = new RegExp(pattern, 'gi');
const quotes = new Set(['"', "'", '`']);
// Words that are verbs and nouns of their own, "test" or "stage", belong to a list only where its form says so.
const names = 'production|prod|prd|preprod|pre-prod|staging|stg|development|dev|qa|uat|sandbox';
const environmentBefore = listPattern(String.raw`\b(?:${environmentWords.tag.values.join('|')})["'\`]?`, '$');
const environmentBehind = listPattern(String.raw`^["'\`]?`, String.raw`["'\`]?(?:${names})\b`);

function listPattern(before: string, behind: string): RegExp {
  return new RegExp(String.raw`${before}\s*(?:[,/|&]|\b(?:or|and|vs)\b)\s*(?:(?:or|and)\s+)?${behind}`, 'i');
}

const table = replacements.map((entry) => ({
  replacement: entry.replacement,
  expression: new RegExp(
    String.raw`(?<![\w-])${entry.phrase.replaceAll(' ', '[ \\t]+')}(?![\w-])${entry.after ?? (keepsNoun(entry) ? '' : after)}`,
    'gi',
  ),
}));

/** Where only the adjective before a noun changes, any words may follow. */
function keepsNoun({ phrase, replacement }: { phrase: string; replacement: string }): boolean {
  return phrase.split(' ').at(-1) === replacement.split(' ').at(-1);
}

/** The environments that one comment of some code names. */
export function environmentsIn(code: string, comment: Span): NamedEnvironment[] {
  const text = code.slice(comment.start, comment.end);
  const found: NamedEnvironment[] = [];
  for (const match of text.matchAll(anyWord)) {
    const word = { start: match.index, end: match.index + match[0].length };
    if (isValue(text, word)) continue;
    const rewording = rewordingOf(text, word, comment.start);
    // "Staging" is also what one does with files and secrets: alone it says nothing of an environment.
    if (!rewording && match[0].toLowerCase() === 'staging') continue;
    found.push({ word: shift(word, comment.start), ...(rewording ? { rewording } : {}) });
  }
  return found;
}

/** True for a quoted word and for one of several environments in a row: `dev`, `staging` or `prod`. */
function isValue(text: string, { start, end }: Span): boolean {
  if (quotes.has(text.charAt(start - 1)) && quotes.has(text.charAt(end))) return true;
  return environmentBefore.test(text.slice(0, start)) || environmentBehind.test(text.slice(end));
}

function rewordingOf(text: string, word: Span, offset: number): NamedEnvironment['rewording'] {
  for (const { expression, replacement } of table) {
    for (const match of text.matchAll(expression)) {
      const span = { start: match.index, end: match.index + match[0].length };
      if (span.start > word.start || span.end < word.end) continue;
      return { span: shift(span, offset), phrase: match[0], text: inTheCaseOf(match[0], replacement) };
    }
  }
  return undefined;
}

function inTheCaseOf(phrase: string, text: string): string {
  if (phrase === phrase.toUpperCase()) return text.toUpperCase();
  const first = phrase.charAt(0);
  return first === first.toUpperCase() ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function shift({ start, end }: Span, offset: number): Span {
  return { start: start + offset, end: end + offset };
}
