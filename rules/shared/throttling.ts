import {
  ListNode,
  MapNode,
  type TemplateNode,
  type Value,
  refOf,
  stringOf,
  toValue,
} from '../../core/template/node.js';
import { shownFigure } from '../../core/template/shown.js';
import type { Resource, Template } from '../../core/template/template.js';
import { apiGateway } from '../../facts/index.js';
import { limitOf, meansThrottling } from '../apigateway-stage-throttling.js';

export type Limit = 'burst' | 'rate';
/** The figures that are meant, in the author's order. */
export type Limits = Partial<Record<Limit, TemplateNode>>;

/** A map of properties that describes a stage: a resource's own, or what SAM Globals give to each. */
export interface Stage {
  readonly name: string;
  readonly type: string;
  readonly properties: MapNode;
  readonly resource: Resource | undefined;
  readonly template: Template;
}

/** A stage with throttling where it has no place. */
export interface Throttled {
  readonly stage: Stage;
  /** The properties that no stage has. */
  readonly keys: readonly string[];
  /** Undefined where the figures are not written out, or said twice. */
  readonly limits: Limits | undefined;
  /** Where the limits of this kind of stage belong. */
  readonly home: string;
  /** A usage plan of the stage that has the same limits. */
  readonly plan: string | undefined;
}

export const { everyMethod, ...settingNames } = apiGateway.throttling;
export const methodSettings = 'MethodSettings';
export const routeSettings = 'DefaultRouteSettings';
/** Where each kind of stage keeps its limits. */
const homes: ReadonlyMap<string, string> = new Map([
  ['AWS::ApiGateway::Stage', methodSettings],
  ['AWS::Serverless::Api', methodSettings],
  ['AWS::ApiGatewayV2::Stage', routeSettings],
  ['AWS::Serverless::HttpApi', routeSettings],
]);

/** Every stage that has throttling as a property of its own. */
export function* throttledStages(template: Template): Generator<Throttled> {
  for (const stage of stagesOf(template)) {
    const keys = stage.properties.entries.map(({ key }) => key).filter(meansThrottling);
    if (keys.length === 0) continue;
    const limits = limitsOf(stage.properties, keys);
    const home = homes.get(stage.type) ?? methodSettings;
    yield { stage, keys, limits, home, plan: limits && planWith(stage, limits) };
  }
}

function* stagesOf(template: Template): Generator<Stage> {
  for (const resource of template.resources(...homes.keys())) {
    const { id, type, properties } = resource;
    if (properties) yield { name: id, type, properties, resource, template };
  }
  for (const section of ['Api', 'HttpApi']) {
    const properties = template.globals?.get(section);
    if (properties?.kind === 'map')
      yield {
        name: `Globals.${section}`,
        type: `AWS::Serverless::${section}`,
        properties,
        resource: undefined,
        template,
      };
  }
}

function limitsOf(properties: MapNode, keys: readonly string[]): Limits | undefined {
  const limits: Limits = {};
  for (const key of keys) {
    const value = properties.get(key);
    const entries =
      value?.kind === 'map'
        ? value.entries.map((entry): [string, TemplateNode] => [entry.key, entry.value])
        : value
          ? [[key, value] as const]
          : [];
    for (const [name, node] of entries) {
      const limit = limitOf(name);
      if (limit === undefined || limits[limit] !== undefined || node.kind === 'map' || node.kind === 'list')
        return undefined;
      limits[limit] = node;
    }
  }
  return Object.keys(limits).length > 0 ? limits : undefined;
}

/** A limit of a stage that is set already, to another figure than the one that is asked for. */
export interface Contradiction {
  readonly key: string;
  readonly present: Value;
  readonly wanted: Value;
}

/** Which of the limits some settings lack; what they have may only be the same. */
export function missingIn(settings: MapNode, limits: Limits): { missing: readonly Limit[] } | Contradiction {
  const missing: Limit[] = [];
  for (const [limit, node] of Object.entries(limits) as [Limit, TemplateNode][]) {
    const key = settingNames[limit];
    const present = settings.get(key);
    const wanted = toValue(node);
    if (present && !same(toValue(present), wanted)) return { key, present: toValue(present), wanted };
    if (!present) missing.push(limit);
  }
  return { missing };
}

export function whyContradicted(stage: Stage, { key, present, wanted }: Contradiction): string {
  return `${stage.name} already has the ${key} ${shownFigure(present)} for all its methods, and ${shownFigure(wanted)} is asked for here`;
}

/** A usage plan of the same stage with the same figures. */
function planWith(stage: Stage, limits: Limits): string | undefined {
  return stage.template.resources('AWS::ApiGateway::UsagePlan').find((plan) => {
    const throttle = plan.property('Throttle');
    if (throttle?.kind !== 'map' || !coversStage(plan, stage)) return false;
    return Object.entries(limits).every(([limit, node]) =>
      throttle.entries.some((entry) => limitOf(entry.key) === limit && same(toValue(entry.value), toValue(node))),
    );
  })?.id;
}

function coversStage(plan: Resource, stage: Stage): boolean {
  const stages = plan.property('ApiStages');
  return (
    stages instanceof ListNode &&
    stages.items.some((item) => item instanceof MapNode && isStage(stage, item.get('Stage'), item.get('ApiId')))
  );
}

/** True where a name and an API mean this stage: by reference, or the same name of the same API. */
export function isStage(
  { resource, properties }: Stage,
  named: TemplateNode | undefined,
  apiId: TemplateNode | undefined,
): boolean {
  if (!named || !resource) return false;
  // SAM's own stage is `Api.Stage`.
  if ([resource.id, `${resource.id}.Stage`].includes(refOf(named) ?? '')) return true;
  const name = properties.get('StageName');
  const own = refOf(properties.get('RestApiId')) ?? resource.id;
  return refOf(apiId) === own && name !== undefined && same(toValue(named), toValue(name));
}

export function isEveryMethod(setting: MapNode): boolean {
  const path = stringOf(setting.get('ResourcePath'));
  return (
    stringOf(setting.get('HttpMethod')) === everyMethod.HttpMethod &&
    (path === everyMethod.ResourcePath || path === '*')
  );
}

function same(a: Value, b: Value): boolean {
  return (
    JSON.stringify(a) === JSON.stringify(b) ||
    (Number(a) === Number(b) && typeof a !== 'object' && typeof b !== 'object')
  );
}
