import type { Rule } from '../core/rule.js';
import { accountCommand } from './account.js';

/** A deployment error and the rule that prevents it. */
export interface Recognised {
  readonly rule: Rule;
  /** The part of the text that was recognised. */
  readonly excerpt: string;
  /** The named groups of the pattern. */
  readonly figures: Readonly<Record<string, string>>;
}

export interface MendingCommand {
  readonly why: string;
  readonly command: string;
}

/** The rules whose errors stand in a text, in the order of the text; logs wrap lines, so any white space counts as one. */
export function recognise(text: string, rules: readonly Rule[]): readonly Recognised[] {
  const flat = unwrapped(text);
  const found = rules.flatMap((rule) => firstMatch(rule, text) ?? firstMatch(rule, flat) ?? []);
  return found.toSorted((a, b) => flat.indexOf(unwrapped(a.excerpt)) - flat.indexOf(unwrapped(b.excerpt)));
}

function firstMatch(rule: Rule, text: string): Recognised | undefined {
  for (const { pattern } of rule.errors) {
    const match = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')).exec(text);
    if (match) return { rule, excerpt: match[0], figures: { ...match.groups } };
  }
  return undefined;
}

/** Without terminal colours, and with every run of white space as one space. */
function unwrapped(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/\u001B\[[\d;]*m/g, '').replaceAll(/\s+/g, ' ');
}

/** The figures of an error with a name that people understand. */
export function figuresIn({ figures }: Recognised): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(figures).flatMap(([name, value]) => (value === undefined ? [] : [{ name: names[name] ?? name, value }]));
}

const names: Readonly<Record<string, string>> = {
  limit: 'must stay unreserved',
  arn: 'ARN',
  runtime: 'runtime',
  action: 'missing action',
};

/** The account's quota as far as the figure of a concurrency error tells it, with the documented minimum at hand. */
export function quotaBehind(minimum: number, documentedMinimum: number): number | undefined {
  // AWS keeps min(documented minimum, quota) unreserved: a smaller figure is the quota itself.
  return minimum < documentedMinimum ? minimum : undefined;
}
