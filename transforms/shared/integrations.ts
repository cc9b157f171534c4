import { integrationsOf, type Integration } from '../../rules/shared/integrations.js';
import { type InvokedFunction, invokedFunction, uriText } from '../../rules/shared/invocation.js';
import { type Piece, describePieces, piecesOf, shownPieces } from '../../rules/shared/pieces.js';
import { shownCode } from '../../core/template/shown.js';
import type { IntegrationWriter, Planned } from '../../rules/shared/wrong-integrations.js';
import { type Node, bare, keyName, propertyOf, spanOfNode, walkNodes } from '../../core/program/ast.js';
import { unbindAfter } from '../../core/program/edit-unbind.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import { isJsonStringify, madeTextOf } from '../../core/program/lower.js';
import { packageMember, pulumiPackage } from '../../core/program/packages.js';
import { string } from '../../core/program/print.js';
import type { Program } from '../../core/program/program.js';
import type { ProgramResource } from '../../core/program/resources.js';
import { textOf } from '../../core/program/surroundings.js';
import type { Expression } from '../../core/program/values.js';
import type { ProgramContext, Refusal } from '../../core/rule.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import { type Path, type TemplateNode, refOf, stringOf } from '../../core/template/node.js';
import type { Template } from '../../core/template/template.js';
import type { TextEdit } from '../../core/text/edit.js';
import { apiGateway } from '../../facts/index.js';
import { judgeUri } from '../../rules/apigateway-integration-uri.js';
import { sourceName } from './arguments.js';
import { Unpacking, stringifyAround, takingOutputs } from './unpacking.js';

/** The function or alias of the program that a URI means, and its attribute that is right there. */
interface Target {
  readonly resource: ProgramResource;
  readonly attribute: 'invokeArn' | 'qualifiedInvokeArn';
}

/** Describes and mends integrations of REST APIs in a program. */
export class ProgramIntegrations implements IntegrationWriter {
  readonly permissionType = 'aws.lambda.Permission';
  readonly template: Template;
  private readonly program: Program;
  private readonly editor: ProgramEditor;

  constructor({ program, editor }: Pick<ProgramContext, 'program' | 'editor'>) {
    this.program = program;
    this.editor = editor;
    this.template = program.model;
  }

  nameOf({ inBody }: Integration, key: string): string {
    return inBody ? key : sourceName(key);
  }

  describe(node: TemplateNode, pieces: readonly Piece[]): string {
    const origin = this.originOf(node);
    const written = origin && this.editor.textOf(origin);
    return written !== undefined && shownCode(written) === written ? written : shownPieces(pieces);
  }

  describeFunction(invoked: InvokedFunction): string {
    const target = this.targetOf(invoked);
    return target && !('code' in target) ? target.resource.id : invoked.shown;
  }

  /** An output in a template literal, in `String(...)` or in `JSON.stringify` is not the text that it will have. */
  isMadeText(uri: TemplateNode): boolean {
    const origin = this.originOf(uri);
    if (!origin) return false;
    if (this.isOutput(origin)) return stringifyAround(origin.place.file, origin.node) !== undefined;
    const value = this.program.resolver.value(origin);
    if (value.kind !== 'written') return false;
    const { node, place } = value.expression;
    return partsOf(node).some((part) => this.isOutput({ node: part, place }));
  }

  nameInvocation(integration: Integration, uri: TemplateNode, invoked: InvokedFunction): Planned | Refusal {
    const origin = this.originOf(uri);
    if (!origin) throw new CannotEdit('the URI is not written in this project');
    const target = this.targetOf(invoked);
    if (!target) return this.wrapped(origin);
    if ('code' in target) return target;
    const { file } = origin.place;
    const unpacking = Unpacking.around(this.editor, file, origin.node);
    if (unpacking) return this.unpacked(uri, origin, target, unpacking);
    this.refuseParameter(origin);
    const { reference, edits } = this.referenceTo(target, origin, integration);
    return {
      edits: [...edits, ...this.put(origin, `${reference}.${target.attribute}`), ...this.takingOutputs(origin)],
      touches: this.sharing(origin.node, uriOf),
    };
  }

