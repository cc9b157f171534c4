import type { Outcome, TemplateOutcome, Verdict } from './judge.js';
import { mutationKinds } from './mutation.js';

const shown = 60;
const widths = [6, 5, 7, 8, 7, 5, 6];

/** All outcomes of a run, and its figures for people. */
export class RecallTally {
  templates = 0;
  mutated = 0;
  made = 0;
  readonly outcomes: Outcome[] = [];
  readonly disputed: string[] = [];

  /** @param kinds the mutations in the order of the table, and how it calls them */
  constructor(private readonly kinds: Readonly<Record<string, string>> = mutationKinds) {}

  add({ made, outcomes, disputed }: TemplateOutcome): void {
    this.templates++;
    if (outcomes.length > 0) this.mutated++;
    this.made += made;
    this.outcomes.push(...outcomes);
    this.disputed.push(...disputed);
  }

  /** The share of breaking mutations that are found. */
  get recall(): number {
    const all = this.outcomes.length;
    return all === 0 ? 1 : (all - this.count('missed')) / all;
  }

  count(verdict: Verdict, of: readonly Outcome[] = this.outcomes): number {
    return of.filter((outcome) => outcome.verdict === verdict).length;
  }

  render(): string {
    const rows = Object.entries(this.kinds).flatMap(([kind, what]) => {
      const of = this.outcomes.filter((outcome) => outcome.kind === kind);
      return of.length === 0 ? [] : [this.row(what, of)];
    });
    return [
      `templates ${this.templates}, of which ${this.mutated} have something to break; mutations made ${this.made}, that break ${this.outcomes.length}`,
      '',
      `broken  found           restored  refused  wrong  missed  mutation`,
      ...rows,
      this.row('all', this.outcomes),
      '',
      ...this.list('refused'),
      ...this.list('wrong'),
      ...this.list('missed'),
      `findings on what is right as it would be deployed: ${this.disputed.length}`,
      ...this.disputed.slice(0, shown).map((line) => `  ${line}`),
      '',
    ].join('\n');
  }

  private row(what: string, of: readonly Outcome[]): string {
    const found = of.length - this.count('missed', of);
    const share = of.length === 0 ? '' : `${((100 * found) / of.length).toFixed(1)} %`;
    const figures = (['restored', 'refused', 'wrong', 'missed'] as const).map((each) => this.count(each, of));
    const cells = [of.length, found, share, ...figures].map((cell, column) =>
      String(cell).padStart(widths[column] ?? 0),
    );
    return `${cells.join('  ')}  ${what}`;
  }

  /** Outcomes of one kind by reason, with a place for each. */
  private list(verdict: Verdict): string[] {
    const by = new Map<string, Outcome[]>();
    for (const outcome of this.outcomes) {
      if (outcome.verdict !== verdict) continue;
      const reason = `${outcome.rule}, ${outcome.kind}: ${outcome.because}`;
      by.set(reason, [...(by.get(reason) ?? []), outcome]);
    }
    if (by.size === 0) return [];
    const lines = [...by].toSorted(([, a], [, b]) => b.length - a.length);
    return [
      verdict,
      ...lines.slice(0, shown).map(([reason, all]) => {
        const [first] = all;
        return `  ${String(all.length).padStart(5)}  ${reason} (${first?.file} ${first?.path})`;
      }),
      ...(lines.length > shown ? [`  and ${lines.length - shown} more reasons`] : []),
      '',
    ];
  }
}
