import {
  type Limits,
  type Throttled,
  isStage,
  methodSettings,
  missingIn,
  routeSettings,
  settingNames,
  throttledStages,
  whyContradicted,
} from '../rules/shared/throttling.js';
import type { Limit } from '../rules/shared/throttling.js';
import { type babel, bare } from '../core/program/ast.js';
import { statementOf } from '../core/program/names.js';
import { type Code, call, object, string, text } from '../core/program/print.js';
import type { ProgramResource } from '../core/program/resources.js';
import { constructorLike, logicalNameLike, optionsLike, textOf } from '../core/program/surroundings.js';
import {
  type FindingDraft,
  type FixDraft,
  type ProgramContext,
  type Refusal,
  definePulumiTransform,
} from '../core/rule.js';
import { CannotEdit } from '../core/template/cannot-edit.js';
import { MapNode, type Path, type TemplateNode, stringOf } from '../core/template/node.js';
import type { Resource } from '../core/template/template.js';
import type { TextEdit } from '../core/text/edit.js';
import { rule } from '../rules/apigateway-stage-throttling.js';
import { argumentsOf, propertyInModel, sourceName } from './shared/arguments.js';
import { asCodemod } from './shared/codemod.js';
import { renamed } from './shared/grant.js';

type Context = ProgramContext<Record<string, never>>;
type MessageId = keyof typeof rule.messages;

export const transform = definePulumiTransform<MessageId, Record<string, never>>({
  rule,
  needles: ['hrottl'],
  *find(context) {
    for (const throttled of throttledStages(context.program.model)) {
      const { resource } = throttled.stage;
      const program = resource && context.program.of(resource);
      if (resource && program) yield judge(context, throttled, resource, program);
    }
  },
});

export const parser = 'ts';
export default asCodemod(transform);

/** What is to be mended, in the model and in the program. */
interface Subject extends Omit<Throttled, 'limits'> {
  readonly resource: Resource;
  readonly program: ProgramResource;
  /** The properties as they are written. */
  readonly names: string;
}

function judge(
  context: Context,
  throttled: Throttled,
  resource: Resource,
  program: ProgramResource,
): FindingDraft<MessageId> {
  const { keys, home, stage } = throttled;
  const [first = ''] = keys;
  const entry = stage.properties.entry(first);
  const names = keys.map(sourceName).join(' and ');
  return {
    message: 'unknownProperty',
    data: {
      resource: resource.id,
      property: sourceName(first),
      properties: names,
      type: ['aws', ...program.member.path].join('.'),
      home: homeOf(home),
    },
    prevents: 'does not exist in type',
    certainty: 'proven',
    resource,
    node: entry?.value ?? stage.properties,
    ...(entry ? { span: entry.keySpan } : {}),
    fix: () => fixOf(context, { ...throttled, resource, program, names }, throttled.limits),
  };
}

function homeOf(home: string): string {
  return home === methodSettings ? 'aws.apigateway.MethodSettings' : sourceName(home);
}

function fixOf(context: Context, subject: Subject, limits: Limits | undefined): FixDraft | Refusal {
  const { resource, names, plan, home } = subject;
  if (!limits) return { code: 'unknown-value', because: `the limits in ${names} are not written out as figures` };
  if (plan !== undefined)
    return draft(subject, `Remove ${names} from ${resource.id}: the usage plan ${plan} has the same limits`, {
      edits: removal(context, subject),
      touches: [],
      safety: 'review',
    });
  const moved = moveOf(context, subject, limits);
  if ('code' in moved) return moved;
  return draft(subject, `Move the limits of ${resource.id} into ${homeOf(home)}`, moved);
}

interface Moved {
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
  readonly safety: FixDraft['safety'];
}

function moveOf(context: Context, subject: Subject, limits: Limits): Moved | Refusal {
  const { stage, home, resource } = subject;
  const settings = home === routeSettings ? stage.properties.get(routeSettings) : settingsOf(context, subject);
  if (settings instanceof MapNode) return merge(context, subject, settings, limits);
  if (settings)
    return { code: 'unknown-value', because: `the settings of ${resource.id} are not written out where they are` };
  return home === routeSettings ? intoRouteSettings(context, subject, limits) : create(context, subject, limits);
}

/** What the program sets for every method of the stage already. */
function settingsOf({ program }: Context, { stage }: Subject): TemplateNode | undefined {
  const settings = program.model
    .resources('Pulumi::ApiGateway::MethodSettings')
    .find(
      (each) =>
        stringOf(each.property('MethodPath')) === '*/*' &&
        isStage(stage, each.property('StageName'), each.property('RestApiId')),
    );
  return settings && (settings.property('Settings') ?? settings.node);
}

function merge(context: Context, subject: Subject, settings: MapNode, limits: Limits): Moved | Refusal {
  const { stage, program } = subject;
  const found = missingIn(settings, limits);
  if (!('missing' in found)) return { code: 'needs-choice', because: whyContradicted(stage, found) };
  const origin = context.program.originOf(settings);
  const literal = origin && bare(origin.node);
  if (literal?.type !== 'ObjectExpression' || origin?.place.file !== program.file)
    throw new CannotEdit('the settings of its methods are written elsewhere');
  const added = entriesOf(context, subject, limits, found.missing);
  return {
    edits: [
      ...removal(context, subject),
      ...(found.missing.length > 0 ? context.editor.addEntries(program.file, literal, added) : []),
    ],
    touches: found.missing.map((limit) => [...settings.path, settingNames[limit]]),
    safety: 'safe',
  };
}

