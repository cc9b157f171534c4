import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeSystemError } from '../../core/engine/file-system.js';
import type { AccountFigures } from '../../core/rule.js';
import { readAccount } from '../account.js';
import { configNames } from '../config/find.js';
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
  const account = flags.account === undefined ? undefined : await readAccount(flags.account, host);
  write(path.join(host.cwd, name), configText(account), flags.force === true);
  if (!flags.quiet)
    host.stdout.write(
      `wrote ${name}${account ? ` with a limit of ${account.limit} executions` : ''}\nNext: stackmend check\n`,
    );
  return exitCodes.ok;
}

function configText(account: AccountFigures | undefined): string {
  const config = {
    $schema: './node_modules/stackmend/schemas/config.schema.json',
    preset: 'deploy',
    rules: {},
    ...(account && {
      accounts: [{ name: 'default', paths: ['**'], limit: account.limit, unreserved: account.unreserved }],
    }),
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
