import { nodeFileSystem } from '../../../core/engine/file-system.js';
import { type ReadResult, readSource } from '../../../core/engine/load.js';
import { runPipeline } from '../../../core/engine/pipeline.js';
import { selectRules } from '../../../core/engine/select.js';
import { type RunResult, gather } from '../../../core/engine/texts.js';
import type { EngineSettings, FileReport, Finding } from '../../../core/engine/types.js';
import { loadTemplate } from '../../../core/template/load.js';
import { stringOf } from '../../../core/template/node.js';
import type { Template } from '../../../core/template/template.js';
import { SourceFile } from '../../../core/text/source-file.js';
import { isCreatable, runtimes } from '../../../facts/index.js';
import { catalog } from '../../../rules/catalog.js';
import { changesOutside, plainValue } from './plain-value.js';
import { isExplained } from './replay.js';
import { standTogether } from './together.js';
import type { FindingRecord, UnitOutcome, UnitTask, Violation, ViolationKind, WorkerSettings } from './types.js';
import { Validator } from './validator.js';

interface NamedText {
  readonly file: string;
  readonly read: () => Promise<ReadResult>;
}

/** Judges units one after the other, and looks with means of its own at what the engine says it did. */
export class Judge {
  private constructor(
    private readonly settings: EngineSettings,
    private readonly validator: Validator | undefined,
  ) {}

  static async start({ preset, rules, today, validate }: WorkerSettings): Promise<Judge> {
    const active = await selectRules(catalog, { preset, ...(rules ? { rules } : {}) });
    const settings: EngineSettings = {
      accept: 'review',
      today,
      includeGenerated: false,
      settingsFor: () => ({ rules: active }),
    };
    return new Judge(settings, validate ? await Validator.start() : undefined);
  }

  /** Without the validator where it does not come back. */
  async judge({ label, files }: UnitTask, validate: boolean): Promise<UnitOutcome> {
    const sources = files.map((found): NamedText => ({
      file: found.file,
      read: () => readSource(found, nodeFileSystem),
    }));
    const started = process.cpuUsage();
    const { reports, problems, stats } = await this.run(sources);
    const { user, system } = process.cpuUsage(started);
    const unit = new UnitNotes(label, validate ? this.validator : undefined);
    for (const problem of problems) {
      if (problem.rule === undefined) unit.problems.push({ ...problem, file: unit.name(problem.file) });
      else unit.violate('crash', problem.file, [problem.rule], problem.message);
    }
    for (const source of sources) await this.noteSyntax(source, unit);
    for (const report of reports) await this.noteReport(report, unit);
    await this.runAgain(sources, reports, unit);
    return { ...unit.outcome(), parsed: stats.parsed, cpu: user + system };
  }

  private async run(sources: readonly NamedText[]): Promise<RunResult> {
    const names = new Set(sources.map(({ file }) => file));
    return gather(runPipeline(sources, { catalog, settings: this.settings, isTaken: async (file) => names.has(file) }));
  }

  private async noteSyntax({ file, read }: NamedText, unit: UnitNotes): Promise<void> {
    const result = await read();
    const template = result.kind === 'text' ? await parse(file, result.text) : undefined;
    if (template) unit.syntaxes.push(`${template.syntax}${template.isSam ? ' SAM' : ''}`);
  }

  private async noteReport(report: FileReport, unit: UnitNotes): Promise<void> {
    const template = await parse(report.file, report.before);
    for (const finding of report.findings) {
      unit.findings.push(recordOf(finding, report, template, unit));
      const runtime = finding.rule === 'lambda-runtime-retired' ? runtimeAt(finding, template) : undefined;
      if (runtime !== undefined && isStillCreatable(runtime, this.settings.today))
        unit.violate('creatable-runtime', report.file, [finding.rule], runtime);
    }
    unit.applied.push(...report.applied.map(({ rule }) => rule));
    unit.suppressed += report.suppressed.length;
    if (report.after === report.before) return;
    unit.changed++;
    await this.proveChange(report, unit);
  }

