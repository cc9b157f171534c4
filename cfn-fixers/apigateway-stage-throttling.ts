import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import {
  ListNode,
  MapNode,
  type Path,
  type TemplateNode,
  type Value,
  refOf,
  stringOf,
  toValue,
} from '../core/template/node.js';
import type { Resource, Template } from '../core/template/template.js';
import type { TextEdit } from '../core/text/edit.js';
import { apiGateway } from '../facts/index.js';
import { limitOf, meansThrottling, rule } from '../rules/apigateway-stage-throttling.js';

type MessageId = keyof typeof rule.messages;
type Limits = Partial<Record<'burst' | 'rate', Value>>;

/** A map of properties that describes a stage: a resource's own, or what SAM Globals give to each. */
interface Stage {
  readonly name: string;
  readonly type: string;
  readonly properties: MapNode;
  readonly resource: Resource | undefined;
}

const { everyMethod, ...settingNames } = apiGateway.throttling;
const methodSettings = 'MethodSettings';
const routeSettings = 'DefaultRouteSettings';
/** Where each kind of stage keeps its limits. */
const homes: ReadonlyMap<string, string> = new Map([
  ['AWS::ApiGateway::Stage', methodSettings],
  ['AWS::Serverless::Api', methodSettings],
  ['AWS::ApiGatewayV2::Stage', routeSettings],
  ['AWS::Serverless::HttpApi', routeSettings],
]);

export default defineCfnFixer<MessageId, Record<string, never>>({
  rule,
  needles: ['hrottl'],
  *find({ template, editor }) {
    for (const stage of stagesOf(template)) {
      const wrong = stage.properties.entries.filter(({ key }) => meansThrottling(key));
      if (wrong.length > 0)
        yield judge(
          template,
          stage,
          wrong.map(({ key }) => key),
          editor,
        );
    }
  },
});

function* stagesOf(template: Template): Generator<Stage> {
  for (const resource of template.resources(...homes.keys())) {
    const { id, type, properties } = resource;
    if (properties) yield { name: id, type, properties, resource };
  }
  for (const section of ['Api', 'HttpApi']) {
    const properties = template.globals?.get(section);
    if (properties?.kind === 'map')
      yield { name: `Globals.${section}`, type: `AWS::Serverless::${section}`, properties, resource: undefined };
  }
}

function judge(template: Template, stage: Stage, keys: readonly string[], editor: Editor): FindingDraft<MessageId> {
  const first = stage.properties.entry(keys[0] ?? '');
  const home = homes.get(stage.type) ?? methodSettings;
  return {
    message: 'unknownProperty',
    data: { resource: stage.name, property: keys[0] ?? '', properties: keys.join(' and '), type: stage.type, home },
    certainty: 'proven',
    ...(stage.resource ? { resource: stage.resource } : {}),
    node: first?.value ?? stage.properties,
    ...(first ? { span: first.keySpan } : {}),
    fix: () => fixOf(template, stage, keys, home, editor),
  };
}

function fixOf(
  template: Template,
  stage: Stage,
  keys: readonly string[],
  home: string,
  editor: Editor,
): FixDraft | Refusal {
  const limits = limitsOf(stage.properties, keys);
  if (!limits)
    return {
      code: 'unknown-value',
      because: `the limits in ${keys.join(' and ')} are not written out as figures`,
      snippet: editor.print({ [home]: exampleOf(home) }),
    };
  const plan = planWith(template, stage, limits);
  if (plan)
    return draft(
      stage,
      keys,
      `Remove ${keys.join(' and ')} from ${stage.name}: the usage plan ${plan} has the same limits`,
      removal(stage, keys, editor),
      [],
      'review',
    );
  const settings = settingsOf(limits);
  const moved =
    home === methodSettings
      ? intoMethodSettings(stage, keys, settings, editor)
      : intoRouteSettings(stage, keys, settings, editor);
  if ('code' in moved) return moved;
  return draft(stage, keys, `Move the limits of ${stage.name} into ${home}`, moved.edits, moved.touches, 'safe');
}

/** The figures behind the wrong properties; undefined where one of them is not understood or said twice. */
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
      limits[limit] = toValue(node);
    }
  }
  return Object.keys(limits).length > 0 ? limits : undefined;
}

/** The limits under the names that settings have, in the author's order. */
function settingsOf(limits: Limits): Record<string, Value> {
  const named = Object.entries(limits).map(([limit, value]) => [settingNames[limit as keyof Limits], value] as const);
  return Object.fromEntries(named);
}

interface Moved {
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
}

