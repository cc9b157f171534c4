import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import { type TemplateNode, stringOf } from '../core/template/node.js';
import type { Span } from '../core/text/span.js';
import type { TextEdit } from '../core/text/edit.js';
import { apiGateway } from '../facts/index.js';
import {
  type UriVerdict,
  cannotInvoke,
  isProxyType,
  isRefusedByProxy,
  judgeUri,
  rule,
} from '../rules/apigateway-integration-uri.js';
import { type Integration, integrationsOf } from './shared/integrations.js';
import {
  type InvokedFunction,
  allowedBy,
  invocationValue,
  invokedFunction,
  lacksPermission,
  isOwnRole,
  uriText,
} from './shared/invocation.js';
import { describePieces, piecesOf, replaceText } from './shared/pieces.js';

type MessageId = keyof typeof rule.messages;
type Finding = FindingDraft<MessageId>;

const { invokePermission, lambdaIntegration } = apiGateway;
const { method: lambdaMethod, proxyType, customType } = lambdaIntegration;

const permissionFollowUp = `Add an AWS::Lambda::Permission for ${invokePermission.principal}: without it the API deploys and answers every call with 500.`;

export default defineCfnFixer<MessageId, Record<string, never>>({
  rule,
  needles: ['AWS::ApiGateway::Method', 'x-amazon-apigateway-integration'],
  *find({ template, editor }) {
    for (const integration of integrationsOf(template)) {
      const uri = integration.node.get(integration.keys.uri);
      const type = stringOf(integration.node.get(integration.keys.type));
      for (const branch of template.alternatives(uri)) {
        if (branch.node) yield* judgeTarget(integration, branch.node, type, editor);
      }
      if (invokesFunction(integration, uri, type)) yield* judgeSettings(integration, uri, type, editor);
    }
  },
});

/** True for the types that API Gateway takes for AWS services; an absent type may be meant so. */
function isServiceType(integration: Integration, type: string | undefined): boolean {
  if (!integration.node.has(integration.keys.type)) return true;
  return isProxyType(type) || type?.toUpperCase() === customType;
}

function* judgeTarget(
  integration: Integration,
  uri: TemplateNode,
  type: string | undefined,
  editor: Editor,
): Generator<Finding> {
  const { template } = integration.resource;
  const pieces = piecesOf(uri);
  const verdict = judgeUri(uriText(template, pieces));
  if (verdict.kind === 'unknown' || !isServiceType(integration, type)) return;
  const invoked = invokedFunction(template, pieces);
  if (verdict.kind === 'invocation' && invoked?.byName !== true) return;
  if (verdict.kind === 'otherService' && !(isProxyType(type) && isRefusedByProxy(verdict.service))) return;
  // Without a type, other text may be the URL of an HTTP integration.
  if (!integration.node.has(integration.keys.type) && verdict.kind !== 'functionArn') return;
  const message = verdict.kind === 'invocation' ? 'functionName' : verdict.kind;
  const service = verdict.kind === 'otherService' ? verdict.service : '';
  yield {
    message,
    data: { place: integration.place, uri: describePieces(pieces), type: type ?? '', service },
    certainty: message === 'functionName' ? 'possible' : 'proven',
    resource: integration.resource,
    node: uri,
    followUps: invoked && followsUp(integration, invoked) ? [permissionFollowUp] : [],
    fix: () => uriFix(integration, uri, verdict, editor),
  };
}

function followsUp({ node, keys, resource }: Integration, invoked: InvokedFunction): boolean {
  return !node.has(keys.credentials) && lacksPermission(invoked, resource.template);
}

function uriFix(integration: Integration, uri: TemplateNode, verdict: UriVerdict, editor: Editor): FixDraft | Refusal {
  const { template } = integration.resource;
  const invoked = invokedFunction(template, piecesOf(uri));
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
      ...snippetOf(integration, verdict, editor),
    };
  const title = `Name the invocation of ${invoked.shown} in the integration of ${integration.place}`;
  return draft(
    title,
    uri,
    replaceText(editor, uri, invocationValue(template, invoked)),
    invoked.byName ? 'review' : 'safe',
  );
}

