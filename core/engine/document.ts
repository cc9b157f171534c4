import type { ProgramFile } from '../program/file.js';
import type { Template } from '../template/template.js';

/** One parsed file: a template, or a file of a Pulumi program. */
export type Document = Template | ProgramFile;

export function isTemplate(document: Document): document is Template {
  return 'root' in document;
}

export function isProgramFile(document: Document): document is ProgramFile {
  return !isTemplate(document);
}

const programEndings: ReadonlySet<string> = new Set(['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs']);

/**
 * True for the names of TypeScript and JavaScript sources; declarations create nothing. Asked for every file of a repository,
 * which is why it does without patterns.
 */
export function isProgramName(file: string): boolean {
  const dot = file.lastIndexOf('.');
  const ending = file.slice(dot + 1).toLowerCase();
  return (
    dot !== -1 &&
    programEndings.has(ending) &&
    !(ending.endsWith('ts') && file.slice(dot - 2, dot).toLowerCase() === '.d')
  );
}
