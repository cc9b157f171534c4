import type { ProgramFile } from './file.js';

/** How a program is written, so that what is added looks like what is there. */
export interface CodeStyle {
  readonly quote: "'" | '"';
  readonly semicolon: boolean;
  /** A comma behind the last entry of an object or list that takes several lines. */
  readonly trailingComma: boolean;
  /** A comma behind the last argument of a call that takes several lines. */
  readonly trailingCommaInCalls: boolean;
  readonly indent: string;
  readonly eol: string;
  /** `{ a }` rather than `{a}`. */
  readonly bracketSpacing: boolean;
  /** `(x) => y` rather than `x => y`. */
  readonly arrowParentheses: boolean;
  /** `new X('x', {` with the options behind the closing brace, rather than each argument on a line of its own. */
  readonly hugsArguments: boolean;
  /** Columns that a line may have. */
  readonly width: number;
}

/** Reads the style off a file; what it does not show is as Prettier does by default. */
export function styleOf({ text, source }: ProgramFile): CodeStyle {
  const lines = text.split(/\r?\n/);
  const code = lines.filter((line) => !/^\s*(?:\/\/|\*|\/\*)/.test(line));
  const count = (pattern: RegExp): number => code.reduce((sum, line) => sum + (pattern.test(line) ? 1 : 0), 0);
  return {
    quote: count(/"[^"']*"/) > count(/'[^"']*'/) ? '"' : "'",
    semicolon: count(/;\s*$/) >= count(/^\s*(?:const|import|export const)\b.*[^;{([,]\s*$/),
    trailingComma: entriesEnd(text, ',', '[}\\]]') >= entriesEnd(text, '', '[}\\]]'),
    trailingCommaInCalls: entriesEnd(text, ',', '\\)') > entriesEnd(text, '', '\\)'),
    indent: indentOf(code) ?? source.layout.indent,
    eol: source.layout.eol,
    bracketSpacing: count(/\{ \S.*\S \}/) >= count(/(?<!\$)\{[^\s{}$][^{}$]*\}/),
    arrowParentheses: count(/\(\w+\) =>/) > count(/(?<!async )\b\w+ =>/),
    hugsArguments: count(/^\s*\}, (?:\{.*\}|\w+)\)/) > count(/\bnew [\w.]+\(\s*$/),
    width: widthOf(code),
  };
}

/** How often the line before a closing bracket ends in a comma, or without one; statements and blocks have none to have. */
function entriesEnd(text: string, comma: '' | ',', closing: string): number {
  // What ends in a semicolon or a brace may be a block.
  const bare = closing === '\\)' ? '[^,{[(\\s/*]' : '[^,;{}[(\\s/*]';
  const end = comma === ',' ? ',' : bare;
  return (text.match(new RegExp(`${end}[ \\t]*\\r?\\n[ \\t]*${closing}`, 'g')) ?? []).length;
}

/** The commonest step from a line that opens a bracket to the next one. */
function indentOf(lines: readonly string[]): string | undefined {
  const steps = new Map<string, number>();
  lines.forEach((line, index) => {
    const next = lines[index + 1];
    if (next === undefined || next.trim() === '' || !/[{([]\s*$/.test(line)) return;
    const [outer = '', inner = ''] = [/^[ \t]*/.exec(line)?.[0], /^[ \t]*/.exec(next)?.[0]];
    if (inner.length > outer.length && inner.startsWith(outer)) {
      const step = inner.slice(outer.length);
      steps.set(step, (steps.get(step) ?? 0) + 1);
    }
  });
  return [...steps].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

/** 80, 100 or 120: the narrowest that nearly all lines keep. */
function widthOf(lines: readonly string[]): number {
  const fitting = (width: number): boolean => lines.filter((line) => line.length > width).length <= lines.length * 0.02;
  return [80, 100, 120].find(fitting) ?? 120;
}
