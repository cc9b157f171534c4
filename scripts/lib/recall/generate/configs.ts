import type { Value } from '../../../../core/template/node.js';
import type { Described } from './grants.js';
import type { Body } from './needs.js';

/** Correct provisioned concurrency, throttling and integrations, in the forms that they are written in. */
export function* configTemplates(): Generator<Described> {
  yield* aliases();
  yield* stages();
  yield* integrations();
}

const code: Body = {
  Runtime: 'nodejs22.x',
  Handler: 'index.handler',
  Role: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/worker' },
};
const plainFunction: Value = {
  Type: 'AWS::Lambda::Function',
  Properties: { ...code, Code: { ZipFile: 'exports.handler = async () => {};' } },
};
const wanted: Body = {
  Parameters: { Stage: { Type: 'String', Default: 'prod', AllowedValues: ['prod', 'dev'] } },
  Conditions: { Wanted: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
};

function described(name: string, resources: Body, more: Body = {}): Described {
  return { name, template: { AWSTemplateFormatVersion: '2010-09-09', ...more, Resources: resources } };
}

function* aliases(): Generator<Described> {
  const figures: Readonly<Record<string, Value>> = {
    literal: 5,
    parameter: { Ref: 'Kept' },
    conditional: { 'Fn::If': ['Wanted', 5, 1] },
  };
  const more = { ...wanted, Parameters: { ...(wanted['Parameters'] as Body), Kept: { Type: 'Number', Default: 5 } } };
  for (const [figure, value] of Object.entries(figures)) {
    const settings = { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: value } };
    for (const [named, name] of Object.entries(functionNames))
      yield described(`alias of a function ${named}, ${figure} figure`, aliasResources(name, settings), more);
    yield described(
      `SAM alias, ${figure} figure`,
      {
        Function: {
          Type: 'AWS::Serverless::Function',
          Properties: { ...code, CodeUri: 'src', AutoPublishAlias: 'live', ...settings },
        },
      },
      { ...more, Transform: 'AWS::Serverless-2016-10-31' },
    );
  }
}

const functionNames: Readonly<Record<string, Value>> = {
  'by Ref': { Ref: 'Function' },
  'by ARN': { 'Fn::GetAtt': ['Function', 'Arn'] },
};

function aliasResources(name: Value, settings: Body): Body {
  return {
    Function: plainFunction,
    Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: name } },
    Alias: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        FunctionName: name,
        FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] },
        Name: 'live',
        ...settings,
      },
    },
  };
}

const limits: Body = { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 };
const everyMethod: Body = { ResourcePath: '/*', HttpMethod: '*' };
const methodSettings: Readonly<Record<string, readonly Body[]>> = {
  'limits alone': [{ ...everyMethod, ...limits }],
  'limits among others': [{ ...everyMethod, MetricsEnabled: true, ...limits, LoggingLevel: 'ERROR' }],
  'limits beside a method of their own': [
    { ...everyMethod, ...limits },
    { ResourcePath: '/~1slow', HttpMethod: 'GET', ThrottlingRateLimit: 1 },
  ],
  'limits by reference': [
    { ...everyMethod, ThrottlingRateLimit: { Ref: 'Rate' }, ThrottlingBurstLimit: { Ref: 'Rate' } },
  ],
  'one limit': [{ ...everyMethod, ThrottlingRateLimit: 10.5 }],
};

function* stages(): Generator<Described> {
  const more = { Parameters: { Rate: { Type: 'Number', Default: 5 } } };
  const api = { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'jobs' } };
  const named = { StageName: 'v1', RestApiId: { Ref: 'Api' }, DeploymentId: 'abc123' };
  for (const [name, settings] of Object.entries(methodSettings)) {
    yield described(
      `stage, ${name}`,
      { Api: api, Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { ...named, MethodSettings: settings } } },
      more,
    );
    yield described(
      `SAM API, ${name}`,
      { Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: 'v1', MethodSettings: settings } } },
      { ...more, Transform: 'AWS::Serverless-2016-10-31' },
    );
  }
  for (const [name, settings] of Object.entries({
    alone: limits,
    'among others': { ...limits, DetailedMetricsEnabled: true },
  }))
    yield described(`HTTP API, limits ${name}`, {
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'jobs', ProtocolType: 'HTTP' } },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true, DefaultRouteSettings: settings },
      },
    });
}

const head = 'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/';
const uris: Readonly<Record<string, Value>> = {
  'by Sub': { 'Fn::Sub': `${head}\${Function.Arn}/invocations` },
  'by Sub with a map': { 'Fn::Sub': [`${head}\${Arn}/invocations`, { Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }] },
  'by Sub of an alias': { 'Fn::Sub': `${head}\${Alias}/invocations` },
  'by Sub with a qualifier': { 'Fn::Sub': `${head}\${Function.Arn}:live/invocations` },
  'by Join': {
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':apigateway:',
        { Ref: 'AWS::Region' },
        ':lambda:path/2015-03-31/functions/',
        { 'Fn::GetAtt': ['Function', 'Arn'] },
        '/invocations',
      ],
    ],
  },
};

function* integrations(): Generator<Described> {
  for (const [name, uri] of Object.entries(uris)) {
    const resources = aliasResources({ Ref: 'Function' }, {});
    const api: Value = { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'jobs' } };
    yield described(`method, URI ${name}`, { ...resources, Api: api, Method: method(uri) });
    const body = {
      openapi: '3.0.1',
      info: { title: 'jobs', version: '1' },
      paths: {
        '/jobs': { post: { 'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri } } },
      },
    };
    yield described(`OpenAPI, URI ${name}`, {
      ...resources,
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Body: body } },
    });
  }
}

function method(uri: Value): Value {
  return {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      HttpMethod: 'POST',
      AuthorizationType: 'NONE',
      Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: uri },
    },
  };
}
