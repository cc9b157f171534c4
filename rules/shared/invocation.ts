import { type TemplateNode, type Value, stringOf } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import { apiGateway, resourceArns } from '../../facts/index.js';
import { coversOperation, judgeUri } from '../apigateway-integration-uri.js';
import { type Integration, integrationsOf } from './integrations.js';
import { type Piece, describePieces, merged, piecesOf, piecesValue, shownPieces, textPiece } from './pieces.js';
import { functionTypes } from './function-types.js';

/** The function, version or alias that a URI means. */
export interface InvokedFunction {
  /** Its ARN, the qualifier included. */
  readonly pieces: readonly Piece[];
  readonly shown: string;
  /** The template's own resource, where the ARN is exactly that resource's. */
  readonly resource: Resource | undefined;
  /** True where the URI is right but for naming the function by its name. */
  readonly byName: boolean;
}

const arn = 'arn:${}:lambda:${}:${}:function:${}';
/** Attributes that only the provider of Pulumi has. */
const programAttributes: ReadonlyMap<string, Meant> = new Map([
  ['InvokeArn', 'invocation'],
  ['QualifiedInvokeArn', 'invocation'],
  ['ResponseStreamingInvokeArn', 'invocation'],
  ['QualifiedArn', 'arn'],
  // Of an API, not of a function: who asks a function for it gets nothing.
  ['ExecutionArn', 'name'],
]);
const qualifiedTypes: readonly string[] = ['AWS::Lambda::Alias', 'AWS::Lambda::Version'];
const { uri } = apiGateway.lambdaIntegration;
const [uriHead = '', uriTail = ''] = uri.split('${FunctionArn}');

/** What a reference gives: the ARN of something that can be invoked, that of its invocation, or the name of a function. */
type Meant = 'arn' | 'invocation' | 'name';

function kindOf(template: Template, piece: Piece | undefined): Meant | undefined {
  if (piece?.kind !== 'reference') return undefined;
  const [id = '', attribute = piece.attribute] = piece.name.split('.');
  const resource = template.resource(id);
  if (!resource) return isSamAlias(template, id) ? 'arn' : undefined;
  if (![...functionTypes, ...qualifiedTypes].includes(resource.type)) return undefined;
  const facts = resourceArns[resource.type];
  if (attribute === undefined) return facts?.ref === 'arn' ? 'arn' : 'name';
  // SAM gives `Fn.Alias` and `Fn.Version` to a function that publishes.
  const samOnly = resource.type === 'AWS::Serverless::Function' && (attribute === 'Alias' || attribute === 'Version');
  if (facts?.arnAttributes.includes(attribute) === true || samOnly) return 'arn';
  return programAttributes.get(attribute);
}

/** SAM makes `FnAliaslive` out of the function `Fn` with `AutoPublishAlias: live`. */
function isSamAlias(template: Template, id: string): boolean {
  const functions = template.isSam ? template.resources('AWS::Serverless::Function') : [];
  return functions.some((fn) => id === `${fn.id}Alias${stringOf(fn.property('AutoPublishAlias')) ?? ''}`);
}

/** The URI as the rule judges it: known ARNs and names as samples, everything else unknown as `${}`. */
export function uriText(template: Template, pieces: readonly Piece[]): string {
  const samples = { arn, name: 'function', invocation: uri.replaceAll(/\$\{[^}]*\}/g, '${}') };
  return pieces
    .map((piece) => {
      if (piece.kind === 'text') return piece.text.replaceAll(/\$\{[^}]*\}/g, '${}');
      const kind = kindOf(template, piece);
      return kind === undefined ? '${}' : samples[kind];
    })
    .join('');
}

/** The function that a URI means, right or wrong as the URI is; undefined where it names none, or several. */
export function invokedFunction(template: Template, pieces: readonly Piece[]): InvokedFunction | undefined {
  const invoked = pieces.filter((piece) => kindOf(template, piece) !== undefined);
  const [only] = invoked;
  if (invoked.length > 1) return undefined;
  if (only?.kind === 'reference') return byReference(template, pieces, only);
  const literal = merged(pieces);
  if (judgeUri(uriText(template, literal)).kind !== 'functionArn') return undefined;
  const arnPieces = withoutTail(literal);
  return { pieces: arnPieces, shown: shownPieces(arnPieces), resource: undefined, byName: false };
}

function byReference(
  template: Template,
  pieces: readonly Piece[],
  reference: Piece & { kind: 'reference' },
): InvokedFunction | undefined {
  const at = pieces.indexOf(reference);
  const named = kindOf(template, reference) === 'name';
  // A name may be the end of an ARN that is written out: `...:function:${Fn}`.
  if (named && judgeUri(uriText(template, pieces)).kind === 'functionArn') {
    const whole = withoutTail(pieces);
    return { pieces: whole, shown: shownPieces(whole), resource: undefined, byName: false };
  }
  const before = pieces[at - 1];
  if (named && before?.kind === 'text' && before.text.includes(':function:')) return undefined;
  const exact: Piece = named ? { ...reference, attribute: 'Arn' } : reference;
  const arnPieces = merged([exact, ...qualifierAfter(pieces, at)]);
  const resource = arnPieces.length === 1 ? template.resource(reference.name.split('.')[0]) : undefined;
  return { pieces: arnPieces, shown: shownPieces(arnPieces), resource, byName: named && at > 0 };
}

