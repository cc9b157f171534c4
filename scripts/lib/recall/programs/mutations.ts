import { type Cut, grantCuts } from './grant-mutations.js';
import { type ProgramMutation, type Texts, replaced } from './mutation.js';
import { versionCuts } from './version-mutations.js';

/** All mutations of a program, one file and one place at a time. */
export function* programMutations(texts: Texts): Generator<ProgramMutation> {
  for (const [file, text] of texts) {
    if (!text.includes('@pulumi/')) continue;
    for (const { kind, at, replacements } of cutsOf(file, text)) {
      const line = text.slice(0, at).split('\n').length;
      yield { kind, file, line, changed: new Map([[file, replaced(text, replacements)]]) };
    }
  }
}

/** A file that cannot be parsed has none. */
function cutsOf(file: string, text: string): readonly Cut[] {
  try {
    return [...grantCuts(file, text), ...versionCuts(file, text)];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
