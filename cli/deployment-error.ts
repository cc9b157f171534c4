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

const names: Readonly<Record<string, string>> = {
  minimum: 'executions that must stay unreserved',
  unreserved: 'executions that are unreserved',
  requested: 'executions asked for',
  provisioned: 'provisioned executions',
  limit: 'limit',
  arn: 'ARN',
  runtime: 'runtime',
  action: 'missing action',
};

/** The figures of the errors with names that people understand, each once. */
export function figuresIn(found: readonly Recognised[]): readonly string[] {
  const figures = found.flatMap((each) => Object.entries(each.figures));
  return [
    ...new Set(figures.flatMap(([name, value]) => (value === undefined ? [] : [`${names[name] ?? name}: ${value}`]))),
  ];
}

/**
 * The commands that mend the errors, in the order in which to run them.
 * @param documentedMinimum what AWS says it keeps unreserved; it keeps the whole quota where that is smaller
 */
export function mendingCommands(found: readonly Recognised[], documentedMinimum: number): readonly MendingCommand[] {
  const ids = [...new Set(found.map(({ rule }) => rule.id))].join(',');
  const account = accountFlags(found, documentedMinimum);
  const selection = `--rule ${ids}${account === undefined ? '' : ` ${account.flags}`}`;
  return [
    ...(account?.first ? [account.first] : []),
    { why: account?.why ?? 'See the patch, in the directory of the templates', command: `stackmend diff ${selection}` },
    { why: 'Write it into the files', command: `stackmend fix ${selection} --accept review` },
  ];
}

interface AccountFlags {
  readonly flags: string;
  readonly why: string;
  readonly first?: MendingCommand;
}

/** The rule that judges with the figures of the account. */
const reservedRule = 'lambda-reserved-concurrency';

/** A minimum below the documented one is the quota of the account itself; otherwise only AWS knows the quota. */
function accountFlags(found: readonly Recognised[], documentedMinimum: number): AccountFlags | undefined {
  const error = found.find(({ rule }) => rule.id === reservedRule);
  if (!error) return undefined;
  const minimum = Number(error.figures['minimum']);
  if (minimum < documentedMinimum) {
    const why = `The account has only ${minimum} executions and keeps them all unreserved, so no reservation fits; see the patch`;
    return { flags: `--account-limit ${minimum}`, why };
  }
  return {
    flags: '--account account.json',
    why: 'See the patch, in the directory of the templates',
    first: { why: 'Get the figures of the account', command: `${accountCommand} > account.json` },
  };
}
