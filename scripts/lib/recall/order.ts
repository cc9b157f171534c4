import { type Plain, isPlainMap } from '../corpus/plain-value.js';
import { type PlainMap, mapAt, textOf } from './deployed.js';

const cache = new WeakMap<PlainMap, ReadonlyMap<string, ReadonlySet<string>>>();

/** True when CloudFormation makes `to` before `from`, by references or `DependsOn`, directly or not. */
export function reaches(template: PlainMap, from: string, to: string): boolean {
  let edges = cache.get(template);
  if (!edges) cache.set(template, (edges = edgesOf(template)));
  const seen = new Set<string>();
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(edges.get(id) ?? []));
  }
  return false;
}

function edgesOf(template: PlainMap): ReadonlyMap<string, ReadonlySet<string>> {
  const resources = mapAt(template, 'Resources');
  const named = (name: string): string =>
    name in resources || !name.endsWith('Role') ? name : name.slice(0, -'Role'.length);
  return new Map(
    Object.entries(resources).map(([id, body]) => {
      const dependsOn = isPlainMap(body) ? body['DependsOn'] : undefined;
      const waitsFor = (Array.isArray(dependsOn) ? dependsOn : [dependsOn]).map(textOf);
      return [id, new Set([...waitsFor, ...mentions(body)].map(named))];
    }),
  );
}

function* mentions(node: Plain): Generator<string> {
  if (Array.isArray(node)) for (const item of node) yield* mentions(item);
  if (!isPlainMap(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'Ref') yield textOf(value);
    if (key === 'Fn::GetAtt') yield Array.isArray(value) ? textOf(value[0]) : (textOf(value).split('.')[0] ?? '');
    const text = key === 'Fn::Sub' ? (Array.isArray(value) ? value[0] : value) : undefined;
    if (typeof text === 'string') for (const [, name = ''] of text.matchAll(/\$\{([^!}.][^}.]*)/g)) yield name.trim();
    yield* mentions(value);
  }
}