/** The first wrong property becomes the right one, at the same place; the others go. */
function intoRouteSettings(context: Context, subject: Subject, limits: Limits): Moved {
  const { editor } = context;
  const { program, stage } = subject;
  const args = argumentsOf(program);
  const [first, ...others] = propertiesOf(subject, args);
  if (!first) throw new CannotEdit('the limits are not written out');
  const home = sourceName(routeSettings);
  const code = object(entriesOf(context, subject, limits), textOf(program.file, first.value).includes('\n'));
  return {
    edits: [
      ...editor.replaceProperty(program.file, first, home, code),
      ...editor.removeMembers(program.file, args, ...others),
    ],
    touches: [[...stage.properties.path, routeSettings]],
    safety: 'safe',
  };
}

/** A resource of its own behind the stage. */
function create(context: Context, subject: Subject, limits: Limits): Moved {
  const { editor } = context;
  const { program } = subject;
  const { file } = program;
  if (program.place.calls.length > 0)
    throw new CannotEdit(`${program.id} is created by a function that is called from elsewhere`);
  const statement = statementOf(file, program.node);
  if (!statement || !isInBlock(program, statement))
    throw new CannotEdit(`${program.id} is not created by a statement of its own`);
  const { reference, edits } = editor.nameBehind(program);
  const name = logicalNameLike(program, 'throttling');
  const options = optionsLike(program);
  const properties = object({
    restApi: restApiOf(program, reference),
    stageName: text(`${reference}.stageName`),
    methodPath: string('*/*'),
    settings: object(entriesOf(context, subject, limits)),
  });
  const created = call(
    `new ${constructorLike(program, ['apigateway', 'MethodSettings'])}`,
    name,
    properties,
    ...(options ? [options] : []),
  );
  return {
    edits: [
      ...edits,
      ...removal(context, subject),
      ...editor.insertAfter(file, statement, editor.creation(file, statement, undefined, created)),
    ],
    touches: [['Resources', idOf(name)], ...renamed(program, editor)],
    safety: 'safe',
  };
}

/** True where another statement can stand behind it. */
function isInBlock({ file }: ProgramResource, statement: babel.Node): boolean {
  const isPlain = statement.type === 'ExpressionStatement' || statement.type === 'VariableDeclaration';
  const parent = file.scopes.parentOf(statement)?.type ?? '';
  return isPlain && /^(?:Program|BlockStatement|StaticBlock|TSModuleBlock|ExportNamedDeclaration)$/.test(parent);
}

/** The API as the stage names it, where that can be said twice; else as the stage tells it. */
function restApiOf(program: ProgramResource, reference: string): Code {
  const property = propertyInModel(argumentsOf(program), 'RestApi');
  const value = property && bare(property.value);
  const isRepeatable =
    value?.type === 'Identifier' || value?.type === 'MemberExpression' || value?.type === 'StringLiteral';
  return text(value && isRepeatable ? textOf(program.file, value) : `${reference}.restApi`);
}

/** A resource without a name of its own is known by its logical name. */
function idOf(name: Code): string {
  if (name.kind === 'string') return name.value;
  return name.kind === 'text' ? name.text.slice(1, -1) : '';
}

/** The limits under the names that settings have, as the program writes the figures. */
function entriesOf(
  context: Context,
  subject: Subject,
  limits: Limits,
  wanted = Object.keys(limits) as readonly Limit[],
): Record<string, Code> {
  const args = argumentsOf(subject.program);
  return Object.fromEntries(
    wanted.map((limit) => [sourceName(settingNames[limit]), figureOf(context, subject, args, limits[limit])]),
  );
}

/** The figure as it is written in the arguments; one out of an object that has a name is read from there. */
function figureOf(
  { program: { resolver } }: Context,
  subject: Subject,
  args: babel.ObjectExpression,
  node: TemplateNode | undefined,
): Code {
  const { program } = subject;
  for (const property of propertiesOf(subject, args)) {
    const modelKey = node?.parent?.kind === 'map' ? String(node.key) : '';
    const isWhole = node?.parent === subject.stage.properties;
    const value = bare(property.value);
    if (isWhole) {
      if (propertyInModel(args, modelKey) === property) return text(textOf(program.file, property.value));
      continue;
    }
    const written = resolver.value({ node: value, place: program.place });
    const literal = written.kind === 'written' ? written.expression.node : undefined;
    const inner = literal?.type === 'ObjectExpression' ? propertyInModel(literal, modelKey) : undefined;
    if (inner && literal === value) return text(textOf(program.file, inner.value));
    if (inner?.key.type === 'Identifier') return text(`${textOf(program.file, value)}.${inner.key.name}`);
  }
  throw new CannotEdit('the limits are not written out where the stage is created');
}

function propertiesOf({ keys, program }: Subject, args: babel.ObjectExpression): babel.ObjectProperty[] {
  return keys.map((key) => {
    const property = propertyInModel(args, key);
    if (!property) throw new CannotEdit(`${sourceName(key)} does not stand in the arguments of ${program.id}`);
    return property;
  });
}

function removal({ editor }: Context, subject: Subject): TextEdit[] {
  const args = argumentsOf(subject.program);
  return editor.removeMembers(subject.program.file, args, ...propertiesOf(subject, args));
}

function draft({ keys, stage }: Subject, title: string, { edits, touches, safety }: Moved): FixDraft {
  const gone = keys.map((key) => [...stage.properties.path, key]);
  return { title, safety, consequence: { deployment: 'update' }, edits, touches: [...gone, ...touches] };
}
