import { type ParseResult, parseSource } from '../engine/parse.js';
import type { SourceFile } from '../text/source-file.js';
import type { GateFailure } from './gate.js';
import type { Template } from '../template/template.js';

/** Gate: the edited text is a template still. Gives the template for the gates that follow. */
export async function reparses(source: SourceFile): Promise<Template | GateFailure> {
  const result = await parseSource(source);
  return result.kind === 'template' ? result.template : { gate: 'reparses', because: whyNot(result) };
}

function whyNot(result: Exclude<ParseResult, { kind: 'template' }>): string {
  if (result.kind === 'none') return 'the edited text would be no template any more';
  const { position, message } = result.problem;
  return `the edited text could not be read${position ? ` at line ${position.line}` : ''}: ${message}`;
}
