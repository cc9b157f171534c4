import path from 'node:path';
import { isProgramName } from '../../../core/engine/document.js';
import { nodeFileSystem } from '../../../core/engine/file-system.js';
import { type ReadResult, readSource } from '../../../core/engine/load.js';
import { runPipeline } from '../../../core/engine/pipeline.js';
import { projectReader } from '../../../core/engine/pulumi-project.js';
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
import { modelOf, syntaxErrors } from './programs.js';
import { standTogether } from './together.js';
import type { FindingRecord, UnitOutcome, UnitTask, WorkerSettings } from './types.js';
import { UnitNotes } from './unit-notes.js';
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
  async judge({ root, label, files }: UnitTask, validate: boolean): Promise<UnitOutcome> {
    const sources = files.map((found): NamedText => ({
      file: found.file,
      read: () => readSource(found, nodeFileSystem),
    }));
    const started = process.cpuUsage();
    const { reports, problems, stats } = await this.run(sources, root);
    const { user, system } = process.cpuUsage(started);
    const unit = new UnitNotes(label, validate ? this.validator : undefined);
    for (const problem of problems) {
      if (problem.rule === undefined) unit.problems.push({ ...problem, file: unit.name(problem.file) });
      else unit.violate('crash', problem.file, [problem.rule], problem.message);
    }
    for (const source of sources) await this.noteSyntax(source, unit);
    const program = await this.noteProgram(sources, unit);
    const found = new Set(reports.flatMap(({ findings }) => findings));
    for (const report of reports) await this.noteReport(report, found, program, unit);
    await this.runAgain(sources, reports, root, unit);
    return { ...unit.outcome(), parsed: stats.parsed, cpu: user + system };
  }

  private async run(sources: readonly NamedText[], root: string): Promise<RunResult> {
    const names = new Set(sources.map(({ file }) => file));
    const isTaken = async (file: string): Promise<boolean> => names.has(file);
    const projectOf = projectReader({
      read: (file) => textIfThere(path.join(root, file)),
      list: (directory) => namesIn(path.join(root, directory)),
    });
    return gather(runPipeline(sources, { catalog, settings: this.settings, isTaken, projectOf }));
  }

  private async noteSyntax({ file, read }: NamedText, unit: UnitNotes): Promise<void> {
    if (isProgramName(file)) return;
    const result = await read();
    const template = result.kind === 'text' ? await parse(file, result.text) : undefined;
    if (template) unit.syntaxes.push(`${template.syntax}${template.isSam ? ' SAM' : ''}`);
  }

  /** The resources of the unit's programs as one template. */
  private async noteProgram(sources: readonly NamedText[], unit: UnitNotes): Promise<Template | undefined> {
    const texts: SourceFile[] = [];
    for (const { file, read } of sources.filter((each) => isProgramName(each.file))) {
      const result = await read();
      if (result.kind === 'text') texts.push(new SourceFile(file, result.text));
    }
    const program = modelOf(texts);
    unit.syntaxes.push(...Array.from({ length: program.files }, () => 'program'));
    unit.resources += program.resources;
    unit.deeper += program.deeper;
    return program.model;
  }

  private async noteReport(
    report: FileReport,
    found: ReadonlySet<Finding>,
    program: Template | undefined,
    unit: UnitNotes,
  ): Promise<void> {
    const template = isProgramName(report.file) ? program : await parse(report.file, report.before);
    for (const finding of report.findings) {
      unit.findings.push(recordOf(finding, report, template, unit));
      const runtime = finding.rule === 'lambda-runtime-retired' ? runtimeAt(finding, template) : undefined;
      if (runtime !== undefined && isStillCreatable(runtime, this.settings.today))
        unit.violate('creatable-runtime', report.file, [finding.rule], runtime);
    }
    unit.applied.push(...report.applied.filter(({ file }) => file === report.file).map(({ rule }) => rule));
    unit.suppressed += report.suppressed.length;
    if (report.after === report.before) return;
    unit.changed++;
    await this.proveChange(report, found, unit);
  }

  private async proveChange(report: FileReport, found: ReadonlySet<Finding>, unit: UnitNotes): Promise<void> {
    const { file, before, after, applied } = report;
    const rules = [...new Set(applied.map(({ rule }) => rule))];
    if (!isExplained(report, found))
      unit.violate('outside-edits', file, rules, 'the output is not the input with the edits made');
    if (isProgramName(file)) {
      const errors = syntaxErrors(file, after);
      if (errors.length > syntaxErrors(file, before).length)
        unit.violate('broken-syntax', file, rules, errors.join(' | '));
      return;
    }
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
    root: string,
    unit: UnitNotes,
  ): Promise<void> {
    const changed = new Map(reports.map((report) => [report.file, report]));
    if (!reports.some(({ before, after, renamedTo }) => before !== after || renamedTo !== undefined)) return;
    const again = sources.map(({ file, read }): NamedText => {
      const report = changed.get(file);
      if (!report) return { file, read };
      return { file: report.renamedTo ?? file, read: async () => ({ kind: 'text', text: report.after }) };
    });
    const second = await this.run(again, root);
    for (const { file, before, after, renamedTo, applied } of second.reports) {
      if (before === after && renamedTo === undefined) continue;
      unit.violate('second-run', file, [...new Set(applied.map(({ rule }) => rule))], applied.map(titleOf).join('; '));
    }
    for (const { rule, file, message } of second.problems)
      if (rule !== undefined) unit.violate('crash', file, [rule], `in the second run: ${message}`);
  }
}

async function textIfThere(absolute: string): Promise<string | undefined> {
  try {
    return (await nodeFileSystem.readFile(absolute)).toString('utf8');
  } catch {
    return undefined;
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

async function namesIn(absolute: string): Promise<string[]> {
  try {
    return (await nodeFileSystem.readdir(absolute)).map(({ name }) => name);
  } catch {
    return [];
  }
}
