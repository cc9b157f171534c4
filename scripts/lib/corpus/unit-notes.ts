import type { FindingRecord, UnitOutcome, Violation, ViolationKind } from './types.js';
import type { Validator } from './validator.js';

/** What is noted about one unit while it is judged. */
export class UnitNotes {
  readonly syntaxes: string[] = [];
  readonly problems: UnitOutcome['problems'][number][] = [];
  readonly findings: FindingRecord[] = [];
  readonly applied: string[] = [];
  readonly newAdvice: string[] = [];
  readonly allowed: string[] = [];
  readonly validatorFailures: string[] = [];
  private readonly violations: Violation[] = [];
  suppressed = 0;
  changed = 0;
  resources = 0;
  deeper = 0;

  constructor(
    private readonly label: string,
    readonly validator: Validator | undefined,
  ) {}

  name(file: string): string {
    return `${this.label}/${file}`;
  }

  violate(kind: ViolationKind, file: string, rules: readonly string[], detail: string): void {
    this.violations.push({ kind, file: this.name(file), rules, detail });
  }

  outcome(): Omit<UnitOutcome, 'parsed' | 'cpu'> {
    const { syntaxes, problems, findings, applied, newAdvice, allowed, validatorFailures, violations } = this;
    const { suppressed, changed, resources, deeper } = this;
    return {
      syntaxes,
      problems,
      findings,
      applied,
      newAdvice,
      allowed,
      validatorFailures,
      violations,
      suppressed,
      changed,
      resources,
      deeper,
    };
  }
}
