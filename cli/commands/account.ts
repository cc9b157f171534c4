import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeSystemError } from '../../core/engine/file-system.js';
import { visible } from '../../report/escape.js';
import { count, list } from '../../report/words.js';
import { collectScript } from '../account/collect.js';
import { sumOf } from '../config/figures.js';
import { decoded, parseInput } from '../account/input.js';
import { mergeAccounts } from '../account/merge.js';
import { readInputs } from '../account/read.js';
import { type AccountEntry, type AccountFile, accountFileName, labelOf, regionPattern } from '../account/schema.js';
import { exitCodes } from '../exit-codes.js';
import type { AccountFlags } from '../flags.js';
import type { Host } from '../host.js';
import { commandLine, shellWord } from '../shell.js';
import { UserError } from '../user-error.js';

/**
 * `stackmend account`: without files, the commands of the AWS CLI that collect the figures of accounts; with files, what these
 * printed becomes one file. Talks to nobody.
 */
export async function account(files: readonly string[], flags: AccountFlags, host: Host): Promise<number> {
  checkFlags(files, flags);
  if (files.length === 0) {
    host.stdout.write(collectScript({ profiles: flags.profile ?? [], regions: flags.region ?? [] }));
    return exitCodes.ok;
  }
  const { name, region: [region] = [], withAccountId = false } = flags;
  const inputs = await readInputs(files, host);
  const merged = mergeAccounts(inputs, { name, region, withAccountId });
  if (withAccountId && merged.accounts.every(({ accountId }) => accountId === undefined))
    throw new UserError('no input tells the account id', 'the output of list-service-quotas does');
  const text = accountFileText(merged);
  if (flags.output === '-') {
    host.stdout.write(text);
    return exitCodes.ok;
  }
  const output = flags.output ?? accountFileName;
  await save(output, text, merged, flags, host);
  if (!flags.quiet) host.stdout.write(report(output, merged));
  return exitCodes.ok;
}

function checkFlags(files: readonly string[], flags: AccountFlags): void {
  const wrong = flags.region?.find((region) => !regionPattern.test(region));
  if (wrong !== undefined) throw new UserError(`"${wrong}" is no region`, 'such as eu-west-1');
  if (files.length > 0) {
    if (flags.profile)
      throw new UserError('--profile is for the commands that are printed, not for merging', 'leave it away');
    if (flags.region && flags.region.length > 1)
      throw new UserError(
        '--region names the region of the files, which is one',
        'merge the files of each region by themselves',
      );
    return;
  }
  const merging = {
    '--name': flags.name,
    '--output': flags.output,
    '--with-account-id': flags.withAccountId,
    '--force': flags.force,
  };
  const [needless] = Object.entries(merging).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  if (needless !== undefined)
    throw new UserError(
      `${needless} needs files to merge`,
      'name what the printed commands wrote: stackmend account account.json',
    );
}

function accountFileText(merged: AccountFile): string {
  const $schema = './node_modules/stackmend/schemas/account.schema.json';
  return `${JSON.stringify({ $schema, ...merged }, undefined, 2)}\n`;
}

/** Writes over a file of ours that loses no account by it, and over nothing else without `--force`. */
async function save(
  shown: string,
  text: string,
  merged: AccountFile,
  { force = false }: AccountFlags,
  { cwd }: Host,
): Promise<void> {
  const file = path.resolve(cwd, shown);
  try {
    if (!force && existsSync(file)) refuseLoss(shown, await accountsIn(file), merged);
    writeFileSync(file, text);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${shown} cannot be written: ${describeSystemError(error)}`);
  }
}

/** The accounts of a file of ours; undefined for any other file. */
async function accountsIn(file: string): Promise<readonly AccountEntry[] | undefined> {
  try {
    return (await parseInput(decoded(readFileSync(file)), file)).own?.accounts;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function refuseLoss(shown: string, present: readonly AccountEntry[] | undefined, merged: AccountFile): void {
  if (!present)
    throw new UserError(
      `${shown} is there already, and holds no figures of stackmend`,
      'name another with --output, or overwrite it with --force',
    );
  const labels = new Set(merged.accounts.map(labelOf));
  const lost = present.map(labelOf).filter((label) => !labels.has(label));
  if (lost.length > 0)
    throw new UserError(
      `${shown} holds ${list(lost)} too, which would be lost`,
      'name it among the files to keep what it holds, or overwrite it with --force',
    );
}

function report(output: string, { accounts }: AccountFile): string {
  const lines = accounts.map((entry) => `  ${visible(labelOf(entry))}: ${figuresText(entry)}`);
  const next = commandLine('check', [], { account: [output] });
  return `wrote ${shellWord(output)}\n${lines.join('\n')}\nNext: ${next}\n`;
}

function figuresText({ limit, unreserved, reservations }: AccountEntry): string {
  const left = unreserved === undefined ? '' : `, ${unreserved} unreserved`;
  if (!reservations) return `limit ${limit}${left}, reservations of functions unknown`;
  const holders = Object.keys(reservations).length;
  return `limit ${limit}${left}, ${holders === 0 ? 'no reservations' : `${count(holders, 'function')} with ${sumOf(reservations)} reserved`}`;
}
