import type { FindingDraft, FixDraft, Refusal } from '../../core/rule.js';
import { type ScalarNode, type TemplateNode, stringOf, walk } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { provisionedCost, unpublished } from '../../rules/lambda-provisioned-unpublished.js';

import { isRefusal } from '../../rules/shared/alias-choice.js';
import { type AliasPlan, type Context, carry, planAlias } from './publish.js';
import { functionTypes } from '../../rules/shared/function-types.js';

/** Where a scalable target names the unpublished version: the last part of `function:NAME:VERSION`. */
interface Place {
  readonly fn: Resource | undefined;
  readonly scalar: ScalarNode;
  /** As it is written: `$LATEST`, or `${Worker.Version}`, an attribute that does not exist. */
  readonly text: string;
}

/** Application Auto Scaling of provisioned concurrency that nothing can have. */
export function* judgeScaling(context: Context): Generator<FindingDraft<'scalesLatest'>> {
  for (const target of context.template.resources('AWS::ApplicationAutoScaling::ScalableTarget')) {
    const id = target.property('ResourceId');
    if (!id || !isProvisionedConcurrency(target)) continue;
    const place = placeIn(target, id);
    if (!place) continue;
    yield {
      message: 'scalesLatest',
      data: { resource: target.id, version: unpublished, function: place.fn?.id ?? 'its function' },
      // One report shows that the service refuses it; its own documentation only says that an alias is to be named.
      certainty: 'possible',
      resource: target,
      node: id,
      fix: () => retargeted(target, place, context),
    };
  }
}

function isProvisionedConcurrency(target: Resource): boolean {
  return stringOf(target.property('ScalableDimension'))?.startsWith('lambda:function:Provisioned') === true;
}

function placeIn(target: Resource, id: TemplateNode): Place | undefined {
  const named = [...target.template.references(id)].map(({ name, attribute }) => ({
    fn: target.template.resource(name),
    attribute,
  }));
  const fn = named.find((reference) => functionTypes.includes(reference.fn?.type ?? ''))?.fn;
  const attribute = fn?.type === 'AWS::Lambda::Function' ? `\${${fn.id}.Version}` : unpublished;
  for (const node of walk(id)) {
    const text = [unpublished, attribute].find((each) => stringOf(node)?.endsWith(each) === true);
    if (node.kind === 'scalar' && text !== undefined) return { fn, scalar: node, text };
  }
  return undefined;
}

function retargeted(target: Resource, { fn, scalar, text }: Place, context: Context): FixDraft | Refusal {
  const { editor, options } = context;
  if (options.strategy === 'remove')
    return {
      code: 'needs-choice',
      because: 'without provisioned concurrency there is nothing to scale: remove the target and its policies',
    };
  if (!fn) return { code: 'outside-template', because: 'the function does not stand in the template' };
  const plan = planAlias(fn, context);
  if (plan.kind === 'refused') return plan.refusal;
  const alias = aliasOf(fn, plan, options.aliasName);
  if (alias.name === undefined)
    return { code: 'unknown-value', because: `the name of the alias ${alias.id} is not written as plain text` };
  const carried = carry(fn, plan, undefined, context);
  if (isRefusal(carried)) return carried;
  const start = target.template.source.text.lastIndexOf(text, scalar.content.end - text.length);
  return {
    title: `Scale the alias ${alias.id} of ${fn.id}`,
    safety: 'review',
    consequence: { deployment: 'update', cost: provisionedCost },
    edits: [
      ...editor.replaceInside(scalar, start, start + text.length, alias.name),
      ...editor.addDependency(target, alias.id),
      ...carried.edits,
    ],
    touches: [scalar.path, [...target.node.path, 'DependsOn'], ...carried.touches],
  };
}

/** The alias's name and the resource that makes it: SAM makes one out of the function. */
function aliasOf(
  fn: Resource,
  plan: Exclude<AliasPlan, { kind: 'refused' }>,
  aliasName: string,
): { id: string; name: string | undefined } {
  if (plan.kind === 'existing') return { id: plan.alias.id, name: stringOf(plan.alias.property('Name')) };
  if (plan.kind === 'new') return { id: plan.id, name: aliasName };
  return { id: `${fn.id}Alias${plan.name ?? ''}`, name: plan.name };
}
