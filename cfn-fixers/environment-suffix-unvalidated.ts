import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import { type MapNode, type TemplateNode, refOf, stringOf, walk } from '../core/template/node.js';
import type { Template } from '../core/template/template.js';
import type { Span } from '../core/text/span.js';
import { type SuffixCheck, rule } from '../rules/environment-suffix-unvalidated.js';
import { environmentNameKind } from '../rules/shared/environment-name.js';
import { listed } from '../rules/shared/listed.js';
import { type PhysicalName, isPartOf, physicalNames } from '../rules/shared/physical-names.js';
import { knownSuffixCheck } from '../rules/shared/suffix-check.js';

type MessageId = 'unchecked';

/** A parameter with the resource names that it goes into. */
interface Suffix {
  readonly id: string;
  readonly node: MapNode;
  readonly names: readonly PhysicalName[];
  /** Values that it is known to take. */
  readonly known: readonly string[];
}

export default defineCfnFixer<MessageId, Record<string, never>>({
  rule,
  needles: ['Suffix', 'suffix', 'Postfix', 'postfix', 'Env', 'env', 'Stage', 'stage'],
  *find({ template, unit, editor }) {
    const names = physicalNames(template);
    for (const { key: id, value: node, keySpan } of template.section('Parameters')?.entries ?? []) {
      if (node.kind !== 'map' || !isUnchecked(template, id, node)) continue;
      const within = names.filter((name) => isPartOf(name, id));
      if (within.length === 0) continue;
      yield findingOf({ id, node, names: within, known: knownValues(template, unit, id, node) }, keySpan, editor);
    }
  },
});

function isUnchecked(template: Template, id: string, node: MapNode): boolean {
  if (environmentNameKind(id) === undefined || stringOf(node.get('Type')) !== 'String') return false;
  if (node.has('AllowedPattern') || node.has('AllowedValues')) return false;
  const rules = template.section('Rules');
  if (rules && [...template.references(rules)].some(({ name }) => name === id)) return false;
  return !intrinsicsOf(template, 'Fn::FindInMap').some((items) => items.some((item) => refOf(item) === id));
}

function findingOf(suffix: Suffix, span: Span, editor: Editor): FindingDraft<MessageId> {
  const { id, node } = suffix;
  const owners = [...new Set(suffix.names.map(({ resource }) => resource.id))];
  const check = checkOf(suffix);
  const followUp = `A stack that runs with a value of ${id} outside the pattern cannot be updated until the pattern is widened; another value would rename, and so replace, its resources.`;
  return {
    message: 'unchecked',
    data: { parameter: id, names: `the name of ${listed(owners)}` },
    certainty: 'proven',
    node,
    span,
    followUps: 'code' in check ? [] : [followUp],
    fix: () => ('code' in check ? check : fixOf(suffix, check, editor)),
  };
}

function checkOf({ id, node, names, known }: Suffix): SuffixCheck | Refusal {
  const declared = node.get('MaxLength');
  return knownSuffixCheck(
    names.map((name) => ({ name, parameter: id })),
    known,
    declared?.kind === 'scalar' ? Number(declared.value) : undefined,
  );
}

function fixOf({ id, node }: Suffix, check: SuffixCheck, editor: Editor): FixDraft {
  const entries = Object.entries({
    AllowedPattern: check.pattern,
    MaxLength: check.maxLength,
    ConstraintDescription: check.description,
  }).filter(([key]) => !node.has(key));
  return {
    title: `Let ${id} take only what resource names take (${check.pattern}, at most ${check.maxLength} characters)`,
    safety: 'review',
    consequence: { deployment: 'none' },
    edits: entries.flatMap(([key, value]) => editor.insert(node, key, value)),
    touches: entries.map(([key]) => [...node.path, key]),
  };
}

/** The default, what conditions compare the parameter with, and what a parent stack passes. */
function knownValues(template: Template, unit: readonly Template[], id: string, node: MapNode): readonly string[] {
  const compared = intrinsicsOf(template, 'Fn::Equals').flatMap((items) =>
    items.some((item) => refOf(item) === id) ? items : [],
  );
  const passed = unit.flatMap((member) =>
    member.resources('AWS::CloudFormation::Stack').flatMap((stack) => stack.ownProperty('Parameters', id) ?? []),
  );
  const values = [node.get('Default'), ...compared, ...passed].flatMap((value) =>
    value?.kind === 'scalar' && value.value !== null ? String(value.value) : [],
  );
  return [...new Set(values)];
}

function intrinsicsOf(template: Template, name: string): (readonly TemplateNode[])[] {
  return [...walk(template.root)].flatMap((node) =>
    node.kind === 'intrinsic' && node.name === name && node.argument.kind === 'list' ? [node.argument.items] : [],
  );
}
