import { type TemplateNode, isSamePath } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import type { ProgramContext, Refusal } from '../../core/rule.js';
import { type Node, bare } from '../../core/program/ast.js';
import { text } from '../../core/program/print.js';
import { shownCode } from '../../core/template/shown.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import { isBranch } from '../../rules/shared/branches.js';
import { functionNameOf } from '../../rules/shared/concurrency.js';
import { namesInAccount } from '../../rules/shared/account-names.js';
import {
  type Change,
  type Edit,
  type Reservation,
  type ReservationWriter,
  reservedProperty,
  wholeOf,
} from '../../rules/shared/reservation-fixes.js';
import { parameterize, stackSteps, takeFromStack } from './reservation-argument.js';
import { type Property, figureAt, givenBefore, propertyAt, useAt } from './reservation-places.js';

export type ReservationContext = Pick<ProgramContext, 'program' | 'editor'>;

/** Changes reservations in a program. */
export function reservationsOf(context: ReservationContext): ReservationWriter {
  const { model } = context.program;
  return {
    template: model,
    unit: [model],
    namesOf: (fn) => namesOf(context, fn),
    accountNamesOf: (fn, known) => accountNamesOf(context, fn, known),
    fileOf: (fn) => context.program.of(fn)?.file.path ?? fn.template.source.path,
    ownerOf: ({ fn }) => fn.id,
    reasonAgainst: (change) => reasonAgainst(context, change),
    remove: (reservations, changes) => remove(context, reservations, changes),
    lower: (reservation, wanted, changes) => lower(context, reservation, wanted, changes),
    parameterize: (changes) => parameterize(context, changes),
    takeFromEnvironment: (changes) => takeFromStack(context, changes),
    environmentSteps: (changes) => stackSteps(context, changes),
  };
}

/** The variable, and the logical and the physical name as they are written: `orders-${suffix}`. */
function namesOf({ program }: ReservationContext, fn: Resource): string[] {
  const resource = program.of(fn);
  const named = fn.property('FunctionName');
  const physical = named && program.originOf(named)?.node;
  const written = [resource?.logicalName, physical].flatMap((node) =>
    node && resource ? (nameText(resource.file.text, node) ?? []) : [],
  );
  return [...new Set([fn.id, functionNameOf(fn), ...written])];
}

function nameText(source: string, written: Node): string | undefined {
  const node = bare(written);
  if (node.type === 'StringLiteral') return node.value;
  return node.type === 'TemplateLiteral' ? source.slice((node.start ?? 0) + 1, (node.end ?? 0) - 1) : undefined;
}

/** A function without a name of its own has its logical name, a dash and seven signs. */
function accountNamesOf({ program }: ReservationContext, fn: Resource, known: readonly string[]): readonly string[] {
  const logicalName = program.of(fn)?.logicalName;
  const name = logicalName?.type === 'StringLiteral' ? logicalName.value : undefined;
  return namesInAccount(
    fn,
    known,
    (each) => name !== undefined && each.startsWith(`${name}-`) && /^[0-9a-f]{7}$/.test(each.slice(name.length + 1)),
  );
}

function reasonAgainst({ program, editor }: ReservationContext, { reservation, wanted }: Change): Refusal | undefined {
  const { fn, node, parameter } = reservation;
  const { repeated } = program.of(fn) ?? {};
  if (wanted !== undefined && (repeated === 'loop' || repeated === 'callback'))
    return {
      code: 'unknown-value',
      because: `${fn.id} is created in a ${repeated}, so how much is reserved in all is not known`,
    };
  const given = givenBefore(program, node) ?? (parameter === undefined ? undefined : useAt(program, node));
  if (given && (wanted === undefined || !program.writtenAt(node)))
    return {
      code: 'unknown-value',
      because: `the figure is only the default of ${shownCode(editor.textOf(given))}: give it a value that the account holds`,
    };
  return undefined;
}

/** Takes arguments away; a branch of a choice becomes `undefined` where another one stays. */
function remove(context: ReservationContext, reservations: readonly Reservation[], changes: readonly Change[]): Edit {
  const nodes = reservations.map(({ node }) => node);
  const going = changes.flatMap(({ reservation, wanted }) => (wanted === undefined ? [reservation.node] : []));
  const whole = new Set(nodes.map((node) => wholeOf(node, nodes)));
  const branches = [...whole].filter(isBranch);
  const properties = new Map<Node, Property>();
  for (const node of [...whole].filter((each) => !isBranch(each))) {
    const property = propertyAt(context.program, node);
    properties.set(property.node, property);
  }
  return joined([
    ...branches.map((node) => removeBranch(context, node, going)),
    ...[...properties.values()].map((property) => removeProperty(context, property, going)),
  ]);
}

function removeBranch(
  { program, editor }: ReservationContext,
  node: TemplateNode,
  going: readonly TemplateNode[],
): Edit {
  const use = useAt(program, node);
  const touches = program.pathsWrittenAt(use);
  const isShared = touches.some((path) => !going.some((each) => isSamePath(each.path, path)));
  if (isShared) throw new CannotEdit(sharedFigure);
  return { edits: editor.replace(use, text('undefined')), touches: [...touches, node.path] };
}

function removeProperty(
  { program, editor }: ReservationContext,
  { node, owner, value, users }: Property,
  going: readonly TemplateNode[],
): Edit {
  const kept = users.flatMap((fn) => figuresOf(program.model, fn)).filter((each) => !going.includes(each));
  if (kept.length > 0) throw new CannotEdit(sharedFigure);
  return {
    edits: editor.removeProperty(value.place.file, owner, node),
    touches: users.map((fn) => [...fn.node.path, 'Properties', reservedProperty]),
  };
}

function figuresOf(model: Template, fn: Resource): TemplateNode[] {
  return model.alternatives(fn.property(reservedProperty)).flatMap(({ node }) => {
    const resolved = node && model.resolve(node);
    return node && resolved?.known === true && Number(resolved.value) >= 0 ? [node] : [];
  });
}

const sharedFigure = 'others take their reservation from the same place, and it is to change for some of them only';

/**
 * Lowers the figure where it is written, for all that share it: fair shares of one figure differ by the rest of a
 * division, and the smallest fits all. Where they differ by more, each gets a figure of its own.
 */
function lower(
  { program, editor }: ReservationContext,
  { node }: Reservation,
  wanted: number,
  changes: readonly Change[],
): Edit {
  const figure = figureAt(program, node);
  const wants = figure?.paths.map(
    (path) => changes.find(({ reservation }) => isSamePath(reservation.node.path, path))?.wanted,
  );
  const smallest = wants && smallestOf(wants);
  if (figure && smallest !== undefined)
    return { edits: editor.replace(figure.literal, text(String(smallest))), touches: figure.paths };
  const use = useAt(program, node);
  const isShared = isBranch(node) ? use.node === figure?.literal.node : propertyAt(program, node).users.length > 1;
  if (isShared || givenBefore(program, node)) throw new CannotEdit(sharedFigure);
  return {
    edits: editor.replace(use, text(String(wanted))),
    touches: [node.path],
  };
}

/** The smallest of figures that are as good as one; undefined where they are not. */
function smallestOf(wants: readonly (number | undefined)[]): number | undefined {
  const figures = wants.filter((each) => each !== undefined);
  const [smallest, largest] = [Math.min(...figures), Math.max(...figures)];
  return figures.length === wants.length && largest - smallest <= 1 ? smallest : undefined;
}

function joined(edits: readonly Edit[]): Edit {
  return { edits: edits.flatMap((each) => each.edits), touches: edits.flatMap(({ touches }) => touches) };
}
