import type { CodeStyle } from './style.js';

/**
 * New code as a small tree: text that is taken as it is, a quoted string, an object, a list, a `new` with its arguments.
 * Only what is new is printed; an expression that stands in the program is text.
 */
export type Code =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'object';
      readonly entries: readonly (readonly [key: string, value: Code])[];
      readonly broken?: boolean;
    }
  | { readonly kind: 'list'; readonly items: readonly Code[]; readonly broken?: boolean }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Code[] }
  | { readonly kind: 'arrow'; readonly parameters: string; readonly body: Code };

export function text(value: string): Code {
  return { kind: 'text', text: value };
}

export function string(value: string): Code {
  return { kind: 'string', value };
}

export function list(items: readonly Code[], broken = false): Code {
  return { kind: 'list', items, broken };
}

export function call(callee: string, ...args: readonly Code[]): Code {
  return { kind: 'call', callee, args };
}

export function arrow(parameters: string, body: Code): Code {
  return { kind: 'arrow', parameters, body };
}

/** An object whose entries stand on lines of their own. */
export function object(entries: Readonly<Record<string, Code | undefined>>, broken = true): Code {
  const present = Object.entries(entries).flatMap(([key, value]) => (value ? [[key, value] as const] : []));
  return { kind: 'object', entries: present, broken };
}

/** An object on one line where it fits. */
export function inlineObject(entries: Readonly<Record<string, Code | undefined>>): Code {
  return object(entries, false);
}

/** Plain data as code, every string in the file's quotes. */
export function data(value: unknown): Code {
  if (typeof value === 'string') return string(value);
  if (Array.isArray(value)) return list(value.map(data));
  if (typeof value === 'object' && value !== null)
    return object(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, data(each)])));
  return text(String(value));
}

/**
 * Prints code as Prettier would lay it out.
 * @param indent the indentation of the line that it begins on
 * @param column how much of that line is taken already, in columns
 * @param behind how much stands behind it on its last line
 */
export function print(code: Code, style: CodeStyle, indent = '', column = indent.length, behind = 0): string {
  return new Printer(style).print(code, indent, column, behind);
}

/** Prints an entry of an object, without the comma that may stand behind it. */
export function printEntry(key: string, value: Code, style: CodeStyle, indent: string, hasComma: boolean): string {
  return new Printer(style).property(key, value, indent, hasComma ? 1 : 0);
}

class Printer {
  constructor(private readonly style: CodeStyle) {}

  print(code: Code, indent: string, column: number, behind: number): string {
    const flat = mustBreak(code) ? undefined : this.flat(code);
    if (flat !== undefined && column + flat.length + behind <= this.style.width) return flat;
    const { trailingComma } = this.style;
    switch (code.kind) {
      case 'text':
      case 'string':
        return this.flat(code) ?? '';
      case 'object':
        return this.lines('{', '}', this.entries(code, indent), indent, trailingComma);
      case 'list':
        return this.lines(
          '[',
          ']',
          code.items.map((item, index) => this.inner(item, indent, this.comma(index, code.items, trailingComma))),
          indent,
          trailingComma,
        );
      case 'call':
        return this.call(code, indent, column, behind);
      case 'arrow':
        return this.arrow(code, indent, column, behind);
    }
  }

  /** On one line; undefined where an object is to be broken. */
  private flat(code: Code): string | undefined {
    switch (code.kind) {
      case 'text':
        return code.text;
      case 'string':
        return quoted(code.value, this.style.quote);
      case 'object':
        return this.brackets(
          '{',
          '}',
          code.entries.map(([key, value]) => this.entry(key, value)),
          this.style.bracketSpacing ? ' ' : '',
        );
      case 'list':
        return this.brackets(
          '[',
          ']',
          code.items.map((item) => this.flat(item)),
          '',
        );
      case 'call':
        return this.brackets(
          `${code.callee}(`,
          ')',
          code.args.map((each) => this.flat(each)),
          '',
        );
      case 'arrow': {
        const body = this.flat(code.body);
        return body === undefined ? undefined : `${this.parameters(code)} => ${wrapped(code.body, body)}`;
      }
    }
  }

