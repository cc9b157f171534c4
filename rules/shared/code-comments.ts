import type { Span } from '../../core/text/span.js';

/** The languages that inline code can have. */
export type CodeLanguage = 'python' | 'nodejs';

/** Names what comes before a regular expression rather than a division. */
const operatorWords = new Set(
  'await case delete do else in instanceof new of return throw typeof void yield'.split(' '),
);
const blockWords = new Set(['if', 'while', 'for', 'with']);

/**
 * The text inside each comment, markers excluded: `#` in Python, `//` and each line of a block comment in Node.js.
 * Strings, template literals, regular expressions and docstrings hold none. Code that ends inside a string or a
 * comment is not understood, so it has no comments here.
 */
export function commentsIn(code: string, language: CodeLanguage): readonly Span[] {
  const scanner = language === 'python' ? new PythonScanner(code) : new NodeScanner(code);
  return scanner.scan() ? scanner.comments : [];
}

/** Comments that are read as one: what a sentence that goes on in the next line says. */
export interface Paragraph {
  readonly text: string;
  /** Where each character of the text stands in the code. */
  readonly offsets: readonly number[];
}

/** A line that goes on in small letters belongs to the line above. */
export function paragraphsOf(code: string, comments: readonly Span[]): readonly Paragraph[] {
  const paragraphs: { text: string; offsets: number[] }[] = [];
  let previous: Span | undefined;
  for (const comment of comments) {
    const lead = /^[\s*]*/.exec(code.slice(comment.start, comment.end))?.[0].length ?? 0;
    const line = {
      start: comment.start + lead,
      end: comment.start + code.slice(comment.start, comment.end).trimEnd().length,
    };
    const last = paragraphs.at(-1);
    const goesOn =
      previous &&
      /^\s*(?:#|\/\/)?$/.test(code.slice(previous.end, comment.start)) &&
      /[a-z]/.test(code.charAt(line.start));
    if (last && previous && goesOn) addTo(last, ' ', previous.end);
    const target = last && goesOn ? last : { text: '', offsets: [] };
    if (target !== last) paragraphs.push(target);
    addTo(target, code.slice(line.start, line.end), line.start);
    previous = comment;
  }
  return paragraphs;
}

function addTo(paragraph: { text: string; offsets: number[] }, text: string, offset: number): void {
  paragraph.text += text;
  for (let index = 0; index < text.length; index++) paragraph.offsets.push(offset + index);
}

/** A part of a paragraph, which ends in a sign, as a range of the code. */
export function inCode({ offsets }: Paragraph, { start, end }: Span): Span {
  return { start: offsets[start] ?? 0, end: (offsets[end - 1] ?? 0) + 1 };
}

abstract class Scanner {
  readonly comments: Span[] = [];
  protected at = 0;

  constructor(protected readonly code: string) {}

  /** False when the code ends where it cannot. */
  abstract scan(): boolean;

  protected get char(): string {
    return this.code.charAt(this.at);
  }

  protected sees(text: string): boolean {
    return this.code.startsWith(text, this.at);
  }

  protected lineEnd(): number {
    const end = this.code.indexOf('\n', this.at);
    return end === -1 ? this.code.length : end;
  }

  protected lineComment(marker: number): void {
    const end = this.lineEnd();
    this.comments.push({ start: this.at + marker, end });
    this.at = end;
  }

  /** A string in one line: it ends at its quote, and at the latest at the end of the line. */
  protected shortString(quote: string): void {
    for (this.at++; this.at < this.code.length && this.char !== quote && this.char !== '\n'; this.at++) {
      if (this.char === '\\') this.at++;
    }
    if (this.char === quote) this.at++;
  }
}

class PythonScanner extends Scanner {
  scan(): boolean {
    while (this.at < this.code.length) {
      if (this.char === '#') this.lineComment(1);
      else if (this.char === '"' || this.char === "'") {
        if (!this.string()) return false;
      } else this.at++;
    }
    return true;
  }

  private string(): boolean {
    const prefix = /(?:^|\W)([a-z]{1,2})$/i.exec(this.code.slice(Math.max(0, this.at - 3), this.at))?.[1] ?? '';
    const long = this.sees(this.char.repeat(3));
    const quote = long ? this.char.repeat(3) : this.char;
    this.at += quote.length;
    const closed = this.stringBody(quote, long, /f/i.test(prefix));
    return closed || !long;
  }

  /** Up to and with the closing quote; from Python 3.12 on, what an f-string holds in braces may repeat its quote. */
  private stringBody(quote: string, long: boolean, formatted: boolean): boolean {
    while (this.at < this.code.length) {
      if (!long && this.char === '\n') return false;
      if (this.sees(quote)) {
        this.at += quote.length;
        return true;
      }
      if (formatted && this.sees('{{')) this.at += 2;
      else if (formatted && this.char === '{') this.replacementField(long);
      else this.at += this.char === '\\' ? 2 : 1;
    }
    return false;
  }

  /** `{...}` with the strings in it. A brace that nothing closes is text like any other. */
  private replacementField(long: boolean): void {
    const start = this.at;
    const end = long ? this.code.length : this.lineEnd();
    for (let depth = 0; this.at < end;) {
      if (this.char === '{') depth++;
      if (this.char === '}' && --depth === 0) {
        this.at++;
        return;
      }
      if (this.char === '"' || this.char === "'") this.string();
      else this.at++;
    }
    this.at = start + 1;
  }
}

class NodeScanner extends Scanner {
  /** Whether a slash here begins a regular expression. */
  private operandExpected = true;
  /** One entry for each open bracket: `template` marks the brace of a `${`, `block` a parenthesis behind `if`. */
  private readonly open: ('template' | 'block' | 'other')[] = [];

  scan(): boolean {
    while (this.at < this.code.length) if (!this.token()) return false;
    return this.open.length === 0;
  }

  private token(): boolean {
    if (/\s/.test(this.char)) this.at++;
    else if (this.sees('//')) this.lineComment(2);
    else if (this.sees('/*')) return this.blockComment();
    else if (this.char === '"' || this.char === "'") {
      this.shortString(this.char);
      this.operandExpected = false;
    } else if (this.char === '`') return this.template();
    else if (this.char === '/' && this.operandExpected && this.regularExpression()) this.operandExpected = false;
    else if (/[\w$\u0080-\uffff]/.test(this.char)) this.word();
    else return this.punctuation();
    return true;
  }

  private blockComment(): boolean {
    const end = this.code.indexOf('*/', this.at + 2);
    if (end === -1) return false;
    for (let start = this.at + 2; start <= end;) {
      const line = this.code.indexOf('\n', start);
      const stop = line === -1 || line > end ? end : line;
      this.comments.push({ start, end: stop });
      start = stop + 1;
    }
    this.at = end + 2;
    return true;
  }

  /** A template literal, or what follows the `}` of one of its expressions. */
  private template(): boolean {
    for (this.at++; this.at < this.code.length; this.at++) {
      if (this.char === '\\') this.at++;
      else if (this.char === '`') {
        this.at++;
        this.operandExpected = false;
        return true;
      } else if (this.sees('${')) {
        this.at += 2;
        this.open.push('template');
        this.operandExpected = true;
        return true;
      }
    }
    return false;
  }

  private regularExpression(): boolean {
    const body = /\/(?:[^\\/[\n]|\\.|\[(?:[^\\\]\n]|\\.)*\])+\/[a-z]*/y;
    body.lastIndex = this.at;
    const match = body.exec(this.code);
    if (match) this.at += match[0].length;
    return match !== null;
  }

  private word(): void {
    const word = /[\w$\u0080-\uffff]+/y;
    word.lastIndex = this.at;
    const text = word.exec(this.code)?.[0] ?? this.char;
    this.at += text.length;
    this.operandExpected = operatorWords.has(text);
    const next = this.code.slice(this.at).trimStart();
    if (blockWords.has(text) && next.startsWith('(')) {
      this.at = this.code.indexOf('(', this.at) + 1;
      this.open.push('block');
      this.operandExpected = true;
    }
  }

  private punctuation(): boolean {
    const { char } = this;
    if (char === '(' || char === '[' || char === '{') this.open.push('other');
    if (char === ')' || char === ']' || char === '}') {
      const opened = this.open.pop();
      if (opened === undefined) return false;
      if (opened === 'template') return this.template();
      this.operandExpected = char === '}' || opened === 'block';
    } else this.operandExpected = true;
    this.at++;
    return true;
  }
}
