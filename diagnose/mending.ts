import type { Recognised } from './recognise.js';

/** A command, ready to be pasted into a shell, and what it is for. */
export interface MendingCommand {
  readonly why: string;
  readonly command: string;
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

/**
 * The quota of the account, where an error tells it: what must stay unreserved is the whole quota of an account that has
 * less than the documented minimum. In executions.
 */
export function limitIn(found: readonly Recognised[], documentedMinimum: number): number | undefined {
  const minima = found
    .filter(({ rule }) => rule.id === reservedRule)
    .map(({ figures }) => Number(figures['minimum']))
    .filter((minimum) => minimum > 0 && minimum < documentedMinimum);
  return minima.length === 0 ? undefined : Math.min(...minima);
}

interface AccountFlags {
  readonly flags: string;
  readonly why: string;
  readonly first?: MendingCommand;
}

/** The rule that judges with the figures of the account. */
export const reservedRule = 'lambda-reserved-concurrency';

/** A minimum below the documented one is the quota of the account itself; otherwise only AWS knows the quota. */
function accountFlags(found: readonly Recognised[], documentedMinimum: number): AccountFlags | undefined {
  const error = found.find(({ rule }) => rule.id === reservedRule);
  if (!error) return undefined;
  const limit = limitIn(found, documentedMinimum);
  if (limit !== undefined) {
    const why = `The account has only ${limit} executions and keeps them all unreserved, so no reservation fits; see the patch`;
    return { flags: `--account-limit ${limit}`, why };
  }
  return {
    flags: '--account account.json',
    why: 'See the patch, in the directory of the templates',
    first: { why: 'Get the figures of the account', command: `aws lambda get-account-settings > account.json` },
  };
}
