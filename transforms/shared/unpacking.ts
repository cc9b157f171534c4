import { type Node, type babel, bare, memberName, walkNodes } from '../../core/program/ast.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import type { ProgramFile } from '../../core/program/file.js';
import { isJsonStringify } from '../../core/program/lower.js';
import { isPropertyName } from '../../core/program/names.js';
import { text } from '../../core/program/print.js';
import { type FunctionNode, isFunction } from '../../core/program/scope.js';
import { pulumiName, textOf } from '../../core/program/surroundings.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TextEdit } from '../../core/text/edit.js';

/** An output that a callback gets, and the name that it has there. */
export interface Parameter {
  readonly output: Node;
  readonly name: babel.Identifier;
}

/** A name for an output inside of a callback, and the edits that bring it there. */
export interface Brought {
  readonly name: string;
  readonly edits: readonly TextEdit[];
}

/**
 * The callback that unpacks outputs around an expression: `pulumi.all([...]).apply(([...]) => ...)` or
 * `x.arn.apply(arn => ...)`.
 */
export class Unpacking {
  private constructor(
    private readonly editor: ProgramEditor,
    private readonly file: ProgramFile,
    readonly callback: FunctionNode,
    readonly parameters: readonly Parameter[],
    private readonly list: babel.ArrayExpression | undefined,
    private readonly pattern: babel.ArrayPattern | undefined,
  ) {}

  /** Undefined where nothing is unpacked around. */
  static around(editor: ProgramEditor, file: ProgramFile, node: Node): Unpacking | undefined {
    for (const each of file.scopes.around(node)) {
      if (!isFunction(each)) continue;
      const subject = subjectOf(file, each);
      return subject && Unpacking.of(editor, file, each, subject);
    }
    return undefined;
  }

  private static of(editor: ProgramEditor, file: ProgramFile, callback: FunctionNode, subject: Node): Unpacking {
    const [parameter] = callback.params;
    if (parameter?.type === 'Identifier')
      return new Unpacking(editor, file, callback, [{ output: subject, name: parameter }], undefined, undefined);
    const argument = subject.type === 'CallExpression' ? subject.arguments[0] : undefined;
    const list = argument && bare(argument);
    if (list?.type !== 'ArrayExpression' || parameter?.type !== 'ArrayPattern' || parameter.typeAnnotation)
      throw new CannotEdit('its outputs are not unpacked by a list');
    const parameters = parameter.elements.map((name, index): Parameter => {
      const output = list.elements[index];
      if (name?.type !== 'Identifier' || !output || output.type === 'SpreadElement')
        throw new CannotEdit('its outputs are not unpacked one by one');
      return { output, name };
    });
    if (parameters.length !== list.elements.length) throw new CannotEdit('its outputs are not unpacked one by one');
    return new Unpacking(editor, file, callback, parameters, list, parameter);
  }

  /**
   * Brings an output into the callback for use in the place of expressions there. A parameter that nothing else uses then
   * makes room for it, others of that kind go.
   */
  bring(output: string, nameFor: (freed: string | undefined) => string, replaced: readonly Node[]): Brought {
    const freed = this.usedOnlyIn(replaced);
    const present = this.parameters.find(({ output: each }) => textOf(this.file, each) === output);
    if (present) return { name: present.name.name, edits: this.without(freed.filter((each) => each !== present)) };
    const [room, ...others] = freed;
    const wanted = nameFor(room?.name.name);
    const name = wanted === room?.name.name ? wanted : this.freeName(wanted);
    if (room) return { name, edits: [...this.exchanged(room, output, name), ...this.without(others)] };
    if (!this.list || !this.pattern) return { name, edits: this.joined(output, name) };
    return {
      name,
      edits: [
        ...this.editor.append(this.file, this.list, text(output)),
        ...this.editor.append(this.file, this.pattern, text(name)),
      ],
    };
  }

