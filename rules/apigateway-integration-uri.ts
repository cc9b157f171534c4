import { defineRule } from '../core/rule.js';
import { apiGateway, deploymentErrors } from '../facts/index.js';

const { uri, method, proxyType, proxyServices } = apiGateway.lambdaIntegration;

export const rule = defineRule({
  id: 'apigateway-integration-uri',
  title: 'REST API integration that does not name the invocation of its function',
  why: `A REST API calls a Lambda function through the invocation URI, ${uri}, and by ${method} whatever method the caller used. API Gateway checks both when it creates the integration: text that is no ARN, the ARN of the function itself, and an absent integration method are refused, and in an OpenAPI body one such operation refuses the whole API. Another method than ${method} is accepted and fails at every call. An operation of an OpenAPI body whose integration has no type is imported without an integration, which the deployment refuses. An HTTP API takes the plain function ARN and is left alone.`,
  impact: 'high',
  messages: {
    notArn: {
      text: 'The integration of {place} names {uri}, which is no ARN',
      preset: 'deploy',
      prevents: 'Invalid ARN specified',
    },
    functionArn: {
      text: 'The integration of {place} names the function itself ({uri}), where API Gateway wants the ARN of its invocation',
      preset: 'deploy',
      prevents: 'must contain path or action',
    },
    noAction: {
      text: 'The integration of {place} names {uri}, an ARN without the path or action that API Gateway is to call',
      preset: 'deploy',
      prevents: 'must contain path or action',
    },
    functionName: {
      text: 'The integration of {place} names {uri}: a function name, where the URI wants the function ARN',
      preset: 'deploy',
    },
    otherService: {
      text: 'The integration of {place} is of type {type} and calls {service}, but that type takes Lambda functions only',
      preset: 'deploy',
      prevents: 'currently only supports',
    },
    methodMissing: {
      text: 'The integration of {place} has no {property}; a Lambda integration takes {method}',
      preset: 'deploy',
      prevents: 'Enumeration value',
    },
    typeMissing: {
      text: 'The integration of {place} has no {property}',
      preset: 'deploy',
    },
    methodWrong: {
      text: 'The integration of {place} calls the function by {actual}: it deploys, but Lambda is invoked by {method} only and calls fail',
      preset: 'all',
    },
    credentialsNeedless: {
      text: 'The integration of {place} assumes a role to call {function}, which {permission} already allows',
      preset: 'all',
    },
  },
  errors: deploymentErrors('apigateway-integration-uri'),
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html',
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html',
    'https://repost.aws/knowledge-center/api-gateway-lambda-template-invoke-error',
  ],
  limits: [
    'Only integrations of REST APIs are read: methods, and the OpenAPI bodies written out in the template. HTTP and WebSocket APIs, Lambda authorizers, and bodies in other files are not.',
    'A URI given by a parameter, an import or another value from outside is taken as it is.',
    'An integration with a service other than Lambda is judged by its URI only; its method is for its author to choose.',
    'A function name in place of the function ARN is a possible finding: that API Gateway refuses it is seen in reports, not recorded.',
    'Credentials are called needless only where they are a role of the same template and a permission for the same function covers the call; another role, or the caller’s own credentials, is a decision.',
  ],
  facts: ['apigateway', 'errors'],
  since: '0.1.0',
});

/** What a URI of an integration is. `invocation` is what a Lambda integration wants. */
export type UriVerdict =
  | { readonly kind: 'invocation' | 'functionArn' | 'noAction' | 'notArn' | 'unknown' }
  | { readonly kind: 'otherService'; readonly service: string };

const lambdaPath = /^functions\/.+\/(?:response-streaming-)?invocations$/;

/**
 * Judges the URI of an AWS or AWS_PROXY integration.
 * @param text the URI, in which `${}` stands for each part that is not known
 */
export function judgeUri(text: string): UriVerdict {
  if (text.startsWith('${}') || text === '') return { kind: 'unknown' };
  const called = /^arn:[^:]*:apigateway:[^:]*:([^:]*):(?:path|action)\/+(?:\d{4}-\d\d-\d\d\/)?(.*)$/.exec(text);
  const service = called?.[1];
  if (service === 'lambda') return { kind: lambdaPath.test(called?.[2] ?? '') ? 'invocation' : 'unknown' };
  if (service !== undefined) return service.includes('$') ? { kind: 'unknown' } : { kind: 'otherService', service };
  if (/^arn:[^:]*:lambda:/.test(text)) return { kind: 'functionArn' };
  // The unknown part may hold all that seems to be missing.
  if (/^arn:(?:[^:]*$|\$\{\}$|[^:]*:\$\{\})/.test(text) || /^arn:[^:]*:apigateway:[^:]*(?:$|:[^:]*\$\{\})/.test(text))
    return { kind: 'unknown' };
  return { kind: text.startsWith('arn:') ? 'noAction' : 'notArn' };
}

/** True when an integration of this type hands requests to Lambda and to nothing else. */
export function isProxyType(type: string | undefined): boolean {
  return type?.toUpperCase() === proxyType;
}

/** True when the proxy type takes no such service. */
export function isRefusedByProxy(service: string): boolean {
  return !proxyServices.includes(service);
}

/** True when an integration by this method deploys, but cannot invoke a function. */
export function cannotInvoke(integrationMethod: string): boolean {
  return integrationMethod.toUpperCase() !== method;
}

/**
 * True when the source ARN of a permission, its part behind the API's id, lets any stage call an operation.
 * @param tail what follows the id: a stage, a method and a path, each of them `*` or one
 */
export function coversOperation(
  tail: string,
  operation: { readonly method: string; readonly path: string | undefined },
): boolean {
  if (/^(?:\/\*){1,3}$/.test(tail)) return true;
  const parts = /^\/\*\/([^/]+)\/(.*)$/.exec(tail);
  if (!parts || (parts[1] !== '*' && parts[1] !== operation.method)) return false;
  return parts[2] === '*' || (operation.path !== undefined && `/${parts[2]}` === operation.path);
}
