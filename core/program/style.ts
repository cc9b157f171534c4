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

/** Reads the style off a file; what it does not show is as Prettier does by default. Each trait is looked for when it is asked for. */
export function styleOf(file: ProgramFile): CodeStyle {
  return new StyleOfFile(file);
}

class StyleOfFile implements CodeStyle {
  private readonly traits = new Map<string, unknown>();
  private lines: readonly string[] | undefined;

  constructor(private readonly file: ProgramFile) {}

  get quote(): "'" | '"' {
    return this.trait('quote', () => (this.isCommoner(/"[^"']*"/, /'[^"']*'/) ? '"' : "'"));
  }

  get semicolon(): boolean {
    const without = /^\s*(?:const|import|export const)\b.*[^;{([,]\s*$/;
    return this.trait('semicolon', () => !this.isCommoner(without, /;\s*$/));
  }

  get trailingComma(): boolean {
    const { text } = this.file;
    return this.trait('trailingComma', () => entriesEnd(text, ',', '[}\\]]') >= entriesEnd(text, '', '[}\\]]'));
  }

  get trailingCommaInCalls(): boolean {
    const { text } = this.file;
    return this.trait('trailingCommaInCalls', () => entriesEnd(text, ',', '\\)') > entriesEnd(text, '', '\\)'));
  }

  get indent(): string {
    return this.trait('indent', () => indentOf(this.code) ?? this.file.source.layout.indent);
  }

  get eol(): string {
    return this.file.source.layout.eol;
  }

  get bracketSpacing(): boolean {
    return this.trait('bracketSpacing', () => !this.isCommoner(/(?<!\$)\{[^\s{}$][^{}$]*\}/, /\{ \S.*\S \}/));
  }

  get arrowParentheses(): boolean {
    return this.trait('arrowParentheses', () => this.isCommoner(/\(\w+\) =>/, /(?<!async )\b\w+ =>/));
  }

  get hugsArguments(): boolean {
    return this.trait('hugsArguments', () => !this.isCommoner(/\bnew [\w.]+\(\s*$/, /^\s*\}, (?:\{.*\}|\w+)\)/));
  }

  get width(): number {
    return this.trait('width', () => widthOf(this.code));
  }

  /** The lines without those of comments. */
  private get code(): readonly string[] {
    return (this.lines ??= this.file.text.split(/\r?\n/).filter((line) => !/^\s*(?:\/\/|\*|\/\*)/.test(line)));
  }

  private trait<T>(name: string, read: () => T): T {
    if (!this.traits.has(name)) this.traits.set(name, read());
    return this.traits.get(name) as T;
  }

  /** True where more lines show one pattern than another. */
  private isCommoner(one: RegExp, other: RegExp): boolean {
    const count = (pattern: RegExp): number => this.code.filter((line) => pattern.test(line)).length;
    return count(one) > count(other);
  }
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
