import { type Statement, appended } from '../../rules/shared/grant-request.js';
import { type Node, bare } from '../../core/program/ast.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import { type Spot, canMove } from '../../core/program/names.js';
import { type Code, string } from '../../core/program/print.js';
import type { ProgramResource } from '../../core/program/resources.js';
import type { Expression } from '../../core/program/values.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import { type TemplateNode, type Value, stringOf, toValue } from '../../core/template/node.js';
import type { TextEdit } from '../../core/text/edit.js';

/** A value of a statement: plain text, or an output of the program under a name for where outputs are unpacked. */
export type ResourceCode = { readonly kind: 'plain'; readonly code: Code } | Output;

export interface Output {
  readonly kind: 'output';
  readonly expression: string;
  readonly name: string;
  readonly tail: string;
  /** True where the expression surely is an output: a plain string has no `apply`. */
  readonly isOutput: boolean;
}

export interface NewStatement {
  readonly actions: readonly string[];
  readonly resource: ResourceCode;
}

/** What is named at a spot, with the edits that bring names in and the declarations that have to stand before. */
export class Naming {
  readonly edits: TextEdit[] = [];
  readonly declarations: Node[] = [];

  constructor(
    private readonly editor: ProgramEditor,
    readonly spot: Spot,
    /** The resource that is to be created or extended there, for messages. */
    private readonly user: string,
  ) {}

  statement({ actions, resource }: Statement, target: TemplateNode | undefined): NewStatement {
    return { actions, resource: this.resource(resource, target) };
  }

  /**
   * A resource by its own name, as the program names it nearby, else by an import that is added for it.
   * @param mentions expressions for attributes of it: `args.queue.arn`
   */
  reference(resource: ProgramResource, mentions: readonly (TemplateNode | undefined)[]): string {
    return this.named(resource) ?? this.mentioned(resource, mentions) ?? this.imported(resource);
  }

  /** A name that is in scope without further ado. */
  private named(resource: ProgramResource): string | undefined {
    try {
      const { reference, edits } = this.editor.nameAt(resource, this.spot, this.user);
      if (edits.length > 0) return undefined;
      if (resource.file === this.spot.file) this.declarations.push(resource.node);
      return reference;
    } catch (error) {
      if (error instanceof CannotEdit) return undefined;
      throw error;
    }
  }

  private imported(resource: ProgramResource): string {
    const { reference, edits } = this.editor.nameAt(resource, this.spot, this.user);
    this.edits.push(...edits);
    return reference;
  }

  private mentioned(resource: ProgramResource, mentions: readonly (TemplateNode | undefined)[]): string | undefined {
    return mentions.flatMap((node) => this.mention(resource, node) ?? [])[0];
  }

  /** `args.queue` of `args.queue.arn`, where that stands for the resource. */
  private mention(resource: ProgramResource, node: TemplateNode | undefined): string | undefined {
    const origin = node && this.editor.program.originOf(node);
    const written = origin && bare(origin.node);
    if (!origin || written?.type !== 'MemberExpression' || !this.isInScope({ ...origin, node: written.object }))
      return undefined;
    const owner: Expression = { node: written.object, place: origin.place };
    const value = this.editor.program.resolver.value(owner);
    const isSame = value.kind === 'created' && this.editor.program.resourceAt(value.expression) === resource;
    return isSame ? this.editor.textOf(owner) : undefined;
  }

  private isInScope({ node, place }: Expression): boolean {
    return canMove(place.file, node, this.spot);
  }

  private resource(value: Value, target: TemplateNode | undefined): ResourceCode {
    if (typeof value === 'string') return { kind: 'plain', code: string(value) };
    const own = outputOf(value);
    const created = this.editor.program.of(own?.id ?? '');
    if (!created || !own) return this.written(value, target);
    const attribute = own.attribute !== undefined && /stream/i.test(own.attribute) ? 'streamArn' : 'arn';
    const nearby = this.named(created) ?? this.mentioned(created, [target]);
    const written = nearby === undefined ? this.asWritten(value, target) : undefined;
    if (written) return written;
    const reference = nearby ?? this.imported(created);
    const name = `${reference.replace(/^.*\./, '')}Arn`;
    return { kind: 'output', expression: `${reference}.${attribute}`, name, tail: own.tail, isOutput: true };
  }

  /** An ARN that is no attribute of a resource: as the program writes it. */
  private written(value: Value, target: TemplateNode | undefined): ResourceCode {
    const code = target && stringOf(target) === undefined ? this.asWritten(value, target) : undefined;
    if (!code) throw new CannotEdit(`the target is not known where ${this.user} is created`);
    return code;
  }

  private asWritten(value: Value, target: TemplateNode | undefined): Output | undefined {
    const origin = target && this.editor.program.originOf(target);
    if (!target || !origin || !this.isInScope(origin)) return undefined;
    const tail = [toValue(target), appended(target, '/*')].findIndex((each) => isSame(each, value));
    const name = 'targetArn';
    const expression = this.editor.textOf(origin);
    return tail === -1
      ? undefined
      : { kind: 'output', expression, name, tail: ['', '/*'][tail] ?? '', isOutput: false };
  }
}

function isSame(a: Value, b: Value): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The resource, attribute and appended text of a value: `{"Fn::GetAtt": ["Queue", "Arn"]}`, `{"Fn::Sub": "${Bucket.Arn}/*"}`. */
function outputOf(
  value: Value,
): { readonly id: string; readonly attribute: string | undefined; readonly tail: string } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const form = value as Readonly<Record<string, Value>>;
  const attribute = form['Fn::GetAtt'];
  if (Array.isArray(attribute)) return { id: String(attribute[0]), attribute: String(attribute[1]), tail: '' };
  if (typeof form['Ref'] === 'string') return { id: form['Ref'], attribute: undefined, tail: '' };
  const sub = /^\$\{(.+?)(?:\.(\w+))?\}(\/\*)?$/.exec(typeof form['Fn::Sub'] === 'string' ? form['Fn::Sub'] : '');
  return sub ? { id: sub[1] ?? '', attribute: sub[2], tail: sub[3] ?? '' } : undefined;
}
