import { CannotEdit } from '../template/cannot-edit.js';
import { type TextEdit, editAt } from '../text/edit.js';
import { type babel, spanOfNode } from './ast.js';
import type { ProgramFile } from './file.js';
import { type Code, print } from './print.js';
import type { CodeStyle } from './style.js';

/** Adds arguments to a call that lacks them: `new X('a', { ... })` gets its options. */
export class CallArguments {
  constructor(
    private readonly file: ProgramFile,
    private readonly style: CodeStyle,
  ) {}

  add(call: babel.NewExpression, index: number, code: Code): TextEdit[] {
    const last = call.arguments.at(-1);
    if (!last || call.arguments.some(({ type }) => type === 'SpreadElement'))
      throw new CannotEdit('its arguments are computed');
    if (call.arguments.length > index) throw new CannotEdit('the argument is there already');
    const missing = index - call.arguments.length;
    const { end } = spanOfNode(last);
    const close = spanOfNode(call).end - 1;
    const tail = this.file.text.slice(end, close);
    const filler = missing > 0 ? '{}, ' : '';
    if (/[\r\n]/.test(tail)) return this.addLine(last, end, close, filler, code);
    const { indent, column } = this.lineAt(end);
    const printed = print(code, this.style, indent, column + 2 + filler.length, 2);
    const at = end + tail.length - tail.trimStart().length;
    return [this.at(at, at, `, ${filler}${printed}`)];
  }

  /** Each argument has a line: so has the new one. A comment behind the last one stays there. */
  private addLine(last: babel.Node, end: number, close: number, filler: string, code: Code): TextEdit[] {
    const tail = this.file.text.slice(end, close);
    const { indent } = this.lineAt(spanOfNode(last).start);
    const hasComma = /^\s*,/.test(tail);
    const behind = end + (/^\s*,/.exec(tail)?.[0].length ?? 0);
    const comment =
      /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/)?/.exec(this.file.text.slice(behind, close))?.[0].trimEnd() ?? '';
    const at = behind + comment.length;
    const printed = `${this.style.eol}${indent}${filler}${print(code, this.style, indent, indent.length + filler.length, 1)}${hasComma ? ',' : ''}`;
    return hasComma ? [this.at(at, at, printed)] : [this.at(end, end, ','), this.at(at, at, printed)];
  }

  private lineAt(offset: number): { indent: string; column: number } {
    const start = this.file.text.lastIndexOf('\n', offset - 1) + 1;
    return { indent: /^[ \t]*/.exec(this.file.text.slice(start))?.[0] ?? '', column: offset - start };
  }

  private at(start: number, end: number, code: string): TextEdit {
    return { ...editAt(this.file.text, start, end, code), file: this.file.path };
  }
}
