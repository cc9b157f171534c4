import { readFileSync } from 'node:fs';

/** The version of this package; the manifest lies one folder up from the sources and two up from `dist/cli`. */
export function version(): string {
  for (const up of ['../package.json', '../../package.json']) {
    const manifest = manifestAt(new URL(up, import.meta.url));
    if (manifest?.name === 'stackmend') return manifest.version;
  }
  return 'unknown';
}

function manifestAt(url: URL): { readonly name: string; readonly version: string } | undefined {
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as { name: string; version: string };
  } catch {
    return undefined;
  }
}
