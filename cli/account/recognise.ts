import type { z } from 'zod';
import { limits } from '../../facts/index.js';
import type { Mistake } from '../config/mistakes.js';
import { accountFileName, dateError, regionError, regionPattern } from './schema.js';

/** One thing that an input says of an account and region. Figures are executions. */
export type Fact =
  | { readonly kind: 'label'; readonly name?: string; readonly region?: string; readonly collected?: string }
  | { readonly kind: 'settings'; readonly limit: number; readonly unreserved: number | undefined }
  | {
      readonly kind: 'quota';
      readonly limit: number;
      readonly region: string | undefined;
      readonly accountId: string | undefined;
    }
  /** `executions` is undefined for a function that reserves none. */
  | { readonly kind: 'reservation'; readonly functionName: string; readonly executions: number | undefined };

/** What a command prints, known by keys of it. */
interface Kind {
  readonly keys: readonly string[];
  /** The command that prints it. */
  readonly command: string;
  readonly read: (value: unknown, zod: typeof z) => readonly Fact[] | Wrong;
}

/** What is wrong with a value whose kind is known. */
interface Wrong {
  readonly issues: readonly (z.core.$ZodIssue | Mistake)[];
}

const { serviceCode, quotaCode, quotaName } = limits.concurrency;

/** The read-only commands whose outputs are understood, without their options for profile, region and form. */
export const commands = {
  settings: 'aws lambda get-account-settings',
  quotas: `aws service-quotas list-service-quotas --service-code ${serviceCode}`,
  quota: `aws service-quotas get-service-quota --service-code ${serviceCode} --quota-code ${quotaCode}`,
} as const;

const kinds: readonly Kind[] = [
  kind({
    keys: ['AccountLimit'],
    command: commands.settings,
    schema: (zod) =>
      zod.object({
        AccountLimit: zod.object({
          ConcurrentExecutions: zod.int().min(0),
          UnreservedConcurrentExecutions: zod.int().min(0).optional(),
        }),
      }),
    facts: ({ AccountLimit: { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } }) =>
      unreserved !== undefined && unreserved > limit
        ? {
            path: ['AccountLimit', 'UnreservedConcurrentExecutions'],
            at: 'value',
            message: 'is larger than ConcurrentExecutions',
          }
        : [{ kind: 'settings', limit, unreserved }],
  }),
  kind({
    keys: ['Quotas'],
    command: commands.quotas,
    schema: (zod) => zod.object({ Quotas: zod.array(quotaSchema(zod)), NextToken: zod.string().nullish() }),
    facts: ({ Quotas, NextToken }) => {
      const index = Quotas.findIndex(({ QuotaCode }) => QuotaCode === quotaCode);
      const quota = Quotas[index];
      if (quota) return quotaFacts(quota, ['Quotas', index]);
      const more = NextToken === undefined || NextToken === null ? '' : ', and it is only a part of the list';
      return { path: ['Quotas'], at: 'value', message: `holds no ${quotaCode} (${quotaName})${more}` };
    },
  }),
  kind({
    keys: ['Quota'],
    command: commands.quota,
    schema: (zod) => zod.object({ Quota: quotaSchema(zod) }),
    facts: ({ Quota }) =>
      Quota.QuotaCode === quotaCode
        ? quotaFacts(Quota, ['Quota'])
        : { path: ['Quota', 'QuotaCode'], at: 'value', message: `is not ${quotaCode} (${quotaName})` },
  }),
  kind({
    keys: ['FunctionName', 'ReservedConcurrentExecutions'],
    command: 'stackmend account',
    schema: (zod) =>
      zod.object({
        FunctionName: zod.string().regex(/^[\w-]+$/, { error: 'expected the name of a function' }),
        ReservedConcurrentExecutions: zod.int().min(0).nullable(),
      }),
    facts: ({ FunctionName: functionName, ReservedConcurrentExecutions: executions }) => [
      { kind: 'reservation', functionName, executions: executions ?? undefined },
    ],
  }),
  kind({
    keys: ['stackmend'],
    command: 'stackmend account',
    schema: (zod) =>
      zod.object({
        stackmend: zod.object({
          name: zod.string().min(1).optional(),
          region: zod.string().regex(regionPattern, regionError).optional(),
          collected: zod.iso.date(dateError).optional(),
        }),
      }),
    facts: ({ stackmend: { name, region, collected } }) => [
      {
        kind: 'label',
        ...(name !== undefined && { name }),
        ...(region !== undefined && { region }),
        ...(collected !== undefined && { collected }),
      },
    ],
  }),
];

/** What looks right and is not, and why. */
const mistaken: readonly { readonly key: string; readonly because: string }[] = [
  {
    key: 'ReservedConcurrentExecutions',
    because:
      'the output of get-function-concurrency does not say which function it is about; the loop that "stackmend account" prints adds FunctionName',
  },
  { key: 'Functions', because: 'the output of list-functions does not tell what the functions have reserved' },
];

/** A kind whose shape is checked before it is read. */
function kind<Value>({
  keys,
  command,
  schema,
  facts,
}: Pick<Kind, 'keys' | 'command'> & {
  readonly schema: (zod: typeof z) => z.ZodType<Value>;
  readonly facts: (value: Value) => readonly Fact[] | Mistake;
}): Kind {
  // Made once: there is a value for each function of an account.
  let made: z.ZodType<Value> | undefined;
  const read: Kind['read'] = (value, zod) => {
    const parsed = (made ??= schema(zod)).safeParse(value);
    if (!parsed.success) return { issues: parsed.error.issues };
    const found = facts(parsed.data);
    return 'message' in found ? { issues: [found] } : found;
  };
  return { keys, command, read };
}

function quotaSchema(zod: typeof z) {
  return zod.object({
    QuotaCode: zod.string(),
    Value: zod.number().optional(),
    QuotaArn: zod.string().optional(),
  });
}

type Quota = z.infer<ReturnType<typeof quotaSchema>>;

/** The ARN of a quota names region and account: arn:aws:servicequotas:eu-west-1:111122223333:lambda/L-B99A9384. */
function quotaFacts(
  { Value: limit, QuotaArn = '' }: Quota,
  path: readonly (string | number)[],
): readonly Fact[] | Mistake {
  if (limit === undefined || !Number.isSafeInteger(limit) || limit < 0)
    return { path: [...path, 'Value'], at: 'value', message: 'expected a whole number' };
  const parts = QuotaArn.split(':');
  const region = parts.find((part) => regionPattern.test(part));
  const accountId = parts.find((part) => /^\d+$/.test(part) && part.length === limits.accountIdLength);
  return [{ kind: 'quota', limit, region, accountId }];
}

/** What a value is: the facts in it, what is wrong with it, or nothing that is known. */
export type Recognised =
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | (Wrong & { readonly kind: 'wrong'; readonly command: string })
  | { readonly kind: 'unknown'; readonly because: string };

/** Finds out by its content what a JSON value is. */
export function recognise(value: unknown, zod: typeof z): Recognised {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const known = kinds.find((each) => each.keys.every((key) => keys.includes(key)));
  if (!known) {
    const because =
      mistaken.find(({ key }) => keys.includes(key))?.because ??
      `is neither the JSON of "${commands.settings}", that of "${commands.quotas}", nor a ${accountFileName}`;
    return { kind: 'unknown', because };
  }
  const facts = known.read(value, zod);
  return 'issues' in facts ? { kind: 'wrong', ...facts, command: known.command } : { kind: 'facts', facts };
}

/** True for what wants to be a file of ours. */
export function isAccountFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'accounts' in value;
}
