import { type ParserPlugin, parse } from '@babel/parser';
import { ParseProblem } from '../template/parse-error.js';
import type { SourceFile } from '../text/source-file.js';
import type { babel } from './ast.js';

/** Beyond this a file is a bundle, not a program that a person edits. UTF-16 code units. */
export const maximumProgramLength = 2 * 1024 * 1024;

/**
 * Parses a TypeScript or JavaScript file. No configuration of the project is read, nothing is executed.
 * @throws {ParseProblem} with the place, for a syntax error and for a file that is too large.
 */
export function parseProgram(source: SourceFile): babel.File {
  if (source.text.length > maximumProgramLength)
    throw new ParseProblem('too-large', 'the file is too large to be a program that a person edits');
  try {
    return parse(source.text, {
      sourceType: 'unambiguous',
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
      allowNewTargetOutsideFunction: true,
      attachComment: false,
      plugins: pluginsFor(source.path),
    });
  } catch (error) {
    throw problemOf(error);
  }
}

/** JSX is off for `.ts`, where `<T>x` is a cast. */
function pluginsFor(path: string): ParserPlugin[] {
  const isJavaScript = /\.[cm]?jsx?$/i.test(path);
  const hasJsx = isJavaScript || /\.tsx$/i.test(path);
  return [...(isJavaScript ? [] : (['typescript'] as const)), ...(hasJsx ? (['jsx'] as const) : []), 'decorators'];
}

function problemOf(error: unknown): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const { pos } = error as { pos?: unknown };
  const [message = ''] = error.message.replace(/ \(\d+:\d+\)$/, '').split('\n');
  return new ParseProblem('invalid', message.replace(/\.$/, ''), typeof pos === 'number' ? pos : 0);
}