  exampleUri({ inBody, keys }: Integration): string {
    return `${inBody ? keys.uri : sourceName(keys.uri)}: fn.invokeArn`;
  }

  exampleType(integration: Integration, type: string): string {
    return `${this.nameOf(integration, integration.keys.type)}: '${type}'`;
  }

  insert(integration: Integration, key: string, value: string): Planned {
    const origin = this.originOf(integration.node);
    const literal = origin && bare(origin.node);
    if (!origin || literal?.type !== 'ObjectExpression')
      throw new CannotEdit(`the integration of ${integration.place} is not written out where it is`);
    const { file } = origin.place;
    const [name, next] = [
      this.nameOf(integration, key),
      propertyOf(literal, this.nameOf(integration, integration.keys.uri)),
    ];
    return {
      edits: next
        ? this.editor.addEntryBefore(file, next, name, string(value))
        : this.editor.addEntry(file, literal, name, string(value)),
      touches: this.sharing(origin.node, (each) => each.node).map((path) => [...path, key]),
    };
  }

  replace(node: TemplateNode, value: string): Planned {
    const written = this.program.writtenAt(node);
    if (!written) throw new CannotEdit('it is not written in this project');
    return { edits: this.editor.replace(written, string(value)), touches: this.program.pathsWrittenAt(written) };
  }

  remove(node: TemplateNode): Planned {
    const origin = this.originOf(node);
    const property = origin && origin.place.file.scopes.parentOf(origin.node);
    const owner = property && origin.place.file.scopes.parentOf(property);
    if (!origin || property?.type !== 'ObjectProperty' || owner?.type !== 'ObjectExpression')
      throw new CannotEdit('it is not written out as a property');
    const { file } = origin.place;
    const unpacking = Unpacking.around(this.editor, file, origin.node);
    const removal = [
      ...this.editor.removeProperty(file, owner, property),
      ...(unpacking?.release([origin.node]) ?? []),
    ];
    const unbound = unbindAfter(this.editor, removal);
    return {
      edits: [...removal, ...unbound.edits],
      touches: [...this.sharing(origin.node, (each) => each.node.get(each.keys.credentials)), ...unbound.touches],
    };
  }

  /** The paths of all nodes that come from the same expression: where it is shared, an edit changes each of them. */
  private sharing(origin: Node, nodeOf: (integration: Integration) => TemplateNode | undefined): Path[] {
    return [...integrationsOf(this.template)].flatMap((integration) => {
      const nodes = this.template.alternatives(nodeOf(integration)).flatMap(({ node }) => node ?? []);
      return nodes.filter((node) => this.originOf(node)?.node === origin).map(({ path }) => path);
    });
  }

  /** The expression that a node was made of; undefined where it stands in a text that holds more. */
  private originOf(node: TemplateNode): Expression | undefined {
    const origin = this.program.originOf(node);
    const span = origin && spanOfNode(bare(origin.node));
    return span?.start === node.span.start && span.end === node.span.end ? origin : undefined;
  }

  private targetOf({ pieces }: InvokedFunction): Target | Refusal | undefined {
    const at = pieces.findIndex((piece) => this.functionAt(piece) !== undefined);
    const resource = this.functionAt(pieces[at]);
    const piece = pieces[at];
    if (!resource || piece?.kind !== 'reference') return undefined;
    const qualifier = pieces.slice(at + 1);
    if (qualifier.length > 0) return this.aliasOf(resource, describePieces(qualifier).replace(/^:/, ''));
    return { resource, attribute: piece.attribute === 'QualifiedArn' ? 'qualifiedInvokeArn' : 'invokeArn' };
  }

  private functionAt(piece: Piece | undefined): ProgramResource | undefined {
    if (piece?.kind !== 'reference') return undefined;
    const { type } = this.template.resource(piece.name) ?? {};
    const isInvocable = type === 'AWS::Lambda::Function' || type === 'AWS::Lambda::Alias';
    return isInvocable ? this.program.of(piece.name) : undefined;
  }

