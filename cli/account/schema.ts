import type { z } from 'zod';
import { limits } from '../../facts/index.js';
import type { JsonSchema } from '../config/schema.js';
import { contradictionsIn } from '../config/figures.js';

/** The name that the merged file has unless somebody gives it another. */
export const accountFileName = 'stackmend.account.json';

/** The version of the format of `stackmend.account.json`. */
export const formatVersion = 1;

/** The shape of `stackmend.account.json`. */
export function accountFileSchemaWith(zod: typeof z) {
  const { concurrency, accountIdLength, physicalNames } = limits;
  const executions = zod.int().min(0);
  const functionName = zod.string().regex(new RegExp(physicalNames['AWS::Lambda::Function']?.pattern ?? ''), {
    error: 'expected the name of a function',
  });
  const account = zod
    .strictObject({
      name: zod.string().min(1).describe('For people: what they call the account.'),
      region: zod.string().regex(regionPattern, regionError).describe('Such as eu-west-1.'),
      accountId: zod
        .string()
        .regex(new RegExp(String.raw`^\d{${accountIdLength}}$`), { error: `expected ${accountIdLength} digits` })
        .optional()
        .describe('Only there when it was asked for with --with-account-id.'),
      limit: executions.describe(`The quota "${concurrency.quotaName}" (${concurrency.quotaCode}), in executions.`),
      unreserved: executions
        .optional()
        .describe('What no function has reserved; the limit less the reservations when absent.'),
      minimumUnreserved: executions
        .optional()
        .describe('What must stay unreserved: the [N] of the error text. Worked out from the limit when absent.'),
      reservations: zod
        .record(functionName, executions)
        .optional()
        .describe('Present reservations by function name; unknown when absent.'),
      collected: zod.iso.date(dateError).optional().describe('The day on which AWS said so, YYYY-MM-DD.'),
    })
    .superRefine((figures, context) => {
      for (const { key, error } of contradictionsIn(figures))
        context.addIssue({ code: 'custom', path: [key], message: error });
    });
  return zod
    .strictObject({
      $schema: zod.string().optional(),
      version: zod.literal(formatVersion).describe('The version of this format.'),
      accounts: zod.array(account).min(1, { error: 'holds no account' }).describe('One for each account and region.'),
    })
    .superRefine(({ accounts }, context) => {
      const labels = accounts.map(labelOf);
      for (const [index, label] of labels.entries())
        if (labels.indexOf(label) < index)
          context.addIssue({ code: 'custom', path: ['accounts', index, 'name'], message: `${label} stands twice` });
    })
    .meta({ title: 'stackmend account figures' });
}

/** Names of regions in every partition of AWS: eu-west-1, us-gov-west-1, us-iso-east-1, eusc-de-east-1. */
export const regionPattern = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

export const regionError = { error: 'expected a region, such as eu-west-1' };
export const dateError = { error: 'expected a date, YYYY-MM-DD' };

export type AccountFile = z.infer<ReturnType<typeof accountFileSchemaWith>>;
export type AccountEntry = AccountFile['accounts'][number];

/** What people call an account and region: "prod eu-west-1". */
export function labelOf({ name, region }: Pick<AccountEntry, 'name' | 'region'>): string {
  return `${name} ${region}`;
}

/** The published JSON schema of `stackmend.account.json`. */
export async function accountJsonSchema(): Promise<JsonSchema> {
  const { z } = await import('zod');
  return z.toJSONSchema(accountFileSchemaWith(z), { io: 'input' }) as JsonSchema;
}
