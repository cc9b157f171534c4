import { applyEdits } from '../text/edit.js';
import type { Template } from '../template/template.js';
import { SourceFile } from '../text/source-file.js';
import { commentsKept } from '../verify/comments-kept.js';
import { findingGone } from '../verify/finding-gone.js';
import type { FindingFailure, GateFailure, TextGate } from '../verify/gate.js';
import { layoutKept } from '../verify/layout-kept.js';
import { onlyTouchedPaths } from '../verify/only-touched-paths.js';
import { reparses } from '../verify/reparses.js';
import { type DetectSettings, type Detection, detect } from './detect.js';
import type { FixerPool } from './fixers.js';
import { type Fixable, editsOfBatch, renameOf } from './plan.js';
import type { EngineSettings, FileSettings } from './types.js';

/** One file of a unit at one point of the run. */
export interface State {
  readonly settings: FileSettings;
  readonly template: Template;
  readonly detection: Detection;
}

export interface EngineContext {
  readonly pool: FixerPool;
  readonly settings: EngineSettings;
  /** True when a file of this path exists or was promised to another rename. */
  readonly isTaken: (file: string) => Promise<boolean>;
}

/** What one pass came to, by file of the unit. */
export interface PassResult {
  readonly states: readonly State[];
  readonly applied: readonly (readonly Fixable[])[];
  readonly held: readonly FindingFailure[];
}

const textGates: readonly TextGate[] = [layoutKept, onlyTouchedPaths, commentsKept];

/** Judges every file of a unit, each knowing the others. */
export async function detectAll(
  members: readonly Pick<State, 'template' | 'settings'>[],
  pool: FixerPool,
  settings: DetectSettings,
): Promise<State[]> {
  const unit = members.map(({ template }) => template);
  const states: State[] = [];
  for (const { template, settings: own } of members) {
    states.push({
      template,
      settings: own,
      detection: await detect({ template, unit, settings: own }, pool, settings),
    });
  }
  return states;
}

/**
 * Applies one batch per file, reads the texts again and judges them. A fix that fails a gate is left out, and the
 * others stand.
 */
export async function runPass(
  states: readonly State[],
  batches: readonly (readonly Fixable[])[],
  context: EngineContext,
): Promise<PassResult> {
  const edited: Edited[] = [];
  const claimed = new Set(states.map(({ template }) => template.source.path));
  const isTaken = async (file: string): Promise<boolean> => claimed.has(file) || context.isTaken(file);
  for (const [index, state] of states.entries()) {
    const result = await editFile(state, batches[index] ?? [], { isTaken });
    claimed.add(result.template.source.path);
    edited.push(result);
  }
  const held = edited.flatMap((each) => each.held);
  const applied = edited.map((each) => each.applied);
  if (applied.every((fixes) => fixes.length === 0)) return { states, applied, held };
  const after = await detectAll(edited, context.pool, context.settings);
  const stubborn = states.flatMap((state, index) =>
    findingGone(state.detection.findings, after[index]?.detection.findings ?? [], applied[index] ?? []),
  );
  if (stubborn.length === 0) return { states: after, applied, held };
  const failed = new Set(stubborn.map(({ finding }) => finding));
  const again = await runPass(
    states,
    applied.map((fixes) => fixes.filter((each) => !failed.has(each))),
    context,
  );
  return { ...again, held: [...held, ...stubborn, ...again.held] };
}

type Names = Pick<EngineContext, 'isTaken'>;

interface Edited {
  readonly settings: FileSettings;
  readonly template: Template;
  readonly applied: readonly Fixable[];
  readonly held: readonly FindingFailure[];
}

/** Applies a batch at once, or, when a gate fails, fix by fix: a fix that fails even alone is held back. */
async function editFile(state: State, batch: readonly Fixable[], context: Names): Promise<Edited> {
  const { template, settings } = state;
  if (batch.length === 0) return { settings, template, applied: [], held: [] };
  const whole = await attempt(template, batch, context);
  if (!isFailure(whole)) return { settings, template: whole, applied: batch, held: [] };
  const [only] = batch;
  if (batch.length === 1 && only) return { settings, template, applied: [], held: [{ ...whole, finding: only }] };
  return editOneByOne(state, batch, context);
}

async function editOneByOne({ template, settings }: State, batch: readonly Fixable[], context: Names): Promise<Edited> {
  let result: Edited = { settings, template, applied: [], held: [] };
  for (const fixable of batch) {
    const next = [...result.applied, fixable];
    const together = await attempt(template, next, context);
    if (!isFailure(together)) result = { ...result, template: together, applied: next };
    else {
      // Failing only beside the others, a fix waits for the next pass.
      const alone = result.applied.length === 0 ? together : await attempt(template, [fixable], context);
      if (isFailure(alone)) result = { ...result, held: [...result.held, { ...alone, finding: fixable }] };
    }
  }
  return result;
}

function isFailure(result: Template | GateFailure): result is GateFailure {
  return 'gate' in result;
}

/** The template with a batch applied, or the gate that it fails. */
export async function attempt(
  before: Template,
  batch: readonly Fixable[],
  context: Names,
): Promise<Template | GateFailure> {
  const target = batch.map(({ fix }) => renameOf(fix)).find((to) => to !== undefined);
  const file = target ?? before.source.path;
  if (target !== undefined && (await context.isTaken(target)))
    return { gate: 'target-free', because: `${target} exists already` };
  const edits = editsOfBatch(batch);
  const text = apply(before.source.text, edits);
  if (typeof text !== 'string') return text;
  const after = await reparses(new SourceFile(file, text));
  if (isFailure(after)) return after;
  const touches = batch.flatMap(({ fix }) => fix.touches);
  for (const gate of textGates) {
    const failure = gate({ before, edits, touches, after });
    if (failure) return failure;
  }
  return after;
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