  private aliasOf({ id }: ProgramResource, name: string): Target | Refusal {
    const alias = this.template
      .resources('AWS::Lambda::Alias')
      .find((each) => refOf(each.property('FunctionName')) === id && stringOf(each.property('Name')) === name);
    const resource = alias && this.program.of(alias);
    if (!resource)
      return { code: 'needs-choice', because: `no alias of ${id} in this project has the name in the URI` };
    return { resource, attribute: 'invokeArn' };
  }

  /** Every wrong URI of the function in the same callback at once: what only they use is not left over. */
  private unpacked(uri: TemplateNode, origin: Expression, target: Target, unpacking: Unpacking): Planned {
    const alike = [...integrationsOf(this.template)].flatMap(({ node, keys }) => {
      const other = node.get(keys.uri);
      const place = other && this.originOf(other);
      const isAlike =
        other === uri ||
        (place &&
          place.place.file === origin.place.file &&
          !isWithin(place.node, origin.node) &&
          isWithin(place.node, unpacking.callback.body) &&
          this.isWrong(other, target));
      return other && place && isAlike === true ? [{ uri: other, origin: place }] : [];
    });
    const subjects = alike.length > 0 ? alike : [{ uri, origin }];
    const reference = this.referenceIn(target, unpacking, origin);
    const brought = unpacking.bring(
      `${reference.text}.${target.attribute}`,
      (freed) => nameOfInvocation(freed, reference.text),
      subjects.map((each) => each.origin.node),
    );
    return {
      edits: [...reference.edits, ...brought.edits, ...subjects.flatMap((each) => this.put(each.origin, brought.name))],
      touches: subjects.map((each) => each.uri.path),
    };
  }

  private isWrong(uri: TemplateNode, { resource, attribute }: Target): boolean {
    const pieces = piecesOf(uri);
    const invoked = invokedFunction(this.template, pieces);
    const target = invoked && this.targetOf(invoked);
    if (!target || 'code' in target || target.resource !== resource || target.attribute !== attribute) return false;
    return judgeUri(uriText(this.template, pieces)).kind !== 'invocation' || this.isMadeText(uri);
  }

  /** The function as what is unpacked names it, else by its own name. */
  private referenceIn(
    { resource }: Target,
    { parameters }: Unpacking,
    origin: Expression,
  ): { readonly text: string; readonly edits: readonly TextEdit[] } {
    for (const { output } of parameters) {
      const found = this.ownerIn({ ...origin, node: output }, resource);
      if (found) return { text: textOf(origin.place.file, found), edits: [] };
    }
    const named = this.editor.nameFor(resource, this.userAt(origin));
    return { text: named.reference, edits: named.edits };
  }

  /** The function as the URI names it, else by its own name. */
  private referenceTo(
    { resource }: Target,
    origin: Expression,
    { resource: user }: Integration,
  ): { readonly reference: string; readonly edits: readonly TextEdit[] } {
    const owner = this.ownerIn(origin, resource);
    if (owner) return { reference: textOf(origin.place.file, owner), edits: [] };
    const creator = this.program.of(user);
    if (!creator || creator.file !== origin.place.file) throw new CannotEdit('the URI is put together in another file');
    return this.editor.nameFor(resource, creator);
  }

  /** The expression within another one that is the resource: `this.fn` of `this.fn.arn`. */
  private ownerIn({ node, place }: Expression, resource: ProgramResource): Node | undefined {
    for (const each of walkNodes(bare(node))) {
      if (each.type !== 'Identifier' && each.type !== 'MemberExpression') continue;
      const value = this.program.resolver.value({ node: each, place });
      if (value.kind === 'created' && this.program.resourceAt(value.expression) === resource) return each;
    }
    return undefined;
  }

  private userAt({ node, place: { file } }: Expression): ProgramResource {
    const user = this.program.resources.find((each) => each.file === file && isWithin(node, each.node));
    if (!user) throw new CannotEdit('the URI is written apart from its API');
    return user;
  }

