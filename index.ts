import type { Accept, EngineSettings, FileSettings } from './core/engine/types.js';
import { type Selection, selectRules } from './core/engine/select.js';
import { type RunResult, type TextInput, gather, runTexts } from './core/engine/texts.js';
import type { AccountFigures, Catalog, Rule } from './core/rule.js';
import type { Diagnosis } from './diagnose/diagnose.js';
import { version } from './cli/version.js';
import type { EncoderContext, FormatName } from './report/encoder.js';
import type { SuggestionInput, Suggestions } from './report/suggestions.js';

export type { RunResult, TextInput } from './core/engine/texts.js';
export type {
  Accept,
  Change,
  FileReport,
  Finding,
  Fix,
  GateId,
  Problem,
  RunStats,
  SuppressionProblem,
  Withheld,
} from './core/engine/types.js';
export type {
  AccountBudget,
  AccountFigures,
  Certainty,
  ConcurrencyPlan,
  Consequence,
  Impact,
  PlannedFunction,
  Preset,
  Refusal,
  RefusalCode,
  Safety,
} from './core/rule.js';
export type { Diagnosis, LocatedCause } from './diagnose/diagnose.js';
export type { ErrorClass } from './diagnose/classify.js';
export type { Failure, LogFormat, NamedResource } from './diagnose/failure.js';
export type { Path } from './core/template/node.js';
export type {
  EditSet,
  LineRange,
  RefusedEdits,
  Suggestion,
  SuggestionInput,
  Suggestions,
} from './report/suggestions.js';
export type { Position } from './core/text/line-index.js';
export type { Span } from './core/text/span.js';
export type { TextEdit } from './core/text/edit.js';

/** Which rules look at the sources, and with what figures. */
export interface CheckOptions extends Selection {
  /** The concurrency of the accounts that are deployed to; the tightest of them decides. */
  readonly accounts?: readonly AccountFigures[];
  /** `YYYY-MM-DD`, by which runtimes count as retired; the present day when absent. */
  readonly today?: string;
  /** Puts into one report of each unit how its reserved concurrency fits the account, whether or not there are findings. */
  readonly planConcurrency?: boolean;
  /** Other rules than the built-in ones. */
  readonly catalog?: Catalog;
}

export interface FixOptions extends CheckOptions {
  /** `safe` (the default) applies what cannot change anything that runs; `review` also what a person should look at. */
  readonly accept?: Exclude<Accept, 'none'>;
  /** Edits generated templates too. */
  readonly includeGenerated?: boolean;
}

/** Texts in memory. Their paths give them names, and let nested stacks find each other. */
export interface Texts {
  readonly texts: readonly TextInput[];
}

