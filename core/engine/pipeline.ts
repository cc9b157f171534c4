import { setImmediate } from 'node:timers/promises';
import type { Catalog } from '../rule.js';
import { SourceFile } from '../text/source-file.js';
import { converge } from './converge.js';
import { isProgramName, isTemplate } from './document.js';
import { FixerPool } from './fixers.js';
import type { ReadResult } from './load.js';
import { parseSource } from './parse.js';
import { importedFiles } from './modules.js';
import type { EngineContext, Member } from './pass.js';
import type { EngineSettings, FileReport, Problem, RunEvent, RunStats } from './types.js';
import { type Surveyed, confirmedNestedFiles, groupUnits, nestedFiles } from './units.js';

/** A text that can be had again and again, from a file or from memory. */
export interface PipelineSource {
  readonly file: string;
  readonly read: () => Promise<ReadResult>;
}

export interface Progress {
  /** Files that were read and grouped so far. */
  readonly surveyed: number;
  readonly parsed: number;
  /** Templates that there are to parse; known once all files are surveyed. */
  readonly toParse: number | undefined;
}

export interface PipelineInput {
  readonly catalog: Catalog;
  readonly settings: EngineSettings;
  readonly isTaken: (file: string) => Promise<boolean>;
  /** What the Pulumi project around a file says of itself. */
  readonly projectOf?: EngineContext['projectOf'];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Texts kept between survey and parsing, in UTF-16 code units; beyond it a file is read twice, so that memory stays flat. */
const keptTexts = 8 * 1024 * 1024;
const ignoreMarker = 'stackmend';

interface Surveyable extends Surveyed {
  readonly source: PipelineSource;
  readonly text: string | undefined;
}

/** All texts, in two sweeps: a cheap one that groups them, and one that parses what a rule may concern, unit by unit. */
export async function* runPipeline(sources: readonly PipelineSource[], input: PipelineInput): AsyncGenerator<RunEvent> {
  yield* new Pipeline(sources, input).run();
}

class Pipeline {
  private readonly pool: FixerPool;
  private readonly context: EngineContext;
  private readonly promised = new Set<string>();
  private kept = 0;
  private surveyed = 0;
  private templates = 0;
  private programs = 0;
  private parsed = 0;
  private changed = 0;
  private toParse: number | undefined;

  constructor(
    private readonly sources: readonly PipelineSource[],
    private readonly input: PipelineInput,
  ) {
    this.pool = new FixerPool(input.catalog);
    const isTaken = async (file: string): Promise<boolean> => this.promised.has(file) || input.isTaken(file);
    const { settings, projectOf } = input;
    this.context = { pool: this.pool, settings, isTaken, ...(projectOf && { projectOf }) };
  }

  async *run(): AsyncGenerator<RunEvent> {
    const files: Surveyable[] = [];
    for (const source of this.sources) {
      if (this.isAborted) break;
      const result = await source.read();
      if (result.kind === 'problem') yield result;
      if (result.kind === 'text') files.push(this.survey(source, result.text));
      this.surveyed++;
      this.progress();
    }
    const units = groupUnits(files);
    this.toParse = units.reduce((sum, unit) => sum + unit.length, 0);
    for (const unit of units) yield* this.judge(unit);
    yield { kind: 'stats', stats: this.stats };
  }

  private get isAborted(): boolean {
    return this.input.signal?.aborted === true;
  }

  private get stats(): RunStats {
    return {
      files: this.surveyed,
      templates: this.templates,
      programs: this.programs,
      parsed: this.parsed,
      changed: this.changed,
      written: 0,
    };
  }

  private progress(): void {
    this.input.onProgress?.({ surveyed: this.surveyed, parsed: this.parsed, toParse: this.toParse });
  }

  private count({ file }: PipelineSource, by: 1 | -1): void {
    if (isProgramName(file)) this.programs += by;
    else this.templates += by;
  }

  private survey(source: PipelineSource, text: string): Surveyable {
    this.count(source, 1);
    const settings = this.input.settings.settingsFor(source.file);
    const isProgram = isProgramName(source.file);
    const concerned =
      this.pool.concerns(isProgram ? 'program' : 'template', text, settings) || text.includes(ignoreMarker);
    const nested = isProgram ? importedFiles(source.file, text) : nestedFiles(source.file, text);
    const keeps = concerned && this.kept + text.length <= keptTexts;
    if (keeps) this.kept += text.length;
    return {
      file: source.file,
      source,
      concerned,
      nested,
      budgetGroup: settings.budgetGroup,
      text: keeps ? text : undefined,
    };
  }

  private async *judge(unit: readonly Surveyable[]): AsyncGenerator<RunEvent> {
    const members: Member[] = [];
    for (const file of unit) {
      // Texts that were kept are judged and written without waiting for anything, and Ctrl-C needs a turn to be heard.
      await setImmediate();
      if (this.isAborted) return;
      const result = await this.parse(file);
      if (!('document' in result)) this.count(file.source, -1);
      if ('severity' in result) yield { kind: 'problem', problem: result };
      else if ('document' in result) members.push(result);
      this.progress();
    }
    for (const confirmed of confirm(members, unit)) yield* this.converge(confirmed);
  }

  private async parse({ source, text: kept }: Surveyable): Promise<Member | Problem | { readonly none: true }> {
    const read: ReadResult = kept === undefined ? await source.read() : { kind: 'text', text: kept };
    if (read.kind === 'problem') return read.problem;
    if (read.kind === 'none') return { none: true };
    this.parsed++;
    const result = await parseSource(new SourceFile(source.file, read.text));
    if (result.kind === 'problem') return result.problem;
    return result.kind === 'none'
      ? { none: true }
      : { document: result.document, settings: this.input.settings.settingsFor(source.file) };
  }

  private async *converge(members: readonly Member[]): AsyncGenerator<RunEvent> {
    if (this.isAborted) return;
    const { reports, problems } = await converge(members, this.context);
    yield* problems.map((problem): RunEvent => ({ kind: 'problem', problem }));
    for (const report of reports) {
      if (this.isAborted) return;
      this.note(report);
      yield { kind: 'file', report };
    }
  }

  private note({ before, after, renamedTo }: FileReport): void {
    if (renamedTo !== undefined) this.promised.add(renamedTo);
    if (before !== after || renamedTo !== undefined) this.changed++;
  }
}

/** Groups the members of a unit again by what their parsed templates nest, for the texts only suggested it. */
function confirm(members: readonly Member[], unit: readonly Surveyable[]): Member[][] {
  if (members.length < 2) return members.length === 0 ? [] : [[...members]];
  const surveyed = new Map(unit.map((each) => [each.file, each]));
  const confirmed = members.map((member) => {
    const { document } = member;
    const { path: file } = document.source;
    const { concerned = true, budgetGroup, nested = [] } = surveyed.get(file) ?? {};
    return {
      file,
      concerned,
      budgetGroup,
      nested: isTemplate(document) ? confirmedNestedFiles(document) : nested,
      member,
    };
  });
  return groupUnits(confirmed).map((group) => group.map(({ member }) => member));
}
