import { type DeployStage, deployErrors } from '../facts/deploy-errors.js';
import { unwrapped } from './clean.js';

/** What is known of an error that no rule of ours mends, or of the kind of one that some rule does. */
export interface ErrorClass {
  readonly id: string;
  /** Who refuses it. */
  readonly stage: DeployStage;
  /** What it usually means, and where to look. */
  readonly usually: string;
  readonly look: string;
  /** The part of the text that was recognised. */
  readonly excerpt: string;
}

interface Signature {
  readonly id: string;
  readonly stage: DeployStage;
  readonly pattern: RegExp;
  readonly priority: number;
  /** Of these one must stand in a text that the pattern matches. */
  readonly needles: readonly string[];
}

let compiled: readonly Signature[] | undefined;

function signatures(): readonly Signature[] {
  return (compiled ??= deployErrors.signatures.map(({ class: id, stage, pattern, priority = 0 }) => ({
    id,
    stage,
    pattern: new RegExp(pattern),
    priority,
    needles: needlesOf(pattern),
  })));
}

/**
 * The class of an error text; where several signatures match, the one with the highest priority, among equals the first
 * in the facts. Undefined for a text that is no known error.
 */
export function classify(text: string): ErrorClass | undefined {
  const flat = unwrapped(text);
  let best: { readonly signature: Signature; readonly excerpt: string } | undefined;
  for (const signature of signatures()) {
    if (best && signature.priority <= best.signature.priority) continue;
    const excerpt = matchOf(signature, flat);
    if (excerpt !== undefined) best = { signature, excerpt };
  }
  if (!best) return undefined;
  const { id, stage } = best.signature;
  const { usually = '', look = '' } = deployErrors.classes[id] ?? {};
  return { id, stage, usually, look, excerpt: best.excerpt };
}

/** What is around a needle suffices to match: the patterns span less than this. UTF-16 code units. */
const reach = 700;

function matchOf({ pattern, needles }: Signature, text: string): string | undefined {
  for (const needle of needles) {
    const at = text.indexOf(needle);
    if (at === -1) continue;
    const part = text.length <= 2 * reach ? text : text.slice(Math.max(0, at - reach), at + reach);
    const match = pattern.exec(part);
    if (match) return match[0];
  }
  return undefined;
}

/** Of these one stands in every text that has a class. */
export function knownNeedles(): readonly string[] {
  return signatures().flatMap(({ needles }) => needles);
}

/**
 * For each alternative of a pattern the longest text that every match of it holds; the empty text, which stands in every
 * line, for one without any.
 */
export function needlesOf(source: string): string[] {
  return alternativesOf(source).map((alternative) =>
    literalRuns(alternative).reduce((best, run) => (run.length > best.length ? run : best), ''),
  );
}

function alternativesOf(source: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const token of tokensOf(source)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    if (token === '|' && depth === 0) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

/** Escapes, classes and quantifiers whole, everything else by character. */
function tokensOf(source: string): string[] {
  return source.match(/\\.|\[(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[^]/g) ?? [];
}

function literalRuns(alternative: string): string[] {
  const runs = [''];
  let depth = 0;
  for (const token of tokensOf(alternative)) {
    if (token === '(') depth++;
    if (depth > 0) {
      if (token === ')') depth--;
      runs.push('');
      continue;
    }
    const last = runs.length - 1;
    if (/^[?*]$|^\{0/.test(token)) {
      // What may be absent is no part of the text.
      runs[last] = runs[last]?.slice(0, -1) ?? '';
      runs.push('');
    } else if (/^\\[^\w\s]$/.test(token)) runs[last] += token.slice(1);
    else if (/^(?:\\.|\[.*\]|\{.*\}|[.^$+])$/s.test(token)) runs.push('');
    else runs[last] += token;
  }
  return runs;
}
