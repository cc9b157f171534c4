import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AccountFigures } from '../core/rule.js';
import { describeSystemError } from '../core/engine/file-system.js';
import { type Host, readStdin } from './host.js';
import { UserError } from './user-error.js';

export const accountCommand = 'aws lambda get-account-settings';
const make = `make it with: ${accountCommand} > account.json`;

/** The figures in the JSON of `aws lambda get-account-settings`; `-` reads standard input. */
export async function readAccount(file: string, host: Host): Promise<AccountFigures> {
  const source = file === '-' ? 'standard input' : file;
  const text = file === '-' ? await readStdin(host) : readText(path.resolve(host.cwd, file), file);
  return accountOf(parse(text, source), source);
}

/** Figures for an account of which only the quota is known: nothing is reserved there. */
export function accountOfLimit(limit: number): AccountFigures {
  return { limit, unreserved: limit, source: '--account-limit' };
}

async function accountOf(value: unknown, source: string): Promise<AccountFigures> {
  const { z } = await import('zod');
  const executions = z.int().min(0);
  const settings = z.object({
    AccountLimit: z.object({ ConcurrentExecutions: executions, UnreservedConcurrentExecutions: executions.optional() }),
  });
  const parsed = settings.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') || 'the whole file';
    throw new UserError(
      `${source}: expected a whole number at AccountLimit.ConcurrentExecutions, but ${place} is wrong`,
      make,
    );
  }
  const { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved = limit } = parsed.data.AccountLimit;
  if (unreserved > limit)
    throw new UserError(`${source}: UnreservedConcurrentExecutions is larger than ConcurrentExecutions`, make);
  return { limit, unreserved, source };
}

function readText(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`${shown} cannot be read: ${describeSystemError(error)}`, make);
  }
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    throw new UserError(`${source}: expected JSON as "${accountCommand}" prints it`, make);
  }
}
