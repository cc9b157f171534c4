import type { FindingRecord, UnitOutcome, Violation, WorkerUsage } from './types.js';

/** The figures of one rule. */
export interface RuleTally {
  findings: number;
  proven: number;
  possible: number;
  withFix: number;
  applied: number;
  /** Fixes that were neither applied nor withheld: manual ones, and those that another fix made needless. */
  offered: number;
  refused: Record<string, number>;
  withheld: Record<string, number>;
  together: number;
  togetherWithFix: number;
}

/** All figures of a run. */
export class Tally {
  files = 0;
  sniffedOut = 0;
  unconcerned = 0;
  parsed = 0;
  changed = 0;
  suppressed = 0;
  /** Resources of programs. */
  resources = 0;
  /** Those that are made through more than one call, of which the outer ones are not followed. */
  deeper = 0;
  engineCpuSeconds = 0;
  wallSeconds = 0;
  readonly usages: WorkerUsage[] = [];
  readonly syntaxes: Record<string, number> = {};
  readonly problems: Record<string, number> = {};
  readonly rules: Record<string, RuleTally> = {};
  readonly violations: Violation[] = [];
  readonly newAdvice: Record<string, number> = {};
  /** New diagnostics that are bugs of the validator, by the bug. */
  readonly allowed: Record<string, number> = {};
  readonly validatorFailures: string[] = [];

  add(outcome: UnitOutcome): void {
    this.parsed += outcome.parsed;
    this.changed += outcome.changed;
    this.suppressed += outcome.suppressed;
    this.resources += outcome.resources;
    this.deeper += outcome.deeper;
    this.engineCpuSeconds += outcome.cpu / 1e6;
    for (const syntax of outcome.syntaxes) count(this.syntaxes, syntax);
    for (const { severity, message } of outcome.problems) this.addProblem(severity, message);
    for (const finding of outcome.findings) this.addFinding(finding);
    for (const rule of outcome.applied) this.rule(rule).applied++;
    for (const line of outcome.newAdvice) count(this.newAdvice, line.split(' ')[0] ?? '');
    this.violations.push(...outcome.violations);
    for (const bug of outcome.allowed) count(this.allowed, bug);
    this.validatorFailures.push(...outcome.validatorFailures);
  }

  addProblem(severity: string, message: string): void {
    count(this.problems, `${severity}: ${kindOf(message)}`);
  }

  /** Findings whose role and target stand in one template or program, and how many of them carry a fix. */
  get together(): { readonly all: number; readonly withFix: number } {
    const rules = Object.values(this.rules);
    return {
      all: rules.reduce((sum, { together }) => sum + together, 0),
      withFix: rules.reduce((sum, { togetherWithFix }) => sum + togetherWithFix, 0),
    };
  }

  private addFinding({ rule: id, certainty, outcome, code = '?', together }: FindingRecord): void {
    const rule = this.rule(id);
    rule.findings++;
    rule[certainty]++;
    if (outcome !== 'refused') rule.withFix++;
    if (outcome === 'offered') rule.offered++;
    if (outcome === 'refused') count(rule.refused, code);
    if (outcome === 'withheld') count(rule.withheld, code);
    if (together !== true) return;
    rule.together++;
    if (outcome === 'applied' || outcome === 'offered') rule.togetherWithFix++;
  }

  private rule(id: string): RuleTally {
    return (this.rules[id] ??= {
      findings: 0,
      proven: 0,
      possible: 0,
      withFix: 0,
      applied: 0,
      offered: 0,
      refused: {},
      withheld: {},
      together: 0,
      togetherWithFix: 0,
    });
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** A message without what differs from file to file. */
function kindOf(message: string): string {
  return message
    .replace(/^this cannot be read as (\w+) here: .*$/s, 'invalid $1')
    .replace(/^cannot be parsed: .*$/s, 'invalid program')
    .replaceAll(/"[^"]*"|\([^)]*\)|\d[\d.]*/g, '…')
    .slice(0, 90);
}
