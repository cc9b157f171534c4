import type { Catalog } from '../rule.js';
import { SourceFile } from '../text/source-file.js';
import { type UnitOutcome, converge } from './converge.js';
import { isProgramName, isTemplate } from './document.js';
import { FixerPool } from './fixers.js';
import type { ReadResult } from './load.js';
import { parseSource } from './parse.js';
import type { ReadImported } from './imported.js';
import { importedModules } from './modules.js';
import type { EngineContext, Member } from './pass.js';
import { looksLikeProgram } from './sniff.js';
import { Turns } from './turns.js';
import type { EngineSettings, FileReport, Problem, RunEvent, RunStats } from './types.js';
import type { ReadText } from './provider-version.js';
import { type Surveyed, confirmedNestedFiles, groupUnits, nestedFiles } from './units.js';
import { WholePrograms } from './project-files.js';

/** A text that can be had again and again, from a file or from memory. */
export interface PipelineSource {
  readonly file: string;
  /** A quick look: false where `read` would certainly answer `none`. */
  readonly mayMatter?: () => boolean;
  /** With `isImported` also a text that says nothing of templates or Pulumi, because a program imports it. */
  readonly read: (isImported?: boolean) => Promise<ReadResult>;
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
  /** Reads what a program imports from outside of the sources: it is understood, never judged or changed. */
  readonly readImported?: ReadImported;
  /** Reads `Pulumi.yaml`. */
  readonly readText?: ReadText;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Texts kept between survey and parsing, in UTF-16 code units; beyond it a file is read twice, so that memory stays flat. */
const keptTexts = 8 * 1024 * 1024;
const none: ReadResult = { kind: 'none' };
const ignoreMarker = 'stackmend';

interface Surveyable extends Surveyed {
  readonly source: PipelineSource;
  readonly text: string | undefined;
  /** UTF-16 code units. */
  readonly length: number;
  readonly modules: readonly string[];
  readonly namesPulumi: boolean;
  readonly role: Role;
}

/**
 * `own`: a template, or a file that names Pulumi. `imported`: one of the sources that a program imports. `context`: read
 * because a program imports it, though nobody asked to judge it.
 */
type Role = 'own' | 'imported' | 'context';

/** All texts, in two sweeps: a cheap one that groups them, and one that parses what a rule may concern, unit by unit. */
export async function* runPipeline(sources: readonly PipelineSource[], input: PipelineInput): AsyncGenerator<RunEvent> {
  yield* new Pipeline(sources, input).run();
}

class Pipeline {
  private readonly pool: FixerPool;
  private readonly context: EngineContext;
  private readonly promised = new Set<string>();
  private readonly turns = new Turns();
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
    const silent = new Map<string, PipelineSource>();
    for (const source of this.sources) {
      if (this.isAborted) break;
      if (this.turns.isDueFor()) await this.turns.give();
      const result = source.mayMatter?.() === false ? none : await source.read();
      if (result.kind === 'problem') yield result;
      if (result.kind === 'text') files.push(this.survey(source, result.text, 'own'));
      else if (result.kind === 'none') silent.set(source.file, source);
      this.surveyed++;
      this.progress();
    }
    const units = groupUnits(await this.complete(files, silent)).filter((unit) => unit.some(isOwn));
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