  private async proveChange(report: FileReport, unit: UnitNotes): Promise<void> {
    const { file, before, after, applied } = report;
    const rules = [...new Set(applied.map(({ rule }) => rule))];
    if (!isExplained(report))
      unit.violate('outside-edits', file, rules, 'the output is not the input with the edits made');
    const touches = applied.flatMap(({ fix }) => fix?.touches ?? []);
    const outside = changesOutside(plainValue(before), plainValue(after), touches);
    if (outside.length > 0)
      unit.violate('outside-touches', file, rules, outside.map((path) => path.join('.')).join(', '));
    try {
      const compared = await unit.validator?.compare(file, before, after);
      if (!compared) return;
      unit.newAdvice.push(...compared.advice);
      unit.allowed.push(...compared.allowed);
      if (compared.fresh.length > 0) unit.violate('new-diagnostic', file, rules, compared.fresh.join(' | '));
    } catch (error) {
      unit.validatorFailures.push(`${unit.name(file)}: ${String(error)}`);
    }
  }

  private async runAgain(
    sources: readonly NamedText[],
    reports: readonly FileReport[],
    unit: UnitNotes,
  ): Promise<void> {
    const changed = new Map(reports.map((report) => [report.file, report]));
    if (!reports.some(({ before, after, renamedTo }) => before !== after || renamedTo !== undefined)) return;
    const again = sources.map(({ file, read }): NamedText => {
      const report = changed.get(file);
      if (!report) return { file, read };
      return { file: report.renamedTo ?? file, read: async () => ({ kind: 'text', text: report.after }) };
    });
    const second = await this.run(again);
    for (const { file, before, after, renamedTo, applied } of second.reports) {
      if (before === after && renamedTo === undefined) continue;
      unit.violate('second-run', file, [...new Set(applied.map(({ rule }) => rule))], applied.map(titleOf).join('; '));
    }
    for (const { rule, file, message } of second.problems)
      if (rule !== undefined) unit.violate('crash', file, [rule], `in the second run: ${message}`);
  }
}

/** What is noted about one unit while it is judged. */
class UnitNotes {
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
    const { suppressed, changed } = this;
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
    };
  }
}

async function parse(file: string, text: string): Promise<Template | undefined> {
  try {
    return await loadTemplate(new SourceFile(file, text));
  } catch {
    return undefined;
  }
}

function recordOf(
  finding: Finding,
  report: FileReport,
  template: Template | undefined,
  unit: UnitNotes,
): FindingRecord {
  const { rule, messageId, message, certainty, position, fix } = finding;
  return {
    file: unit.name(report.file),
    line: position.line,
    column: position.column,
    rule,
    messageId,
    message,
    certainty,
    safety: fix?.safety,
    ...outcomeOf(finding, report),
    together: template && standTogether(finding, template),
  };
}

/** What became of a finding of the first detection. Later passes make their findings anew, so equal ones are looked for. */
function outcomeOf(finding: Finding, report: FileReport): Pick<FindingRecord, 'outcome' | 'says' | 'code'> {
  const { fix, refusal, fingerprint } = finding;
  if (!fix) return { outcome: 'refused', says: refusal?.because ?? '', code: refusal?.code };
  if (report.applied.some((each) => each === finding || each.fingerprint === fingerprint))
    return { outcome: 'applied', says: fix.title, code: undefined };
  const held = report.withheld.find((each) => each.finding.fingerprint === fingerprint);
  if (held) return { outcome: 'withheld', says: held.because, code: held.gate };
  return { outcome: 'offered', says: fix.title, code: undefined };
}

function titleOf({ rule, fix }: Finding): string {
  return `${rule}: ${fix?.title ?? ''}`;
}

function runtimeAt({ path }: Finding, template: Template | undefined): string | undefined {
  return stringOf(template?.at(path));
}

function isStillCreatable(name: string, today: string): boolean {
  const runtime = runtimes[name];
  return runtime === undefined || isCreatable(runtime, today);
}
