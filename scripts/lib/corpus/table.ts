import type { Tally } from './tally.js';
import { type ViolationKind, violationKinds } from './types.js';

const shownViolations = 40;

/** The figures for people. */
export function renderTally(tally: Tally, validated: boolean): string {
  return [
    ...renderFiles(tally),
    '',
    ...renderRules(tally),
    '',
    ...renderDetails(tally),
    ...renderZeroes(tally, validated),
    '',
    ...renderCost(tally),
    '',
  ].join('\n');
}

function renderFiles(tally: Tally): string[] {
  const syntaxes = Object.entries(tally.syntaxes).toSorted(byName);
  const all = syntaxes.reduce((sum, [, count]) => sum + count, 0);
  return [
    `files             ${tally.files}`,
    `  sniffed out     ${tally.sniffedOut}`,
    `  never parsed    ${tally.unconcerned} (templates and programs that no rule concerns)`,
    `  parsed          ${tally.parsed}`,
    `read              ${all} (${syntaxes.map(([name, count]) => `${name} ${count}`).join(', ')})`,
    `resources         ${tally.resources} (of programs; ${tally.deeper} made through more than one call)`,
    `changed           ${tally.changed}`,
    `suppressed        ${tally.suppressed}`,
    'problems',
    ...Object.entries(tally.problems)
      .toSorted((a, b) => b[1] - a[1])
      .map(([kind, count]) => `  ${String(count).padStart(5)}  ${kind}`),
  ];
}

function renderRules({ rules, together }: Tally): string[] {
  const header = ['rule', 'found', 'proven', 'possible', 'fix', 'applied', 'refused', 'withheld', 'together', 'fix %'];
  const rows = Object.entries(rules)
    .toSorted(byName)
    .map(([id, rule]) => [
      id,
      ...[rule.findings, rule.proven, rule.possible, rule.withFix, rule.applied].map(String),
      String(sum(rule.refused)),
      String(sum(rule.withheld)),
      rule.together === 0 ? '' : String(rule.together),
      percent(rule.togetherWithFix, rule.together),
    ]);
  const share = `role and target in one template or program: ${together.withFix} of ${together.all} carry a fix (${percent(together.withFix, together.all)})`;
  return [...align([header, ...rows]), share];
}

function renderDetails({ rules }: Tally): string[] {
  const lines = Object.entries(rules)
    .toSorted(byName)
    .flatMap(([id, rule]) => [
      ...detail(id, 'refused', rule.refused),
      ...detail(id, 'withheld by', rule.withheld),
      ...(rule.offered > 0 ? [`${id}: ${rule.offered} neither applied nor withheld`] : []),
    ]);
  return lines.length === 0 ? [] : [...lines, ''];
}

function detail(id: string, what: string, counts: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(counts).toSorted((a, b) => b[1] - a[1]);
  return entries.length === 0
    ? []
    : [`${id}: ${what} ${entries.map(([code, count]) => `${code} ${count}`).join(', ')}`];
}

function renderZeroes({ violations, newAdvice, allowed, validatorFailures }: Tally, validated: boolean): string[] {
  const lines = (Object.keys(violationKinds) as ViolationKind[]).map((kind) => {
    const count = violations.filter((each) => each.kind === kind).length;
    const skipped = kind === 'new-diagnostic' && !validated;
    return `${skipped ? '    -' : String(count).padStart(5)}  ${violationKinds[kind]}${skipped ? ' (not asked for: --validate)' : ''}`;
  });
  const shown = violations
    .slice(0, shownViolations)
    .map(
      ({ kind, file, rules, detail: what }) => `  ${kind} ${file} [${rules.join(', ')}]: ${what.split('\n')[0] ?? ''}`,
    );
  const more =
    violations.length > shownViolations
      ? [`  and ${violations.length - shownViolations} more (--json FILE has all)`]
      : [];
  const advice = Object.entries(newAdvice).map(([rule, count]) => `${rule} ${count}`);
  return [
    'must be zero',
    ...lines,
    ...shown,
    ...more,
    ...(advice.length > 0 ? [`validator advice (INFO) that is new: ${advice.join(', ')}`] : []),
    ...Object.entries(allowed).map(([bug, count]) => `bug of the validator, allowed ${count} times: ${bug}`),
    ...validatorFailures.map((line) => `the validator failed on ${line}`),
  ];
}

function renderCost({ wallSeconds, engineCpuSeconds, usages }: Tally): string[] {
  const cpu = usages.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
  const peak = Math.max(0, ...usages.map(({ peakMegabytes }) => peakMegabytes));
  return [
    `wall ${wallSeconds.toFixed(1)} s, CPU of the engine's first runs ${engineCpuSeconds.toFixed(1)} s, CPU with all proofs ${cpu.toFixed(1)} s, peak memory of a worker ${peak.toFixed(0)} MB`,
  ];
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, each) => total + each, 0);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}
