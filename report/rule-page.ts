import type { Rule } from '../core/rule.js';

/** The page of a rule in Markdown, from its metadata alone. */
export function rulePageText(rule: Rule): string {
  return [
    `# ${rule.id}`,
    `${rule.title}.`,
    facts(rule),
    '## Why',
    rule.why,
    ...section('What AWS answers', rule.errors.map(({ example }) => example)),
    '## What it reports',
    bullets(Object.values(rule.messages).map(({ text, preset }) => `${text} (preset ${preset})`)),
    ...section('Options', optionLines(rule)),
    ...section('What it does not do', rule.limits),
    ...section('References', rule.references),
  ].join('\n\n') + '\n';
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

function optionLines({ options }: Rule): readonly string[] {
  if (typeof options?.defaults !== 'object' || options.defaults === null) return [];
  return Object.entries(options.defaults).map(([name, value]) => `\`${name}\`, by default \`${JSON.stringify(value)}\``);
}
