import type { Value } from '../../../core/template/node.js';

/** The function that an invocation URI means, as people write it in the URI's place: the part between `functions/` and `/invocations`. */
export function* functionIn(uri: Value): Generator<Value> {
  if (uri === null || typeof uri !== 'object' || Array.isArray(uri)) return;
  const form = uri as Readonly<Record<string, Value>>;
  const sub = form['Fn::Sub'];
  if (typeof sub === 'string') yield* inText(sub);
  else if (Array.isArray(sub) && typeof sub[0] === 'string') yield* inTextWithNames(sub[0], sub[1] as Value);
  const join = form['Fn::Join'];
  if (Array.isArray(join) && join[0] === '' && Array.isArray(join[1])) yield* inParts(join[1] as readonly Value[]);
}

function between(text: string): string | undefined {
  return /functions\/(.+)\/invocations$/s.exec(text.trim())?.[1];
}

function* inText(text: string): Generator<Value> {
  const fn = between(text);
  if (fn === undefined) return;
  yield { 'Fn::Sub': fn };
  const attribute = /^\$\{(\w+)\.Arn\}$/.exec(fn)?.[1];
  if (attribute !== undefined) yield { 'Fn::GetAtt': [attribute, 'Arn'] };
}

function* inTextWithNames(text: string, names: Value): Generator<Value> {
  const fn = between(text);
  if (fn === undefined) return;
  const name = /^\$\{(\w+)\}$/.exec(fn)?.[1];
  const own = (names as Readonly<Record<string, Value>>)[name ?? ''];
  if (own === undefined) yield { 'Fn::Sub': [fn, names] };
  else yield own;
}

function* inParts(parts: readonly Value[]): Generator<Value> {
  const start = parts.findIndex((part) => typeof part === 'string' && part.endsWith('functions/'));
  const end = parts.findIndex((part) => part === '/invocations');
  const fn = start !== -1 && end === start + 2 ? parts[start + 1] : undefined;
  if (fn !== undefined) yield fn;
}
