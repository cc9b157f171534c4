import { type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import { type TemplateNode, refOf, stringOf } from '../core/template/node.js';
import type { Resource } from '../core/template/template.js';
import { isCustomRuntime, rule, takesBootstrap } from '../rules/lambda-runtime-retired.js';
import { type RetiredMessage, type Retirement, retiredRuntimes, successorDraft } from '../rules/shared/retired.js';
import { functionTypes } from '../rules/shared/function-types.js';

export default defineCfnFixer<RetiredMessage, Record<string, never>>({
  rule,
  needles: functionTypes,
  *find({ template, today, editor }) {
    const plan = (retirement: Retirement, target: string): FixDraft | Refusal => fixOf(retirement, target, editor);
    for (const fn of template.resources(...functionTypes)) {
      const node = fn.ownProperty('Runtime');
      if (node) yield* retiredRuntimes({ fn, owner: fn.id, node }, today, plan);
    }
    const shared = template.globals?.get('Function');
    const node = shared?.kind === 'map' ? shared.get('Runtime') : undefined;
    const users = template.resources('AWS::Serverless::Function').filter((fn) => !fn.ownProperty('Runtime'));
    // A Globals entry is judged once, and only where a function really takes it.
    if (node && users[0]) yield* retiredRuntimes({ fn: users[0], owner: 'Globals.Function', node }, today, plan);
  },
});

function fixOf(retirement: Retirement, target: string, editor: Editor): FixDraft | Refusal {
  const { fn, node, runtime } = retirement;
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
    ...successorDraft(retirement, target, handler !== undefined),
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
