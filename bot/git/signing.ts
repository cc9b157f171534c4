import { tmpdir } from 'node:os';
import process from 'node:process';
import { ForgeError } from '../forge.js';
import { type GitOutput, runGit } from './run.js';

/** How the commits of a person are signed: all of it from the git config of their account on this machine. */
export interface Signing {
  /** `user.signingKey`, `gpg.format` and the programs, as `name=value`. */
  readonly config: readonly (readonly [name: string, value: string])[];
  /** `user.name` and `user.email`, by which a forge knows whose key it is. */
  readonly name?: string;
  readonly email?: string;
}

const wanted =
  '^(user\\.(name|email|signingkey)|commit\\.gpgsign|gpg\\.(format|program|.*\\.program|ssh\\.defaultkeycommand))$';
/** Where git finds the config of the account, the keys of gpg and its agent. */
const names = ['HOME', 'XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GNUPGHOME', 'GPG_TTY'];

/** The variables by which the programs that sign find their keys. */
export function signingEnvironment(): Record<string, string> {
  const given = names.slice(3).map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/**
 * The signing config of the person who runs this: the global one, never that of a repository, which could name any program.
 * @param asked by an option; else only `commit.gpgSign` of the same config asks for it
 * @returns undefined where nobody asks
 * @throws {ForgeError} where it is asked for and no key is named
 */
export async function readSigning(asked: boolean): Promise<Signing | undefined> {
  const values = entriesIn(await globalConfig());
  const isAsked = asked || /^(?:true|yes|on|1)$/i.test(values.get('commit.gpgsign') ?? '');
  if (!isAsked) return undefined;
  const [name, email] = [values.get('user.name'), values.get('user.email')];
  const config = [...values].filter(([key]) => key.startsWith('gpg.') || key === 'user.signingkey');
  // Without one git takes a key of gpg that fits the committer.
  const isNamed = ['user.signingkey', 'gpg.ssh.defaultkeycommand'].some((key) => values.has(key));
  if (!isNamed && (values.get('gpg.format') ?? 'openpgp') !== 'openpgp') throw noKey;
  if (!isNamed && email === undefined) throw noKey;
  return { config, ...(name !== undefined && { name }), ...(email !== undefined && { email }) };
}

const noKey = new ForgeError(
  'invalid',
  'commits are to be signed, and no key is named',
  'git config --global user.signingKey KEY, and gpg.format ssh for a key of ssh',
);

function globalConfig(): Promise<GitOutput> {
  const given = names.slice(0, 3).map((name) => [name, process.env[name]] as const);
  const unset = { GIT_CONFIG_GLOBAL: undefined, ...Object.fromEntries(given) };
  // In a directory that is no repository, so that no `includeIf` can ask for one.
  return runGit(tmpdir(), {
    args: ['config', '--global', '--includes', '--null', '--get-regexp', wanted],
    env: unset,
    expected: [1, 128],
  });
}

/** Each entry is `name`, a newline, the value and NUL; the last of a name counts. */
function entriesIn({ stdout }: GitOutput): ReadonlyMap<string, string> {
  const entries = stdout.toString('utf8').split('\0').filter(Boolean);
  return new Map(
    entries.map((entry) => {
      const end = entry.indexOf('\n');
      return end === -1 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    }),
  );
}
