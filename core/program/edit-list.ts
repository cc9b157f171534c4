import { CannotEdit } from '../template/cannot-edit.js';
import { type TextEdit, editAt } from '../text/edit.js';
import { type Node, type babel, spanOfNode } from './ast.js';
import type { ProgramFile } from './file.js';
import { type Code, print, printEntry } from './print.js';
import type { CodeStyle } from './style.js';

/** What holds members between brackets. */
export type Bracketed =
  babel.ObjectExpression | babel.ArrayExpression | babel.ArrayPattern | babel.ObjectPattern | babel.ImportDeclaration;

/** Adds to and takes out of objects and lists that are written out, on one line or on many. */
export class ListEditor {
  constructor(
    private readonly file: ProgramFile,
    private readonly style: CodeStyle,
  ) {}

  addEntries(owner: babel.ObjectExpression, entries: Readonly<Record<string, Code>>): TextEdit[] {
    return this.add(owner, membersOf(owner), { kind: 'object', entries: Object.entries(entries) });
  }

  append(owner: babel.ArrayExpression | babel.ArrayPattern, values: readonly Code[]): TextEdit[] {
    const members = membersOf(owner);
    const last = members.at(-1);
    const isInline = last !== undefined && !this.text.slice(last.start ?? 0, last.end ?? 0).includes('\n');
    return this.add(owner, members, { kind: 'list', items: isInline ? values.map(unbroken) : values });
  }

  /** Takes members out with their commas; those that have lines of their own go with them and the comments behind them. */
  removeMembers(owner: Bracketed, removed: readonly Node[]): TextEdit[] {
    const members = membersOf(owner);
    if (removed.some((each) => !members.includes(each)))
      throw new CannotEdit('it is not a part of what it should be taken out of');
    return runsOf(members, removed).flatMap((run) => this.removeRun(owner, members, run));
  }

  /** Neighbours on one line go as one; otherwise each takes its own lines with it. */
  private removeRun(owner: Bracketed, members: readonly Node[], run: readonly Node[]): TextEdit[] {
    const lines = run.map((member) => this.wholeLines(member, member));
    const [first, last] = [run[0] as Node, run.at(-1) as Node];
    const [previous, next] = [members[members.indexOf(first) - 1], members[members.indexOf(last) + 1]];
    const comma = previous && !next ? this.commaLeftBehind(previous, last) : [];
    if (lines.every((each) => each !== undefined))
      return [...comma, ...lines.map(({ start, end }) => this.at(start, end, ''))];
    const whole = this.wholeLines(first, last);
    if (whole) return [...comma, this.at(whole.start, whole.end, '')];
    if (next) return [this.at(spanOfNode(first).start, spanOfNode(next).start, '')];
    if (previous) return [this.at(spanOfNode(previous).end, spanOfNode(last).end, '')];
    const span = spanOfNode(owner);
    return [this.at(span.start + 1, span.end - 1, '')];
  }

  /** Where the last member had no comma, the one before it needs none either. */
  private commaLeftBehind(previous: Node, last: Node): TextEdit[] {
    const { end } = spanOfNode(previous);
    const hadComma = /^\s*,/.test(this.text.slice(spanOfNode(last).end));
    return hadComma || this.text[end] !== ',' ? [] : [this.at(end, end + 1, '')];
  }

  /** The lines from the break before to the end, where nothing else stands on them. */
  private wholeLines(first: Node, last: Node): { start: number; end: number } | undefined {
    const { start } = spanOfNode(first);
    const { end: lastEnd } = spanOfNode(last);
    const end = lastEnd + (/^\s*,/.exec(this.text.slice(lastEnd))?.[0].length ?? 0);
    const lineStart = this.text.lastIndexOf('\n', start - 1) + 1;
    if (lineStart === 0 || this.text.slice(lineStart, start).trim() !== '') return undefined;
    const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(\r?\n)/.exec(this.text.slice(end));
    return rest ? { start: lineStart, end: end + rest[0].length } : undefined;
  }

  private add(owner: Bracketed, members: readonly Node[], one: Code): TextEdit[] {
    const { start, end } = spanOfNode(owner);
    const last = members.at(-1);
    if (!last) return [this.fill(start, end, one)];
    const isBroken = this.text.slice(spanOfNode(last).end, end).includes('\n');
    return isBroken
      ? this.addLine(spanOfNode(members[0] ?? last).start, spanOfNode(last).end, one)
      : [this.addInline(last, end, one, owner)];
  }

  /** The first member of an empty pair of brackets. */
  private fill(start: number, end: number, one: Code): TextEdit {
    if (this.text.slice(start + 1, end - 1).trim() !== '')
      throw new CannotEdit('only a comment stands in the brackets');
    const { indent, column } = this.lineAt(start);
    return this.at(start, end, print(one, this.style, indent, column));
  }

