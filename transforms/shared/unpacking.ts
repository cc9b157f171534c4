import { type Node, type babel, walkNodes } from '../../core/program/ast.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import type { ProgramFile } from '../../core/program/file.js';
import { isJsonStringify } from '../../core/program/lower.js';
import { isPropertyName } from '../../core/program/names.js';
import { text } from '../../core/program/print.js';
import { type FunctionNode, isFunction } from '../../core/program/scope.js';
import { pulumiName, textOf } from '../../core/program/surroundings.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TextEdit } from '../../core/text/edit.js';
import {
  type Parameter,
  type UnpackingForm,
  callbackAround,
  formOf,
  nameInForm,
  parametersOfForm,
} from './unpacking-form.js';

/** A name for an output inside of a callback, and the edits that bring it there. */
export interface Brought {
  readonly name: string;
  readonly edits: readonly TextEdit[];
}

interface Added {
  readonly output: string;
  readonly name: string;
}

/**
 * The callback that unpacks outputs around an expression: `pulumi.all([...]).apply(([...]) => ...)`, with an object or a
 * name in the place of the lists, or `x.arn.apply(arn => ...)`.
 */
export class Unpacking {
  readonly parameters: readonly Parameter[];
  private readonly form: UnpackingForm;
  private readonly added: Added[] = [];

  constructor(
    private readonly editor: ProgramEditor,
    private readonly file: ProgramFile,
    readonly callback: FunctionNode,
  ) {
    this.form = formOf(file, callback);
    this.parameters = parametersOfForm(this.form);
  }

  /** Undefined where nothing is unpacked around. */
  static around(editor: ProgramEditor, file: ProgramFile, node: Node): Unpacking | undefined {
    const callback = callbackAround(file, node);
    return callback && new Unpacking(editor, file, callback);
  }

  /** How the callback reads an output that it has, or is to get by `add`. */
  nameOf(output: string): string | undefined {
    return this.added.find((each) => each.output === output)?.name ?? nameInForm(this.file, this.form, output);
  }

  /** Names an output in the callback: as it is read there already, else by the wanted name if that is free. */
  add(output: string, wanted: string): string {
    const known = this.nameOf(output);
    if (known !== undefined) return known;
    const { form } = this;
    const name =
      form.kind === 'index'
        ? `${form.parameter.name}[${form.list.elements.length + this.added.length}]`
        : this.freeName(wanted);
    this.added.push({ output, name });
    return name;
  }

  /** The edits that bring in what was added. */
  edits(): TextEdit[] {
    const { added, form, file, editor } = this;
    if (added.length === 0) return [];
    const outputs = added.map(({ output }) => text(output));
    switch (form.kind) {
      case 'pattern':
        return [
          ...editor.append(file, form.list, ...outputs),
          ...this.intoPattern(form),
          ...this.intoTypes(form.types),
        ];
      case 'index':
        return editor.append(file, form.list, ...outputs);
      case 'keys':
        return added.flatMap(({ output, name }) => [
          ...editor.addEntry(file, form.object, name, text(output)),
          ...(form.pattern.properties.length === 0 ? [] : [this.behind(form.pattern.properties.at(-1), `, ${name}`)]),
        ]);
      case 'single':
        return this.joined(form);
      case 'other':
        throw new CannotEdit('the outputs around it are unpacked in an uncommon way');
    }
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
    if (room) {
      const name = wanted === room.name.name ? wanted : this.freeName(wanted);
      return { name, edits: [...this.exchanged(room, output, name), ...this.without(others)] };
    }
    const name = this.add(output, wanted);
    return { name, edits: this.edits() };
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
    for (const { name } of this.added) used.add(name);
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
    if (newName === name.name) return edits;
    if (this.form.kind === 'keys') throw new CannotEdit('the outputs around it have keys of their own');
    return [...edits, this.at(name, newName)];
  }

  private without(parameters: readonly Parameter[]): TextEdit[] {
    if (parameters.length === 0) return [];
    const { form, file, editor } = this;
    if (form.kind !== 'pattern' || form.types || parameters.length === this.parameters.length)
      throw new CannotEdit('nothing would be left of what is unpacked there');
    return [
      ...editor.removeMembers(file, form.list, ...parameters.map(({ output }) => output)),
      ...editor.removeMembers(file, form.pattern, ...parameters.map(({ name }) => name)),
    ];
  }

  /** A pattern may be shorter than its list: the new names stand where their values do. */
  private intoPattern({ list, pattern, types }: Extract<UnpackingForm, { kind: 'pattern' }>): TextEdit[] {
    const holes = list.elements.length - pattern.elements.length;
    const names = this.added.map(({ name }) => name);
    // The span of a pattern covers its types.
    if (holes === 0 && !types && !pattern.elements.includes(null))
      return this.editor.append(this.file, pattern, ...names.map(text));
    return [this.behind(pattern.elements.at(-1), `${', '.repeat(holes)}, ${names.join(', ')}`)];
  }

  private intoTypes(types: babel.TSTupleType | undefined): TextEdit[] {
    return types ? [this.behind(types.elementTypes.at(-1), ', string'.repeat(this.added.length))] : [];
  }

  /** `x.arn.apply(arn => ...)` becomes `pulumi.all([x.arn, y.arn]).apply(([arn, y]) => ...)`. */
  private joined({ subject, parameter }: Extract<UnpackingForm, { kind: 'single' }>): TextEdit[] {
    const pulumi = pulumiName(this.file);
    if (pulumi === undefined) throw new CannotEdit('the file imports no name for @pulumi/pulumi');
    const outputs = [textOf(this.file, subject), ...this.added.map(({ output }) => output)];
    const pattern = `[${[parameter.name, ...this.added.map(({ name }) => name)].join(', ')}]`;
    const hasBrackets = this.file.text.slice(this.callback.start ?? 0, parameter.start ?? 0).includes('(');
    return [
      this.at(subject, `${pulumi}.all([${outputs.join(', ')}])`),
      this.at(parameter, hasBrackets ? pattern : `(${pattern})`),
    ];
  }

  private at({ start, end }: Node, code: string): TextEdit {
    return this.editor.at(this.file, start ?? 0, end ?? 0, code);
  }

  private behind(node: Node | null | undefined, code: string): TextEdit {
    if (!node) throw new CannotEdit('the outputs around it are unpacked in an uncommon way');
    return this.editor.at(this.file, node.end ?? 0, node.end ?? 0, code);
  }
}

/** The `JSON.stringify` around an expression: it takes no outputs, `pulumi.jsonStringify` does. */
export function stringifyAround(file: ProgramFile, node: Node): babel.CallExpression | undefined {
  for (const each of file.scopes.around(node)) {
    if (isFunction(each)) return undefined;
    if (each !== node && each.type === 'CallExpression' && isJsonStringify(each)) return each;
  }
  return undefined;
}

/** The edit that has `JSON.stringify` take outputs. */
export function takingOutputs(editor: ProgramEditor, file: ProgramFile, stringify: Node): TextEdit[] {
  const pulumi = pulumiName(file);
  if (pulumi === undefined) throw new CannotEdit('the file imports no name for @pulumi/pulumi');
  return [editor.at(file, stringify.start ?? 0, stringify.end ?? 0, `${pulumi}.jsonStringify`)];
}
