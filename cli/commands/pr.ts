import { readFileSync, realpathSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import path from 'node:path';
import { type BaseTree, loadTree } from '../../bot/base.js';
import { ForgeError } from '../../bot/forge.js';
import { Workshop } from '../../bot/git/repository.js';
import { GitError } from '../../bot/git/run.js';
import { readSigning } from '../../bot/git/signing.js';
import { PlanFileError } from '../../bot/plan-file.js';
import { type Place, type RunResult, findBase, pullRequests } from '../../bot/pull-requests.js';
import type { Plans, Selection } from '../../bot/run.js';
import type { Clock } from '../../bot/session.js';
import type { Problem } from '../../core/engine/types.js';
import { problemText } from '../../report/text.js';
import { type Style, styleFor } from '../../report/style.js';
import { exitCodes } from '../exit-codes.js';
import type { PrFlags } from '../flags.js';
import { type Host, wantsColor } from '../host.js';
import { type Forged, openForge } from '../pr/place.js';
import { groupText, prJson } from '../pr/report.js';
import { UserError } from '../user-error.js';
import { version } from '../version.js';

/** `stackmend pr`: a pull request for each group of fixes, opened, kept up to date, and closed when it has no reason any more. */
export async function pr(paths: readonly string[], flags: PrFlags, host: Host): Promise<number> {
  try {
    const workshop = await Workshop.open(host.cwd);
    try {
      return await inWorkshop(workshop, paths, flags, host);
    } finally {
      await workshop.close();
    }
  } catch (error) {
    if (error instanceof ForgeError) throw new UserError(error.message, error.hint);
    if (error instanceof GitError || error instanceof PlanFileError) throw new UserError(error.message);
    throw error;
  }
}

/** What a run works from, whether the engine judged the sources or a plan file tells. */
interface Work {
  readonly plans: Plans;
  readonly selection: Selection;
  readonly problems: () => readonly Problem[];
}

async function inWorkshop(workshop: Workshop, paths: readonly string[], flags: PrFlags, host: Host): Promise<number> {
  tellIncomplete(workshop, flags, host);
  const forged = await openForge(workshop, flags, host, clockOf(host));
  const place = await findBase(forged, flags.base);
  const base = await loadTree(workshop, place.oid);
  try {
    const work =
      flags.plan === undefined
        ? await judged(place, base, paths, flags, host)
        : await planned(place, base, flags.plan, host);
    return await run(forged, place, work, flags, host);
  } finally {
    base.close();
  }
}

async function run(forged: Forged, place: Place, work: Work, flags: PrFlags, host: Host): Promise<number> {
  const { plans, selection } = work;
  const dryRun = flags.dryRun === true;
  const style = styleFor(wantsColor(host, host.stdout, flags.color));
  const signing = forged.commitMode === 'git' ? await readSigning(flags.sign === true) : undefined;
  const results: RunResult[] = [];
  for await (const result of pullRequests({
    place,
    plans,
    selection,
    options: {
      labels: flags.label ?? [],
      reviewers: flags.reviewer ?? [],
      draft: flags.draft === true,
      branchStrategy: flags.branchStrategy,
      maxOpen: flags.maxOpen,
      perHour: flags.perHour,
    },
    clock: clockOf(host),
    version: version(),
    commitMode: forged.commitMode,
    fork: flags.fork === true,
    ...(signing && { signing }),
    dryRun,
  })) {
    results.push(result);
    if (flags.format === 'text') host.stdout.write(groupText(result, style, dryRun));
  }
  const problems = work.problems();
  const exitCode = exitCodeOf(results, problems);
  if (flags.format === 'json') {
    const repository = place.remote.remote.fullName;
    host.stdout.write(
      prJson({ version: version(), dryRun, repository, base: place.base, selection, results, problems, exitCode }),
    );
  } else tell(problems, results, flags, host, styleFor(wantsColor(host, host.stderr, flags.color)));
  return exitCode;
}

function clockOf({ now }: Host): Clock {
  return { now, wait: (milliseconds) => setTimeout(milliseconds) };
}

async function judged(
  place: Place,
  base: BaseTree,
  paths: readonly string[],
  flags: PrFlags,
  host: Host,
): Promise<Work> {
  const [{ openSession }, { configOfBase, configuredRules }, { loadConfig }, { Proposal }] = await Promise.all([
    import('../session.js'),
    import('../pr/base-config.js'),
    import('../config/load.js'),
    import('../../bot/propose.js'),
  ]);
  const { root } = place.workshop.clone;
  const cwd = realpathSync(host.cwd);
  let deliberate: ReadonlySet<string> = new Set();
  const session = await openSession(paths, flags, host, 'review', async (rules) => {
    const config =
      flags.config === undefined
        ? await configOfBase(base, root, cwd, rules)
        : await loadConfig(host.cwd, flags.config, rules);
    deliberate = configuredRules(config);
    return config;
  });
  const chosen = new Set([
    ...deliberate,
    ...(flags.rule ?? []),
    ...(flags.maxReserved === undefined ? [] : ['lambda-reserved-concurrency']),
  ]);
  const proposal = new Proposal({
    workshop: place.workshop,
    base: { branch: place.base, oid: place.oid },
    ...base,
    cwd,
    paths: session.paths,
    ignore: session.ignore,
    catalog: session.catalog,
    // A guess is worth a look in a terminal; a pull request takes the time of others.
    settings: { ...session.settings, declines: ({ certainty, rule }) => certainty === 'possible' && !chosen.has(rule) },
    groupBy: flags.groupBy,
  });
  const keys = await proposal.keys();
  const problems = (): readonly Problem[] => [...proposal.problems.values()];
  const complete = !problems().some(({ severity }) => severity === 'error');
  return {
    plans: { keys, planFor: (key, declined) => proposal.plan(key, declined) },
    selection: { groupBy: flags.groupBy, paths: pathsBelow(root, cwd, session.paths), rules: flags.rule, complete },
    problems,
  };
}

/** The paths of the selection from the root of the repository; empty for all of it, undefined where there are globs. */
function pathsBelow(root: string, cwd: string, paths: readonly string[]): readonly string[] | undefined {
  if (paths.some((each) => /[*?[\]{}!()]/.test(each))) return undefined;
  const below = paths.map((each) => path.relative(root, path.resolve(cwd, each)).split(path.sep).join('/'));
  return below.includes('') ? [] : below;
}

async function planned(place: Place, base: BaseTree, file: string, host: Host): Promise<Work> {
  const { readPlanFile, checkPlan } = await import('../../bot/plan-file.js');
  const plan = readPlanFile(textOf(path.resolve(host.cwd, file), file));
  const repository = place.remote.remote.fullName;
  if (plan.repository !== (repository ?? null))
    throw new UserError(`the plan is for the repository "${plan.repository ?? ''}", not for "${repository ?? ''}"`);
  if (plan.base !== place.base)
    throw new UserError(`the plan is for the branch "${plan.base}", not for "${place.base}"`, 'name it with --base');
  const plans = new Map(plan.groups.flatMap(({ plan: each }) => (each ? [[each.key, each] as const] : [])));
  const now = { branch: place.base, oid: place.oid };
  return {
    plans: {
      keys: [...plans.keys()],
      planFor: async (key, declined) => {
        const given = plans.get(key);
        if (!given) throw new PlanFileError(`the plan has no group "${key}"`);
        const kept = given.fixes.filter(({ fingerprint }) => !declined.has(fingerprint));
        if (kept.length === 0) return { key, base: now, files: [], fixes: [], left: [], diff: '' };
        if (kept.length < given.fixes.length)
          throw new PlanFileError(
            'some of its fixes were declined; make a new plan with a token that may read pull requests',
          );
        return checkPlan(place.workshop, base.tree, given, now);
      },
    },
    selection: {
      groupBy: plan.groupBy,
      paths: plan.selection.paths ?? undefined,
      rules: plan.selection.rules ?? undefined,
      complete: plan.selection.complete,
    },
    problems: () => [],
  };
}

function textOf(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`${shown} cannot be read: ${code}`);
  }
}

function exitCodeOf(results: readonly RunResult[], problems: readonly Problem[]): number {
  if (problems.some(({ severity }) => severity === 'error')) return exitCodes.failed;
  return results.some(({ state }) => state === 'FAILED' || state === 'CONTENDED') ? exitCodes.findings : exitCodes.ok;
}

function tell(
  problems: readonly Problem[],
  results: readonly RunResult[],
  { quiet }: PrFlags,
  { stderr }: Host,
  style: Style,
): void {
  const shown = problems.filter(({ severity }) => severity === 'error' || quiet !== true);
  for (const problem of shown) stderr.write(problemText(problem, style));
  if (results.length === 0 && quiet !== true) stderr.write('Nothing to mend, and no pull request of stackmend.\n');
}

function tellIncomplete({ clone: { incomplete } }: Workshop, { quiet }: PrFlags, { stderr }: Host): void {
  if (incomplete === undefined || quiet === true) return;
  const cure = incomplete === 'shallow' ? 'fetch-depth: 0, or git fetch --unshallow' : 'a clone without --filter';
  stderr.write(
    `note: this is a ${incomplete} clone, so the history of the base is fetched anew; ${cure} spares that\n`,
  );
}
