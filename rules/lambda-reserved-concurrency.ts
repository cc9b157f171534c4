import { deploymentErrors, limits } from '../facts/index.js';
import { type AccountFigures, defineRule } from '../core/rule.js';

export interface ReservedConcurrencyOptions {
  readonly strategy: 'auto' | 'remove' | 'cap' | 'parameter';
  readonly caps: Readonly<Record<string, number>>;
  readonly maxPerFunction?: number | undefined;
  readonly headroom: number;
}

export const rule = defineRule({
  id: 'lambda-reserved-concurrency',
  title: 'Reserved concurrency that the account may not hold',
  why: `A reservation is taken out of the concurrency that the account has in the region (quota ${limits.concurrency.quotaCode}), and Lambda refuses one that leaves less than a minimum unreserved. The quota is ${limits.concurrency.defaultLimit} by default, but new accounts start far lower (10 or 50 have been seen), where no reservation fits at all. The minimum is part of the error text and differs between accounts, so only the account's own figures prove that a reservation fits.`,
  impact: 'critical',
  messages: {
    unproven: {
      text: '{who} {sum} executions{because}; an account with the default quota of {quota} has {available} to give, a new one none. `aws lambda get-account-settings > account.json` and --account account.json settle it',
      preset: 'deploy',
      prevents: 'Specified ReservedConcurrentExecutions',
    },
    overBudget: {
      text: '{resource} reserves {requested} executions; the unit asks for {sum}, and {account} can give {budget} ({source}){others}',
      preset: 'deploy',
      prevents: 'Specified ReservedConcurrentExecutions',
    },
    refused: {
      text: '{resource} reserves {requested} executions, and AWS has refused it: [{minimum}] must stay unreserved in this account',
      preset: 'deploy',
      prevents: 'Specified ReservedConcurrentExecutions',
    },
    overCap: {
      text: '{resource} reserves {requested} executions, more than the {cap} that the configuration allows it',
      preset: 'deploy',
      prevents: 'Specified ReservedConcurrentExecutions',
    },
  },
  errors: deploymentErrors('lambda-reserved-concurrency'),
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html',
    'https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html',
  ],
  limits: [
    'Without figures of the account nothing is proven: there is one possible finding for each template or program, and its fix removes the reservations.',
    'A reservation of 0 (the function is switched off) or 1 (a lock) is deliberate and changed only where figures force it.',
    'A reservation given by a parameter is counted with its default. It is never edited in a template; in a program the default is lowered where it is too high.',
    'Other stacks of the account are seen only through the figures of the account.',
    'What the account holds for these functions already is given back where its figures name them: literally, by a name that is put together, or as CloudFormation and Pulumi generate names. Where they do not tell who holds what, a finding is possible at most.',
  ],
  facts: ['limits'],
  options: {
    schema: (z) =>
      z.strictObject({
        strategy: z
          .enum(['auto', 'remove', 'cap', 'parameter'])
          .describe('What replaces a reservation that does not fit. auto: a cap where figures are known, else removal.')
          .default('auto'),
        caps: z
          .record(z.string(), z.int().min(1))
          .describe('Largest reservation (executions) by logical id or function name; * matches any text.')
          .default({}),
        maxPerFunction: z.int().min(1).optional().describe('Largest reservation (executions) of any one function.'),
        headroom: z.int().min(0).describe('Executions to leave free beyond the minimum that AWS demands.').default(0),
      }),
    defaults: {
      strategy: 'auto',
      caps: {},
      headroom: 0,
    } satisfies ReservedConcurrencyOptions,
  },
  since: '0.1.0',
});

/** The protection that goes with a reservation, said wherever one is removed. */
export const lostProtection =
  "Without a reservation a function shares the account's pool: it is neither limited nor guaranteed any capacity.";

export const quotaFollowUp = `To keep the reservations, raise the quota "Concurrent executions" (${limits.concurrency.quotaCode}) of the account and region first.`;

/**
 * Executions that the functions of a unit may reserve together: what is unreserved now, plus what these very functions
 * hold already (Lambda gives a function's own reservation back before it checks), less the minimum that must stay.
 */
export function budgetOf(account: AccountFigures, functionNames: readonly string[], headroom: number): number {
  const own = functionNames.reduce((sum, name) => sum + (account.reservations?.[name] ?? 0), 0);
  // Figures of different days may add up to more than there is.
  const free = Math.min(account.limit, account.unreserved + own);
  return Math.max(0, free - minimumOf(account) - headroom);
}

/** What AWS wants to stay unreserved; its error text shows it. */
export function minimumOf({ minimumUnreserved, limit }: AccountFigures): number {
  return minimumUnreserved ?? Math.min(limits.concurrency.minimumUnreserved, limit);
}

/** The cap that the options set for a function, by logical id or name; the tightest matching one. */
export function capOf(options: ReservedConcurrencyOptions, names: readonly string[]): number | undefined {
  const caps = Object.entries(options.caps).filter(([pattern]) => names.some((name) => matches(pattern, name)));
  // An exact name is meant for this function; patterns hold only where there is none.
  const exact = caps.filter(([pattern]) => names.includes(pattern));
  const figures = (exact.length > 0 ? exact : caps).map(([, cap]) => cap);
  if (options.maxPerFunction !== undefined && exact.length === 0) figures.push(options.maxPerFunction);
  return figures.length === 0 ? undefined : Math.min(...figures);
}

function matches(pattern: string, name: string): boolean {
  const source = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${source.join('.*')}$`).test(name);
}
