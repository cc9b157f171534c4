import { deploymentErrors, limits } from '../facts/index.js';
import { type AccountFigures, defineRule } from '../core/rule.js';
import type { Share } from './shared/allocate.js';
import type { ByName } from './shared/by-name.js';
import { type Load, defaultHeadroom } from './shared/load.js';

export interface ReservedConcurrencyOptions {
  readonly strategy: 'auto' | 'remove' | 'cap' | 'parameter' | 'per-environment';
  readonly caps: ByName<number>;
  readonly maxPerFunction?: number | undefined;
  readonly load: ByName<Load>;
  readonly share: Share;
  readonly weights: ByName<number>;
  /** By environment, the executions reserved there; a function that is not named reserves none. */
  readonly environments: Readonly<Record<string, ByName<number>>>;
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
      text: '{resource} reserves {requested} executions, more than the {cap} that the configuration allows it{floor}',
      preset: 'deploy',
      prevents: 'Specified ReservedConcurrentExecutions',
    },
    overLoad: {
      text: '{resource} reserves {requested} executions, more than the {cap} that its load needs{floor}: {arithmetic}',
      preset: 'deploy',
      prevents: 'Specified ReservedConcurrentExecutions',
    },
  },
  errors: deploymentErrors('lambda-reserved-concurrency'),
  references: [
    'https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html',
    'https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html',
    'https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html',
  ],
  limits: [
    'Without figures of the account nothing is proven: there is one possible finding for each template or program, and its fix removes the reservations.',
    'A reservation of 0 (the function is switched off) or 1 (a lock) is deliberate and changed only where figures force it.',
    'A reservation given by a parameter is counted with its default. It is never edited in a template; in a program the default is lowered where it is too high.',
    'No figure goes below provisioned concurrency or MaximumConcurrency, whatever caps and loads say.',
    'A reservation is never added or raised, not even where the load needs more; `check --plan-concurrency` tells.',
    'Other stacks of the account are seen only through the figures of the account.',
    'What the account holds for these functions already is given back where its figures name them: literally, by a name that is put together, or as CloudFormation and Pulumi generate names. Where they do not tell who holds what, a finding is possible at most.',
  ],
  facts: ['limits', 'scanners'],
  options: {
    schema: (z) =>
      z.strictObject({
        strategy: z
          .enum(['auto', 'remove', 'cap', 'parameter', 'per-environment'])
          .describe(
            'What replaces a reservation that does not fit. auto: a cap where figures are known, else removal. per-environment: what `environments` says.',
          )
          .default('auto'),
        caps: z
          .record(z.string(), z.int().min(1))
          .describe('Largest reservation (executions) by logical id or function name; * matches any text.')
          .default({}),
        maxPerFunction: z.int().min(1).optional().describe('Largest reservation (executions) of any one function.'),
        load: z
          .record(
            z.string(),
            z
              .strictObject({
                requestsPerSecond: z.number().positive().optional(),
                requestsPerMinute: z.number().positive().optional(),
                requestsPerHour: z.number().positive().optional(),
                averageMilliseconds: z.number().positive(),
                headroom: z.number().min(1).optional(),
              })
              .refine(
                ({ requestsPerSecond, requestsPerMinute, requestsPerHour }) =>
                  [requestsPerSecond, requestsPerMinute, requestsPerHour].filter((rate) => rate !== undefined)
                    .length === 1,
                { error: 'expected one of requestsPerSecond, requestsPerMinute and requestsPerHour' },
              ),
          )
          .describe(
            `What a function has to serve, by the names of caps: requestsPerSecond, requestsPerMinute or requestsPerHour, averageMilliseconds, and headroom, a factor (by our choice ${defaultHeadroom}). It needs requests a second x seconds x headroom executions: more is not reserved, and less only where the budget is too small.`,
          )
          .default({}),
        share: z
          .enum(['max-min', 'proportional'])
          .describe(
            'How a budget that is too small is shared. max-min: the largest requests shrink. proportional: each shrinks by the same factor.',
          )
          .default('max-min'),
        weights: z
          .record(z.string(), z.number().positive())
          .describe('Weight in that share, by the names of caps; 1 when absent.')
          .default({}),
        environments: z
          .record(z.string().min(1), z.record(z.string(), z.int().min(1)))
          .describe(
            'For the strategy per-environment: the reservations (executions) of each environment, by the names of caps. What is not named reserves nothing there.',
          )
          .default({}),
        headroom: z.int().min(0).describe('Executions to leave free beyond the minimum that AWS demands.').default(0),
      }),
    defaults: {
      strategy: 'auto',
      caps: {},
      load: {},
      share: 'max-min',
      weights: {},
      environments: {},
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
