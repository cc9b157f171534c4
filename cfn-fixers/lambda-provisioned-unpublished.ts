import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import { type MapNode, type TemplateNode, type Value, toValue } from '../core/template/node.js';
import type { Resource } from '../core/template/template.js';
import {
  type ProvisionedOptions,
  frozenVersion,
  idleCapacity,
  provisionedCost,
  provisionedTitles,
  rule,
} from '../rules/lambda-provisioned-unpublished.js';
import { callersOf } from '../rules/shared/callers.js';
import { aliasesOf, functionNamed, isQualifier, pointerOf, versionsOf } from '../rules/shared/function-versions.js';
import { configurationIn, configurationOf, isNothing } from '../rules/shared/provisioned.js';
import { type Part, isRefusal } from '../rules/shared/alias-choice.js';
import {
  type AliasPlan,
  type Context,
  type VersionPlan,
  addVersion,
  carry,
  planAlias,
  planVersion,
} from './shared/publish.js';
import { judgeScaling } from './shared/scaling.js';
import { judgeVersions } from './shared/stale-versions.js';

type MessageId =
  'functionProperty' | 'latestVersion' | 'unknownType' | 'withoutAlias' | 'scalesLatest' | 'staleVersion';
type Draft = FindingDraft<MessageId>;

const property = 'ProvisionedConcurrencyConfig';
const unknownType = /^AWS::Lambda::(?:Function)?ProvisionedConcurrency\w*$/;

export default defineCfnFixer<MessageId, ProvisionedOptions>({
  rule,
  needles: ['ProvisionedConcurren', 'AWS::Lambda::Version'],
  *find(context) {
    const { template } = context;
    for (const fn of template.resources('AWS::Lambda::Function')) yield* judgeFunction(fn, context);
    yield* judgeSam(context);
    for (const alias of template.resources('AWS::Lambda::Alias')) yield* judgeAlias(alias, context);
    for (const resource of template.resources())
      if (unknownType.test(resource.type)) yield judgeUnknownType(resource, context);
    yield* judgeScaling(context);
    yield* judgeVersions(context);
  },
});

/** True without the setting, and where every branch of it is `AWS::NoValue`. */
function isAbsent(fn: Resource, node: TemplateNode | undefined): boolean {
  return fn.template.alternatives(node).every((branch) => !branch.node);
}

/** The setting as a property of the function, which has none of that name. */
function* judgeFunction(fn: Resource, context: Context): Generator<Draft> {
  const entry = fn.properties?.entries.find(({ key }) => key.startsWith('ProvisionedConcurren'));
  if (!entry || isAbsent(fn, entry.value)) return;
  const plan = planAlias(fn, context);
  yield {
    message: 'functionProperty',
    data: { resource: fn.id, property: entry.key },
    certainty: 'proven',
    resource: fn,
    node: entry.value,
    span: entry.span,
    followUps: isGivenUp(entry.value, context) ? [] : followUpsOf(fn, plan, context),
    fix: () => {
      const removal: Part = { edits: context.editor.remove(entry.value), touches: [entry.value.path] };
      if (isGivenUp(entry.value, context)) return removed(fn.id, removal);
      return moved(fn, plan, configurationOf(entry.value), removal, context);
    },
  };
}

/** SAM: the setting is right on the function, but not without an alias. */
function* judgeSam(context: Context): Generator<Draft> {
  const lacking = context.template
    .resources('AWS::Serverless::Function')
    .filter((fn) => !isAbsent(fn, fn.property(property)) && !fn.property('AutoPublishAlias'));
  const own = lacking.filter((fn) => fn.ownProperty(property));
  for (const fn of own) yield samDraft(fn, fn.id, fn.ownProperty(property), context);
  const [first, ...others] = lacking.filter((fn) => !own.includes(fn));
  const count = others.length === 0 ? '' : ` (${others.length + 1} functions)`;
  if (first) yield samDraft(first, `Globals.Function${count}`, first.globalProperty(property), context);
}