  private put({ node, place: { file } }: Expression, code: string): TextEdit[] {
    const written = textOf(file, node);
    const property = file.scopes.parentOf(node);
    if (written === code) return [];
    const isValue = property?.type === 'ObjectProperty' && property.value === node;
    // Of `{ uri }` the name stays, and `uri: uri` says it twice.
    const name = isValue ? keyName(property) : undefined;
    const [{ start, end }, text] =
      isValue && name === code
        ? [property, code]
        : [node, isValue && property.shorthand ? `${written}: ${code}` : code];
    return [this.editor.at(file, start ?? 0, end ?? 0, text)];
  }

  private takingOutputs({ node, place: { file } }: Expression): TextEdit[] {
    const stringify = stringifyAround(file, node);
    return stringify ? takingOutputs(this.editor, file, stringify.callee) : [];
  }

  /** An ARN that is written out, of a function from elsewhere, in the URI of its invocation. */
  private wrapped(origin: Expression): Planned | Refusal {
    const value = this.program.resolver.value(origin);
    const written = value.kind === 'written' && value.expression.node === bare(origin.node) ? origin : undefined;
    const parts = written && /^([\w$.]*)(['"`])(arn:([^:]+):lambda:([^:]+):.*)\2$/s.exec(this.editor.textOf(written));
    if (!parts) return { code: 'outside-template', because: 'the function is not created in this project' };
    const [, tag = '', quote = '', arn = '', partition = '', region = ''] = parts;
    const invocation = apiGateway.lambdaIntegration.uri
      .replace('${Partition}', () => partition)
      .replace('${Region}', () => region)
      .replace('${FunctionArn}', () => arn);
    return {
      edits: this.put(origin, tag + quote + invocation + quote),
      touches: this.sharing(origin.node, uriOf),
    };
  }

  private refuseParameter({ node, place: { file } }: Expression): void {
    const parameter = [...walkNodes(bare(node))].find(
      (each) => each.type === 'Identifier' && file.scopes.resolve(each)?.kind === 'param',
    );
    const isMember = parameter && file.scopes.parentOf(parameter)?.type === 'MemberExpression';
    if (parameter && isMember !== true) throw new CannotEdit('the URI is handed in by a caller');
  }

  private isOutput({ node, place }: Expression): boolean {
    const expression = bare(node);
    const { file } = place;
    if (expression.type === 'MemberExpression')
      return this.program.resolver.value({ node: expression, place }).kind === 'attribute';
    if (expression.type === 'TaggedTemplateExpression') {
      const member = packageMember(file, expression.tag);
      return member?.package === pulumiPackage && member.path.at(-1) === 'interpolate';
    }
    const binding = expression.type === 'Identifier' ? file.scopes.resolve(expression) : undefined;
    return binding?.kind === 'const' && binding.init !== undefined && binding.steps?.length === 0
      ? this.isOutput({ node: binding.init, place })
      : false;
  }
}

function uriOf({ node, keys }: Integration): TemplateNode | undefined {
  return node.get(keys.uri);
}

/** What is made text of. */
function partsOf(node: Node): readonly Node[] {
  if (node.type === 'TemplateLiteral') return node.expressions;
  if (node.type === 'BinaryExpression') return [...partsOf(node.left), ...partsOf(node.right), node.left, node.right];
  if (node.type !== 'CallExpression') return [];
  const made = isJsonStringify(node) ? node.arguments[0] : madeTextOf(node);
  return made ? [made] : [];
}

function isWithin(inner: Node, outer: Node): boolean {
  return (inner.start ?? 0) >= (outer.start ?? 0) && (inner.end ?? 0) <= (outer.end ?? 0);
}

/** `fnArn` becomes `fnInvokeArn`; a name that tells nothing of what it holds stays. */
function nameOfInvocation(freed: string | undefined, reference: string): string {
  if (freed !== undefined && /uri$/i.test(freed)) return freed;
  if (freed === 'arn') return 'invokeArn';
  if (freed?.endsWith('Arn') === true) return freed.replace(/(?:Invoke)?Arn$/, 'InvokeArn');
  return `${reference.replace(/^.*\./, '')}InvokeArn`;
}
