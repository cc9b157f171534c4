import type { FindingDraft, FixDraft, Refusal } from '../../core/rule.js';
import { type Path, type TemplateNode, stringOf } from '../../core/template/node.js';
import type { Template } from '../../core/template/template.js';
import type { Span } from '../../core/text/span.js';
import type { TextEdit } from '../../core/text/edit.js';
import { apiGateway } from '../../facts/index.js';
import {
  type UriVerdict,
  cannotInvoke,
  isProxyType,
  isRefusedByProxy,
  judgeUri,
  type rule,
} from '../apigateway-integration-uri.js';
import { type Integration, integrationsOf } from './integrations.js';
import { type InvokedFunction, allowedBy, invokedFunction, isOwnRole, lacksPermission, uriText } from './invocation.js';
import { type Piece, piecesOf } from './pieces.js';

export type IntegrationMessage = keyof typeof rule.messages;
type Finding = FindingDraft<IntegrationMessage>;

/** Edits, and the paths whose meaning they change. */
export interface Planned {
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
}

/** How integrations are described and mended: in a template, or in a program. */
export interface IntegrationWriter {
  readonly template: Template;
  /** What lets an API call a function, as the source calls it. */
  readonly permissionType: string;
  /** A key of an integration as it is written. */
  nameOf(integration: Integration, key: string): string;
  /** A URI as people read it. */
  describe(node: TemplateNode, pieces: readonly Piece[]): string;
  describeFunction(invoked: InvokedFunction): string;
  /** True where the URI becomes some text before its parts are known. */
  isMadeText(uri: TemplateNode): boolean;
  nameInvocation(integration: Integration, uri: TemplateNode, invoked: InvokedFunction): Planned | Refusal;
  /** A URI that is right, for some function. */
  exampleUri(integration: Integration): string;
  exampleType(integration: Integration, type: string): string;
  insert(integration: Integration, key: string, value: string, at: InsertAt): Planned;
  replace(node: TemplateNode, value: string): Planned;
  remove(node: TemplateNode): Planned;
}

export type InsertAt = { readonly before?: string; readonly after?: string };

const { invokePermission, lambdaIntegration } = apiGateway;
const { method: lambdaMethod, proxyType, customType } = lambdaIntegration;
/** Those of HTTP, as `cannotInvoke` takes them; another text is not repeated in a message. */
const methods: readonly string[] = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT'];

/** What is wrong with the integrations of a template's or program's REST APIs. */
export function* wrongIntegrations(writer: IntegrationWriter): Generator<Finding> {
  const { template } = writer;
  for (const integration of integrationsOf(template)) {
    const uri = integration.node.get(integration.keys.uri);
    const type = stringOf(integration.node.get(integration.keys.type));
    for (const branch of template.alternatives(uri)) {
      if (branch.node) yield* judgeTarget(writer, integration, branch.node, type);
    }
    if (invokesFunction(integration, uri, type)) yield* judgeSettings(writer, integration, uri);
  }
}

/** True for the types that API Gateway takes for AWS services; an absent type may be meant so. */
function isServiceType(integration: Integration, type: string | undefined): boolean {
  if (!integration.node.has(integration.keys.type)) return true;
  return isProxyType(type) || type?.toUpperCase() === customType;
}

function* judgeTarget(
  writer: IntegrationWriter,
  integration: Integration,
  uri: TemplateNode,
  type: string | undefined,
): Generator<Finding> {
  const { template } = writer;
  const pieces = piecesOf(uri);
  const invoked = invokedFunction(template, pieces);
  const verdict: UriVerdict =
    invoked && writer.isMadeText(uri) ? { kind: 'notArn' } : judgeUri(uriText(template, pieces));
  if (verdict.kind === 'unknown' || !isServiceType(integration, type)) return;
  if (verdict.kind === 'invocation' && invoked?.byName !== true) return;
  if (verdict.kind === 'otherService' && !(isProxyType(type) && isRefusedByProxy(verdict.service))) return;
  // Without a type, other text may be the URL of an HTTP integration.
  if (!integration.node.has(integration.keys.type) && verdict.kind !== 'functionArn') return;
  const message = verdict.kind === 'invocation' ? 'functionName' : verdict.kind;
  const service = verdict.kind === 'otherService' ? verdict.service : '';
  yield {
    message,
    data: { place: integration.place, uri: writer.describe(uri, pieces), type: type ?? '', service },
    certainty: message === 'functionName' ? 'possible' : 'proven',
    resource: integration.resource,
    node: uri,
    followUps:
      invoked && followsUp(integration, invoked)
        ? [
            `Add an ${writer.permissionType} for ${invokePermission.principal}: without it the API deploys and answers every call with 500.`,
          ]
        : [],
    fix: () => uriFix(writer, integration, uri, verdict),
  };
}

function followsUp({ node, keys, resource }: Integration, invoked: InvokedFunction): boolean {
  return !node.has(keys.credentials) && lacksPermission(invoked, resource.template);
}

function uriFix(
  writer: IntegrationWriter,
  integration: Integration,
  uri: TemplateNode,
  verdict: UriVerdict,
): FixDraft | Refusal {
  const invoked = invokedFunction(writer.template, piecesOf(uri));
  if (verdict.kind === 'otherService') {
    return {
      code: 'needs-choice',
      because: `for ${verdict.service} the type is ${customType}, which also wants a mapping of the request and the responses`,
    };
  }
  if (!invoked)
    return {
      code: 'needs-choice',
      because: 'the URI does not tell which function is meant, or whether another type of integration is',
      // The ARN of another service needs another URI than that of a function.
      ...(verdict.kind === 'notArn' ? { snippet: writer.exampleUri(integration) } : {}),
    };
  const planned = writer.nameInvocation(integration, uri, invoked);
  if ('code' in planned) return planned;
  const title = `Name the invocation of ${writer.describeFunction(invoked)} in the integration of ${integration.place}`;
  return draft(title, planned, invoked.byName ? 'review' : 'safe');
}

