import { parse as parseProgram } from '@babel/parser';
import { type Pair, type Scalar, isPair, isSeq, parseDocument, visit } from 'yaml';
import type { Fixture } from '../support/fixture.js';

/** Where a value stands in a source, and how another is written there. */
export interface Spot {
  readonly start: number;
  readonly end: number;
  readonly write: (value: string) => string;
}

/** A value as no rule knows it; the number tells where it came from. */
export const canary = (number: number): string => `Zq7hunter${number}x`;
export const anyCanary = /Zq7hunter\d+x/;

/** All places of a source where any text may stand: string values and comments. Names are none: keys, ids, types, references. */
export function valueSpots({ extension, input }: Pick<Fixture, 'extension' | 'input'>): readonly Spot[] {
  return extension === 'ts' ? programSpots(input) : templateSpots(input);
}

/** A source with a canary in each of some spots. */
export function withCanaries(text: string, spots: readonly Spot[]): string {
  let after = text;
  for (const [index, { start, end, write }] of [...spots.entries()].toSorted(([, a], [, b]) => b.start - a.start))
    after = after.slice(0, start) + write(canary(index)) + after.slice(end);
  return after;
}

/** Of what a value refers to. */
const referring = ['Ref', 'Fn::GetAtt', 'DependsOn', 'Condition'];
/** A tag is known by its key, so that it is a name; the version stands for the form of the whole. */
const names = ['Key', 'AWSTemplateFormatVersion'];

function templateSpots(input: string): readonly Spot[] {
  const spots: Spot[] = [];
  visit(parseDocument(input, { logLevel: 'silent' }), {
    Scalar: (key, node: Scalar, path) => {
      if (key === 'key' || typeof node.value !== 'string' || !node.range) return;
      const pair = path.findLast((step): step is Pair<Scalar> => isPair(step));
      const list = path.at(-1);
      const tag = `${node.tag ?? ''} ${isSeq(list) ? (list.tag ?? '') : ''}`;
      const holder = String(pair?.key.value);
      if (/!(?:Ref|GetAtt|Condition|FindInMap)/.test(tag) || [...referring, ...names].includes(holder)) return;
      if (key === 0 && (holder === 'Fn::If' || tag.includes('!If'))) return;
      spots.push({ start: node.range[0], end: node.range[1], write: (value) => JSON.stringify(value) });
    },
  });
  for (const { index, 0: found } of input.matchAll(/(?<=(?:^|\s)# )\w[^\n]*/g))
    if (!found.startsWith('stackmend') && !inside(spots, index))
      spots.push({ start: index, end: index + found.length, write: (value) => value });
  return spots;
}

function inside(spots: readonly Spot[], offset: number): boolean {
  return spots.some(({ start, end }) => start <= offset && offset < end);
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly value?: { readonly raw?: string };
}

function programSpots(input: string): readonly Spot[] {
  const { program, comments } = parseProgram(input, { sourceType: 'module', plugins: ['typescript'] });
  const spots: Spot[] = [];
  const walk = (value: unknown, parent: string, place: string, isName: boolean): void => {
    if (Array.isArray(value)) return value.forEach((each, index) => walk(each, parent, `${place}${index}`, isName));
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    const node = value as SyntaxNode;
    if (node.type.startsWith('Import')) return;
    // The first argument names a resource; keys name properties.
    const named =
      isName ||
      (/^(?:New|Call)Expression$/.test(parent) && place === 'arguments0') ||
      (/(?:Property|Method|Signature)$/.test(parent) && place === 'key');
    if (node.type === 'StringLiteral' && !named) spots.push({ ...node, write: (text) => `'${text}'` });
    if (node.type === 'TemplateElement' && !named && node.value?.raw !== '')
      spots.push({ ...node, write: (text) => text });
    for (const [name, child] of Object.entries(node))
      if (name !== 'loc' && !/comments$/i.test(name)) walk(child, node.type, name, named);
  };
  walk(program, '', '', false);
  for (const { type, start = 0, end = 0 } of comments ?? [])
    spots.push({ start: start + 2, end: type === 'CommentLine' ? end : end - 2, write: (text) => ` ${text} ` });
  return spots;
}
