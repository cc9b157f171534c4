import { type Node, type babel, bare, walkNodes } from '../../core/program/ast.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import { packageMember, pulumiPackage } from '../../core/program/packages.js';
import { type Code, text } from '../../core/program/print.js';
import { pulumiName, textOf } from '../../core/program/surroundings.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TextEdit } from '../../core/text/edit.js';
import type { Embedding } from './documents.js';
import type { Output, ResourceCode } from './resource-code.js';

interface Added {
  readonly expression: string;
  readonly name: string;
}

/** What a callback of `apply` takes, and how outputs come in. */
type Unpacking =
  /** `all([a, b]).apply(([x, y]) => ...)`, the pattern perhaps shorter than the list, perhaps with the types of a tuple. */
  | {
      readonly kind: 'pattern';
      readonly list: babel.ArrayExpression;
      readonly pattern: babel.ArrayPattern;
      readonly types: babel.TSTupleType | undefined;
    }
  /** `all([a, b]).apply(values => ...)` */
  | { readonly kind: 'index'; readonly list: babel.ArrayExpression; readonly parameter: babel.Identifier }
  /** `all({ a, b }).apply(({ a, b }) => ...)` */
  | { readonly kind: 'keys'; readonly object: babel.ObjectExpression; readonly pattern: babel.ObjectPattern }
  /** `x.arn.apply(arn => ...)` */
  | { readonly kind: 'single'; readonly subject: Node; readonly parameter: babel.Identifier };

/** The names that outputs have inside of a document, and the edits that bring new ones in. */
export class Outputs {
  private readonly added: Added[] = [];
  private readonly unpacking: Unpacking | undefined;

  constructor(
    private readonly editor: ProgramEditor,
    private readonly embedding: Embedding,
  ) {
    this.unpacking = embedding.callback && unpackingOf(embedding, embedding.callback);
  }

  codeOf(resource: ResourceCode): Code {
    if (resource.kind === 'plain') return resource.code;
    const { expression, tail } = resource;
    if (!this.embedding.callback) return this.outputCode(resource);
    const name = this.unpacked(expression) ?? this.unpack(resource);
    return text(tail === '' ? name : `\`\${${name}}${tail}\``);
  }

  edits(): TextEdit[] {
    const { stringify, callback, file } = this.embedding;
    if (this.added.length === 0) return [];
    if (!callback) {
      // `JSON.stringify` takes no outputs, `pulumi.jsonStringify` does.
      return stringify ? [this.at(stringify, `${this.pulumi()}.jsonStringify`)] : [];
    }
    const [expressions, names] = [
      this.added.map(({ expression }) => text(expression)),
      this.added.map(({ name }) => text(name)),
    ];
    switch (this.unpacking?.kind) {
      case 'pattern':
        return [
          ...this.editor.append(file, this.unpacking.list, ...expressions),
          ...this.intoPattern(this.unpacking),
          ...this.intoTypes(this.unpacking.types),
        ];
      case 'index':
        return this.editor.append(file, this.unpacking.list, ...expressions);
      case 'keys': {
        const { object, pattern } = this.unpacking;
        return this.added.flatMap(({ expression, name }) => [
          ...this.editor.addEntry(file, object, name, text(expression)),
          ...(pattern.properties.length === 0 ? [] : [this.behind(pattern.properties.at(-1), `, ${name}`)]),
        ]);
      }
      case 'single':
        return this.joined(callback, this.unpacking, names);
      case undefined:
        throw new CannotEdit('the outputs of the policy are unpacked in an uncommon way');
    }
  }

  private outputCode({ expression, tail }: Output): Code {
    this.added.push({ expression, name: expression });
    return text(tail === '' ? expression : `${this.pulumi()}.interpolate\`\${${expression}}${tail}\``);
  }

  private pulumi(): string {
    const name = pulumiName(this.embedding.file);
    if (name === undefined) throw new CannotEdit('the file imports no name for @pulumi/pulumi');
    return name;
  }

  /** The name that an output has already. */
  private unpacked(expression: string): string | undefined {
    const { unpacking } = this;
    const { file } = this.embedding;
    const known = this.added.find((each) => each.expression === expression);
    if (known) return known.name;
    if (unpacking?.kind === 'single')
      return textOf(file, unpacking.subject) === expression ? unpacking.parameter.name : undefined;
    if (unpacking?.kind !== 'pattern' && unpacking?.kind !== 'index') return undefined;
    const index = unpacking.list.elements.findIndex((each) => each !== null && textOf(file, each) === expression);
    if (index === -1) return undefined;
    if (unpacking.kind === 'index') return `${unpacking.parameter.name}[${index}]`;
    const element = unpacking.pattern.elements[index];
    return element?.type === 'Identifier' ? element.name : undefined;
  }

  private unpack({ expression, name }: Output): string {
    const { unpacking } = this;
    const fresh =
      unpacking?.kind === 'index'
        ? `${unpacking.parameter.name}[${unpacking.list.elements.length + this.added.length}]`
        : this.freeName(name);
    this.added.push({ expression, name: fresh });
    return fresh;
  }

