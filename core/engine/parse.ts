import { loadTemplate } from '../template/load.js';
import { ParseProblem, type ParseProblemCode } from '../template/parse-error.js';
import { type Document, isProgramName } from './document.js';
import { once } from '../template/once.js';
import type { SourceFile } from '../text/source-file.js';
import { isMeantAsTemplate, placeholderIn } from './sniff.js';
import type { Problem } from './types.js';

export type ParseResult =
  | { readonly kind: 'document'; readonly document: Document }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'none' };

/** What to do about each kind of trouble. */
const advice = {
  invalid: 'mend the syntax there first',
  'multiple-documents': 'keep one template per file',
  'too-deep': 'no template nests that deep; flatten it',
  'too-large': 'split it into nested stacks',
  aliases: 'write out what they stand for',
  empty: 'there is no template in it',
} satisfies Record<ParseProblemCode, string>;

/** Parses a text that looks like a template or a program. What cannot be read becomes a problem with its place. */
export async function parseSource(source: SourceFile): Promise<ParseResult> {
  try {
    if (isProgramName(source.path)) return { kind: 'document', document: await loadProgramFile(source) };
    const template = await loadTemplate(source);
    if (template?.syntax !== 'json' && isMeantAsTemplate(source.text)) refuseSecondDocument(source.text);
    return template ? { kind: 'document', document: template } : { kind: 'none' };
  } catch (error) {
    if (error instanceof ParseProblem) return { kind: 'problem', problem: problemOf(source, error) };
    if (error instanceof RangeError)
      return {
        kind: 'problem',
        problem: problemOf(source, new ParseProblem('too-deep', 'it is nested too deep to be read')),
      };
    throw error;
  }
}

/** Babel is loaded only for programs. */
const programs = once(() => import('../program/file.js'));

async function loadProgramFile(source: SourceFile): Promise<Document> {
  const { ProgramFile } = await programs();
  return new ProgramFile(source);
}

/** The YAML library reads the first of several documents without a word; CloudFormation takes none of them. */
function refuseSecondDocument(text: string): void {
  const content = text.search(/^(?!---|[ \t\r]*(?:[#%\uFEFF].*)?$)/m);
  const at = content === -1 ? -1 : text.slice(content).search(/^---(?:\s|$)/m);
  if (at === -1) return;
  const message = 'the file holds several YAML documents; CloudFormation reads exactly one';
  throw new ParseProblem('multiple-documents', message, content + at);
}

function problemOf(source: SourceFile, trouble: ParseProblem): Problem {
  if (isProgramName(source.path)) return programProblem(source, trouble);
  const placeholder = trouble.code === 'invalid' ? placeholderIn(source.text) : undefined;
  const position = placeholder === undefined ? undefined : source.lines.position(placeholder);
  // Documents of Systems Manager have such placeholders too: one below the trouble is not to blame for it.
  if (position && position.line <= source.lines.position(trouble.offset).line) {
    return {
      severity: 'note',
      file: source.path,
      position,
      message: 'a Jinja-like template with placeholders, not read: render it first',
    };
  }
  const severity = isMeantAsTemplate(source.text) ? 'error' : 'note';
  return {
    severity,
    file: source.path,
    position: source.lines.position(trouble.offset),
    message: `${trouble.message}; ${advice[trouble.code]}`,
  };
}

/** What cannot be parsed may be no program of Pulumi at all, whatever it mentions; the parser's word is passed on. */
function programProblem(source: SourceFile, { message, offset, code }: ParseProblem): Problem {
  const what =
    code === 'invalid' ? `cannot be parsed: ${message}; mend the syntax there first` : `${message}, so it is not read`;
  return {
    severity: code === 'invalid' ? 'error' : 'note',
    file: source.path,
    position: source.lines.position(offset),
    message: what,
  };
}
