import path from 'node:path';
import { describeSystemError } from '../../core/engine/file-system.js';
import type { AccountFigures } from '../../core/rule.js';
import { UserError } from '../user-error.js';
import { accountFigures } from './figures.js';
import { failure } from './mistakes.js';
import type { ConfigData } from './schema.js';
import type { ConfigSource, KeyPath } from './source.js';

/** An account of the config, with the figures that it gives or names. */
export interface ConfigAccount {
  readonly paths: readonly string[];
  /** The templates share the figures. */
  readonly shareBudget: boolean;
  /** One for each account and region that a file holds. */
  readonly figures: readonly AccountFigures[];
}

/** The files that a config may name: those below its own directory. */
export interface ConfigFiles {
  /** The directory of the config, with links resolved. */
  readonly root: string;
  readonly realpath: (file: string) => Promise<string>;
  readonly readFile: (file: string) => Promise<Uint8Array>;
}

type Choice = NonNullable<ConfigData['accounts']>[number];

/**
 * The accounts of a config, with what the files that they name say.
 * @throws {UserError} at the place of a name that leads nowhere
 */
export async function accountsOfConfig(
  data: ConfigData,
  source: ConfigSource,
  shown: string,
  files: ConfigFiles,
): Promise<readonly ConfigAccount[]> {
  const { accounts = [] } = data;
  return Promise.all(
    accounts.map(async (choice, index): Promise<ConfigAccount> => {
      const { paths = ['**'], shareBudget = false } = choice;
      const place: Place = { source, shown, path: ['accounts', index] };
      return { paths, shareBudget, figures: await figuresOf(choice, place, files) };
    }),
  );
}

interface Place {
  readonly source: ConfigSource;
  readonly shown: string;
  readonly path: KeyPath;
}

async function figuresOf(choice: Choice, place: Place, files: ConfigFiles): Promise<readonly AccountFigures[]> {
  const { name, file, account: wanted, limit } = choice;
  if (file === undefined)
    return limit === undefined ? [] : [accountFigures({ ...choice, limit }, { name, source: place.shown })];
  const { text, below } = await readBelow(file, place, files);
  const [{ parseInput }, { figuresIn }] = await Promise.all([
    import('../account/input.js'),
    import('../account/read.js'),
  ]);
  const all = figuresIn(await parseInput(text, below)).map((each) => ({ name, ...each }));
  if (wanted === undefined) return all;
  const found = all.filter((each) => each.name === wanted || each.name.startsWith(`${wanted} `));
  if (found.length > 0) return found;
  throw mistake(
    place,
    'account',
    `${file} has no account "${wanted}"; there are ${all.map((each) => `"${each.name}"`).join(', ')}`,
  );
}

/** The text of a file, and its path from the config. Nothing outside of that directory is read, whatever links say. */
async function readBelow(
  file: string,
  place: Place,
  files: ConfigFiles,
): Promise<{ readonly text: string; readonly below: string }> {
  const { fileBelow } = await import('../account/read.js');
  const { decoded } = await import('../account/input.js');
  const below = fileBelow(files.root, file);
  if (below === undefined || path.isAbsolute(file))
    throw mistake(place, 'file', 'is not below the directory of the config');
  try {
    const real = await files.realpath(path.join(files.root, below));
    if (fileBelow(files.root, real) === undefined)
      throw mistake(place, 'file', 'leads out of the directory of the config');
    return { text: decoded(await files.readFile(real)), below };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw mistake(place, 'file', `${file} cannot be read: ${describeSystemError(error)}`);
  }
}

function mistake({ source, shown, path: at }: Place, key: 'file' | 'account', message: string): UserError {
  return failure(
    source,
    shown,
    [{ path: [...at, key], at: 'value', message }],
    'make the file with the commands that "stackmend account" prints',
  );
}
