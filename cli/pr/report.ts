import { callLine } from '../../bot/dry-run.js';
import type { RunResult } from '../../bot/pull-requests.js';
import type { Selection } from '../../bot/run.js';
import type { Problem } from '../../core/engine/types.js';
import { visible, visibleJson, visibleLines } from '../../report/escape.js';
import type { Style } from '../../report/style.js';

/** One group for people: its state, where it is seen, and why. */
export function groupText(result: RunResult, style: Style, dryRun: boolean): string {
  const { key, state, pullRequest, openAt, because, hint, warnings, commit } = result;
  const failed = state === 'FAILED' || state === 'CONTENDED';
  const where = pullRequest && pullRequest.url !== '' ? `  ${style.place(visible(pullRequest.url))}` : '';
  const lines = [`${(failed ? style.bad : style.strong)(state.padEnd(13))} ${visible(key)}${where}`];
  if (because !== undefined) lines.push(`  ${visible(because)}`);
  if (hint !== undefined) lines.push(`  hint: ${visible(hint)}`);
  if (openAt !== undefined) lines.push(`  open the pull request at ${visible(openAt)}`);
  if (commit?.verification?.verified === false)
    lines.push(`  the commit is not verified: ${visible(commit.verification.reason)}`);
  lines.push(...warnings.map((warning) => `  warning: ${visible(warning)}`));
  if (dryRun) lines.push(...planLines(result));
  return lines.map((line) => `${line}\n`).join('');
}

function planLines({ calls, plan }: RunResult): readonly string[] {
  const sent = calls.map((call) => `  would send: ${visible(callLine(call))}`);
  if (calls.length === 0 || !plan || plan.diff === '') return sent;
  return [...sent, ...visibleLines(plan.diff.replace(/\n$/, ''))];
}

export interface PrReport {
  readonly version: string;
  readonly dryRun: boolean;
  readonly repository: string | undefined;
  readonly base: string;
  readonly selection: Selection;
  readonly results: readonly RunResult[];
  readonly problems: readonly Problem[];
  readonly exitCode: number;
}

/** The whole run as JSON; that of a dry run is the file that `--plan` takes. */
export function prJson({
  version,
  dryRun,
  repository,
  base,
  selection,
  results,
  problems,
  exitCode,
}: PrReport): string {
  const { groupBy, paths, rules, complete } = selection;
  const report = {
    schemaVersion: 1,
    tool: { name: 'stackmend', version },
    command: 'pr',
    dryRun,
    repository: repository ?? null,
    base,
    groupBy,
    selection: { paths: paths ?? null, rules: rules ?? null, complete },
    groups: results.map(({ plan, calls, ...result }) => ({
      ...result,
      ...(dryRun && { calls, ...(plan?.hash !== undefined && { plan }) }),
    })),
    problems: problems.map(({ severity, file, message }) => ({ severity, file, message })),
    exitCode,
  };
  return `${visibleJson(JSON.stringify(report, undefined, 2))}\n`;
}
