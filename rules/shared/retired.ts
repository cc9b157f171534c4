import type { FindingDraft, FixDraft, Refusal } from '../../core/rule.js';
import type { TemplateNode } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { type RuntimeState, judgeRuntime, runtimeFollowUps } from '../lambda-runtime-retired.js';

export type RetiredMessage = 'createBlocked' | 'updateBlocked';

/** A runtime that has to go, where it is read. */
export interface Retirement {
  readonly fn: Resource;
  /** What messages call the owner of the runtime. */
  readonly owner: string;
  readonly node: TemplateNode;
  readonly runtime: string;
  /** The parameter whose default it is. */
  readonly parameter: string | undefined;
}

/**
 * Finds the retired ones among the runtimes that a node can come to.
 * @param plan writes the successor; asked only where there is one
 */
export function* retiredRuntimes(
  { fn, owner, node }: Pick<Retirement, 'fn' | 'owner' | 'node'>,
  today: string,
  plan: (retirement: Retirement, target: string) => FixDraft | Refusal,
): Generator<FindingDraft<RetiredMessage>> {
  for (const branch of fn.template.alternatives(node)) {
    if (!branch.node) continue;
    const resolved = fn.template.resolve(branch.node);
    if (!resolved.known || typeof resolved.value !== 'string') continue;
    const runtime = resolved.value;
    const state = judgeRuntime(runtime, today);
    if (state.kind !== 'retired') continue;
    const retirement: Retirement = { fn, owner, node: branch.node, runtime, parameter: resolved.parameter };
    yield {
      message: state.message,
      data: { resource: owner, runtime, blockCreate: state.blockCreate, blockUpdate: state.blockUpdate },
      certainty: resolved.parameter === undefined ? 'proven' : 'possible',
      resource: fn,
      node: branch.node,
      followUps: state.target === undefined ? [] : runtimeFollowUps(runtime, state.target),
      fix: () => planned(retirement, state, plan),
    };
  }
}

function planned(
  retirement: Retirement,
  { target }: Extract<RuntimeState, { kind: 'retired' }>,
  plan: (retirement: Retirement, target: string) => FixDraft | Refusal,
): FixDraft | Refusal {
  if (target === undefined)
    return { code: 'needs-choice', because: `there is no obvious successor of ${retirement.runtime}` };
  return plan(retirement, target);
}

/** What the fix is called, and what it does to a stack that runs. */
export function successorDraft(
  { owner, runtime }: Retirement,
  target: string,
  setsHandler: boolean,
): Omit<FixDraft, 'edits' | 'touches'> {
  return {
    title: `Change the runtime of ${owner} from ${runtime} to ${target}${setsHandler ? ' and its handler to bootstrap' : ''}`,
    safety: 'review',
    consequence: { deployment: 'update' },
  };
}
