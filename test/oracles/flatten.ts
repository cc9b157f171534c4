export type Flat = Readonly<Record<string, unknown>>;

/** Pulumi marks secrets, assets and references to resources by such a property; which one it is, the rest shows. */
const signature = '4dabf18193072939515e22adb298388d';

/** A value as `path: value` lines, one for each leaf. Policy documents and the like are looked into. */
export function flatten(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return flattenText(value, path);
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item, index) => flatten(item, `${path}[${index}]`));
  if (!isMap(value)) return [`${path}: ${JSON.stringify(value)}`];
  const entries = Object.entries(value).filter(([key, entry]) => key !== signature && entry !== undefined);
  if (entries.length === 0) return [`${path}: ${signature in value ? 'unknown' : '{}'}`];
  return entries.flatMap(([key, entry]) => flatten(entry, path === '' ? key : `${path}.${key}`));
}

function flattenText(text: string, path: string): string[] {
  const parsed = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  return parsed === undefined ? [`${path}: ${JSON.stringify(text)}`] : flatten(parsed, `${path} (JSON text)`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Flat {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
