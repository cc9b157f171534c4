import type { ProgramFile } from '../program/file.js';
import { type TextEdit, applyEdits } from '../text/edit.js';
import { SourceFile } from '../text/source-file.js';
import { commentsKept } from '../verify/comments-kept.js';
import { findingGone } from '../verify/finding-gone.js';
import type { FindingFailure, GateFailure, TextGate } from '../verify/gate.js';
import { layoutKept } from '../verify/layout-kept.js';
import { onlyTouchedPaths, onlyTouchedResources } from '../verify/only-touched-paths.js';
import { reparses } from '../verify/reparses.js';
import type { Template } from '../template/template.js';
import { type Detection, detect } from './detect.js';
import { type Document, isProgramFile, isTemplate } from './document.js';
import type { FixerPool } from './fixers.js';
import { once } from '../template/once.js';
import { type Fixable, editsOfBatch, filesOf, renameOf, withEdits } from './plan.js';
import { type ProjectFacts, noProjectFacts } from './pulumi-project.js';
import type { EngineSettings, FileSettings } from './types.js';
import { accountsOfUnit } from './unit-accounts.js';

/** One file of a unit as it is read at one point of the run. */
export interface Member {
  readonly settings: FileSettings;
  readonly document: Document;
  /** Read to understand the others: nothing is said of it, and nothing changes it. */
  readonly isContext?: boolean;
}

/** One file of a unit at one point of the run. */
export interface State extends Member {
  readonly detection: Detection;
  /** The resources of the program that the file is a part of. */
  readonly model?: Template;
}

export interface EngineContext {
  readonly pool: FixerPool;
  readonly settings: EngineSettings;
  /** True when a file of this path exists or was promised to another rename. */
  readonly isTaken: (file: string) => Promise<boolean>;
  /** What the Pulumi project around a file says of itself. */
  readonly projectOf?: (file: string) => Promise<ProjectFacts>;
}

/** What one pass came to. */
export interface PassResult {
  readonly states: readonly State[];
  readonly applied: readonly Fixable[];
  readonly held: readonly FindingFailure[];
}

const textGates: readonly TextGate[] = [layoutKept, onlyTouchedPaths, commentsKept];

/** Judges every file of a unit, each knowing the others. */
export async function detectAll(members: readonly Member[], context: EngineContext): Promise<State[]> {
  const templates = members.flatMap(({ document, settings }) =>
    isTemplate(document) ? [{ template: document, settings }] : [],
  );
  const unit = templates.map(({ template }) => template);
  const accounts = accountsOfUnit(templates);
  const program = await detectProgramOf(members, context);
  const states: State[] = [];
  for (const member of members) {
    const { document, settings } = member;
    const found = program.get(document);
    if (found) states.push({ ...member, ...found });
    else if (isTemplate(document))
      states.push({
        ...member,
        detection: await detect(
          { template: document, unit, settings, accounts: accounts.get(document) ?? [] },
          context.pool,
          context.settings,
        ),
      });
  }
  return states;
}

const detection = once(() => import('./detect-program.js'));

/** What is found in the files of the unit that are one program. Babel is loaded for nothing else. */
async function detectProgramOf(
  members: readonly Member[],
  { pool, settings, projectOf }: EngineContext,
): Promise<ReadonlyMap<Document, Pick<State, 'detection' | 'model'>>> {
  const files = members.flatMap(({ document, settings: own, isContext = false }) =>
    isProgramFile(document) ? [{ file: document, settings: own, isContext }] : [],
  );
  const [first] = files;
  if (!first) return new Map();
  const { detectProgram } = await detection();
  const project = (await projectOf?.(first.file.path)) ?? noProjectFacts;
  const { detections, model } = await detectProgram(files, pool, { ...settings, project });
  return new Map(
    files.flatMap(({ file }, index) =>
      detections[index] ? [[file, { detection: detections[index], model }] as const] : [],
    ),
  );
}

/**
 * Applies a batch to the unit, reads the texts again and judges them. A fix that fails a gate is left out, and the
 * others stand.
 */
export async function runPass(
  states: readonly State[],
  batch: readonly Fixable[],
  context: EngineContext,
): Promise<PassResult> {
  const edited = await editUnit(states, batch, context);
  const { applied, held } = edited;
  if (applied.length === 0) return { states, applied, held };
  const after = await detectAll(edited.members, context);
  const failed = failuresAfter(states, after, applied);
  if (failed.length === 0) return { states: after, applied: await withUnused(applied, states), held };
  const left = new Set(failed.map(({ finding }) => finding));
  const again = await runPass(
    states,
    applied.filter((each) => !left.has(each)),
    context,
  );
  return { ...again, held: [...held, ...failed, ...again.held] };
}

/** The fixes whose findings are there still, or that changed other resources than they said. */
function failuresAfter(
  before: readonly State[],
  after: readonly State[],
  applied: readonly Fixable[],
): (FindingFailure & { finding: Fixable })[] {
  const stubborn = before.flatMap((state, index) => {
    const own = applied.filter(({ file }) => file === state.document.source.path);
    return findingGone(state.detection.findings, after[index]?.detection.findings ?? [], own);
  });
  if (stubborn.length > 0) return stubborn;
  const [old, fresh] = [modelOf(before), modelOf(after)];
  const inPrograms = applied.filter(({ file }) =>
    before.some(({ document, model }) => model && document.source.path === file),
  );
  const failure =
    old &&
    fresh &&
    onlyTouchedResources(
      old,
      fresh,
      inPrograms.flatMap(({ fix }) => fix.touches),
    );
  // Which of several it is shows when they are applied one by one.
  const guilty = failure ? (inPrograms.length > 1 ? inPrograms.slice(1) : inPrograms) : [];
  return guilty.map((finding) => ({ ...(failure as GateFailure), finding }));
}

