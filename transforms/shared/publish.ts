import { type ChosenAlias, type Part, chooseAlias, isPublished } from '../../rules/shared/alias-choice.js';
import { aliasesOf, functionNamed, isQualifier } from '../../rules/shared/function-versions.js';
import { type Node, bare } from '../../core/program/ast.js';
import { StatementEditor } from '../../core/program/edit-statements.js';
import { lowerFirst, nameLike } from '../../core/program/editor.js';
import { functionAround } from '../../core/program/names.js';
import { type Code, call, object, string, text } from '../../core/program/print.js';
import type { ProgramResource } from '../../core/program/resources.js';
import { constructorLike, logicalNameLike, optionsLike } from '../../core/program/surroundings.js';
import type { ProgramContext, Refusal } from '../../core/rule.js';
import { getAttOf, stringOf } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { type ProvisionedOptions, unpublished } from '../../rules/lambda-provisioned-unpublished.js';
import { renamed } from './grant.js';

export type Context = ProgramContext<ProvisionedOptions>;

export const configType = 'Pulumi::Lambda::ProvisionedConcurrencyConfig';

/** The alias that carries a function's provisioned concurrency: one of the program, or a new one. */
export type ProgramAlias =
  | { readonly kind: 'existing'; readonly alias: Resource; readonly repoints: boolean }
  | { readonly kind: 'new'; readonly name: string };

/** Something that is provisioned, and the function that it is provisioned for. */
export interface Subject {
  readonly config: Resource;
  readonly fn: Resource;
  readonly created: { readonly config: ProgramResource; readonly fn: ProgramResource };
}

/** Both as the program creates them, once each and with their arguments written out. */
export function subjectOf(config: Resource, fn: Resource, { program }: Context): Subject | Refusal {
  const [capacity, owner] = [program.of(config), program.of(fn)];
  if (!capacity || !owner) return { code: 'outside-template', because: 'the function is not created in this project' };
  for (const each of [capacity, owner]) {
    if (each.repeated)
      return { code: 'cannot-edit', because: `${each.id} is created in a ${each.repeated} that runs more than once` };
  }
  for (const each of [config, fn]) {
    if (each.isOpaque) return { code: 'cannot-edit', because: `not all arguments of ${each.id} are written out` };
  }
  return { config, fn, created: { config: capacity, fn: owner } };
}

/** The alias that the qualifier names already, else the one of the function, else a new one. */
export function planAlias(subject: Subject, named: Resource | undefined, context: Context): ProgramAlias | Refusal {
  const chosen = named ? { kind: 'existing' as const, alias: named } : chosenAlias(subject, context);
  if (!chosen) return { kind: 'new', name: aliasVariable(subject, context) };
  if (chosen.kind === 'refused') return chosen.refusal;
  const { alias } = chosen;
  const other = context.program.model
    .resources(configType)
    .find((each) => each !== subject.config && namesAlias(each, alias, subject.fn));
  if (other)
    return {
      code: 'needs-choice',
      because: `${other.id} keeps the alias ${alias.id} ready already: one of them has to go`,
    };
  return { kind: 'existing', alias, repoints: !isPublished(alias) && !isOwnVersion(alias, subject.fn) };
}

/** An alias of a published version; without one, an alias of `$LATEST` that can be pointed to a version. */
function chosenAlias({ config, fn }: Subject, { options }: Context): ChosenAlias | undefined {
  const serves = (alias: Resource): boolean => isPublished(alias) || isOwnVersion(alias, fn);
  const able = aliasesOf(fn).some(serves) ? serves : isOfLatest;
  return chooseAlias(fn, config, options.aliasName, able);
}

function isOfLatest(alias: Resource): boolean {
  return stringOf(alias.property('FunctionVersion')) === unpublished;
}

/** True for `functionVersion: fn.version`, which is a published one as soon as the function publishes. */
function isOwnVersion(alias: Resource, fn: Resource): boolean {
  const getAtt = getAttOf(alias.property('FunctionVersion'));
  return getAtt?.id === fn.id && getAtt.attribute === 'Version';
}

function namesAlias(config: Resource, alias: Resource, fn: Resource): boolean {
  const qualifier = config.property('Qualifier');
  const owner = functionNamed(config.template, config.property('FunctionName'));
  return owner === fn && qualifier !== undefined && isQualifier(qualifier, alias);
}

/** `publish: true` on the function, the alias, and the qualifier that names it. */
export function carryOnAlias(subject: Subject, plan: ProgramAlias, isNamed: boolean, context: Context): Part {
  const parts = [
    ...(needsPublishing(subject.fn, plan) ? [publishing(subject.fn, subject.created.fn, context)] : []),
    plan.kind === 'new' ? creation(subject, plan.name, context) : repointing(subject, plan, context),
    ...(isNamed ? [] : [qualification(subject, plan, context)]),
  ];
  return { edits: parts.flatMap(({ edits }) => edits), touches: parts.flatMap(({ touches }) => touches) };
}

