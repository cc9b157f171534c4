import type { Accept, EngineSettings } from '../../../core/engine/types.js';
import type { CatalogEntry, CfnContext, FindingDraft, FixDraft, Preset, Rule } from '../../../core/rule.js';
import { loadTemplate } from '../../../core/template/load.js';
import type { ScalarNode } from '../../../core/template/node.js';
import type { Resource, Template } from '../../../core/template/template.js';
import { editAt } from '../../../core/text/edit.js';
import { SourceFile } from '../../../core/text/source-file.js';

export function ruleOf(id: string, overrides: Partial<Rule> = {}): Rule {
  return {
    id,
    title: `Title of ${id}`,
    why: 'AWS says no.',
    impact: 'high',
    messages: {
      wrong: { text: '{resource} is wrong', preset: 'deploy' },
      untidy: { text: '{resource} is untidy', preset: 'all' },
    },
    errors: [{ pattern: /no/, example: `AWS says no to ${id}` }],
    references: [],
    limits: [],
    facts: [],
    since: '0.1.0',
    ...overrides,
  };
}

type Find = (context: CfnContext) => Iterable<FindingDraft>;

/** A catalog entry around a `find`; the needle is `AWS::` unless given. */
export function entryOf(
  id: string,
  find: Find,
  {
    needles = ['AWS::'],
    rule = ruleOf(id),
    prepare,
  }: { needles?: string[]; rule?: Rule; prepare?: () => Promise<void> } = {},
): CatalogEntry {
  return {
    id,
    needles,
    rule: async () => rule,
    cfnFixer: async () => ({ rule, needles, find, ...(prepare && { prepare }) }),
  };
}

export const draft = { title: 'Mend it', safety: 'safe', consequence: { deployment: 'none' } } as const;

/** Each scalar of a property that has one value, on each resource. */
export function* scalars(
  template: Template,
  property: string,
  value: string,
): Generator<{ resource: Resource; node: ScalarNode }> {
  for (const resource of template.resources()) {
    const node = resource.ownProperty(property);
    if (node?.kind === 'scalar' && node.value === value) yield { resource, node };
  }
}

/** Puts another text in the place of a scalar's own, quotes kept. */
export function replaced(template: Template, node: ScalarNode, text: string): Pick<FixDraft, 'edits' | 'touches'> {
  const { start, end } = node.content;
  return { edits: [editAt(template.source.text, start, end, text)], touches: [node.path] };
}

interface ScalarOptions {
  readonly property?: string;
  readonly from?: string;
  readonly to?: string;
  readonly message?: 'wrong' | 'untidy';
  readonly overrides?: Partial<FixDraft>;
  readonly draft?: Partial<FindingDraft>;
}

/** A rule that finds `property: from` and writes `to` instead. */
export function scalarRule(id: string, options: ScalarOptions = {}): CatalogEntry {
  const { property = 'Runtime', from = 'old', to = 'new', message = 'wrong', overrides } = options;
  return entryOf(id, function* find({ template }) {
    for (const { resource, node } of scalars(template, property, from)) {
      const fix = (): FixDraft => ({ ...draft, ...replaced(template, node, to), ...overrides });
      yield { message, data: { resource: resource.id }, certainty: 'proven', resource, node, fix, ...options.draft };
    }
  });
}

export function settingsOf(
  catalog: readonly CatalogEntry[],
  accept: Accept = 'review',
  overrides: Partial<EngineSettings> & { preset?: Preset } = {},
): EngineSettings {
  const { preset = 'all', ...rest } = overrides;
  const rules = new Map(catalog.map(({ id }) => [id, { options: undefined, preset }]));
  return { accept, today: '2026-01-01', includeGenerated: false, settingsFor: () => ({ rules }), ...rest };
}

export async function templateOf(text: string, file = 'template.yaml'): Promise<Template> {
  const template = await loadTemplate(new SourceFile(file, text));
  if (!template) throw new Error('no template');
  return template;
}

/** A YAML template of functions with these properties. */
export function functions(...properties: readonly Readonly<Record<string, string>>[]): string {
  const resources = properties.map((each, index) => {
    const lines = Object.entries(each).map(([key, value]) => `      ${key}: ${value}\n`);
    return `  F${index}:\n    Type: AWS::Lambda::Function\n    Properties:\n${lines.join('')}`;
  });
  return `Resources:\n${resources.join('')}`;
}
