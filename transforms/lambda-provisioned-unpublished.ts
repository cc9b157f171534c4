import { callersOf } from '../rules/shared/callers.js';
import { type Pointer, aliasesOf, functionNamed, isQualifier, pointerOf } from '../rules/shared/function-versions.js';
import { isNothing } from '../rules/shared/provisioned.js';
import { isRefusal } from '../rules/shared/alias-choice.js';
import { StatementEditor, usesOf } from '../core/program/edit-statements.js';
import type { ProgramResource } from '../core/program/resources.js';
import { type FindingDraft, type FixDraft, type Refusal, definePulumiTransform } from '../core/rule.js';
import { type TemplateNode, getAttOf } from '../core/template/node.js';
import { shownCode } from '../core/template/shown.js';
import type { Resource } from '../core/template/template.js';
import {
  type ProvisionedOptions,
  idleCapacity,
  provisionedCost,
  provisionedTitles,
  rule,
  unpublished,
} from '../rules/lambda-provisioned-unpublished.js';
import { asCodemod } from './shared/codemod.js';
import { replaceVersion, versionType } from './shared/function-version.js';
import {
  type Context,
  type ProgramAlias,
  type Subject,
  carryOnAlias,
  configType,
  planAlias,
  subjectOf,
} from './shared/publish.js';

type MessageId = 'latestVersion' | 'aliasOfLatest' | 'unknownVersionType';

export const transform = definePulumiTransform<MessageId, ProvisionedOptions>({
  rule,
  needles: ['ProvisionedConcurrencyConfig', 'FunctionVersion'],
  *find(context) {
    const { model } = context.program;
    for (const config of model.resources(configType)) yield* judge(config, context);
    for (const version of model.resources(versionType)) yield judgeVersion(version, context);
  },
});

export const parser = 'ts';
export default asCodemod(transform);

/** What a qualifier comes to: the unpublished version, by itself or through an alias of the program. */
interface Unpublished {
  readonly pointer: Extract<Pointer, { kind: 'unpublished' }>;
  readonly fn: Resource | undefined;
  readonly alias: Resource | undefined;
}

function* judge(config: Resource, context: Context): Generator<FindingDraft<MessageId>> {
  const branches = context.program.model.alternatives(config.property('Qualifier'));
  for (const { node } of branches) {
    const found = node && unpublishedAt(config, node);
    if (found) yield draftOf(config, node, found, branches.length > 1, context);
  }
}

function unpublishedAt(config: Resource, node: TemplateNode): Unpublished | undefined {
  const { template } = config;
  const fn = functionNamed(template, config.property('FunctionName')) ?? template.resource(getAttOf(node)?.id);
  const pointer = pointerOf(template, node);
  if (pointer.kind === 'unpublished') return { pointer, fn, alias: undefined };
  const alias = pointer.kind === 'unknown' && fn ? aliasesOf(fn).find((each) => isQualifier(node, each)) : undefined;
  const behind = pointerOf(template, alias?.property('FunctionVersion'));
  return behind.kind === 'unpublished' ? { pointer: behind, fn, alias } : undefined;
}

function draftOf(
  config: Resource,
  node: TemplateNode,
  { pointer, fn, alias }: Unpublished,
  isBranch: boolean,
  context: Context,
): FindingDraft<MessageId> {
  const subject = fn && subjectOf(config, fn, context);
  const plan = subject && (isRefusal(subject) ? subject : planAlias(subject, alias, context));
  const isOpen = pointer.parameter !== undefined || config.isOpaque || fn?.isOpaque === true;
  return {
    message: alias ? 'aliasOfLatest' : 'latestVersion',
    data: {
      resource: config.id,
      version: versionText(alias?.property('FunctionVersion') ?? node, pointer, context),
      function: fn?.id ?? 'its function',
      alias: alias?.id ?? '',
    },
    certainty: isOpen ? 'possible' : 'proven',
    resource: config,
    node,
    followUps: fn && plan && !isRefusal(plan) && !isGivenUp(config, context) ? idle(fn, plan) : [],
    fix: () => {
      if (isGivenUp(config, context)) return removed(config, context);
      if (isBranch) return { code: 'needs-choice', because: 'its qualifier hangs on a condition' };
      if (pointer.parameter !== undefined)
        return {
          code: 'unknown-value',
          because: `what is published hangs on ${pointer.parameter}, which is given from outside`,
        };
      if (!subject || !plan)
        return {
          code: 'outside-template',
          because:
            'the function is not created in this project: publish it where it is made, and name the version or an alias of it',
        };
      if (isRefusal(subject)) return subject;
      return isRefusal(plan) ? plan : moved(subject, plan, alias !== undefined, context);
    },
  };
}

/** `$LATEST`, and how the program says it. */
function versionText(node: TemplateNode, { text }: Unpublished['pointer'], { program, editor }: Context): string {
  const origin = text === unpublished ? undefined : program.originOf(node);
  return origin ? `${unpublished} (${shownCode(editor.textOf(origin))})` : unpublished;
}

function moved(subject: Subject, plan: ProgramAlias, isNamed: boolean, context: Context): FixDraft {
  const { fn } = subject;
  return {
    title:
      plan.kind === 'new'
        ? provisionedTitles.toNew(fn.id, context.options.aliasName)
        : isNamed
          ? `Publish ${fn.id} and point its alias ${plan.alias.id} to the version`
          : provisionedTitles.toExisting(fn.id, plan.alias.id),
    safety: 'review',
    consequence: { deployment: 'update', cost: provisionedCost },
    ...carryOnAlias(subject, plan, isNamed, context),
  };
}

/** True where nothing is to be kept ready: by the option, or by a figure of 0, which Lambda refuses. */
function isGivenUp({ properties }: Resource, { options }: Context): boolean {
  return options.strategy === 'remove' || (properties !== undefined && isNothing(properties));
}

function removed(config: Resource, { program, editor }: Context): FixDraft | Refusal {
  const created = program.of(config);
  if (!created || created.repeated) return { code: 'cannot-edit', because: `${config.id} is created more than once` };
  if (isKept(created)) return { code: 'shared', because: `other parts of the program use ${config.id}` };
  const statements = new StatementEditor(editor);
  return {
    title: provisionedTitles.removed(config.id),
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: statements.remove(created.file, statements.statementOf(created)),
    touches: [config.node.path],
  };
}

/** True where something else can use the resource: a field, an export, a variable that is mentioned again. */
function isKept({ holder, file, node }: ProgramResource): boolean {
  if (holder.kind === 'none') return false;
  if (holder.kind !== 'const' && holder.kind !== 'let') return true;
  const isExported = [...file.scopes.around(node)].some(({ type }) => type === 'ExportNamedDeclaration');
  return isExported || usesOf(file, holder.declarator).length > 0;
}

function idle(fn: Resource, plan: ProgramAlias): readonly string[] {
  const callers = callersOf(fn);
  const alias = plan.kind === 'new' ? plan.name : plan.alias.id;
  return callers.length === 0 ? [] : [idleCapacity(callers, fn.id, alias)];
}

function judgeVersion(version: Resource, context: Context): FindingDraft<MessageId> {
  return {
    message: 'unknownVersionType',
    data: { resource: version.id },
    certainty: 'proven',
    resource: version,
    node: version.node,
    fix: () => replaceVersion(version, functionNamed(version.template, version.property('FunctionName')), context),
  };
}
