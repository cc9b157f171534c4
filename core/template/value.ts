import { type Value, isIntrinsicKey } from './node.js';

export function isMapValue(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isListValue(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The function that a value is: a map of one key that names it. */
export function intrinsicOf(value: Value): { readonly name: string; readonly argument: Value } | undefined {
  if (!isMapValue(value)) return undefined;
  const [entry, more] = Object.entries(value);
  if (!entry || more || !isIntrinsicKey(entry[0])) return undefined;
  const [name, argument] = entry;
  return (name === 'Ref' || name === 'Condition') && typeof argument !== 'string' ? undefined : { name, argument };
}

/** True for values that mean the same, whatever the order of keys. */
export function sameValue(a: Value, b: Value): boolean {
  if (isListValue(a))
    return isListValue(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index] as Value));
  if (!isMapValue(a) || !isMapValue(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key] as Value, b[key] as Value))
  );
}

/** A value below a path of keys. */
export function nested(path: readonly string[], value: Value): Value {
  return path.reduceRight<Value>((inner, key) => ({ [key]: inner }), value);
}