  /** Takes out the parameters that only the given expressions use. */
  release(removed: readonly Node[]): TextEdit[] {
    return this.without(this.usedOnlyIn(removed));
  }

  /** The wanted name, else with a figure behind it: one that means nothing around the callback and is used nowhere in it. */
  private freeName(wanted: string): string {
    const { scopes } = this.file;
    const used = new Set(
      [...walkNodes(this.callback)].flatMap((each) =>
        each.type === 'Identifier' && !isPropertyName(this.file, each) ? [each.name] : [],
      ),
    );
    const isFree = (name: string): boolean => !used.has(name) && !scopes.scopeOf(this.callback.body).lookup(name);
    for (let figure = 1; ; figure++) {
      const name = figure === 1 ? wanted : `${wanted}${figure}`;
      if (isFree(name)) return name;
    }
  }

  private usedOnlyIn(expressions: readonly Node[]): Parameter[] {
    const inside = new Set(expressions.flatMap((each) => [...walkNodes(each)]));
    return this.parameters.filter(({ name }) => {
      const uses = this.usesOf(name);
      return uses.length > 0 && uses.every((each) => inside.has(each));
    });
  }

  private usesOf(parameter: babel.Identifier): Node[] {
    const { scopes } = this.file;
    const binding = scopes.scopeOf(this.callback.body).lookup(parameter.name);
    return [...walkNodes(this.callback.body)].filter(
      (node) => node.type === 'Identifier' && !isPropertyName(this.file, node) && scopes.resolve(node) === binding,
    );
  }

  private exchanged({ output, name }: Parameter, wanted: string, newName: string): TextEdit[] {
    const edits = [this.at(output, wanted)];
    return newName === name.name ? edits : [...edits, this.at(name, newName)];
  }

  private without(parameters: readonly Parameter[]): TextEdit[] {
    if (parameters.length === 0) return [];
    if (!this.list || !this.pattern || parameters.length === this.parameters.length)
      throw new CannotEdit('nothing would be left of what is unpacked there');
    return [
      ...this.editor.removeMembers(this.file, this.list, ...parameters.map(({ output }) => output)),
      ...this.editor.removeMembers(this.file, this.pattern, ...parameters.map(({ name }) => name)),
    ];
  }

  /** `x.arn.apply(arn => ...)` becomes `pulumi.all([x.arn, y.arn]).apply(([arn, y]) => ...)`. */
  private joined(output: string, name: string): TextEdit[] {
    const [only] = this.parameters;
    const pulumi = pulumiName(this.file);
    if (!only || pulumi === undefined) throw new CannotEdit('the file imports no name for @pulumi/pulumi');
    const pattern = `[${only.name.name}, ${name}]`;
    const hasBrackets = this.file.text.slice(this.callback.start ?? 0, only.name.start ?? 0).includes('(');
    return [
      this.at(only.output, `${pulumi}.all([${textOf(this.file, only.output)}, ${output}])`),
      this.at(only.name, hasBrackets ? pattern : `(${pattern})`),
    ];
  }

  private at({ start, end }: Node, code: string): TextEdit {
    return this.editor.at(this.file, start ?? 0, end ?? 0, code);
  }
}

/** What a callback of `apply` is applied to. */
function subjectOf(file: ProgramFile, callback: FunctionNode): Node | undefined {
  const parent = file.scopes.parentOf(callback);
  const callee = parent?.type === 'CallExpression' ? bare(parent.callee) : undefined;
  if (callee?.type !== 'MemberExpression' || memberName(callee) !== 'apply') return undefined;
  return bare(callee.object);
}

/** The `JSON.stringify` around an expression: it takes no outputs, `pulumi.jsonStringify` does. */
export function stringifyAround(file: ProgramFile, node: Node): babel.CallExpression | undefined {
  for (const each of file.scopes.around(node)) {
    if (isFunction(each)) return undefined;
    if (each !== node && each.type === 'CallExpression' && isJsonStringify(each)) return each;
  }
  return undefined;
}