  private brackets(
    open: string,
    close: string,
    parts: readonly (string | undefined)[],
    space: string,
  ): string | undefined {
    if (parts.includes(undefined)) return undefined;
    return parts.length === 0 ? open + close : `${open}${space}${parts.join(', ')}${space}${close}`;
  }

  private entry(key: string, value: Code): string | undefined {
    const printed = this.flat(value);
    if (printed === undefined) return undefined;
    return printed === key ? key : `${this.key(key)}: ${printed}`;
  }

  private key(key: string): string {
    return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key, this.style.quote);
  }

  private entries({ entries }: Extract<Code, { kind: 'object' }>, indent: string): string[] {
    const { trailingComma, indent: step } = this.style;
    return entries.map(([key, value], index) =>
      this.property(key, value, indent + step, this.comma(index, entries, trailingComma)),
    );
  }

  /** The columns that the comma behind a part takes: the last one may have none. */
  private comma(index: number, parts: readonly unknown[], isTrailing: boolean): number {
    return isTrailing || index < parts.length - 1 ? 1 : 0;
  }

  /** `key: value`; a long text stands on a line of its own, unless the key is too short for that to help. */
  property(key: string, value: Code, indent: string, behind: number): string {
    if (value.kind === 'text' && value.text === key) return key;
    const name = this.key(key);
    const printed = this.print(value, indent, indent.length + name.length + 2, behind);
    const isPlain = value.kind === 'string' || (value.kind === 'text' && /^[\w$.]+$/.test(value.text));
    const isLong = indent.length + name.length + 2 + printed.length + behind > this.style.width;
    if (!isPlain || !isLong || name.length < this.style.indent.length + 3) return `${name}: ${printed}`;
    return `${name}:${this.style.eol}${indent}${this.style.indent}${printed}`;
  }

  private inner(code: Code, indent: string, behind: number): string {
    const inner = indent + this.style.indent;
    return this.print(code, inner, inner.length, behind);
  }

  private lines(open: string, close: string, parts: readonly string[], indent: string, comma: boolean): string {
    const { eol } = this.style;
    if (parts.length === 0) return open + close;
    const inner = indent + this.style.indent;
    return `${open}${eol}${parts.map((part) => inner + part).join(`,${eol}`)}${comma ? ',' : ''}${eol}${indent}${close}`;
  }

  /** A last argument that is an object or function stays on the line of the bracket; otherwise each argument has its own. */
  private call(code: Extract<Code, { kind: 'call' }>, indent: string, column: number, behind: number): string {
    const last = code.args.at(-1);
    const before = code.args.slice(0, -1).map((each) => (mustBreak(each) ? undefined : this.flat(each)));
    if (last && !before.includes(undefined) && hugs(last) && !code.args.slice(0, -1).some(hugs)) {
      const head = `${code.callee}(${before.map((each) => `${each}, `).join('')}`;
      if (last.kind === 'arrow' && last.body.kind === 'call' && mustBreak(last.body))
        return this.applied(head, last, indent, column);
      const firstLine = this.print(last, indent, column + head.length, behind + 1);
      if (column + head.length + (firstLine.split(/\r?\n/, 1)[0]?.length ?? 0) <= this.style.width)
        return `${head}${firstLine})`;
    }
    const hugged = this.style.hugsArguments ? this.hugged(code, indent, column) : undefined;
    if (hugged !== undefined) return hugged;
    const { trailingCommaInCalls } = this.style;
    const parts = code.args.map((each, index) =>
      this.inner(each, indent, this.comma(index, code.args, trailingCommaInCalls)),
    );
    return this.lines(`${code.callee}(`, ')', parts, indent, trailingCommaInCalls);
  }

  /** `new X('x', {` ... `}, { parent: this })`: the object before the options breaks, all else stays on its lines. */
  private hugged(
    { callee, args }: Extract<Code, { kind: 'call' }>,
    indent: string,
    column: number,
  ): string | undefined {
    const [options, object] = [args.at(-1), args.at(-2)];
    const before = args.slice(0, -2).map((each) => (mustBreak(each) ? undefined : this.flat(each)));
    const last = options && !mustBreak(options) ? this.flat(options) : undefined;
    if (object?.kind !== 'object' || last === undefined || before.includes(undefined)) return undefined;
    const head = `${callee}(${before.map((each) => `${each}, `).join('')}`;
    return `${head}${this.print({ ...object, broken: true }, indent, column, 0)}, ${last})`;
  }

  /** A callback that returns a call of several lines: the call stands on lines of its own, and so does the chain that is too long. */
  private applied(head: string, code: Extract<Code, { kind: 'arrow' }>, indent: string, column: number): string {
    const { eol, trailingCommaInCalls } = this.style;
    const parameters = this.parameters(code);
    const [, owner, joined, applied] = /^(\w+)(\.all\(.*\))(\.apply\(.*)$/.exec(head) ?? [];
    const isLong = column + head.length + parameters.length + ' =>'.length > this.style.width;
    const outer = owner !== undefined && isLong ? indent + this.style.indent : indent;
    const chain = outer === indent ? head : `${owner}${eol}${outer}${joined}${eol}${outer}${applied}`;
    const body = `${eol}${outer}${this.style.indent}${this.inner(code.body, outer, 0)}`;
    return `${chain}${parameters} =>${body}${trailingCommaInCalls ? ',' : ''}${eol}${outer})`;
  }

  private parameters({ parameters }: Extract<Code, { kind: 'arrow' }>): string {
    const spaced = this.style.bracketSpacing ? parameters : parameters.replace(/\{ (.*) \}/, '{$1}');
    return this.style.arrowParentheses && /^\w+$/.test(spaced) ? `(${spaced})` : spaced;
  }

  private arrow(code: Extract<Code, { kind: 'arrow' }>, indent: string, column: number, behind: number): string {
    const parameters = this.parameters(code);
    const head = `${parameters} => `;
    if (code.body.kind === 'object')
      return `${head}(${this.print(code.body, indent, column + head.length + 1, behind + 1)})`;
    const inline = this.print(code.body, indent, column + head.length, behind);
    const [firstLine = ''] = inline.split(/\r?\n/, 1);
    if (column + head.length + firstLine.length <= this.style.width) return head + inline;
    const inner = indent + this.style.indent;
    return `${parameters} =>${this.style.eol}${inner}${this.print(code.body, inner, inner.length, behind)}`;
  }
}

function mustBreak(code: Code): boolean {
  switch (code.kind) {
    case 'text':
    case 'string':
      return false;
    case 'object':
      return (code.broken === true && code.entries.length > 0) || code.entries.some(([, value]) => mustBreak(value));
    case 'list':
      return code.broken === true || code.items.some(mustBreak);
    case 'call':
      return code.args.some(mustBreak);
    case 'arrow':
      return mustBreak(code.body);
  }
}

function hugs(code: Code): boolean {
  return (code.kind === 'object' && code.entries.length > 0) || code.kind === 'arrow';
}

function wrapped(body: Code, printed: string): string {
  return body.kind === 'object' ? `(${printed})` : printed;
}

/** A string in the wanted quotes; in the other ones where that takes fewer escapes. */
export function quoted(value: string, wanted: "'" | '"'): string {
  const other = wanted === '"' ? "'" : '"';
  const quote = countOf(value, wanted) > countOf(value, other) ? other : wanted;
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
  return quote + escaped.replaceAll(quote, `\\${quote}`) + quote;
}

function countOf(value: string, sign: string): number {
  return value.split(sign).length - 1;
}