function modelOf(states: readonly State[]): Template | undefined {
  return states.find(({ model }) => model)?.model;
}

interface Edited {
  readonly members: readonly Member[];
  readonly applied: readonly Fixable[];
  readonly held: readonly FindingFailure[];
}

/** Applies a batch, fixes that share files together, the others apart from each other. */
async function editUnit(states: readonly Member[], batch: readonly Fixable[], context: EngineContext): Promise<Edited> {
  let result: Edited = { members: states, applied: [], held: [] };
  for (const group of groupsOf(batch)) {
    const edited = await editTogether(result.members, group, context);
    result = {
      members: edited.members,
      applied: [...result.applied, ...edited.applied],
      held: [...result.held, ...edited.held],
    };
  }
  return result;
}

/** Fixes that have files in common, directly or through others, are one group. */
function groupsOf(batch: readonly Fixable[]): Fixable[][] {
  const groups: { files: Set<string>; fixes: Fixable[] }[] = [];
  for (const fixable of batch) {
    const files = new Set(filesOf(fixable.fix));
    const joined = { files, fixes: [fixable] };
    for (const group of groups.filter((each) => [...files].some((file) => each.files.has(file)))) {
      groups.splice(groups.indexOf(group), 1);
      joined.fixes.unshift(...group.fixes);
      for (const file of group.files) joined.files.add(file);
    }
    groups.push(joined);
  }
  return groups.map(({ fixes }) => fixes);
}

/** Applies fixes at once, or, when a gate fails, fix by fix: a fix that fails even alone is held back. */
async function editTogether(
  members: readonly Member[],
  batch: readonly Fixable[],
  context: EngineContext,
): Promise<Edited> {
  const whole = await attempt(members, batch, context);
  if (!isFailure(whole)) return { members: whole, applied: batch, held: [] };
  const [only] = batch;
  if (batch.length === 1 && only) return { members, applied: [], held: [{ ...whole, finding: only }] };
  let result: Edited = { members, applied: [], held: [] };
  for (const fixable of batch) {
    const next = [...result.applied, fixable];
    const together = await attempt(members, next, context);
    if (!isFailure(together)) result = { ...result, members: together, applied: next };
    else {
      // Failing only beside the others, a fix waits for the next pass.
      const alone = result.applied.length === 0 ? together : await attempt(members, [fixable], context);
      if (isFailure(alone)) result = { ...result, held: [...result.held, { ...alone, finding: fixable }] };
    }
  }
  return result;
}

function isFailure(result: readonly Member[] | Document | GateFailure | string): result is GateFailure {
  return typeof result === 'object' && 'gate' in result;
}

/** The unit with a batch applied, or the gate that it fails. */
export async function attempt(
  members: readonly Member[],
  batch: readonly Fixable[],
  context: Pick<EngineContext, 'isTaken'>,
): Promise<readonly Member[] | GateFailure> {
  const changed = new Set(batch.flatMap(({ fix }) => filesOf(fix)));
  const taken = new Set(members.map(({ document }) => document.source.path));
  const result: Member[] = [];
  for (const member of members) {
    const { document } = member;
    if (!changed.has(document.source.path)) {
      result.push(member);
      continue;
    }
    const after = await editDocument(document, batch, async (file) => taken.has(file) || context.isTaken(file));
    if (isFailure(after)) return after;
    taken.add(after.source.path);
    result.push({ ...member, document: after });
  }
  return result;
}

async function editDocument(
  before: Document,
  batch: readonly Fixable[],
  isTaken: (file: string) => Promise<boolean>,
): Promise<Document | GateFailure> {
  const { path, text } = before.source;
  const target = batch
    .filter(({ file }) => file === path)
    .map(({ fix }) => renameOf(fix))
    .find((to) => to !== undefined);
  if (target !== undefined && (await isTaken(target)))
    return { gate: 'target-free', because: `${target} exists already` };
  const planned = editsOfBatch(batch, path);
  const edits = isProgramFile(before) ? [...planned, ...(await unusedAfter(before, planned))] : planned;
  const edited = apply(text, edits);
  if (isFailure(edited)) return edited;
  const after = await reparses(new SourceFile(target ?? path, edited), before);
  if (isFailure(after)) return after;
  const touches = batch.flatMap(({ fix }) => fix.touches);
  for (const gate of textGates) {
    const failure = gate({ before, edits, touches, after });
    if (failure) return failure;
  }
  return after;
}

/**
 * The fixes of a pass with all that was edited: what they leave unused together belongs to the last of them in its file, so
 * that the edits of the reports make the texts.
 */
async function withUnused(applied: readonly Fixable[], states: readonly State[]): Promise<readonly Fixable[]> {
  let result = applied;
  for (const { document } of states) {
    const { path } = document.source;
    const last = result.findLast(({ fix }) => filesOf(fix).includes(path));
    if (!last || !isProgramFile(document)) continue;
    const more = await unusedAfter(document, editsOfBatch(result, path));
    if (more.length > 0) result = result.map((each) => (each === last ? withEdits(each, path, more) : each));
  }
  return result;
}

/** What nothing uses any more when a batch is applied: a single fix cannot tell. */
async function unusedAfter(file: ProgramFile, edits: readonly TextEdit[]): Promise<TextEdit[]> {
  const { removeUnused } = await import('../program/unused.js');
  return removeUnused(file, edits);
}

function apply(text: string, edits: Parameters<typeof applyEdits>[1]): string | GateFailure {
  try {
    return applyEdits(text, edits);
  } catch (error) {
    return {
      gate: 'reparses',
      because: `its edits do not fit the text: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
