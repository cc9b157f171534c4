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

/** True for the names of TypeScript and JavaScript sources; declarations create nothing. */
export function isProgramName(file: string): boolean {
  return /\.[cm]?[jt]sx?$/i.test(file) && !/\.d\.[cm]?ts$/i.test(file);
}
