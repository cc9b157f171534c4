import type { Rule } from '../core/rule.js';
import { needlesOf } from './classify.js';
import { unwrapped } from './clean.js';

/** A deployment error and the rule that prevents it. */
export interface Recognised {
  readonly rule: Rule;
  /** The part of the text that was recognised. */
  readonly excerpt: string;
  /** The named groups of the pattern: the figures of the error. */
  readonly figures: Readonly<Record<string, string>>;
}

/** Finds the rules whose errors stand in a text. */
export class Recogniser {
  private readonly known: readonly {
    readonly rule: Rule;
    readonly pattern: RegExp;
    readonly needles: readonly string[];
  }[];

  constructor(rules: readonly Rule[]) {
    this.known = rules.flatMap((rule) =>
      rule.errors.map(({ pattern }) => ({
        rule,
        pattern: new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')),
        needles: needlesOf(pattern.source),
      })),
    );
  }

  /** Of these one stands in every text that is recognised. */
  get needles(): readonly string[] {
    return this.known.flatMap(({ needles }) => needles);
  }

  /** The rules, each once, in the order in which their errors stand in the text; any white space counts as one space. */
  recognise(text: string): readonly Recognised[] {
    const flat = unwrapped(text);
    const found = new Map<Rule, Recognised & { readonly at: number }>();
    for (const { rule, pattern, needles } of this.known) {
      const may = !found.has(rule) && needles.some((needle) => flat.includes(needle));
      const match = may ? pattern.exec(flat) : null;
      if (match) found.set(rule, { rule, excerpt: match[0], figures: given(match.groups), at: match.index });
    }
    return [...found.values()].toSorted((a, b) => a.at - b.at);
  }
}

function given(groups: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
