import { Editor } from '../../../core/template/editor.js';
import {
  type MapNode,
  type TemplateNode,
  type Value,
  refOf,
  stringOf,
  toValue,
  walk,
} from '../../../core/template/node.js';
import type { Resource, Template } from '../../../core/template/template.js';
import type { TextEdit } from '../../../core/text/edit.js';
import { apiGateway } from '../../../facts/index.js';
import { type Mutation, mutate } from './mutation.js';
import { functionIn } from './uri.js';

const provisioned = 'ProvisionedConcurrencyConfig';
/** An HTTP API takes the function's own ARN, and any method. */
const restTypes = ['AWS::ApiGateway::Method', 'AWS::ApiGateway::RestApi', 'AWS::Serverless::Api'];
const { everyMethod, burst, rate } = apiGateway.throttling;

/** What is configured in the right place put into the wrong one, one thing at a time. */
export function* configMutations(template: Template): Generator<Mutation> {
  const editor = new Editor(template);
  for (const alias of template.resources('AWS::Lambda::Alias')) yield* ofAlias(alias, editor);
  for (const fn of template.resources('AWS::Serverless::Function')) yield* ofSam(fn, editor);
  for (const stage of template.resources('AWS::ApiGateway::Stage', 'AWS::Serverless::Api'))
    yield* ofMethodSettings(stage, editor);
  for (const stage of template.resources('AWS::ApiGatewayV2::Stage', 'AWS::Serverless::HttpApi'))
    yield* ofRouteSettings(stage, editor);
  for (const { properties } of template.resources(...restTypes)) {
    // SAM then writes the integrations of events anew, whatever stands there.
    if (!properties || properties.has('MergeDefinitions')) continue;
    for (const node of walk(properties)) if (node.kind === 'map') yield* ofIntegration(node, editor);
  }
}

function textOf(editor: Editor): string {
  return editor.template.source.text;
}

function* ofAlias(alias: Resource, editor: Editor): Generator<Mutation> {
  const settings = alias.ownProperty(provisioned);
  const version = alias.ownProperty('FunctionVersion');
  if (!settings || !version) return;
  yield* mutate(textOf(editor), 'unpublished', version.path, () => editor.replace(version, '$LATEST'));
  const fn = alias.template.resource(refOf(alias.ownProperty('FunctionName')));
  if (fn?.type !== 'AWS::Lambda::Function' || !fn.properties) return;
  const { properties } = fn;
  yield* mutate(textOf(editor), 'on the function', settings.path, () => [
    ...editor.remove(settings),
    ...editor.insert(properties, provisioned, toValue(settings)),
  ]);
}

function* ofSam(fn: Resource, editor: Editor): Generator<Mutation> {
  const alias = fn.ownProperty('AutoPublishAlias');
  if (!alias || !fn.property(provisioned) || fn.globalProperty('AutoPublishAlias')) return;
  yield* mutate(textOf(editor), 'SAM alias', alias.path, () => editor.remove(alias));
}

function* ofMethodSettings(stage: Resource, editor: Editor): Generator<Mutation> {
  const list = stage.ownProperty('MethodSettings');
  for (const item of list?.kind === 'list' ? list.items : []) {
    if (item.kind !== 'map' || !isEveryMethod(item)) continue;
    const others = item.entries.filter(({ key }) => !(key in everyMethod) && !isLimit(key));
    const removal =
      others.length === 0
        ? () => editor.remove(item, { prune: true })
        : () => editor.removeAll(item.entries.flatMap(({ key, value }) => (isLimit(key) ? value : [])));
    yield* asProperty(stage, item, removal, editor);
  }
}

function* ofRouteSettings(stage: Resource, editor: Editor): Generator<Mutation> {
  const map = stage.ownProperty('DefaultRouteSettings');
  if (map?.kind !== 'map') return;
  const limits = map.entries.filter(({ key }) => isLimit(key));
  const isAll = limits.length === map.entries.length;
  yield* asProperty(
    stage,
    map,
    () => (isAll ? editor.remove(map) : editor.removeAll(limits.map(({ value }) => value))),
    editor,
  );
}

/** `ThrottleSettings: { BurstLimit, RateLimit }` on the stage, as it is written where it is wrong. */
function* asProperty(
  { properties }: Resource,
  settings: MapNode,
  removal: () => readonly TextEdit[],
  editor: Editor,
): Generator<Mutation> {
  const limits = settings.entries.filter(({ key }) => isLimit(key));
  if (!properties || limits.length === 0) return;
  const value = Object.fromEntries(limits.map((entry) => [entry.key.replace('Throttling', ''), toValue(entry.value)]));
  yield* mutate(textOf(editor), 'throttling', settings.path, () => [
    ...removal(),
    ...editor.insert(properties, 'ThrottleSettings', value),
  ]);
}

function isEveryMethod(item: MapNode): boolean {
  return Object.entries(everyMethod).every(([key, value]) => stringOf(item.get(key)) === value);
}

function isLimit(key: string): boolean {
  return key === burst || key === rate;
}

/** Integrations of both spellings: a method's, and OpenAPI's. */
function* ofIntegration(node: MapNode, editor: Editor): Generator<Mutation> {
  const [method, uri] = node.has('Uri') ? ['IntegrationHttpMethod', 'Uri'] : ['httpMethod', 'uri'];
  const type = stringOf(node.get(method === 'httpMethod' ? 'type' : 'Type'));
  if (type?.toUpperCase() !== apiGateway.lambdaIntegration.proxyType) return;
  const verb = node.get(method);
  if (verb) {
    yield* mutate(textOf(editor), 'http method', verb.path, () => editor.remove(verb));
    yield* mutate(textOf(editor), 'http method', verb.path, () => editor.replace(verb, 'GET'));
  }
  const target = node.get(uri);
  if (target) for (const value of functionIn(toValue(target))) yield* ofUri(target, value, editor);
}

function ofUri(target: TemplateNode, value: Value, editor: Editor): Generator<Mutation> {
  return mutate(textOf(editor), 'uri', target.path, () => editor.replace(target, value));
}
