import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import { type TemplateNode, refOf, stringOf } from '../core/template/node.js';
import type { Resource } from '../core/template/template.js';
import {
  type RuntimeState,
  isCustomRuntime,
  judgeRuntime,
  rule,
  runtimeFollowUps,
  takesBootstrap,
} from '../rules/lambda-runtime-retired.js';
import { functionTypes } from './shared/types.js';

type Retired = Extract<RuntimeState, { kind: 'retired' }>;
type MessageId = 'createBlocked' | 'updateBlocked';

export default defineCfnFixer<MessageId, Record<string, never>>({
  rule,
  needles: functionTypes,
  *find({ template, today, editor }) {
    for (const fn of template.resources(...functionTypes)) {
      const node = fn.ownProperty('Runtime');
      if (node) yield* judge(fn, fn.id, node, today, editor);
    }
    const shared = template.globals?.get('Function');
    const node = shared?.kind === 'map' ? shared.get('Runtime') : undefined;
    const users = template.resources('AWS::Serverless::Function').filter((fn) => !fn.ownProperty('Runtime'));
    // A Globals entry is judged once, and only where a function really takes it.
    if (node && users[0]) yield* judge(users[0], 'Globals.Function', node, today, editor);
  },
});

function* judge(
  fn: Resource,
  name: string,
  node: TemplateNode,
  today: string,
  editor: Editor,
): Generator<FindingDraft<MessageId>> {
  for (const branch of fn.template.alternatives(node)) {
    if (!branch.node) continue;
    const resolved = fn.template.resolve(branch.node);
    if (!resolved.known || typeof resolved.value !== 'string') continue;
    const runtime = resolved.value;
    const state = judgeRuntime(runtime, today);
    if (state.kind !== 'retired') continue;
    const place = branch.node;
    yield {
      message: state.message,
      data: { resource: name, runtime, blockCreate: state.blockCreate, blockUpdate: state.blockUpdate },
      certainty: resolved.parameter === undefined ? 'proven' : 'possible',
      resource: fn,
      node: place,
      followUps: state.target === undefined ? [] : runtimeFollowUps(runtime, state.target),
      fix: () => fixOf(fn, name, place, runtime, state, editor),
    };
  }
}

function fixOf(
  fn: Resource,
  name: string,
  node: TemplateNode,
  runtime: string,
  state: Retired,
  editor: Editor,
): FixDraft | Refusal {
  const { target } = state;
  if (target === undefined) return { code: 'needs-choice', because: `there is no obvious successor of ${runtime}` };
  if (refOf(node) !== undefined)
    return {
      code: 'unknown-value',
      because: `the runtime is the parameter ${refOf(node)}: give it the default and the allowed values of runtimes that can be created, such as ${target}`,
    };
  if (stringOf(node) === undefined)
    return { code: 'unknown-value', because: 'the runtime is not written as plain text' };
  if (isCustomRuntime(target) && fn.ownProperty('Code', 'ZipFile'))
    return { code: 'needs-choice', because: `inline code cannot run on ${target}` };
  const handler = takesBootstrap(runtime, target) ? handlerEdit(fn, node, editor) : undefined;
  return {
    title: `Change the runtime of ${name} from ${runtime} to ${target}${handler ? ' and its handler to bootstrap' : ''}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: [...editor.replace(node, target), ...(handler?.edits ?? [])],
    touches: [node.path, ...(handler?.touches ?? [])],
  };
}

/** The handler that belongs to this runtime: the one beside it, in the resource or in Globals. */
function handlerEdit(
  fn: Resource,
  runtime: TemplateNode,
  editor: Editor,
): Pick<FixDraft, 'edits' | 'touches'> | undefined {
  const handler = runtime.path[0] === 'Globals' ? fn.globalProperty('Handler') : fn.ownProperty('Handler');
  if (!handler || stringOf(handler) === 'bootstrap') return undefined;
  return { edits: editor.replace(handler, 'bootstrap'), touches: [handler.path] };
}
