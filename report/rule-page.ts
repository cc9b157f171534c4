import type { Rule } from '../core/rule.js';

/** One option of a rule, as its JSON schema describes it. */
export interface OptionDoc {
  readonly name: string;
  readonly type: string;
  readonly about: string;
  readonly fallback: unknown;
}

/** The page of a rule in Markdown, from its metadata alone. */
export function rulePageText(rule: Rule, options: readonly OptionDoc[] = []): string {
  return (
    [
      `# ${rule.id}`,
      `${rule.title}.`,
      facts(rule),
      '## Why',
      rule.why,
      ...section(
        'What AWS answers',
        rule.errors.map(({ example }) => example),
      ),
      '## What it reports',
      bullets(Object.values(rule.messages).map(({ text, preset }) => `${text} (preset ${preset})`)),
      ...section('Options', options.map(optionLine)),
      ...section('What it does not do', rule.limits),
      ...section('References', rule.references),
    ].join('\n\n') + '\n'
  );
}

/** The first web page behind a rule, where it has one. */
export function webPageOf({ references }: Rule): string | undefined {
  return references.flatMap((reference) => /https:\/\/\S+/.exec(reference)?.[0] ?? [])[0];
}

/** The presets that show anything of the rule. */
export function presetsOf({ messages }: Rule): readonly string[] {
  return Object.values(messages).some(({ preset }) => preset === 'deploy') ? ['deploy', 'all'] : ['all'];
}

function facts(rule: Rule): string {
  return `Impact: ${rule.impact}. Presets: ${presetsOf(rule).join(', ')}. Since ${rule.since}.`;
}

function section(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`## ${title}`, bullets(items)];
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function optionLine({ name, type, about, fallback }: OptionDoc): string {
  const ending = fallback === undefined ? '' : ` By default \`${JSON.stringify(fallback)}\`.`;
  return `\`${name}\` (${type})${about === '' ? '.' : `: ${about}`}${ending}`;
}

/** The options of a rule out of the JSON schema of its options. */
export function optionDocs(schema: object, defaults: unknown): readonly OptionDoc[] {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, OptionSchema>> };
  const known = (defaults ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(properties).map(([name, own]) => ({
    name,
    type: typeOf(own),
    about: own.description ?? '',
    fallback: known[name] ?? own.default,
  }));
}

interface OptionSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: OptionSchema;
  readonly additionalProperties?: OptionSchema | boolean;
  readonly description?: string;
  readonly default?: unknown;
}

function typeOf(schema: OptionSchema): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.type === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'values'}`;
  const values = schema.additionalProperties;
  if (schema.type === 'object' && typeof values === 'object') return `object of ${typeOf(values)}`;
  return schema.type ?? 'any value';
}
