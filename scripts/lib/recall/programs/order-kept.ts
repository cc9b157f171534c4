import { isPlainMap } from '../../corpus/plain-value.js';
import { type PlainMap, mapAt } from '../deployed.js';

/**
 * What no longer waits for something after the fix, or waits for more than what it is broken for or now names; undefined
 * when there is nothing.
 */
export function orderComplaint(subjects: readonly string[], before: PlainMap, after: PlainMap): string | undefined {
  const resources = mapAt(after, 'Resources');
  for (const [id, body] of Object.entries(mapAt(before, 'Resources'))) {
    const old = waitsFor(body);
    const fresh = waitsFor(resources[id]);
    const lost = old.filter((each) => !fresh.includes(each));
    if (lost.length > 0) return `${id} no longer waits for ${lost.join(', ')}`;
    const names = JSON.stringify(mapAt(resources[id], 'Properties'));
    const added = fresh.filter((each) => !old.includes(each) && !names.includes(`"${each}"`));
    if (added.length > 0 && !subjects.includes(id)) return `${id} now waits for ${added.join(', ')}`;
  }
  return undefined;
}

function waitsFor(body: unknown): readonly string[] {
  const list = isPlainMap(body as never) ? (body as PlainMap)['DependsOn'] : undefined;
  return Array.isArray(list) ? list.map(String) : [];
}
