import { discover } from '../../../core/engine/discover.js';
import { readSource } from '../../../core/engine/load.js';
import type { TextInput } from '../../../index.js';

/** What looks like a template below a directory, found as the command line finds it. */
export async function corpusTexts(directory: string): Promise<readonly TextInput[]> {
  const texts: TextInput[] = [];
  for (const found of (await discover(['.'], { cwd: directory })).files) {
    const result = await readSource(found);
    if (result.kind === 'text') texts.push({ path: found.file, text: result.text });
  }
  return texts;
}