  /** On a line of its own behind the last one, before what closes the brackets; comments behind the last one stay there. */
  private addLine(first: number, lastEnd: number, one: Code): TextEdit[] {
    const { indent } = this.lineAt(first);
    const rest = this.text.slice(lastEnd);
    const comma = /^(?:\s|\/\*[^*]*\*\/)*,/.exec(rest)?.[0];
    const behind = lastEnd + (comma?.length ?? 0);
    const lineEnd =
      behind +
      (/^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*)?(?=\r?\n)/.exec(this.text.slice(behind))?.[0].trimEnd()
        .length ?? 0);
    const hasComma = comma !== undefined;
    const lines = this.members(one, indent, hasComma).map((each) => `${this.style.eol}${indent}${each}`);
    const printed = `${lines.join(',')}${hasComma ? ',' : ''}`;
    const edits = [this.at(lineEnd, lineEnd, printed)];
    return hasComma ? edits : [this.at(lastEnd, lastEnd, ','), ...edits];
  }

  /** Behind the last one on its line, or every member on a line of its own where that would be too long. */
  private addInline(last: Node, end: number, one: Code, owner: Bracketed): TextEdit {
    const lastEnd = spanOfNode(last).end;
    const { indent } = this.lineAt(spanOfNode(owner).start);
    const printed = this.members(one, indent, false).join(', ');
    const lineStart = this.text.lastIndexOf('\n', lastEnd - 1) + 1;
    const rest = /^[^\r\n]*/.exec(this.text.slice(lastEnd))?.[0].length ?? 0;
    const fits = !printed.includes('\n') && lastEnd - lineStart + rest + printed.length + 2 <= this.style.width;
    const isOneLine = !this.text.slice(spanOfNode(owner).start, end).includes('\n');
    // Taking members apart would lose a comment between them.
    if (fits || !isOneLine || this.hasComment(owner)) return this.at(lastEnd, lastEnd, `, ${printed}`);
    return this.spread(owner, one, indent);
  }

  /** True where a comment stands between the members, on their one line. */
  private hasComment(owner: Bracketed): boolean {
    const { start, end } = spanOfNode(owner);
    const members = membersOf(owner).map(spanOfNode);
    const gaps = [...members, { start: end, end }].map((member, index) =>
      this.text.slice(members[index - 1]?.end ?? start, member.start),
    );
    return gaps.some((gap) => gap.includes('/*'));
  }

  private spread(owner: Bracketed, one: Code, indent: string): TextEdit {
    const { start, end } = spanOfNode(owner);
    const { eol, trailingComma } = this.style;
    const inner = indent + this.style.indent;
    const present = membersOf(owner).map((member) => this.text.slice(member.start ?? 0, member.end ?? 0));
    const all = [...present, ...this.members(one, inner, trailingComma)].map((each) => inner + each).join(`,${eol}`);
    return this.at(start + 1, end - 1, `${eol}${all}${trailingComma ? ',' : ''}${eol}${indent}`);
  }

  /** The members of a pair of brackets, each printed for itself. */
  private members(one: Code, indent: string, endsInComma: boolean): string[] {
    const hasComma = (index: number, all: readonly unknown[]): boolean => endsInComma || index < all.length - 1;
    if (one.kind === 'list')
      return one.items.map((item, index) =>
        print(item, this.style, indent, indent.length, hasComma(index, one.items) ? 1 : 0),
      );
    if (one.kind !== 'object') return [];
    return one.entries.map(([key, value], index) =>
      printEntry(key, value, this.style, indent, hasComma(index, one.entries)),
    );
  }

  private lineAt(offset: number): { indent: string; column: number } {
    const start = this.text.lastIndexOf('\n', offset - 1) + 1;
    return { indent: /^[ \t]*/.exec(this.text.slice(start))?.[0] ?? '', column: offset - start };
  }

  private get text(): string {
    return this.file.text;
  }

  private at(start: number, end: number, code: string): TextEdit {
    return { ...editAt(this.text, start, end, code), file: this.file.path };
  }
}

function membersOf(owner: Bracketed): readonly Node[] {
  if (owner.type === 'ImportDeclaration') return owner.specifiers.filter(({ type }) => type === 'ImportSpecifier');
  const members: readonly (Node | null)[] = 'properties' in owner ? owner.properties : owner.elements;
  if (members.includes(null)) throw new CannotEdit('the list has holes');
  return members.filter((member) => member !== null);
}

/** The removed members in groups of neighbours. */
function runsOf(members: readonly Node[], removed: readonly Node[]): Node[][] {
  const runs: Node[][] = [];
  members.forEach((member, index) => {
    if (!removed.includes(member)) return;
    const previous = members[index - 1];
    const run = previous && removed.includes(previous) ? runs.at(-1) : undefined;
    if (run) run.push(member);
    else runs.push([member]);
  });
  return runs;
}

/** Beside members that stand on one line each, a new one does so too where it fits. */
function unbroken(code: Code): Code {
  return code.kind === 'object' ? { ...code, broken: false } : code;
}