/** Files, directories and globs, relative to `cwd`. */
export interface Files {
  readonly paths: readonly string[];
  readonly cwd: string;
  /** Globs of files that are not looked at. */
  readonly ignore?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface WriteOptions {
  /** `false` leaves the files as they are; the reports hold the mended texts. */
  readonly write?: boolean;
}

export type CheckInput = CheckOptions & (Texts | Files);
export type FixInput = FixOptions & (Texts | (Files & WriteOptions));

export interface EncodeOptions {
  /** The command that the run stands for; by default `check`. */
  readonly command?: EncoderContext['command'];
  /** True where the files hold the mended texts; by default so for `fix`. */
  readonly written?: boolean;
  /** `YYYY-MM-DD`, as in the run; the present day when absent. */
  readonly today?: string;
  /** Where the paths start inside the git repository, such as `infra/`. */
  readonly prefix?: string;
  /** That of the run. */
  readonly catalog?: Catalog;
}

/** A report over a run, as the command line writes it with `--format`. */
export async function encode(
  format: Exclude<FormatName, 'text'>,
  run: RunResult,
  options: EncodeOptions = {},
): Promise<string> {
  const { command = 'check', written = command === 'fix', today = present(), prefix = '' } = options;
  const catalog = options.catalog ?? (await import('./rules/catalog.js')).catalog;
  const rules = await Promise.all(catalog.map((entry) => entry.rule()));
  const { encodeRun } = await import('./report/encode-run.js');
  return encodeRun(format, run, { command, version: version(), today, prefix, rules, written });
}

/**
 * The figures of accounts in a text: JSON that the AWS CLI printed (`get-account-settings`, `list-service-quotas`, reservations by
 * function), or a `stackmend.account.json`.
 * @param source what messages call the text
 * @throws {Error} whose message names the place and what is wrong there
 */
export async function accountsIn(text: string, source: string): Promise<readonly AccountFigures[]> {
  const [{ parseInput }, { figuresIn }] = await Promise.all([
    import('./cli/account/input.js'),
    import('./cli/account/read.js'),
  ]);
  return figuresIn(await parseInput(text, source));
}

/** Edits of one text as suggestions that a reviewer accepts with a click, and those that cannot be one with the reason. */
export async function suggest(input: SuggestionInput): Promise<Suggestions> {
  return (await import('./report/suggestions.js')).suggestionsOf(input);
}

function present(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Finds what makes AWS reject templates. Changes nothing; each finding carries its fix or the reason that there is none. */
export async function check(input: CheckInput): Promise<RunResult> {
  return execute(input, 'none', false);
}

/**
 * Mends templates: `after` of each report is the proved text. Files are written, each whole or not at all, unless
 * `write` is false; uncommitted work in them is not looked for, as the command line does.
 */
export async function fix(input: FixInput): Promise<RunResult> {
  return execute(input, input.accept ?? 'safe', !('texts' in input) && input.write !== false);
}

/** The log of a failed deployment, and what it was made from. */
export interface DiagnoseInput extends Omit<CheckOptions, keyof Selection> {
  /** A text, or what a stream gives: events as JSON, output of sam, cdk, pulumi, cfn-lint or tsc, the log of a pipeline, a pasted error. */
  readonly log: string | AsyncIterable<Uint8Array | string>;
  /** Where the causes are looked for; without any, the log is only read. */
  readonly sources?: Texts | Files;
}

/**
 * Reads a failed deployment and finds what in the sources made it fail, with the fix of each cause where a rule has one, and
 * what would have failed next. Changes nothing. Text of any size is read in constant memory.
 */
export async function diagnose({ log, sources, ...options }: DiagnoseInput): Promise<Diagnosis> {
  const { catalogFor, diagnoseLog, locateCauses } = await import('./diagnose/diagnose.js');
  const catalog = options.catalog ?? (await import('./rules/catalog.js')).catalog;
  const rules = await Promise.all(catalog.map((entry): Promise<Rule> => entry.rule()));
  const told = await diagnoseLog(typeof log === 'string' ? [log] : log, rules);
  if (!sources) return locateCauses(told, []);
  const wider = catalogFor(told, catalog);
  const { reports } = await check({ ...options, ...sources, catalog: wider, preset: 'all' });
  return locateCauses(told, reports);
}

async function execute(input: FixInput, accept: Accept, write: boolean): Promise<RunResult> {
  const catalog = input.catalog ?? (await import('./rules/catalog.js')).catalog;
  const settings = await settingsOf(input, catalog, accept);
  if ('texts' in input) return runTexts(input.texts, catalog, settings);
  const { run } = await import('./core/engine/run.js');
  const { paths, cwd, ignore, signal } = input;
  return gather(run({ paths, cwd, catalog, settings, write, ...(ignore && { ignore }), ...(signal && { signal }) }));
}

async function settingsOf(input: FixInput, catalog: Catalog, accept: Accept): Promise<EngineSettings> {
  const { accounts, includeGenerated = false, today = present(), planConcurrency = false } = input;
  await checkOptions(catalog, input.options ?? {});
  const settings: FileSettings = { rules: await selectRules(catalog, input), ...(accounts && { accounts }) };
  return { accept, today, includeGenerated, plansConcurrency: planConcurrency, settingsFor: () => settings };
}

/** @throws {ZodError} for options that a rule does not have, or values that it does not take. */
async function checkOptions(catalog: Catalog, options: NonNullable<Selection['options']>): Promise<void> {
  for (const entry of catalog.filter(({ id }) => id in options)) {
    const { options: own } = await entry.rule();
    const { z } = await import('zod');
    own?.schema(z).parse(options[entry.id]);
  }
}
