import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { EngineSettings, FileSettings } from '../core/engine/types.js';
import type { AccountFigures, Preset, Rule } from '../core/rule.js';
import { presetsOf } from '../report/rule-page.js';
import type { ConfigAccount } from './config/accounts.js';
import type { Config } from './config/load.js';
import type { ConfigData, RuleChoice } from './config/schema.js';
import type { RunFlags } from './flags.js';

export interface SettingsInput {
  readonly rules: readonly Rule[];
  readonly config: Config | undefined;
  readonly flags: RunFlags;
  /** Those of the command line. */
  readonly accounts: readonly AccountFigures[];
  readonly cwd: string;
}

/** The rule whose option `--max-reserved` sets. */
export const reservedRule = 'lambda-reserved-concurrency';
const nothing: FileSettings = { rules: new Map() };

/** How each file is treated: the flags over the overrides over the config over the defaults. */
export async function settingsForFiles(input: SettingsInput): Promise<EngineSettings['settingsFor']> {
  const { config, accounts: given } = input;
  if (!config) {
    const settings = fileSettings(input, [], given);
    return () => settings;
  }
  const { matcherOf } = await import('./config/globs.js');
  const { ignore = [], overrides = [] } = config.data;
  const { accounts } = config;
  const ignored = matcherOf(ignore);
  const overrideMatchers = overrides.map(({ paths }) => matcherOf(paths));
  const accountMatchers = accounts.map(({ paths }) => matcherOf(paths));
  const inConfig = relativeTo(config.root, realpathSync(input.cwd));
  const known = new Map<string, FileSettings>();
  return (file) => {
    const name = inConfig(file);
    if (ignored(name)) return nothing;
    const layers = overrides.filter((_, index) => overrideMatchers[index]?.(name));
    const targets = accounts.filter((_, index) => accountMatchers[index]?.(name));
    const key = [
      ...layers.map((layer) => overrides.indexOf(layer)),
      '/',
      ...targets.map((target) => accounts.indexOf(target)),
    ].join();
    const settings = known.get(key) ?? fileSettings(input, layers, figuresOf(given, targets), targets);
    known.set(key, settings);
    return settings;
  };
}

type Layer = Pick<ConfigData, 'preset' | 'rules'>;

function fileSettings(
  input: SettingsInput,
  overrides: readonly Layer[],
  accounts: readonly AccountFigures[],
  targets: readonly ConfigAccount[] = [],
): FileSettings {
  const layers = [input.config?.data ?? {}, ...overrides];
  const active = input.rules.flatMap((rule) => {
    const setting = ruleSetting(rule, layers, input.flags);
    return setting ? [[rule.id, setting] as const] : [];
  });
  return {
    rules: new Map(active),
    accounts,
    ...(input.flags.refused && { refused: input.flags.refused }),
    ...budgetGroupOf(targets),
  };
}

type RuleSetting = { readonly options: unknown; readonly preset: Preset };

function ruleSetting(rule: Rule, layers: readonly Layer[], flags: RunFlags): RuleSetting | undefined {
  const choices = layers.flatMap(({ rules }): RuleChoice[] =>
    rules?.[rule.id] === undefined ? [] : [rules[rule.id] ?? {}],
  );
  const preset = flags.rule ? selected(rule, flags) : chosen(rule, choices, layers, flags);
  return preset && { options: optionsOf(rule, choices, flags), preset };
}

/** With `--rule`, the rules named and no other, with all that they have to say. */
function selected(rule: Rule, flags: RunFlags): Preset | undefined {
  return flags.rule?.includes(rule.id) ? (flags.preset ?? 'all') : undefined;
}

/** Naming a rule in the config turns it on, even where the preset shows nothing of it. */
function chosen(
  rule: Rule,
  choices: readonly RuleChoice[],
  layers: readonly Layer[],
  flags: RunFlags,
): Preset | undefined {
  const last = choices.at(-1);
  if (last === false) return undefined;
  const own = choices.toReversed().find((choice) => typeof choice === 'object' && 'preset' in choice);
  const general = flags.preset ?? layers.toReversed().find(({ preset }) => preset !== undefined)?.preset ?? 'deploy';
  const preset = flags.preset ?? (typeof own === 'object' ? (own['preset'] as Preset) : general);
  if (presetsOf(rule).includes(preset)) return last === true ? 'all' : preset;
  return last === undefined ? undefined : 'all';
}

/** The options of every layer over the defaults; those of the command line win. */
function optionsOf(rule: Rule, choices: readonly RuleChoice[], { maxReserved }: RunFlags): unknown {
  const given = choices.flatMap((choice) => (typeof choice === 'boolean' ? [] : [choice]));
  const { preset: _, ...options } = Object.assign(
    { ...(rule.options?.defaults as object | undefined) },
    ...given,
  ) as Record<string, unknown>;
  return rule.id === reservedRule && maxReserved !== undefined ? { ...options, maxPerFunction: maxReserved } : options;
}

/** Templates share a budget where all of the accounts that they go to, which are the same, let them. */
function budgetGroupOf(targets: readonly ConfigAccount[]): Pick<FileSettings, 'budgetGroup'> {
  const shared = targets.length > 0 && targets.every(({ shareBudget }) => shareBudget);
  return shared
    ? { budgetGroup: JSON.stringify(targets.flatMap(({ figures }) => figures.map(({ name }) => name))) }
    : {};
}

/**
 * Every account of the config that holds a file, and every one of the command line. An account of the command line takes
 * the place of the one of its name, and knows what only that one says of it; without a name it is taken to be the one
 * account of the config as far as present reservations go.
 */
function figuresOf(given: readonly AccountFigures[], targets: readonly ConfigAccount[]): readonly AccountFigures[] {
  const configured = targets.flatMap(({ figures }) => figures);
  const [only] = configured.length === 1 ? configured : [];
  const fresh = given.map((each) => {
    const known = configured.find(({ name }) => name === each.name) ?? (each.name === undefined ? only : undefined);
    const { minimumUnreserved, reservations } = known ?? {};
    return {
      ...(minimumUnreserved !== undefined && { minimumUnreserved }),
      ...(reservations && { reservations }),
      ...each,
    };
  });
  return [...fresh, ...configured.filter(({ name }) => !given.some((each) => each.name === name))];
}

/** Turns paths relative to the working directory into paths relative to the config. */
function relativeTo(root: string, cwd: string): (file: string) => string {
  const prefix = path.relative(root, cwd).split(path.sep).join('/');
  return (file) => path.posix.normalize(path.posix.join(prefix, file));
}

/** The `ignore` globs of a config as the run takes them: relative to the working directory. */
export async function ignoreGlobs(config: Config | undefined, cwd: string): Promise<readonly string[]> {
  const globs = config?.data.ignore ?? [];
  if (!config || globs.length === 0) return [];
  const { expand, reroot } = await import('./config/globs.js');
  const below = path.relative(config.root, realpathSync(cwd)).split(path.sep).filter(Boolean);
  return globs.flatMap(expand).flatMap((glob) => reroot(glob, below));
}
