import { realpathSync } from 'node:fs';
import path from 'node:path';
import { nodeFileSystem } from '../../core/engine/file-system.js';
import type { Rule } from '../../core/rule.js';
import { findConfig } from './find.js';
import type { ConfigAccount } from './accounts.js';
import type { ConfigData } from './schema.js';

export interface Config {
  readonly data: ConfigData;
  readonly accounts: readonly ConfigAccount[];
  /** As people see it. */
  readonly source: string;
  /** The directory that its globs are relative to. */
  readonly root: string;
}

/**
 * The config that holds for a directory: the one that was named, else the nearest.
 * @throws {UserError} that names the place of every wrong key and value
 */
export async function loadConfig(
  cwd: string,
  named: string | undefined,
  rules: readonly Rule[],
): Promise<Config | undefined> {
  const file = named === undefined ? findConfig(cwd) : path.resolve(cwd, named);
  if (file === undefined) return undefined;
  const shown = named ?? (path.relative(cwd, file) || file);
  const [{ readSource }, { checkConfig }, { accountsOfConfig }] = await Promise.all([
    import('./source.js'),
    import('./check.js'),
    import('./accounts.js'),
  ]);
  const source = await readSource(file, shown);
  const data = await checkConfig(source, shown, rules);
  const root = realpathSync(path.dirname(file));
  const { readFile, realpath } = nodeFileSystem;
  const accounts = await accountsOfConfig(data, source, shown, { root, readFile, realpath });
  return { data, accounts, source: shown, root };
}
