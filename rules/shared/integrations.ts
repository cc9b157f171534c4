import { type MapNode, type TemplateNode, getAttOf, refOf, stringOf, walk } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';

/** The names of an integration's keys: CloudFormation's or OpenAPI's. */
export interface IntegrationKeys {
  readonly type: string;
  readonly method: string;
  readonly uri: string;
  readonly credentials: string;
  readonly requests: string;
  readonly responses: string;
}

/** How one operation of a REST API reaches what is behind it. */
export interface Integration {
  /** The method, the integration of a program, or the API whose OpenAPI body holds the integration. */
  readonly resource: Resource;
  readonly node: MapNode;
  readonly keys: IntegrationKeys;
  /** True where it is an operation of an OpenAPI body. */
  readonly inBody: boolean;
  /** For messages: `GetOrders`, `OrdersApi GET /orders`. */
  readonly place: string;
  /** The logical id of the API. */
  readonly api: string | undefined;
  /** What the caller asks for: `*` for any method. The path is known in an OpenAPI body only. */
  readonly operation: { readonly method: string; readonly path: string | undefined };
}

const methodKeys: IntegrationKeys = {
  type: 'Type',
  method: 'IntegrationHttpMethod',
  uri: 'Uri',
  credentials: 'Credentials',
  requests: 'RequestTemplates',
  responses: 'IntegrationResponses',
};
const openApiKeys: IntegrationKeys = {
  type: 'type',
  method: 'httpMethod',
  uri: 'uri',
  credentials: 'credentials',
  requests: 'requestTemplates',
  responses: 'responses',
};
const extension = 'x-amazon-apigateway-integration';
const bodies: ReadonlyMap<string, string> = new Map([
  ['AWS::ApiGateway::RestApi', 'Body'],
  ['AWS::Serverless::Api', 'DefinitionBody'],
]);

/** Every integration of a REST API that the template writes out, those in OpenAPI bodies included. */
export function* integrationsOf(template: Template): Generator<Integration> {
  for (const method of template.resources('AWS::ApiGateway::Method')) yield* ofMethod(method);
  for (const integration of template.resources('Pulumi::ApiGateway::Integration')) yield* ofIntegration(integration);
  for (const api of template.resources(...bodies.keys())) {
    const body = api.property(bodies.get(api.type) ?? '');
    if (body) yield* ofBody(api, body);
  }
}

function* ofMethod(resource: Resource): Generator<Integration> {
  const verb = stringOf(resource.ownProperty('HttpMethod'));
  const operation = { method: verb === undefined || verb === 'ANY' ? '*' : verb, path: undefined };
  const api = refOf(resource.ownProperty('RestApiId'));
  for (const { node } of resource.template.alternatives(resource.ownProperty('Integration'))) {
    if (node?.kind === 'map')
      yield { resource, node, keys: methodKeys, inBody: false, place: resource.id, api, operation };
  }
}

/** In a program an integration is a resource, and its method another one. */
function* ofIntegration(resource: Resource): Generator<Integration> {
  const { properties: node, template } = resource;
  if (!node || resource.isOpaque) return;
  const given = node.get('HttpMethod');
  const method = template.resource(getAttOf(given)?.id);
  const verb = stringOf(given) ?? stringOf(method?.property('HttpMethod'));
  const operation = { method: verb === undefined || verb === 'ANY' ? '*' : verb, path: undefined };
  const api = refOf(node.get('RestApiId'));
  yield { resource, node, keys: methodKeys, inBody: false, place: resource.id, api, operation };
}

function* ofBody(resource: Resource, body: TemplateNode): Generator<Integration> {
  for (const part of walk(body)) {
    const extended = part.kind === 'map' ? part.get(extension) : undefined;
    for (const { node } of resource.template.alternatives(extended)) {
      // An integration kept under `components` is named by `$ref`; a macro may write the rest.
      if (node?.kind !== 'map' || node.has('$ref') || node.has('Fn::Transform')) continue;
      const operation = operationOf(part);
      if (isWrittenBySam(resource, operation)) continue;
      const shown = `${operation.method === '*' ? 'ANY' : operation.method} ${operation.path ?? ''}`.trim();
      const place = `${resource.id} ${shown}`;
      yield { resource, node, keys: openApiKeys, inBody: true, place, api: resource.id, operation };
    }
  }
}

/** With `MergeDefinitions` what SAM makes of a function's event wins over what the body says of the same operation. */
function isWrittenBySam(api: Resource, { method, path }: Integration['operation']): boolean {
  const merges = api.property('MergeDefinitions');
  if (merges?.kind !== 'scalar' || String(merges.value) !== 'true') return false;
  return api.template.resources('AWS::Serverless::Function').some((fn) => {
    const events = fn.property('Events');
    return (events?.kind === 'map' ? events.entries : []).some(({ value }) => {
      const event = value.kind === 'map' ? value.get('Properties') : undefined;
      if (event?.kind !== 'map' || refOf(event.get('RestApiId')) !== api.id) return false;
      const verb = stringOf(event.get('Method'))?.toUpperCase();
      return (verb === 'ANY' ? '*' : verb) === method && stringOf(event.get('Path')) === path;
    });
  });
}

/** `.../paths/{path}/{method}`, with `Fn::If` anywhere between. */
function operationOf(node: TemplateNode): Integration['operation'] {
  const { path } = node;
  const route = path.findLast((step) => String(step).startsWith('/'));
  const verb = path.findLast((step) =>
    /^(?:get|put|post|delete|options|head|patch|x-amazon-apigateway-any-method)$/i.test(String(step)),
  );
  const method = verb === undefined || /any-method$/i.test(String(verb)) ? '*' : String(verb).toUpperCase();
  return { method, path: route === undefined ? undefined : String(route) };
}
