import { createReadStream, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FileReport } from '../../core/engine/types.js';
import type { Catalog, Preset, Rule } from '../../core/rule.js';
import {
  type Diagnosis,
  type LogDiagnosis,
  catalogFor,
  diagnoseLog,
  locateCauses,
  locatorId,
  onlyCauses,
  refusedIn,
} from '../../diagnose/diagnose.js';
import { limitIn } from '../../diagnose/mending.js';
import { diagnosisText } from '../../report/diagnosis.js';
import { exitCodes } from '../exit-codes.js';
import type { DiagnoseFlags, RunFlags } from '../flags.js';
import type { Host } from '../host.js';
import { type RunResult, exitCodeOf, runSession } from '../runner.js';
import { openSession } from '../session.js';
import { commandLine } from '../shell.js';
import { UserError } from '../user-error.js';
import { version } from '../version.js';

/**
 * `stackmend diagnose`: what a failed deployment says, where that stands in the sources, and what mends it. `--diff` prints
 * the patch, `--fix` writes it, with all that `diff` and `fix` look after.
 */
export async function diagnose(
  log: string | undefined,
  paths: readonly string[],
  flags: DiagnoseFlags,
  host: Host,
): Promise<number> {
  if (flags.diff && flags.fix) throw new UserError('--diff and --fix do not go together', 'look at the patch first');
  const catalog = await host.catalog();
  const rules = await Promise.all(catalog.map((entry): Promise<Rule> => entry.rule()));
  const told = await diagnoseLog(chunksOf(log, host), rules);
  const figures = await withFigures(told, flags);
  const known = { ...host, catalog: async () => catalog };
  const first = await look(told, paths, figures, known);
  // What AWS refused is known by the resource that the first look found.
  const refused = refusedIn(first.diagnosis);
  const run = refused.size > 0 ? { ...figures, refused } : figures;
  const { diagnosis, result } = refused.size > 0 ? await look(told, paths, run, known) : first;
  if (flags.diff || flags.fix) return mend(diagnosis, catalog, paths, run, host);
  const { styleFor } = await import('../../report/style.js');
  const { wantsColor } = await import('../host.js');
  const style = styleFor(wantsColor(host, host.stdout, flags.color));
  if (flags.format === 'json') {
    const { diagnosisJson } = await import('../../report/diagnosis-json.js');
    host.stdout.write(diagnosisJson(diagnosis, version(), result.problems));
  } else {
    host.stdout.write(diagnosisText(diagnosis, { style, verbose: flags.verbose === true }));
    if (!flags.quiet) host.stdout.write(nextCommands(diagnosis, log, paths, flags));
  }
  return exitCodeOf(result, diagnosis.causes.length > 0);
}

/** The log as it comes: a file, or standard input. */
function chunksOf(log: string | undefined, host: Host): AsyncIterable<Uint8Array | string> {
  if (log === '-' || (log === undefined && host.stdin.isTTY !== true)) return host.stdin;
  if (log === undefined)
    throw new UserError(
      'there is no log to read',
      'name a file, or pipe it: aws cloudformation describe-stack-events --stack-name NAME | stackmend diagnose',
    );
  const file = path.resolve(host.cwd, log);
  if (!existsSync(file))
    throw new UserError(
      `there is no file "${log.slice(0, 200)}"`,
      'to explain a pasted error: stackmend explain "<the error>"',
    );
  if (!statSync(file).isFile())
    throw new UserError(`"${log}" is no file`, 'name the log first ("-" for standard input), then the sources');
  return createReadStream(file, { highWaterMark: 256 * 1024 });
}

/** What the error tells of the account stands in for `--account`. */
async function withFigures(told: LogDiagnosis, flags: DiagnoseFlags): Promise<DiagnoseFlags> {
  const { limits } = await import('../../facts/index.js');
  const found = told.causes.flatMap(({ recognised }) => recognised);
  const limit = limitIn(found, limits.concurrency.minimumUnreserved);
  const given = flags.account !== undefined || flags.accountLimit !== undefined;
  return { ...flags, ...(limit === undefined || given ? {} : { accountLimit: limit, accountLimitFrom: 'the error' }) };
}

/** Judges the sources with every rule, and finds the resources that the log names. */
async function look(
  told: LogDiagnosis,
  paths: readonly string[],
  flags: RunFlags,
  host: Host,
): Promise<{ readonly diagnosis: Diagnosis; readonly result: RunResult }> {
  const session = await openSession(paths, { ...flags, preset: 'all' }, host, 'none');
  const reports: FileReport[] = [];
  const located = { options: {}, preset: 'all' as Preset };
  const settingsFor: typeof session.settings.settingsFor = (file) => {
    const own = session.settings.settingsFor(file);
    return { ...own, rules: new Map([...own.rules, [locatorId, located]]) };
  };
  const cached = once(settingsFor);
  const result = await runSession(
    {
      ...session,
      catalog: catalogFor(told, session.catalog),
      settings: { ...session.settings, settingsFor: cached },
    },
    (report) => void reports.push(report),
  );
  return { diagnosis: locateCauses(told, reports), result };
}

/** The engine keeps what it works out by the identity of the settings. */
function once<Key extends object, Answer>(
  settingsFor: (file: string) => Answer & { readonly rules: Key },
): (file: string) => Answer & { readonly rules: Key } {
  const known = new Map<string, Answer & { readonly rules: Key }>();
  return (file) => {
    const settings = known.get(file) ?? settingsFor(file);
    known.set(file, settings);
    return settings;
  };
}

async function mend(
  diagnosis: Diagnosis,
  catalog: Catalog,
  paths: readonly string[],
  flags: RunFlags & DiagnoseFlags,
  host: Host,
): Promise<number> {
  const ids = [...new Set(diagnosis.causes.flatMap(({ findings }) => findings.map(({ rule }) => rule)))];
  if (ids.length === 0) {
    host.stderr.write(
      'Nothing in the sources that a rule mends was the cause; see stackmend diagnose without --diff.\n',
    );
    return flags.diff ? exitCodes.ok : exitCodes.findings;
  }
  const narrowed: Host = { ...host, catalog: async () => onlyCauses(catalog, diagnosis) };
  const selection: RunFlags = { ...flags, rule: ids };
  if (flags.diff) return (await import('./diff.js')).diff(paths, selection, narrowed);
  return (await import('./fix.js')).fix(paths, selection, narrowed);
}

function nextCommands(
  { causes, next }: Diagnosis,
  log: string | undefined,
  paths: readonly string[],
  flags: DiagnoseFlags,
): string {
  const mended = causes.some(({ findings }) => findings.some(({ fix }) => fix !== undefined));
  const file = log === undefined || log === '-' ? undefined : log;
  const lines: string[] = [];
  if (mended && file !== undefined)
    lines.push(`See the patch: ${commandLine('diagnose', [file, ...paths], flags, ['--diff'])}`);
  if (next.some(({ fix }) => fix !== undefined))
    lines.push(`Mend all that would fail: ${commandLine('diff', paths, flags, [])}`);
  return lines.map((line) => `${line}\n`).join('');
}