function samDraft(fn: Resource, name: string, node: TemplateNode | undefined, context: Context): Draft {
  const place = node ?? fn.node;
  const { editor, options } = context;
  const callers = callersOf(fn);
  return {
    message: 'withoutAlias',
    data: { resource: name },
    certainty: 'proven',
    resource: fn,
    node: place,
    followUps:
      options.strategy === 'remove' || callers.length === 0 ? [] : [idleCapacity(callers, fn.id, `${fn.id}.Alias`)],
    fix: () => {
      if (isGivenUp(place, context)) return removed(name, { edits: editor.remove(place), touches: [place.path] });
      if (fn.property('CapacityProviderConfig'))
        return {
          code: 'needs-choice',
          because: 'a function with a capacity provider takes no provisioned concurrency: one of the two has to go',
        };
      const { parent } = place;
      if (parent?.kind !== 'map') return { code: 'cannot-edit', because: `${property} is not written as a property` };
      return {
        title: `Set AutoPublishAlias: ${options.aliasName} on ${name}`,
        safety: 'review',
        consequence: { deployment: 'update', cost: provisionedCost },
        edits: editor.insert(parent, 'AutoPublishAlias', options.aliasName, { before: property }),
        touches: [[...parent.path, 'AutoPublishAlias']],
      };
    },
  };
}

/** An alias with the setting that points to the unpublished version. */
function* judgeAlias(alias: Resource, context: Context): Generator<Draft> {
  const { template } = context;
  const settings = alias.property(property);
  const wanted = template.alternatives(settings).filter(({ node }) => node);
  if (!settings || wanted.length === 0) return;
  for (const { node, guards } of template.alternatives(alias.property('FunctionVersion'))) {
    const pointer = pointerOf(template, node);
    if (
      !node ||
      pointer.kind !== 'unpublished' ||
      wanted.every((branch) => template.conditions.exclusive(branch.guards, guards))
    )
      continue;
    const fn = functionNamed(template, alias.property('FunctionName'));
    const version = planVersion(fn, alias, context);
    yield {
      message: 'latestVersion',
      data: { resource: alias.id, version: pointer.text, function: fn?.id ?? 'its function' },
      certainty: pointer.parameter === undefined ? 'proven' : 'possible',
      resource: alias,
      node,
      followUps:
        isGivenUp(settings, context) || pointer.parameter !== undefined
          ? []
          : [...frozen(version, fn?.id ?? 'the function', context), ...(fn ? idle(fn, alias.id) : [])],
      fix: () => {
        if (isGivenUp(settings, context))
          return removed(alias.id, { edits: context.editor.remove(settings), touches: [settings.path] });
        if (pointer.parameter !== undefined)
          return {
            code: 'unknown-value',
            because: `the version is the parameter ${pointer.parameter}: give it the number of a published version`,
          };
        return isRefusal(version) ? version : repointed(alias, node, fn, version, context);
      },
    };
  }
}

function repointed(
  alias: Resource,
  node: TemplateNode,
  fn: Resource | undefined,
  version: VersionPlan,
  context: Context,
): FixDraft | Refusal {
  const name = alias.property('FunctionName');
  if (!name) return { code: 'unknown-value', because: `${alias.id} names no function` };
  const published = addVersion(version, fn ? { Ref: fn.id } : toValue(name), fn ?? alias, context);
  return {
    title: `Point ${alias.id} to ${version.existing ? 'the published version' : 'a published version,'} ${version.id}`,
    safety: 'review',
    consequence: { deployment: 'update', cost: provisionedCost },
    edits: [...context.editor.replace(node, { 'Fn::GetAtt': [version.id, 'Version'] }), ...published.edits],
    touches: [node.path, ...published.touches],
  };
}

/** A resource of its own, of a type that CloudFormation does not have. */
function judgeUnknownType(resource: Resource, context: Context): Draft {
  const { template, editor } = context;
  const fn = functionNamed(template, resource.property('FunctionName'));
  const plan = fn ? planFor(fn, resource, context) : undefined;
  const isRemoval = isGivenUp(resource.properties, context);
  return {
    message: 'unknownType',
    data: { resource: resource.id, type: resource.type },
    certainty: 'proven',
    resource,
    node: resource.node.get('Type') ?? resource.node,
    followUps: fn && plan && !isRemoval ? followUpsOf(fn, plan, context) : [],
    fix: () => {
      if (isMentioned(resource)) return { code: 'shared', because: `other parts of the template name ${resource.id}` };
      const removal: Part = { edits: editor.remove(resource.node), touches: [resource.node.path] };
      if (isRemoval) return removed(resource.id, removal);
      const config = configurationIn(resource.properties);
      if (fn && plan) return moved(fn, plan, config, removal, context);
      const because = `the function of ${resource.id} does not stand in the template: set this on its alias, where the function is made`;
      return { code: 'outside-template', because, ...snippetOf(config, context) };
    },
  };
}