function intoMethodSettings(
  stage: Stage,
  keys: readonly string[],
  settings: Record<string, Value>,
  editor: Editor,
): Moved | Refusal {
  const list = stage.properties.get(methodSettings);
  if (!list) return replacing(stage, keys, methodSettings, [{ ...everyMethod, ...settings }], editor);
  if (!(list instanceof ListNode))
    return { code: 'unknown-value', because: `${methodSettings} of ${stage.name} is not written out as a list` };
  const entry = list.items.find((item) => item instanceof MapNode && isEveryMethod(item));
  if (!(entry instanceof MapNode)) {
    return {
      edits: [...removal(stage, keys, editor), ...editor.append(list, { ...everyMethod, ...settings })],
      touches: [[...list.path, '-']],
    };
  }
  return merging(stage, keys, entry, settings, editor);
}

function intoRouteSettings(
  stage: Stage,
  keys: readonly string[],
  settings: Record<string, Value>,
  editor: Editor,
): Moved | Refusal {
  const map = stage.properties.get(routeSettings);
  if (!map) return replacing(stage, keys, routeSettings, settings, editor);
  if (!(map instanceof MapNode))
    return { code: 'unknown-value', because: `${routeSettings} of ${stage.name} is not written out as a map` };
  return merging(stage, keys, map, settings, editor);
}

/** The first wrong property becomes the right one, at the same place; the others go. */
function replacing(
  stage: Stage,
  [first = '', ...others]: readonly string[],
  home: string,
  value: Value,
  editor: Editor,
): Moved {
  const edits = [...editor.replaceEntry(stage.properties, first, home, value), ...removal(stage, others, editor)];
  return { edits, touches: [[...stage.properties.path, home]] };
}

/** Adds to a setting what it lacks. What it has may only be the same. */
function merging(
  stage: Stage,
  keys: readonly string[],
  target: MapNode,
  settings: Record<string, Value>,
  editor: Editor,
): Moved | Refusal {
  const edits: TextEdit[] = [...removal(stage, keys, editor)];
  const touches: Path[] = [];
  for (const [key, value] of Object.entries(settings)) {
    const present = target.get(key);
    if (present && !same(toValue(present), value))
      return {
        code: 'needs-choice',
        because: `${stage.name} already has the ${key} ${shown(toValue(present))} for all its methods, and ${shown(value)} is asked for here`,
      };
    if (present) continue;
    edits.push(...editor.insert(target, key, value));
    touches.push([...target.path, key]);
  }
  return { edits, touches };
}

function isEveryMethod(setting: MapNode): boolean {
  const path = stringOf(setting.get('ResourcePath'));
  return (
    stringOf(setting.get('HttpMethod')) === everyMethod.HttpMethod &&
    (path === everyMethod.ResourcePath || path === '*')
  );
}

/** A usage plan of the same stage with the same figures. */
function planWith(template: Template, stage: Stage, limits: Limits): string | undefined {
  return template.resources('AWS::ApiGateway::UsagePlan').find((plan) => {
    const throttle = plan.property('Throttle');
    if (throttle?.kind !== 'map' || !coversStage(plan, stage)) return false;
    return Object.entries(limits).every(([limit, value]) =>
      throttle.entries.some((entry) => limitOf(entry.key) === limit && same(toValue(entry.value), value)),
    );
  })?.id;
}

function coversStage(plan: Resource, { resource, properties }: Stage): boolean {
  const stages = plan.property('ApiStages');
  const name = properties.get('StageName');
  for (const item of stages?.kind === 'list' ? stages.items : []) {
    const stage = item.kind === 'map' ? item.get('Stage') : undefined;
    if (!stage || item.kind !== 'map' || !resource) continue;
    // SAM's own stage is `Api.Stage`.
    if ([resource.id, `${resource.id}.Stage`].includes(refOf(stage) ?? '')) return true;
    const api = refOf(item.get('ApiId'));
    const own = refOf(properties.get('RestApiId')) ?? resource.id;
    if (api === own && name && same(toValue(stage), toValue(name))) return true;
  }
  return false;
}

function removal(stage: Stage, keys: readonly string[], editor: Editor): TextEdit[] {
  return editor.removeAll(keys.flatMap((key) => stage.properties.get(key) ?? []));
}

function draft(
  stage: Stage,
  keys: readonly string[],
  title: string,
  edits: readonly TextEdit[],
  touches: readonly Path[],
  safety: FixDraft['safety'],
): FixDraft {
  const gone = keys.map((key) => [...stage.properties.path, key]);
  return { title, safety, consequence: { deployment: 'update' }, edits, touches: [...gone, ...touches] };
}

function exampleOf(home: string): Value {
  const settings = settingsOf({ burst: 'BURST', rate: 'RATE' });
  return home === methodSettings ? [{ ...everyMethod, ...settings }] : settings;
}

function same(a: Value, b: Value): boolean {
  return (
    JSON.stringify(a) === JSON.stringify(b) ||
    (Number(a) === Number(b) && typeof a !== 'object' && typeof b !== 'object')
  );
}

function shown(value: Value): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
