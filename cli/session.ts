import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Accept, EngineSettings } from '../core/engine/types.js';
import type { AccountFigures, Catalog, Rule } from '../core/rule.js';
import { type Style, styleFor } from '../report/style.js';
import { commandNames } from './command-names.js';
import { type Config, loadConfig } from './config/load.js';
import type { RunFlags } from './flags.js';
import { type Host, readStdin, wantsColor } from './host.js';
import { ignoreGlobs, reservedRule, settingsForFiles } from './settings.js';
import { UserError } from './user-error.js';

/** What a run of `check`, `diff` or `fix` works with, once flags, config and figures are known to be right. */
export interface Session {
  readonly host: Host;
  readonly flags: RunFlags;
  /** Files, directories and globs; with `--staged`, the staged files, which may be none. */
  readonly paths: readonly string[];
  readonly catalog: Catalog;
  readonly rules: readonly Rule[];
  readonly settings: EngineSettings;
  readonly ignore: readonly string[];
  /** The template from standard input, with `--stdin`. */
  readonly input: { readonly name: string; readonly text: string } | undefined;
  /** Styles of standard output and standard error. */
  readonly style: Style;
  readonly errorStyle: Style;
}

/**
 * @param fallback the fixes that the command applies when neither flags nor config say
 * @param configOf where the config comes from, if not from the disk
 */
export async function openSession(
  paths: readonly string[],
  flags: RunFlags,
  host: Host,
  fallback: Accept,
  configOf?: (rules: readonly Rule[]) => Promise<Config | undefined>,
): Promise<Session> {
  checkFlags(paths, flags);
  await checkPaths(paths, host);
  const catalog = await host.catalog();
  await checkRules(catalog, flags);
  const rules = await Promise.all(catalog.map((entry): Promise<Rule> => entry.rule()));
  const config = await (configOf ? configOf(rules) : loadConfig(host.cwd, flags.config, rules));
  const accounts = await accountsOf(flags, host);
  const settingsFor = await settingsForFiles({ rules, config, flags, accounts, cwd: host.cwd });
  const accept = fallback === 'none' ? 'none' : (flags.accept ?? config?.data.accept ?? fallback);
  return {
    host,
    flags,
    paths: await pathsOf(paths, flags, host),
    catalog,
    rules,
    settings: {
      accept,
      today: todayOf(flags, host),
      includeGenerated: editsGenerated(flags, config),
      plansConcurrency: flags.planConcurrency === true,
      settingsFor,
    },
    ignore: await ignoreGlobs(config, host.cwd),
    input: flags.stdin ? await templateOnStdin(flags, host) : undefined,
    style: styleFor(wantsColor(host, host.stdout, flags.color)),
    errorStyle: styleFor(wantsColor(host, host.stderr, flags.color)),
  };
}

async function pathsOf(paths: readonly string[], { staged }: RunFlags, { cwd }: Host): Promise<readonly string[]> {
  if (staged) return (await import('./guard.js')).stagedPaths(cwd, paths);
  return paths.length > 0 ? paths : ['.'];
}

function checkFlags(paths: readonly string[], flags: RunFlags): void {
  const { stdin, stdinName, account, accountLimit, staged, force } = flags;
  if (stdin && paths.length > 0)
    throw new UserError(
      '--stdin reads one template from standard input and takes no paths',
      'leave the paths away, or --stdin',
    );
  if (stdin && account?.includes('-'))
    throw new UserError('--stdin and --account - both read standard input', 'put the figures into a file');
  if (stdin && (staged || force))
    throw new UserError(
      `--stdin and --${staged ? 'staged' : 'force'} do not go together`,
      'with --stdin nothing is written',
    );
  if (!stdin && stdinName !== undefined) throw new UserError('--stdin-name needs --stdin');
  if (account !== undefined && accountLimit !== undefined)
    throw new UserError('--account and --account-limit both give figures', 'keep one of them');
  if (flags.planConcurrency && flags.rule && !flags.rule.includes(reservedRule))
    throw new UserError(`--plan-concurrency needs the rule ${reservedRule}`, 'name it with --rule too');
  flags.outputs.check();
}

/** A word that is no path may be a command with a slip of the hand. */
async function checkPaths(paths: readonly string[], { cwd }: Host): Promise<void> {
  const [first = '.'] = paths;
  if (!/^[a-z]+$/i.test(first) || existsSync(path.resolve(cwd, first))) return;
  const { nearest } = await import('./nearest.js');
  const command = nearest(first, commandNames);
  const hint = command === undefined ? 'name files, directories or globs' : `did you mean the command "${command}"?`;
  throw new UserError(`there is no file, directory or command "${first}"`, hint);
}

async function checkRules(catalog: Catalog, { rule }: RunFlags): Promise<void> {
  if (!rule) return;
  if (rule.length === 0) throw new UserError('--rule names no rule', 'see "stackmend rules"');
  const known = catalog.map(({ id }) => id);
  const unknown = rule.find((id) => !known.includes(id));
  if (unknown === undefined) return;
  const { meant } = await import('./nearest.js');
  throw new UserError(`unknown rule "${unknown}"`, meant(unknown, known, 'see "stackmend rules"'));
}

async function templateOnStdin(
  { stdinName }: RunFlags,
  host: Host,
): Promise<{ readonly name: string; readonly text: string }> {
  const text = await readStdin(host);
  if (stdinName === undefined) return { name: /^\uFEFF?\s*[{[]/.test(text) ? 'stdin.json' : 'stdin.yaml', text };
  const relative = path.relative(host.cwd, path.resolve(host.cwd, stdinName));
  return { name: relative.split(path.sep).join('/'), text };
}

/** For an account of which only the quota is known: nothing is reserved there. */
function accountOfLimit(limit: number, source: string): AccountFigures {
  return { limit, unreserved: limit, source };
}

async function accountsOf(
  { account, accountLimit, accountLimitFrom = '--account-limit' }: RunFlags,
  host: Host,
): Promise<readonly AccountFigures[]> {
  if (account !== undefined) return (await import('./account/read.js')).readAccounts(account, host);
  return accountLimit === undefined ? [] : [accountOfLimit(accountLimit, accountLimitFrom)];
}

function editsGenerated({ includeGenerated }: RunFlags, config: Config | undefined): boolean {
  return includeGenerated ?? config?.data.generated === 'edit';
}

function todayOf({ today }: RunFlags, host: Host): string {
  if (today === undefined) return host.now().toISOString().slice(0, 10);
  const date = new Date(`${today}T00:00:00Z`);
  const real =
    /^\d{4}-\d{2}-\d{2}$/.test(today) && !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(today);
  if (!real) throw new UserError(`--today takes a date as YYYY-MM-DD, not "${today}"`);
  return today;
}
