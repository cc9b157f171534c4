import type { NewMember } from '../../core/program/edit-interface.js';
import { text } from '../../core/program/print.js';
import type { ProgramResource } from '../../core/program/resources.js';
import type { Expression } from '../../core/program/values.js';
import type { WrittenType } from '../../core/program/written-types.js';
import type { ProgramContext } from '../../core/rule.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { Path, TemplateNode } from '../../core/template/node.js';
import type { TextEdit } from '../../core/text/edit.js';
import { limits } from '../../facts/index.js';
import type { Resource } from '../../core/template/template.js';
import { type EnvironmentChange, shownFigures } from '../../rules/shared/environment-reservations.js';
import type { Change, Edit, Reservation } from '../../rules/shared/reservation-fixes.js';
import { functionTypes } from '../../rules/shared/function-types.js';
import { type SettingSource, freeSetting, isSameSource, ownName, readSetting, settingSource } from './settings.js';
import { figureAt, propertyAt, reservationOf, useAt } from './reservation-places.js';

type Context = Pick<ProgramContext, 'program' | 'editor'>;

/** A figure's expression that becomes a setting, and what is to be read in its place. */
interface Site {
  readonly at: Expression;
  readonly touches: readonly Path[];
}

/** A figure that becomes a setting: where it is read from, and by what name. */
interface Setting extends Site {
  readonly fn: Resource;
  readonly source: SettingSource;
  readonly name: string;
}

/**
 * Makes settings of figures: properties of the component's arguments, keys of the configuration in a program without
 * one. What is wanted is taken where nothing is given; -1 reserves nothing.
 */
export function parameterize(context: Context, changes: readonly Change[]): Edit {
  const { editor } = context;
  const members = new Map<WrittenType['body'], { type: WrittenType; added: NewMember[] }>();
  const edits: TextEdit[] = [];
  const touches: Path[] = [];
  const done = new Set<Expression['node']>();
  for (const { reservation, wanted } of changes) {
    const { fn, at, touches: paths, source, name } = settingOf(context, reservation);
    if (done.has(at.node)) continue;
    done.add(at.node);
    edits.push(...editor.replace(at, text(`${readSetting(editor, source, name, 'number')} ?? ${wanted ?? -1}`)));
    touches.push(...paths);
    const type = source.kind === 'args' ? source.args.type : undefined;
    if (!type) continue;
    const entry = members.get(type.body) ?? { type, added: [] };
    entry.added.push({ name, type: 'number', doc: documentation(fn.id) });
    members.set(type.body, entry);
  }
  const added = [...members.values()].flatMap(({ type, added: news }) => editor.addMembers(type, ...news));
  return { edits: [...edits, ...added], touches };
}

/** Makes settings that reserve nothing where a stack says nothing. */
export function takeFromStack(context: Context, changes: readonly EnvironmentChange[]): Edit {
  const wants = new Map<Expression['node'], string>();
  for (const { reservation, figures } of changes) {
    const { at } = settingOf(context, reservation);
    const wanted = shownFigures(figures);
    if ((wants.get(at.node) ?? wanted) !== wanted)
      throw new CannotEdit('functions that each environment is to treat differently take one figure');
    wants.set(at.node, wanted);
  }
  return parameterize(
    context,
    changes.map(({ reservation }) => ({ reservation, wanted: undefined })),
  );
}

/** How each stack gives the figures: by its configuration, else where the component is created. */
export function stackSteps(context: Context, changes: readonly EnvironmentChange[]): readonly string[] {
  const steps = changes.flatMap(({ reservation, figures }) => {
    const setting = settingIfAny(context, reservation);
    if (!setting) return [];
    const given = [...figures].flatMap(([stack, figure]) => (figure === undefined ? [] : [{ stack, figure }]));
    return setting.source.kind === 'config'
      ? given.map(({ stack, figure }) => {
          const command = `pulumi config set ${setting.name} ${figure} --stack ${shellWord(stack)}`;
          return `Set what ${stack} reserves: \`${command}\``;
        })
      : [
          `Give ${setting.name} where the component is created, from the configuration of the stack: ${shownFigures(figures)}`,
        ];
  });
  return [...new Set(steps)];
}

function settingOf(context: Context, { fn, node }: Reservation): Setting {
  const site = siteOf(context, node);
  const source = sourceAt(context, site.at);
  return { ...site, fn, source, name: nameFor(context, source, context.program.of(fn)) };
}

/** Where there is none, the refusal of the fix says why. */
function settingIfAny(context: Context, reservation: Reservation): Setting | undefined {
  try {
    return settingOf(context, reservation);
  } catch (error) {
    if (error instanceof CannotEdit) return undefined;
    throw error;
  }
}

/** A name of the configuration in a command to paste. */
function shellWord(word: string): string {
  return /^[\w.@/-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The literal where its surroundings have the settings too, as a constant of the same constructor; else where it is used. */
function siteOf(context: Context, node: TemplateNode): Site {
  const use = useAt(context.program, node);
  const figure = figureAt(context.program, node);
  if (figure && isSameSource(settingSource(context.program, figure.literal), settingSource(context.program, use)))
    return { at: figure.literal, touches: figure.paths };
  const { users } = propertyAt(context.program, node);
  return { at: use, touches: users.map((fn) => reservationOf(fn)?.path ?? []) };
}

function sourceAt(context: Context, at: Expression): SettingSource {
  const source = settingSource(context.program, at);
  if (!source) throw new CannotEdit('there are neither arguments of a component nor a configuration to take it from');
  return source;
}

/** One name where there is one figure, else one for each function. */
function nameFor({ program }: Context, source: SettingSource, resource: ProgramResource | undefined): string {
  const figures = program.model.resources(...functionTypes).flatMap((fn) => {
    const alternatives = program.model.alternatives(reservationOf(fn));
    return alternatives.flatMap(({ node }) => (node && program.writtenAt(node)?.node) ?? []);
  });
  const owner = resource && new Set(figures).size > 1 ? ownName(resource) : undefined;
  const wanted = owner === undefined ? 'reservedConcurrency' : `${owner}ReservedConcurrency`;
  return freeSetting(source, wanted);
}

function documentation(id: string): string {
  return `Executions reserved for ${id}: 0 stops it, -1 reserves none. The account limits all reservations together (quota ${limits.concurrency.quotaCode}, see \`aws lambda get-account-settings\`).`;
}
