import type { ProgramFile } from './file.js';

/** Where the line begins that an offset is on. */
export function lineStart({ text }: ProgramFile, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The end of the line on which something ends, a comment behind it included. */
export function lineEndBehind({ text }: ProgramFile, offset: number): number {
  const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?=\r?\n|$)/.exec(
    text.slice(offset, offset + 2000),
  )?.[0];
  return offset + (rest?.trimEnd().length ?? 0);
}

/** The indentation of the line that an offset is on, and its column. */
export function lineAt(file: ProgramFile, offset: number): { readonly indent: string; readonly column: number } {
  const start = lineStart(file, offset);
  const indent = /^[ \t]*/.exec(file.text.slice(start, offset))?.[0] ?? '';
  return { indent, column: offset - start };
}
