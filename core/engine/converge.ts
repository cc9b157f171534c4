import type { FindingFailure } from '../verify/gate.js';
import { idempotent } from '../verify/idempotent.js';
import { newFindings } from '../verify/no-new-findings.js';
import { Bans } from './bans.js';
import { type EngineContext, type Member, type State, attempt, detectAll, runPass } from './pass.js';
import { type Fixable, filesOf, planBatch } from './plan.js';
import { reportUnit } from './report-unit.js';
import type { FileReport, Finding, Problem } from './types.js';
import { keyOf } from './fingerprint.js';

export interface UnitOutcome {
  readonly reports: readonly FileReport[];
  readonly problems: readonly Problem[];
}

/** A pass that changed something, kept to find out later which fix brought a finding up. */
interface Step {
  readonly before: readonly State[];
  readonly applied: readonly Fixable[];
  readonly after: readonly State[];
}

const maximumPasses = 10;
/** Every restart bans at least one more fix; a unit that needs more of them is left alone. */
const maximumRestarts = 25;

/**
 * Finds and fixes until nothing changes any more. The detection after a pass is both its proof and the plan of the
 * next one. When a gate fails that can only be judged at the end, the culprit is banned and all begins again.
 */
export async function converge(members: readonly Member[], context: EngineContext): Promise<UnitOutcome> {
  const first = await detectAll(members, context);
  let { steps, bans } = await settle(first, context);
  // Where nothing was held back, the last detection is the second run already.
  for (let round = 0; !bans.isEmpty; round++) {
    const states = steps.at(-1)?.after ?? first;
    const again = await settle(states, context);
    const failures = idempotent(textsOf(states), textsOf(again.steps.at(-1)?.after ?? states));
    if (failures.length === 0) break;
    if (round === maximumPasses) return reportUnit(first, [], banAll(first, new Bans()));
    steps = [...steps, ...again.steps];
    bans = again.bans;
  }
  return reportUnit(first, steps, bans);
}

interface Settled {
  readonly steps: readonly Step[];
  readonly bans: Bans;
}

async function settle(first: readonly State[], context: EngineContext): Promise<Settled> {
  const bans = new Bans();
  for (let restart = 0; restart < maximumRestarts; restart++) {
    const steps = await pursue(first, bans, context);
    const culprits = await judge(first, steps, bans, context);
    if (culprits.length === 0) return { steps, bans };
    for (const culprit of culprits) bans.add(culprit);
  }
  return { steps: [], bans: banAll(first, bans) };
}

function banAll(states: readonly State[], bans: Bans): Bans {
  for (const finding of states.flatMap(({ detection }) => detection.findings)) {
    if (finding.fix) bans.add({ gate: 'idempotent', finding, because: 'its fixes do not come to an end' });
  }
  return bans;
}

/** Runs passes until no accepted fix is left. Fixes that fail a gate are banned on the way. */
async function pursue(first: readonly State[], bans: Bans, context: EngineContext): Promise<Step[]> {
  const steps: Step[] = [];
  const seen = new Set<string>();
  let states = first;
  while (steps.length < maximumPasses) {
    const batch = openFixes(states, bans, context);
    if (batch.length === 0) return steps;
    for (const text of textsOf(states)) seen.add(text);
    const pass = await runPass(states, batch, context);
    for (const failure of pass.held) bans.add(failure);
    if (pass.applied.length === 0) continue;
    steps.push({ before: states, applied: pass.applied, after: pass.states });
    // Back at a text that was there before: the fixes undo each other, which `judge` will say.
    const texts = textsOf(pass.states);
    const before = new Set(textsOf(states));
    const turnsBack = texts.some((text) => !before.has(text) && seen.has(text));
    if (turnsBack) return steps;
    states = pass.states;
  }
  return steps;
}

function openFixes(states: readonly State[], bans: Bans, { settings }: EngineContext): Fixable[] {
  const findings = states.flatMap(({ detection }) => detection.findings);
  const isUnwanted = (finding: Finding): boolean => bans.has(finding) || settings.declines?.(finding) === true;
  return planBatch(findings, settings.accept, isUnwanted);
}

/** The path belongs to the text: a rename changes only that. */
function textsOf(states: readonly State[]): string[] {
  return states.map(({ document: { source } }, index) => `${index}\0${source.path}\0${source.text}`);
}

/** The fixes that must not be applied, after all; none when the result stands. */
async function judge(
  first: readonly State[],
  steps: readonly Step[],
  bans: Bans,
  context: EngineContext,
): Promise<FindingFailure[]> {
  const last = steps.at(-1);
  if (!last) return [];
  const open = openFixes(last.after, bans, context);
  if (open.length > 0) return endless(first, steps, open);
  for (const [index, state] of last.after.entries()) {
    const touches = steps.flatMap(({ before, applied }) => {
      const path = before[index]?.document.source.path ?? '';
      return applied.filter(({ fix }) => filesOf(fix).includes(path)).flatMap(({ fix }) => fix.touches);
    });
    const [failure] = newFindings(first[index]?.detection.findings ?? [], state.detection.findings, touches);
    if (failure) return blame(failure, index, first, steps, context);
  }
  return [];
}

/** Fixes that undo or feed each other: all rules that still want to change the file, and those of the last pass. */
function endless(first: readonly State[], steps: readonly Step[], open: readonly Fixable[]): FindingFailure[] {
  const last = steps.at(-1)?.applied ?? [];
  const turnsBack = steps.length < maximumPasses;
  const because = turnsBack
    ? 'this fix and another one undo each other'
    : `the file still changes after ${maximumPasses} passes`;
  const rules = new Set([...open, ...(turnsBack ? last : [])].map(({ rule }) => rule));
  const wanted = [
    ...first.flatMap(({ detection }) => detection.findings),
    ...steps.flatMap(({ applied }) => applied),
    ...open,
  ];
  return wanted
    .filter(({ rule, fix }) => fix && rules.has(rule))
    .map((finding) => ({ gate: 'idempotent', finding, because }));
}

/** The fixes that bring a finding up: each of the pass in which it first appeared is tried alone; failing that, all of them. */
async function blame(
  failure: FindingFailure,
  index: number,
  first: readonly State[],
  steps: readonly Step[],
  context: EngineContext,
): Promise<FindingFailure[]> {
  const { gate, because } = failure;
  const key = keyOf(failure.finding);
  const known = countOf(key, first[index]);
  const step = steps.find(({ after }) => countOf(key, after[index]) > known) ?? steps.at(-1);
  if (!step) return [];
  const candidates = step.applied;
  const culprits: Finding[] = [];
  for (const finding of candidates) {
    const alone = candidates.length === 1 ? undefined : await applyAlone(step.before, finding, context);
    if (alone && countOf(key, alone[index]) > known) culprits.push(finding);
  }
  const guilty = culprits.length > 0 ? culprits : candidates;
  return guilty.map((finding) => ({ gate, finding, because }));
}

function countOf(key: string, state: State | undefined): number {
  return state?.detection.findings.filter((finding) => keyOf(finding) === key).length ?? 0;
}

async function applyAlone(states: readonly State[], fixable: Fixable, context: EngineContext): Promise<State[]> {
  const after = await attempt(states, [fixable], context);
  return detectAll('gate' in after ? states : after, context);
}
