import type { SourceFile } from '../text/source-file.js';

/** The tool that made a program, by the comment that it begins with; undefined when a person wrote it. */
export function generatedProgram({ text }: SourceFile): string | undefined {
  const head =
    /^\uFEFF?(?:#![^\n]*\n)?(?:\s*(?:\/\/[^\n]*|\/\*[\s\S]{0,4000}?\*\/))*/.exec(text.slice(0, 8192))?.[0] ?? '';
  for (const line of head.split('\n')) {
    if (/\b(?:auto-?generated|generated (?:by|from|with)|do not edit)\b|@generated\b/i.test(line))
      return `a tool ("${line.replaceAll(/^[\s/*]+|[\s/*]+$/g, '').slice(0, 80)}")`;
  }
  return undefined;
}
