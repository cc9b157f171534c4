import { type Plain, isPlainMap } from '../corpus/plain-value.js';
import { Deployed, type PlainMap, type World, mapAt, textOf } from './deployed.js';

const mostWorlds = 12;

/** The template as it is deployed with its defaults, and with each other value that a condition of it asks for. */
export function deployments(template: PlainMap): readonly Deployed[] {
  return worldsOf(template).map((world) => new Deployed(template, world));
}

function worldsOf(template: PlainMap): readonly World[] {
  const worlds: World[] = [new Map()];
  for (const [left, right] of comparisons(mapAt(template, 'Conditions'))) {
    const parameter = parameterOf(left) ?? parameterOf(right);
    const value = parameterOf(left) === undefined ? left : right;
    if (parameter === undefined || isPlainMap(value)) continue;
    worlds.push(new Map([[parameter, textOf(value)]]), new Map([[parameter, otherThan(template, parameter, value)]]));
  }
  return worlds.slice(0, mostWorlds);
}

/** All pairs that the conditions compare. */
function* comparisons(node: Plain): Generator<readonly [Plain, Plain]> {
  if (Array.isArray(node)) for (const item of node) yield* comparisons(item);
  if (!isPlainMap(node)) return;
  const pair = node['Fn::Equals'];
  if (Array.isArray(pair) && pair.length === 2) yield [pair[0], pair[1]];
  for (const value of Object.values(node)) yield* comparisons(value);
}

function parameterOf(node: Plain): string | undefined {
  const name = isPlainMap(node) ? node['Ref'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function otherThan(template: PlainMap, parameter: string, value: Plain): string {
  const allowed = mapAt(mapAt(template, 'Parameters'), parameter)['AllowedValues'];
  const other = Array.isArray(allowed) ? allowed.find((each) => textOf(each) !== textOf(value)) : undefined;
  return other === undefined ? `other-than-${textOf(value)}` : textOf(other);
}
