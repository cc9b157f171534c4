import type * as library from '../../../index.js';

type Library = typeof library;

/** The built library, typed as its sources: what people run is measured, not what a loader makes of the sources. */
export async function builtLibrary(): Promise<Library> {
  const { href } = new URL('../../../dist/index.js', import.meta.url);
  return (await import(href)) as Library;
}