/** The alias that the resource names by its qualifier, else the one of the function. */
function planFor(fn: Resource, resource: Resource, context: Context): AliasPlan {
  const node = resource.property('Qualifier');
  const pointer = pointerOf(fn.template, node);
  if (!node || pointer.kind === 'unpublished' || fn.type === 'AWS::Serverless::Function') return planAlias(fn, context);
  const named = functionNamed(fn.template, node) === fn;
  const alias = aliasesOf(fn).find((each) => isQualifier(node, each));
  if (alias) return { kind: 'existing', alias };
  if (pointer.kind === 'version' || (named && versionsOf(fn).some((each) => isQualifier(node, each))))
    return planAlias(fn, context);
  return {
    kind: 'refused',
    refusal: {
      code: 'unknown-value',
      because: `the qualifier of ${resource.id} is none of the template’s aliases and versions`,
    },
  };
}

function isMentioned(resource: Resource): boolean {
  const { template } = resource;
  if (template.resources().some(({ dependsOn }) => dependsOn.includes(resource.id))) return true;
  return [...template.references(template.root)].some(({ name }) => name === resource.id);
}

function moved(
  fn: Resource,
  plan: AliasPlan,
  config: Value | undefined,
  removal: Part,
  context: Context,
): FixDraft | Refusal {
  if (plan.kind === 'refused') return { ...plan.refusal, ...snippetOf(config, context) };
  if (config === undefined)
    return {
      code: 'unknown-value',
      because: 'the figure of the provisioned concurrency is not written in a way that is understood',
    };
  const carried = carry(fn, plan, config, context);
  if (isRefusal(carried)) return carried;
  return {
    title: titleOf(fn, plan, carried, context),
    safety: 'review',
    consequence: { deployment: 'update', cost: provisionedCost },
    edits: [...removal.edits, ...carried.edits],
    touches: [...removal.touches, ...carried.touches],
  };
}

/** What is to be set on the alias that a person chooses. */
function snippetOf(config: Value | undefined, { editor }: Context): Pick<Refusal, 'snippet'> {
  return config === undefined ? {} : { snippet: editor.print({ [property]: config }) };
}

function titleOf(fn: Resource, plan: AliasPlan, { edits }: Part, { options }: Context): string {
  if (edits.length === 0) return `Remove the second provisioned concurrency of ${fn.id}`;
  if (plan.kind === 'existing') return provisionedTitles.toExisting(fn.id, plan.alias.id);
  if (plan.kind === 'sam')
    return `Set the provisioned concurrency on ${fn.id}${plan.missing ? `, published under the alias ${options.aliasName}` : ''}`;
  return provisionedTitles.toNew(fn.id, options.aliasName);
}

function removed(name: string, removal: Part): FixDraft {
  return {
    title: provisionedTitles.removed(name),
    safety: 'review',
    consequence: { deployment: 'update' },
    ...removal,
  };
}

/** True where nothing is to be kept ready: by the option, or by a figure of 0, which Lambda refuses everywhere. */
function isGivenUp(node: TemplateNode | MapNode | undefined, { options }: Context): boolean {
  return options.strategy === 'remove' || (node !== undefined && isNothing(node));
}

function followUpsOf(fn: Resource, plan: AliasPlan, context: Context): readonly string[] {
  if (plan.kind === 'refused') return [];
  if (plan.kind === 'sam') return idle(fn, `${fn.id}.Alias`);
  if (plan.kind === 'existing') return idle(fn, plan.alias.id);
  return [...frozen(plan.version, fn.id, context), ...idle(fn, plan.id)];
}

function frozen(version: VersionPlan | Refusal, fn: string, { options }: Context): readonly string[] {
  return isRefusal(version) || version.existing
    ? []
    : [frozenVersion(version.id, fn, options.strategy === 'version-id')];
}

function idle(fn: Resource, alias: string): readonly string[] {
  const callers = callersOf(fn);
  return callers.length === 0 ? [] : [idleCapacity(callers, fn.id, alias)];
}
