/**
 * ARNs and names that hold references: a sequence of text, wildcards and parts that are known only at deployment.
 * `arn-of.ts` reads them out of a template, `covers.ts` compares them.
 */

import { shownParts } from '../shown.js';

/** What an opaque part can be. */
export type OpaqueKind =
  /** Anything at all, wildcards and the empty text included: a parameter, an import. */
  | 'any'
  /** Text without `:` and `/`: a region, an account, the name of the stack. */
  | 'word'
  /** What AWS makes up for one resource of this template (the tail of a generated name, the id of a key): equal to nothing that an author can write. */
  | 'own';

export type ArnToken =
  | { readonly kind: 'text'; readonly text: string }
  /** `*`: any text, also an empty one. */
  | { readonly kind: 'many' }
  /** `?`: one character. */
  | { readonly kind: 'one' }
  | OpaqueToken;

/** Two opaque parts with the same key are the same text. */
export interface OpaqueToken {
  readonly kind: 'opaque';
  readonly holds: OpaqueKind;
  readonly key: string;
}

/** An ARN, a name or a pattern of them, with parts that are known only at deployment. */
export interface SymbolicArn {
  readonly tokens: readonly ArnToken[];
  /** Equal for equal sequences of tokens. */
  readonly key: string;
  /** The resource of the template whose ARN this is, where the node says no more than that. */
  readonly owner: string | undefined;
}

/** One step of a comparison: a character, a wildcard or an opaque part. */
export type Element = string;

export const many: Element = '\u0001';
export const one: Element = '\u0002';
const opaquePrefixes: Readonly<Record<OpaqueKind, string>> = { any: '\u0003', word: '\u0004', own: '\u0005' };
const kindsByPrefix: ReadonlyMap<string, OpaqueKind> = new Map([
  ['\u0003', 'any'],
  ['\u0004', 'word'],
  ['\u0005', 'own'],
]);

export function text(value: string): ArnToken {
  return { kind: 'text', text: value };
}

export function opaque(key: string, holds: OpaqueKind = 'any'): OpaqueToken {
  return { kind: 'opaque', key, holds };
}

/** Joins neighbouring texts, so that equal ARNs are equal however they were written. */
export function symbolicArn(tokens: readonly ArnToken[], owner?: string): SymbolicArn {
  const only = tokens.length === 1 ? tokens[0] : undefined;
  if (only?.kind === 'text' && !only.text.startsWith('arn:') && only.text !== '')
    return { tokens, key: only.text, owner };
  const merged: ArnToken[] = [];
  for (const token of tokens) {
    const last = merged.at(-1);
    if (token.kind !== 'text') merged.push(token);
    else if (last?.kind === 'text') merged[merged.length - 1] = text(last.text + token.text);
    else if (token.text !== '') merged.push(token);
  }
  const normal = normalizePartition(merged);
  return { tokens: normal, key: normal.map(spell).join(''), owner };
}

/** Tokens of literal text of a policy: `*` and `?` are wildcards, `${aws:...}` is filled in by IAM. */
export function patternTokens(literal: string): ArnToken[] {
  if (!/[*?$]/.test(literal)) return literal === '' ? [] : [text(literal)];
  return literal
    .split(/(\$\{[^}]*\}|[*?])/)
    .filter((part) => part !== '')
    .map((part) => tokenOf(part));
}

/** A literal ARN, name or action of a policy. */
export function arnFromText(literal: string): SymbolicArn {
  return symbolicArn(patternTokens(literal));
}

/** An ARN with text behind it, which may hold wildcards: `appendText(bucket, '/*')` are the objects of a bucket. */
export function appendText(arn: SymbolicArn, tail: string): SymbolicArn {
  return symbolicArn([...arn.tokens, ...patternTokens(tail)]);
}

/** The text of an ARN without wildcards and unknown parts. */
export function literalOf(arn: SymbolicArn): string | undefined {
  const [only, ...rest] = arn.tokens;
  if (only === undefined) return '';
  return only.kind === 'text' && rest.length === 0 ? only.text : undefined;
}

/** The service of an ARN (`sqs`), where its third part is literal. */
export function serviceOf(arn: SymbolicArn): string | undefined {
  return /^arn:[^:]*:([a-z0-9-]+):/.exec(describeArn(arn))?.[1];
}

/** An ARN for people: `arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders`. */
export function describeArn(arn: SymbolicArn): string {
  return arn.tokens.map(describeToken).join('');
}

/** The same for messages: what is referred to, and the form of the rest. */
export function shownArn(arn: SymbolicArn): string {
  return shownParts(
    arn.tokens.map((token) => {
      if (token.kind === 'text') return token;
      if (token.kind === 'opaque') return { name: token.key.replace(/^\$\{(.*)\}$/, '$1') };
      return { text: describeToken(token) };
    }),
  );
}

/** The steps of a comparison, one string each. */
export function elementsOf(tokens: readonly ArnToken[]): Element[] {
  return tokens.flatMap((token): Element[] => (token.kind === 'text' ? token.text.split('') : [spell(token)]));
}

function spell(token: ArnToken): string {
  switch (token.kind) {
    case 'text':
      return token.text;
    case 'many':
      return many;
    case 'one':
      return one;
    case 'opaque':
      return `${opaquePrefixes[token.holds]}${token.key}`;
  }
}

/** The kind of an element that is an opaque part. */
export function opaqueKindOf(element: Element): OpaqueKind | undefined {
  return kindsByPrefix.get(element.charAt(0));
}

function tokenOf(part: string): ArnToken {
  if (part === '*') return { kind: 'many' };
  if (part === '?') return { kind: 'one' };
  return part.startsWith('${') ? opaque(part) : text(part);
}

function describeToken(token: ArnToken): string {
  if (token.kind === 'text') return token.text;
  if (token.kind === 'many') return '*';
  if (token.kind === 'one') return '?';
  return token.key.startsWith('${') ? token.key : `\${${token.key}}`;
}

/** `AWS::Partition` was read as `aws`; a partition written out as another one may be where the stack is deployed, or not. */
function normalizePartition(tokens: readonly ArnToken[]): readonly ArnToken[] {
  const [first, ...rest] = tokens;
  const partition = first?.kind === 'text' ? /^arn:(aws-[a-z-]+):/.exec(first.text)?.[1] : undefined;
  if (partition === undefined || first?.kind !== 'text') return tokens;
  return [
    text('arn:'),
    opaque(`partition ${partition}`, 'word'),
    text(first.text.slice(4 + partition.length)),
    ...rest,
  ];
}