/** An alias of a version by its number needs no other one. */
function needsPublishing(fn: Resource, plan: ProgramAlias): boolean {
  if (publishes(fn)) return false;
  return plan.kind === 'new' || plan.repoints || isOwnVersion(plan.alias, fn);
}

function publishes(fn: Resource): boolean {
  const publish = fn.property('Publish');
  const resolved = publish && fn.template.resolve(publish);
  return resolved?.known === true && resolved.value === true && resolved.parameter === undefined;
}

export function publishing(fn: Resource, created: ProgramResource, { editor }: Context): Part {
  if (publishes(fn)) return { edits: [], touches: [] };
  return {
    edits: editor.setArgument(created, 'publish', text('true')),
    touches: [[...fn.node.path, 'Properties', 'Publish']],
  };
}

function repointing(
  subject: Subject,
  { alias, repoints }: Extract<ProgramAlias, { kind: 'existing' }>,
  context: Context,
): Part {
  const created = context.program.of(alias);
  if (!repoints || !created) return { edits: [], touches: [] };
  const { reference } = functionNameAt(created, subject.created.fn, alias, context);
  return {
    edits: context.editor.setArgument(created, 'functionVersion', text(`${reference}.version`)),
    touches: [[...alias.node.path, 'Properties', 'FunctionVersion']],
  };
}

function qualification({ config, created }: Subject, plan: ProgramAlias, { program, editor }: Context): Part {
  const alias = plan.kind === 'existing' ? program.of(plan.alias) : undefined;
  const named = alias ? editor.nameFor(alias, created.config) : { reference: '', edits: [] };
  const reference = plan.kind === 'new' ? plan.name : named.reference;
  return {
    edits: [...named.edits, ...editor.setArgument(created.config, 'qualifier', text(`${reference}.name`))],
    touches: [[...config.node.path, 'Properties', 'Qualifier'], ...(alias ? renamed(alias, editor) : [])],
  };
}

function creation({ config, created }: Subject, name: string, context: Context): Part {
  const { editor, options } = context;
  const { file } = created.config;
  const statements = new StatementEditor(editor);
  const statement = statements.statementOf(created.config);
  const { reference, edits } = functionNameAt(created.config, created.fn, config, context);
  const properties = object({
    name: string(options.aliasName),
    functionName: text(`${reference}.name`),
    functionVersion: text(`${reference}.version`),
  });
  const inherited = optionsLike(created.config);
  const args = [logicalName(created), properties, ...(inherited ? [inherited] : [])];
  const constructor = `new ${constructorLike(created.config, ['lambda', 'Alias'])}`;
  const code = editor.creation(file, statement, name, call(constructor, ...args));
  return {
    edits: [...edits, ...statements.insertBefore(file, statement, code)],
    touches: [['Resources', name]],
  };
}

/** Like the function's where what it is made of is in scope, else like that of the setting. */
function logicalName({ config, fn }: Subject['created']): Code {
  const isBeside = fn.file === config.file && functionAround(fn.file, fn.node) === functionAround(fn.file, config.node);
  return logicalNameLike(isBeside ? fn : config, 'alias');
}

/** How a resource of a function names that function: by what its own arguments say, else by the function's variable. */
export function functionNameAt(
  user: ProgramResource,
  fn: ProgramResource,
  model: Resource,
  { program, editor }: Context,
): ReturnType<Context['editor']['nameFor']> {
  for (const property of ['FunctionName', 'Qualifier']) {
    const node = model.property(property);
    const origin = node && program.originOf(node);
    if (!origin || origin.place.file !== user.file || !isWithin(origin.node, user.node)) continue;
    const written = bare(origin.node);
    const owner = { node: written.type === 'MemberExpression' ? written.object : written, place: origin.place };
    const value = program.resolver.value(owner);
    if (value.kind === 'created' && program.resourceAt(value.expression) === fn)
      return { reference: editor.textOf(owner), edits: [] };
  }
  return editor.nameFor(fn, user);
}

function isWithin(inner: Node, outer: Node): boolean {
  return (inner.start ?? 0) >= (outer.start ?? 0) && (inner.end ?? 0) <= (outer.end ?? 0);
}

/** `lambdaAlias` for `lambdaFunction`. */
function aliasVariable({ created }: Subject, { editor }: Context): string {
  const { holder } = created.fn;
  const owner = 'name' in holder ? holder.name : nameLike(created.fn);
  const base = owner.replace(/Function$/, '');
  return editor.freeName(created.config.file, lowerFirst(`${base}Alias`));
}
