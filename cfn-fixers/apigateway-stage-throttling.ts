import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import { ListNode, MapNode, type Path, type Value, toValue } from '../core/template/node.js';
import type { TextEdit } from '../core/text/edit.js';
import { rule } from '../rules/apigateway-stage-throttling.js';
import {
  type Limit,
  type Limits,
  type Stage,
  type Throttled,
  everyMethod,
  isEveryMethod,
  methodSettings,
  missingIn,
  routeSettings,
  settingNames,
  throttledStages,
  whyContradicted,
} from '../rules/shared/throttling.js';

type MessageId = keyof typeof rule.messages;

export default defineCfnFixer<MessageId, Record<string, never>>({
  rule,
  needles: ['hrottl'],
  *find({ template, editor }) {
    for (const throttled of throttledStages(template)) yield judge(throttled, editor);
  },
});

function judge(throttled: Throttled, editor: Editor): FindingDraft<MessageId> {
  const { stage, keys, home } = throttled;
  const first = stage.properties.entry(keys[0] ?? '');
  return {
    message: 'unknownProperty',
    data: { resource: stage.name, property: keys[0] ?? '', properties: keys.join(' and '), type: stage.type, home },
    certainty: 'proven',
    ...(stage.resource ? { resource: stage.resource } : {}),
    node: first?.value ?? stage.properties,
    ...(first ? { span: first.keySpan } : {}),
    fix: () => fixOf(throttled, editor),
  };
}

function fixOf({ stage, keys, limits, home, plan }: Throttled, editor: Editor): FixDraft | Refusal {
  if (!limits)
    return {
      code: 'unknown-value',
      because: `the limits in ${keys.join(' and ')} are not written out as figures`,
      snippet: editor.print({ [home]: exampleOf(home) }),
    };
  if (plan !== undefined)
    return draft(
      stage,
      keys,
      `Remove ${keys.join(' and ')} from ${stage.name}: the usage plan ${plan} has the same limits`,
      removal(stage, keys, editor),
      [],
      'review',
    );
  const moved =
    home === methodSettings
      ? intoMethodSettings(stage, keys, limits, editor)
      : intoRouteSettings(stage, keys, limits, editor);
  if ('code' in moved) return moved;
  return draft(stage, keys, `Move the limits of ${stage.name} into ${home}`, moved.edits, moved.touches, 'safe');
}

/** The limits under the names that settings have. */
function settingsOf(limits: Limits): Record<string, Value> {
  const named = Object.entries(limits).map(([limit, node]) => [settingNames[limit as Limit], toValue(node)] as const);
  return Object.fromEntries(named);
}

interface Moved {
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
}

function intoMethodSettings(stage: Stage, keys: readonly string[], limits: Limits, editor: Editor): Moved | Refusal {
  const list = stage.properties.get(methodSettings);
  const settings = settingsOf(limits);
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
  return merging(stage, keys, entry, limits, editor);
}

function intoRouteSettings(stage: Stage, keys: readonly string[], limits: Limits, editor: Editor): Moved | Refusal {
  const map = stage.properties.get(routeSettings);
  if (!map) return replacing(stage, keys, routeSettings, settingsOf(limits), editor);
  if (!(map instanceof MapNode))
    return { code: 'unknown-value', because: `${routeSettings} of ${stage.name} is not written out as a map` };
  return merging(stage, keys, map, limits, editor);
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

/** Adds to a setting what it lacks. */
function merging(
  stage: Stage,
  keys: readonly string[],
  target: MapNode,
  limits: Limits,
  editor: Editor,
): Moved | Refusal {
  const found = missingIn(target, limits);
  if (!('missing' in found)) return { code: 'needs-choice', because: whyContradicted(stage, found) };
  const settings = settingsOf(limits);
  const names = found.missing.map((limit) => settingNames[limit]);
  return {
    edits: [
      ...removal(stage, keys, editor),
      ...names.flatMap((name) => editor.insert(target, name, settings[name] ?? null)),
    ],
    touches: names.map((name) => [...target.path, name]),
  };
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
  const settings = { [settingNames.burst]: 'BURST', [settingNames.rate]: 'RATE' };
  return home === methodSettings ? [{ ...everyMethod, ...settings }] : settings;
}