/** `:live` or `:${Alias}` behind the function, up to the next slash. */
function qualifierAfter(pieces: readonly Piece[], at: number): readonly Piece[] {
  const qualifier: Piece[] = [];
  for (const piece of pieces.slice(at + 1)) {
    if (qualifier.length === 0 && !(piece.kind === 'text' && piece.text.startsWith(':'))) break;
    if (piece.kind !== 'text') qualifier.push(piece);
    else {
      const slash = piece.text.indexOf('/');
      qualifier.push(textPiece(slash === -1 ? piece.text : piece.text.slice(0, slash)));
      if (slash !== -1) break;
    }
  }
  return qualifier;
}

function withoutTail(pieces: readonly Piece[]): readonly Piece[] {
  const last = pieces.at(-1);
  if (last?.kind !== 'text' || !last.text.endsWith(uriTail)) return pieces;
  return merged([...pieces.slice(0, -1), textPiece(last.text.slice(0, -uriTail.length))]);
}

/** The invocation URI, put together as the template's other integrations do it. */
export function invocationValue(template: Template, invoked: Pick<InvokedFunction, 'pieces'>): Value {
  const model = [...integrationsOf(template)]
    .map((integration) => modelOf(template, integration))
    .find((each) => each !== undefined);
  const head = model?.head ?? defaultHead();
  return piecesValue(merged([...head, ...invoked.pieces, textPiece(uriTail)]), model?.form ?? 'sub', 'Function');
}

/** What stands before the function in a URI that is right, and the intrinsic that it is written with. */
function modelOf(
  template: Template,
  { node, keys }: Integration,
): { head: readonly Piece[]; form: 'sub' | 'join' } | undefined {
  const written = node.get(keys.uri);
  if (written?.kind !== 'intrinsic') return undefined;
  const pieces = piecesOf(written);
  if (judgeUri(uriText(template, pieces)).kind !== 'invocation') return undefined;
  const start = uriHead.slice(uriHead.indexOf(':lambda:'));
  const at = pieces.findIndex((piece) => piece.kind === 'text' && piece.text.includes(start));
  const last = pieces[at];
  // A region written out is no model: the new function may be deployed anywhere.
  if (last?.kind !== 'text' || !pieces.slice(0, at).some((piece) => piece.kind === 'reference')) return undefined;
  const head = [...pieces.slice(0, at), textPiece(last.text.slice(0, last.text.indexOf(start) + start.length))];
  return { head, form: written.name === 'Fn::Join' ? 'join' : 'sub' };
}

function defaultHead(): readonly Piece[] {
  return uriHead.split(/(\$\{\w+\})/).map((part): Piece => {
    const name = /^\$\{(\w+)\}$/.exec(part)?.[1];
    return name === undefined ? textPiece(part) : { kind: 'reference', name: `AWS::${name}`, attribute: undefined };
  });
}

/** True where the credentials are a role of the template. Another role, or the caller's own, is somebody's decision. */
export function isOwnRole(template: Template, credentials: TemplateNode): boolean {
  const [piece, ...more] = piecesOf(credentials);
  return piece?.kind === 'reference' && more.length === 0 && template.resource(piece.name)?.type === 'AWS::IAM::Role';
}

/** The permission by which the API may call the function without credentials. */
export function allowedBy(integration: Integration, invoked: InvokedFunction): string | undefined {
  const { template } = integration.resource;
  if (!invoked.resource) return undefined;
  const permissions = template.resources('AWS::Lambda::Permission');
  return permissions.find((permission) => covers(permission, integration, invoked))?.id;
}

/** True when nothing in the template lets API Gateway call the function: no permission, no event that SAM makes one for. */
export function lacksPermission({ resource }: InvokedFunction, template: Template): boolean {
  if (!resource || resource.property('Events')) return false;
  const { principal } = apiGateway.invokePermission;
  const names = new Set([
    resource.id,
    ...readProperty(resource, 'FunctionName').flatMap((piece) => (piece.kind === 'reference' ? [piece.name] : [])),
  ]);
  return !template.resources('AWS::Lambda::Permission').some((permission) => {
    const named = readProperty(permission, 'FunctionName').some(
      (piece) => piece.kind !== 'reference' || names.has(piece.name),
    );
    return named && stringOf(permission.property('Principal')) === principal;
  });
}

function covers(permission: Resource, integration: Integration, { resource }: InvokedFunction): boolean {
  const { template } = permission;
  const { action, principal } = apiGateway.invokePermission;
  const [fn, ...more] = readProperty(permission, 'FunctionName');
  if (fn?.kind !== 'reference' || more.length > 0 || fn.name !== resource?.id || kindOf(template, fn) === undefined)
    return false;
  if (stringOf(permission.property('Action')) !== action || stringOf(permission.property('Principal')) !== principal)
    return false;
  if (!template.conditions.implies(integration.resource.guards, permission.guards)) return false;
  return !permission.property('SourceArn') || coversCall(readProperty(permission, 'SourceArn'), integration);
}

function readProperty(resource: Resource, name: string): readonly Piece[] {
  const node = resource.property(name);
  return node ? piecesOf(node) : [];
}

function coversCall(source: readonly Piece[], { api, operation }: Integration): boolean {
  const at = source.findIndex((piece) => piece.kind === 'reference' && piece.name === api && piece.attribute !== 'Arn');
  return at !== -1 && at === source.length - 2 && coversOperation(describePieces(source.slice(at + 1)), operation);
}
