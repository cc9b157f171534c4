import type { CfnContext, Refusal } from '../../core/rule.js';
import { type Value, stringOf, toValue } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { type ProvisionedOptions, idPart } from '../../rules/lambda-provisioned-unpublished.js';
import { type ChosenAlias, type Part, chooseAlias, isPublished, isRefusal } from '../../rules/shared/alias-choice.js';
import { conditionOf, existsWith, pointerOf, versionHash, versionsOf } from '../../rules/shared/function-versions.js';

export type Context = CfnContext<ProvisionedOptions>;
export type Publishing = Pick<Context, 'editor' | 'options'>;

/** A version that serves a function's provisioned concurrency: one of the template, or a new one. */
export interface VersionPlan {
  readonly id: string;
  readonly existing: Resource | undefined;
}

/** The alias that carries the configuration: one of the template, or a new one with its version. */
export type AliasPlan =
  | { readonly kind: 'sam'; readonly fn: Resource; readonly name: string | undefined; readonly missing: boolean }
  | { readonly kind: 'new'; readonly id: string; readonly version: VersionPlan }
  | ChosenAlias;

/**
 * The version of a function that can serve wherever `beside` exists. A second version resource of one function
 * publishes nothing new and fails, so one that is there is always taken.
 */
export function planVersion(
  fn: Resource | undefined,
  beside: Resource,
  { editor, options }: Publishing,
): VersionPlan | Refusal {
  const [first, ...others] = fn ? versionsOf(fn) : [];
  if (first && others.length > 0)
    return {
      code: 'needs-choice',
      because: `${[first, ...others].map(({ id }) => id).join(' and ')} are versions of one function: which of them is to be kept ready is for a person to choose`,
    };
  if (first && !existsWith(first.template, first.guards, beside.guards))
    return { code: 'needs-choice', because: `the version ${first.id} does not exist wherever ${beside.id} does` };
  if (first) return { id: first.id, existing: first };
  const hash = fn && options.strategy === 'version-id' ? versionHash(fn) : '';
  return { id: editor.freeId(`${(fn ?? beside).id}Version${hash}`), existing: undefined };
}

/** Where the provisioned concurrency of a function belongs. */
export function planAlias(fn: Resource, context: Publishing): AliasPlan {
  const { aliasName } = context.options;
  if (fn.type === 'AWS::Serverless::Function') {
    const node = fn.property('AutoPublishAlias');
    return { kind: 'sam', fn, name: node ? stringOf(node) : aliasName, missing: node === undefined };
  }
  const chosen = chooseAlias(fn, fn, aliasName, isPublished);
  if (chosen) return chosen;
  const version = planVersion(fn, fn, context);
  if (isRefusal(version)) return { kind: 'refused', refusal: version };
  return { kind: 'new', id: context.editor.freeId(`${fn.id}${idPart(aliasName)}Alias`), version };
}

/** The resource that publishes a function, in the place behind `beside` and under the same condition. */
export function addVersion(
  { id, existing }: VersionPlan,
  functionName: Value,
  beside: Resource,
  { editor, options }: Publishing,
): Part {
  if (existing) return { edits: [], touches: [] };
  // A version that is replaced by the next one must stay for as long as something may still call it.
  const kept = options.strategy === 'version-id' ? { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } : {};
  const body = {
    Type: 'AWS::Lambda::Version',
    ...conditionOf(beside),
    ...kept,
    Properties: { FunctionName: functionName },
  };
  return { edits: editor.addResource(id, body, { after: beside.id }), touches: [['Resources', id]] };
}

/** Puts a configuration on an alias, which is made where it is missing; without a configuration just makes the alias. */
export function carry(
  fn: Resource,
  plan: Exclude<AliasPlan, { kind: 'refused' }>,
  config: Value | undefined,
  context: Publishing,
): Part | Refusal {
  const { editor, options } = context;
  const settings = config === undefined ? {} : { ProvisionedConcurrencyConfig: config };
  if (plan.kind === 'sam') return carryOnSam(plan, config, context);
  if (plan.kind === 'existing') {
    const version = pointerOf(fn.template, plan.alias.property('FunctionVersion'));
    const holder = [plan.alias, ...(version.kind === 'version' ? [version.resource] : [])].find((resource) =>
      resource.property('ProvisionedConcurrencyConfig'),
    );
    if (holder || config === undefined) return alreadyCarried(holder, config);
    const path = [...plan.alias.node.path, 'Properties', 'ProvisionedConcurrencyConfig'];
    return {
      edits: editor.set(plan.alias.node, ['Properties', 'ProvisionedConcurrencyConfig'], config),
      touches: [path],
    };
  }
  const version = addVersion(plan.version, { Ref: fn.id }, fn, context);
  const body = {
    Type: 'AWS::Lambda::Alias',
    ...conditionOf(fn),
    Properties: {
      FunctionName: { Ref: fn.id },
      FunctionVersion: { 'Fn::GetAtt': [plan.version.id, 'Version'] },
      Name: options.aliasName,
      ...settings,
    },
  };
  const after = plan.version.existing?.id ?? fn.id;
  return {
    edits: [...version.edits, ...editor.addResource(plan.id, body, { after })],
    touches: [...version.touches, ['Resources', plan.id]],
  };
}

function carryOnSam(
  { fn, missing }: Extract<AliasPlan, { kind: 'sam' }>,
  config: Value | undefined,
  { editor, options }: Publishing,
): Part | Refusal {
  const present = fn.property('ProvisionedConcurrencyConfig');
  if (present && config !== undefined && !isSame(toValue(present), config)) return alreadyCarried(fn, config);
  const added: [string, Value][] = [
    ...(missing ? [['AutoPublishAlias', options.aliasName] as [string, Value]] : []),
    ...(present || config === undefined ? [] : [['ProvisionedConcurrencyConfig', config] as [string, Value]]),
  ];
  return {
    edits: added.flatMap(([key, value]) => editor.set(fn.node, ['Properties', key], value)),
    touches: added.map(([key]) => [...fn.node.path, 'Properties', key]),
  };
}

/** Nothing to add where the same configuration stands already; where another one does, a person must choose. */
function alreadyCarried(holder: Resource | undefined, config: Value | undefined): Part | Refusal {
  const present = holder?.property('ProvisionedConcurrencyConfig');
  if (!holder || !present || config === undefined || isSame(toValue(present), config))
    return { edits: [], touches: [] };
  return {
    code: 'needs-choice',
    because: `${holder.id} asks for another provisioned concurrency already: one of the two figures has to go`,
  };
}

function isSame(a: Value, b: Value): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