  /** A name that stands for nothing else in the callback or around it. */
  private freeName(wanted: string): string {
    const { file, callback } = this.embedding;
    if (!callback) return wanted;
    const inside = new Set([...walkNodes(callback)].map((node) => (node.type === 'Identifier' ? node.name : '')));
    const isFree = (name: string): boolean =>
      !inside.has(name) &&
      !this.added.some((each) => each.name === name) &&
      !file.scopes.scopeOf(callback).lookup(name);
    for (let figure = 1; ; figure++) {
      const name = figure === 1 ? wanted : `${wanted}${figure}`;
      if (isFree(name)) return name;
    }
  }

  /** A pattern may be shorter than its list: the new names stand where their values do. */
  private intoPattern({ list, pattern, types }: Extract<Unpacking, { kind: 'pattern' }>): TextEdit[] {
    const holes = list.elements.length - pattern.elements.length;
    const names = this.added.map(({ name }) => name);
    // The span of a pattern covers its types.
    if (holes === 0 && !types && !pattern.elements.includes(null))
      return this.editor.append(this.embedding.file, pattern, ...names.map(text));
    const last = pattern.elements.at(-1);
    if (!last) throw new CannotEdit('the outputs of the policy are unpacked in an uncommon way');
    return [this.behind(last, `${', '.repeat(holes)}, ${names.join(', ')}`)];
  }

  private intoTypes(types: babel.TSTupleType | undefined): TextEdit[] {
    return types ? [this.behind(types.elementTypes.at(-1), ', string'.repeat(this.added.length))] : [];
  }

  /** `x.arn.apply(arn => ...)` becomes `pulumi.all([x.arn, y.arn]).apply(([arn, y]) => ...)`. */
  private joined(
    callback: Node,
    { subject, parameter }: Extract<Unpacking, { kind: 'single' }>,
    fresh: readonly Code[],
  ): TextEdit[] {
    const { file } = this.embedding;
    const expressions = [textOf(file, subject), ...this.added.map(({ expression }) => expression)];
    const names = [parameter.name, ...fresh.map((code) => (code.kind === 'text' ? code.text : ''))];
    const hasBrackets = file.text.slice(callback.start ?? 0, parameter.start ?? 0).includes('(');
    const pattern = `[${names.join(', ')}]`;
    return [
      this.at(subject, `${this.pulumi()}.all([${expressions.join(', ')}])`),
      this.at(parameter, hasBrackets ? pattern : `(${pattern})`),
    ];
  }

  private at({ start, end }: Node, code: string): TextEdit {
    return this.editor.at(this.embedding.file, start ?? 0, end ?? 0, code);
  }

  private behind(node: Node | null | undefined, code: string): TextEdit {
    if (!node) throw new CannotEdit('the outputs of the policy are unpacked in an uncommon way');
    return this.editor.at(this.embedding.file, node.end ?? 0, node.end ?? 0, code);
  }
}

function unpackingOf({ file }: Embedding, callback: babel.ArrowFunctionExpression): Unpacking | undefined {
  const [parameter, ...others] = callback.params;
  const parent = file.scopes.parentOf(callback);
  const callee = parent?.type === 'CallExpression' ? bare(parent.callee) : undefined;
  const subject = callee?.type === 'MemberExpression' ? bare(callee.object) : undefined;
  if (!subject || !parameter || others.length > 0) return undefined;
  const joined = subject.type === 'CallExpression' ? packageMember(file, subject.callee) : undefined;
  if (subject.type !== 'CallExpression')
    return parameter.type === 'Identifier' && !parameter.typeAnnotation
      ? { kind: 'single', subject, parameter }
      : undefined;
  const argument = subject.arguments[0] && bare(subject.arguments[0]);
  if (joined?.package !== pulumiPackage || joined.path.at(-1) !== 'all' || !argument) return undefined;
  if (argument.type === 'ArrayExpression') return listUnpacking(argument, parameter);
  const isObject = argument.type === 'ObjectExpression' && parameter.type === 'ObjectPattern';
  return isObject && !parameter.typeAnnotation && parameter.properties.every(({ type }) => type === 'ObjectProperty')
    ? { kind: 'keys', object: argument, pattern: parameter }
    : undefined;
}

function listUnpacking(list: babel.ArrayExpression, parameter: Node): Unpacking | undefined {
  if (list.elements.some((element) => element === null || element.type === 'SpreadElement')) return undefined;
  if (parameter.type === 'Identifier') return parameter.typeAnnotation ? undefined : { kind: 'index', list, parameter };
  if (parameter.type !== 'ArrayPattern' || parameter.elements.some((element) => element?.type === 'RestElement'))
    return undefined;
  const annotation = parameter.typeAnnotation?.type === 'TSTypeAnnotation' ? parameter.typeAnnotation : undefined;
  const types = annotation?.typeAnnotation;
  if (parameter.typeAnnotation && types?.type !== 'TSTupleType') return undefined;
  return { kind: 'pattern', list, pattern: parameter, types: types?.type === 'TSTupleType' ? types : undefined };
}
