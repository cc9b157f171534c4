/** Keys by which Pulumi's wire format tells what a map stands for: `runtime/rpc.ts` of @pulumi/pulumi 3. */
const signature = '4dabf18193072939515e22adb298388d';
const assets: ReadonlySet<unknown> = new Set(['c44067f5952c0a294b673a41bacd8c17', '0def7320c3a5731c473e5ecbe6d01bc7']);

/**
 * A value of a request with its assets and archives as they go over the wire: the objects that the SDK makes of them keep
 * their content in promises.
 */
export function withAssets(value: unknown, wire: unknown): unknown {
  if (isMap(wire) && assets.has(wire[signature])) return wire;
  if (Array.isArray(value) && Array.isArray(wire))
    return value.map((item, index) => withAssets(item, (wire as unknown[])[index]));
  if (!isMap(value) || !isMap(wire) || signature in wire) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withAssets(entry, wire[key])]));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
