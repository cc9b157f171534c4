import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Rule } from '../../core/rule.js';
import { findConfig } from './find.js';
import type { ConfigData } from './schema.js';

export interface Config {
  readonly data: ConfigData;
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
  const [{ readSource }, { checkConfig }] = await Promise.all([import('./source.js'), import('./check.js')]);
  const source = await readSource(file, shown);
  const data = await checkConfig(source, shown, rules);
  return { data, source: shown, root: realpathSync(path.dirname(file)) };
}
