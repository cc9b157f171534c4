import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeSystemError } from '../../core/engine/file-system.js';
import { configNames } from '../config/find.js';
import type { ConfigData } from '../config/schema.js';
import { exitCodes } from '../exit-codes.js';
import type { InitFlags } from '../flags.js';
import type { Host } from '../host.js';
import { UserError } from '../user-error.js';

/** `stackmend init`: a config to start from, with the figures of the account when they are given. */
export async function init(flags: InitFlags, host: Host): Promise<number> {
  const there = configNames.find((name) => existsSync(path.join(host.cwd, name)));
  const [name] = configNames;
  if (there !== undefined && (!flags.force || there !== name)) {
    throw new UserError(
      `${there} is there already`,
      there === name ? 'edit it, or overwrite it with --force' : 'edit it, or remove it first',
    );
  }
  const accounts = await accountsFor(flags.account ?? [], host);
  write(path.join(host.cwd, name), configText(accounts), flags.force === true);
  if (!flags.quiet) host.stdout.write(`wrote ${name}${withText(accounts)}\nNext: stackmend check\n`);
  return exitCodes.ok;
}

/** An account as the config has it. */
type Choice = NonNullable<ConfigData['accounts']>[number];

/** A file of ours below the config is named, so that it stays the one that is brought up to date; other figures are taken over. */
async function accountsFor(files: readonly string[], host: Host): Promise<readonly Choice[]> {
  if (files.length === 0) return [];
  const { figuresIn, fileBelow, readInputs } = await import('../account/read.js');
  const inputs = await readInputs(files, host);
  return inputs.flatMap((input, index): readonly Choice[] => {
    const file = input.own && fileBelow(host.cwd, files[index] ?? '');
    return figuresIn(input).map((each) => {
      const { name, source: _, ...figures } = each;
      const known = name ?? (inputs.length === 1 ? 'default' : `default ${index + 1}`);
      return { name: known, paths: ['**'], ...(file === undefined ? figures : { file, account: known }) };
    });
  });
}

function withText(accounts: readonly Choice[]): string {
  const [first] = accounts;
  if (!first) return '';
  if (accounts.length > 1) return ` with ${accounts.length} accounts`;
  return first.limit === undefined
    ? ` with the figures of ${first.file}`
    : ` with a limit of ${first.limit} executions`;
}

function configText(accounts: readonly Choice[]): string {
  const config = {
    $schema: './node_modules/stackmend/schemas/config.schema.json',
    preset: 'deploy',
    rules: {},
    ...(accounts.length > 0 && { accounts }),
    ignore: [],
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function write(file: string, text: string, overwrite: boolean): void {
  try {
    writeFileSync(file, text, { flag: overwrite ? 'w' : 'wx' });
  } catch (error) {
    throw new UserError(`${path.basename(file)} cannot be written: ${describeSystemError(error)}`);
  }
}
