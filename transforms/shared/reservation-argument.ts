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
import type { Change, Edit } from '../../rules/shared/reservation-fixes.js';
import { functionTypes } from '../../rules/shared/function-types.js';
import { type SettingSource, freeSetting, isSameSource, ownName, readSetting, settingSource } from './settings.js';
import { figureAt, propertyAt, reservationOf, useAt } from './reservation-places.js';

type Context = Pick<ProgramContext, 'program' | 'editor'>;

/** A figure's expression that becomes a setting, and what is to be read in its place. */
interface Site {
  readonly at: Expression;
  readonly touches: readonly Path[];
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
    const { at, touches: paths } = siteOf(context, reservation.node);
    if (done.has(at.node)) continue;
    done.add(at.node);
    const source = sourceAt(context, at);
    const name = nameFor(context, source, context.program.of(reservation.fn));
    edits.push(...editor.replace(at, text(`${readSetting(editor, source, name, 'number')} ?? ${wanted ?? -1}`)));
    touches.push(...paths);
    const type = source.kind === 'args' ? source.args.type : undefined;
    if (!type) continue;
    const entry = members.get(type.body) ?? { type, added: [] };
    entry.added.push({ name, type: 'number', doc: documentation(reservation.fn.id) });
    members.set(type.body, entry);
  }
  const added = [...members.values()].flatMap(({ type, added: news }) => editor.addMembers(type, ...news));
  return { edits: [...edits, ...added], touches };
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