  /** With the files that belong to the programs among them without naming Pulumi; those read for context come last. */
  private async complete(
    files: readonly Surveyable[],
    silent: ReadonlyMap<string, PipelineSource>,
  ): Promise<readonly Surveyable[]> {
    const known = new Map(files.flatMap((each) => (isProgramName(each.file) ? [[each.file, each] as const] : [])));
    if (known.size === 0) return files;
    const { readImported, readText = async () => undefined } = this.input;
    const take = async (file: string): Promise<Surveyable | undefined> => {
      const source = silent.get(file);
      const read = async (): Promise<ReadResult> => (await readImported?.(file)) ?? { kind: 'none' };
      const result = await (source ? source.read(true) : read());
      return result.kind === 'text'
        ? this.survey(source ?? { file, read }, result.text, source ? 'imported' : 'context')
        : undefined;
    };
    const imports = await new WholePrograms(known, { take, read: readText }).complete();
    const order = new Map(this.sources.map(({ file }, index) => [file, index]));
    return [...files.filter(({ file }) => !isProgramName(file)), ...known.values()]
      .map((each) => ({ ...each, nested: imports.get(each.file) ?? each.nested }))
      .toSorted((a, b) => (order.get(a.file) ?? Infinity) - (order.get(b.file) ?? Infinity) || 0);
  }

  private survey(source: PipelineSource, text: string, role: Role): Surveyable {
    if (role !== 'context') this.count(source, 1);
    const settings = this.input.settings.settingsFor(source.file);
    const isProgram = isProgramName(source.file);
    const concerned =
      role !== 'context' &&
      (this.pool.concerns(isProgram ? 'program' : 'template', text, settings) || text.includes(ignoreMarker));
    const nested = isProgram ? [] : nestedFiles(source.file, text);
    const keeps = concerned && this.kept + text.length <= keptTexts;
    if (keeps) this.kept += text.length;
    return {
      file: source.file,
      source,
      concerned,
      nested,
      budgetGroup: role === 'context' ? undefined : settings.budgetGroup,
      text: keeps ? text : undefined,
      length: text.length,
      modules: isProgram ? importedModules(text) : [],
      namesPulumi: isProgram && looksLikeProgram(text),
      role,
    };
  }

  private async *judge(unit: readonly Surveyable[]): AsyncGenerator<RunEvent> {
    const members: Member[] = [];
    for (const file of unit) {
      if (this.turns.isDueFor(file.length)) await this.turns.give();
      if (this.isAborted) return;
      const result = await this.parse(file);
      if (!('document' in result) && file.role !== 'context') this.count(file.source, -1);
      if ('severity' in result) yield { kind: 'problem', problem: result };
      else if ('document' in result) members.push(result);
      this.progress();
    }
    for (const confirmed of confirm(members, unit)) yield* this.converge(confirmed);
  }

  private async parse({ source, text: kept, role }: Surveyable): Promise<Member | Problem | { readonly none: true }> {
    const read: ReadResult = kept === undefined ? await source.read(role !== 'own') : { kind: 'text', text: kept };
    if (read.kind === 'problem') return read.problem;
    if (read.kind === 'none') return { none: true };
    if (role !== 'context') this.parsed++;
    const result = await parseSource(new SourceFile(source.file, read.text));
    if (result.kind === 'problem') return role === 'own' ? result.problem : unreadImport(result.problem);
    if (result.kind === 'none') return { none: true };
    const settings = this.input.settings.settingsFor(source.file);
    return { document: result.document, settings, ...(role === 'context' && { isContext: true }) };
  }

  private async *converge(members: readonly Member[]): AsyncGenerator<RunEvent> {
    if (this.isAborted) return;
    const { reports, problems } = await converge(members, this.context).catch((error: unknown) =>
      failed(members, error),
    );
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

function isOwn({ role }: Surveyable): boolean {
  return role === 'own';
}

/** One unit that cannot be judged does not stop the run. */
function failed([first]: readonly Member[], error: unknown): UnitOutcome {
  const [line = ''] = String(error).split('\n');
  const message =
    error instanceof RangeError
      ? 'is nested too deep to be understood: take it apart'
      : `could not be judged, a defect of stackmend: ${line}`;
  return { reports: [], problems: [{ severity: 'error', file: first?.document.source.path ?? '', message }] };
}

/** A file that only a program's import makes a part of the run does not fail it. */
function unreadImport(problem: Problem): Problem {
  return {
    ...problem,
    severity: 'note',
    message: `${problem.message} (a program imports it: what it exports is unknown)`,
  };
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
