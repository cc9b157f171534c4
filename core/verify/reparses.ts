import { type ParseResult, parseSource } from '../engine/parse.js';
import type { SourceFile } from '../text/source-file.js';
import type { GateFailure } from './gate.js';
import { type Document, isTemplate } from '../engine/document.js';

/** Gate: the edited text is a template, or a program, still. Gives what was read for the gates that follow. */
export async function reparses(source: SourceFile, before: Document): Promise<Document | GateFailure> {
  const result = await parseSource(source);
  if (result.kind !== 'document') return { gate: 'reparses', because: whyNot(result) };
  if (isTemplate(result.document) === isTemplate(before)) return result.document;
  return { gate: 'reparses', because: 'the edited text would be something else' };
}

function whyNot(result: Exclude<ParseResult, { kind: 'document' }>): string {
  if (result.kind === 'none') return 'the edited text would be no template any more';
  const { position, message } = result.problem;
  return `the edited text could not be read${position ? ` at line ${position.line}` : ''}: ${message}`;
}