/** The ARN of another service needs another URI than that of a function. */
function snippetOf({ resource, keys }: Integration, verdict: UriVerdict, editor: Editor): { snippet?: string } {
  if (verdict.kind !== 'notArn') return {};
  const value = invocationValue(resource.template, {
    pieces: [{ kind: 'reference', name: 'FUNCTION', attribute: 'Arn' }],
  });
  return { snippet: editor.print({ [keys.uri]: value }) };
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
  integration: Integration,
  uri: TemplateNode | undefined,
  type: string | undefined,
  editor: Editor,
): Generator<Finding> {
  const { node, keys } = integration;
  const method = stringOf(node.get(keys.method));
  if (!node.has(keys.type) && uri) yield typeMissing(integration, editor);
  if (!node.has(keys.method)) yield methodMissing(integration, editor);
  else if (method !== undefined && cannotInvoke(method)) yield methodWrong(integration, method, editor);
  const credentials = node.get(keys.credentials);
  if (credentials && uri) yield* judgeCredentials(integration, credentials, uri, editor);
}

function typeMissing(integration: Integration, editor: Editor): Finding {
  const { node, keys, place, resource } = integration;
  const openApi = resource.type !== 'AWS::ApiGateway::Method';
  return {
    message: 'typeMissing',
    data: { place, property: keys.type },
    prevents: null,
    // An OpenAPI body is imported without the operation's integration; it is the deployment of the API that fails.
    certainty: openApi && !isDeployed(integration) ? 'possible' : 'proven',
    resource,
    ...onKey(integration),
    fix: () => {
      const value = openApi ? proxyType.toLowerCase() : proxyType;
      if (node.has(keys.requests) || node.has(keys.responses)) {
        const because = `with ${keys.requests} or ${keys.responses} it may be the proxy type or the one with mapping templates`;
        return { code: 'needs-choice', because, snippet: editor.print({ [keys.type]: value }) };
      }
      const edits = editor.insert(node, keys.type, value, { before: keys.uri });
      return draft(`Give the integration of ${place} the type ${value}`, node, edits, 'review', keys.type);
    },
  };
}

function isDeployed({ resource }: Integration): boolean {
  return (
    resource.type === 'AWS::Serverless::Api' || resource.template.resources('AWS::ApiGateway::Deployment').length > 0
  );
}

function methodMissing(integration: Integration, editor: Editor): Finding {
  const { node, keys, place, resource } = integration;
  const where = node.has(keys.type) ? { after: keys.type } : node.has(keys.uri) ? { before: keys.uri } : {};
  return {
    message: 'methodMissing',
    data: { place, property: keys.method, method: lambdaMethod },
    certainty: 'proven',
    resource,
    ...onKey(integration),
    fix: () =>
      draft(
        `Let the integration of ${place} invoke the function by ${lambdaMethod}`,
        node,
        editor.insert(node, keys.method, lambdaMethod, where),
        'safe',
        keys.method,
      ),
  };
}

function methodWrong(integration: Integration, actual: string, editor: Editor): Finding {
  const { keys, place, resource } = integration;
  const node = integration.node.get(keys.method) ?? integration.node;
  const title = `Let the integration of ${place} invoke the function by ${lambdaMethod}`;
  return {
    message: 'methodWrong',
    data: { place, actual, method: lambdaMethod },
    certainty: 'proven',
    resource,
    node,
    fix: () => draft(title, node, editor.replace(node, lambdaMethod), 'review'),
  };
}

function* judgeCredentials(
  integration: Integration,
  credentials: TemplateNode,
  uri: TemplateNode,
  editor: Editor,
): Generator<Finding> {
  const { template } = integration.resource;
  const invoked = invokedFunction(template, piecesOf(uri));
  const permission = invoked && isOwnRole(template, credentials) ? allowedBy(integration, invoked) : undefined;
  if (!invoked || permission === undefined) return;
  yield {
    message: 'credentialsNeedless',
    data: { place: integration.place, function: invoked.shown, permission },
    certainty: 'proven',
    resource: integration.resource,
    node: credentials,
    fix: () =>
      draft(
        `Remove the credentials from the integration of ${integration.place}`,
        credentials,
        editor.remove(credentials),
        'review',
      ),
  };
}

/** Where something is missing the finding points at the key of the integration, not at all that is in it. */
function onKey({ node }: Integration): { node: TemplateNode; span: Span } {
  const entry = node.parent?.kind === 'map' ? node.parent.entry(String(node.key)) : undefined;
  return { node, span: entry?.keySpan ?? node.span };
}

function draft(
  title: string,
  node: TemplateNode,
  edits: readonly TextEdit[],
  safety: FixDraft['safety'],
  key?: string,
): FixDraft {
  return {
    title,
    safety,
    consequence: { deployment: 'update' },
    edits,
    touches: [key === undefined ? node.path : [...node.path, key]],
  };
}
