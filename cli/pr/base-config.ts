import path from 'node:path';
import type { BaseTree } from '../../bot/base.js';
import type { Rule } from '../../core/rule.js';
import { configNames } from '../config/find.js';
import type { Config } from '../config/load.js';

/** The config of the commit that is mended: the nearest at or above a directory, as data. Nothing of it is executed. */
export async function configOfBase(
  { files }: BaseTree,
  root: string,
  cwd: string,
  rules: readonly Rule[],
): Promise<Config | undefined> {
  const [{ parseSource }, { checkConfig }, { accountsOfConfig }] = await Promise.all([
    import('../config/source.js'),
    import('../config/check.js'),
    import('../config/accounts.js'),
  ]);
  for (let directory = cwd; ; directory = path.dirname(directory)) {
    for (const name of configNames) {
      const file = path.join(directory, name);
      const text = await files.readFile(file).then(
        (bytes) => bytes.toString('utf8'),
        () => undefined,
      );
      if (text === undefined) continue;
      const shown = path.relative(cwd, file);
      const source = await parseSource(text, file, shown);
      const data = await checkConfig(source, shown, rules);
      const { readFile, realpath } = files;
      const accounts = await accountsOfConfig(data, source, shown, { root: directory, readFile, realpath });
      return { data, accounts, source: shown, root: directory };
    }
    if (directory === root || path.dirname(directory) === directory) return undefined;
  }
}

/** Rules whose options somebody set: what they propose is meant, even where it is not certain. */
export function configuredRules(config: Config | undefined): ReadonlySet<string> {
  const layers = [config?.data.rules ?? {}, ...(config?.data.overrides ?? []).map(({ rules }) => rules ?? {})];
  const chosen = layers.flatMap((layer) => Object.entries(layer).filter(([, choice]) => typeof choice === 'object'));
  return new Set(chosen.map(([id]) => id));
}