/** The proxy type calls functions only; else the URI tells. */
function invokesFunction(integration: Integration, uri: TemplateNode | undefined, type: string | undefined): boolean {
  if (isProxyType(type)) return true;
  if (!uri || !isServiceType(integration, type)) return false;
  const kinds = integration.resource.template
    .alternatives(uri)
    .map(({ node }) => (node ? judgeUri(uriText(integration.resource.template, piecesOf(node))).kind : 'unknown'));
  return kinds.every((kind) => kind === 'invocation' || kind === 'functionArn');
}

function* judgeSettings(
  writer: IntegrationWriter,
  integration: Integration,
  uri: TemplateNode | undefined,
): Generator<Finding> {
  const { node, keys } = integration;
  const method = stringOf(node.get(keys.method));
  if (!node.has(keys.type) && uri) yield typeMissing(writer, integration);
  if (!node.has(keys.method)) yield methodMissing(writer, integration);
  else if (method !== undefined && cannotInvoke(method)) yield methodWrong(writer, integration, method);
  const credentials = node.get(keys.credentials);
  if (credentials && uri) yield* judgeCredentials(writer, integration, credentials, uri);
}

function typeMissing(writer: IntegrationWriter, integration: Integration): Finding {
  const { node, keys, place, resource, inBody } = integration;
  return {
    message: 'typeMissing',
    data: { place, property: writer.nameOf(integration, keys.type) },
    prevents: null,
    // An OpenAPI body is imported without the operation's integration; it is the deployment of the API that fails.
    certainty: inBody && !isDeployed(integration) ? 'possible' : 'proven',
    resource,
    ...onKey(integration),
    fix: () => {
      const value = inBody ? proxyType.toLowerCase() : proxyType;
      if (node.has(keys.requests) || node.has(keys.responses)) {
        const [requests, responses] = [keys.requests, keys.responses].map((key) => writer.nameOf(integration, key));
        const because = `with ${requests} or ${responses} it may be the proxy type or the one with mapping templates`;
        return { code: 'needs-choice', because, snippet: writer.exampleType(integration, value) };
      }
      const planned = writer.insert(integration, keys.type, value, { before: keys.uri });
      return draft(`Give the integration of ${place} the type ${value}`, planned, 'review');
    },
  };
}

function isDeployed({ resource }: Integration): boolean {
  return (
    resource.type === 'AWS::Serverless::Api' || resource.template.resources('AWS::ApiGateway::Deployment').length > 0
  );
}

function methodMissing(writer: IntegrationWriter, integration: Integration): Finding {
  const { node, keys, place, resource } = integration;
  const where = node.has(keys.type) ? { after: keys.type } : node.has(keys.uri) ? { before: keys.uri } : {};
  return {
    message: 'methodMissing',
    data: { place, property: writer.nameOf(integration, keys.method), method: lambdaMethod },
    certainty: 'proven',
    resource,
    ...onKey(integration),
    fix: () =>
      draft(
        `Let the integration of ${place} invoke the function by ${lambdaMethod}`,
        writer.insert(integration, keys.method, lambdaMethod, where),
        'safe',
      ),
  };
}

function methodWrong(writer: IntegrationWriter, integration: Integration, actual: string): Finding {
  const { keys, place, resource } = integration;
  const node = integration.node.get(keys.method) ?? integration.node;
  const title = `Let the integration of ${place} invoke the function by ${lambdaMethod}`;
  return {
    message: 'methodWrong',
    data: { place, actual: methods.includes(actual.toUpperCase()) ? actual : 'another method', method: lambdaMethod },
    certainty: 'proven',
    resource,
    node,
    fix: () => draft(title, writer.replace(node, lambdaMethod), 'review'),
  };
}

function* judgeCredentials(
  writer: IntegrationWriter,
  integration: Integration,
  credentials: TemplateNode,
  uri: TemplateNode,
): Generator<Finding> {
  const { template } = writer;
  const invoked = invokedFunction(template, piecesOf(uri));
  const permission = invoked && isOwnRole(template, credentials) ? allowedBy(integration, invoked) : undefined;
  if (!invoked || permission === undefined) return;
  yield {
    message: 'credentialsNeedless',
    data: { place: integration.place, function: writer.describeFunction(invoked), permission },
    certainty: 'proven',
    resource: integration.resource,
    node: credentials,
    fix: () =>
      draft(
        `Remove the credentials from the integration of ${integration.place}`,
        writer.remove(credentials),
        'review',
      ),
  };
}

/** Where something is missing the finding points at the key of the integration, not at all that is in it. */
function onKey({ node }: Integration): { node: TemplateNode; span: Span } {
  const entry = node.parent?.kind === 'map' ? node.parent.entry(String(node.key)) : undefined;
  return { node, span: entry?.keySpan ?? node.span };
}

function draft(title: string, { edits, touches }: Planned, safety: FixDraft['safety']): FixDraft {
  return { title, safety, consequence: { deployment: 'update' }, edits, touches };
}
