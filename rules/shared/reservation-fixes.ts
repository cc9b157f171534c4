import type { FixDraft, Refusal } from '../../core/rule.js';
import type { Guards } from '../../core/template/conditions.js';
import { type TemplateNode, refOf } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import type { ReservedConcurrencyOptions } from '../lambda-reserved-concurrency.js';
import { type EnvironmentChange, environmentChange, shownFigures } from './environment-reservations.js';

/** The property that reserves. */
export const reservedProperty = 'ReservedConcurrentExecutions';

/** One branch of one function's reservation. */
export interface Reservation {
  readonly fn: Resource;
  readonly node: TemplateNode;
  readonly value: number;
  /** The parameter whose default the figure is. */
  readonly parameter: string | undefined;
  readonly guards: Guards;
  readonly key: string;
}

/** A reservation that has to change, and to what; undefined where it has to go. */
export interface Change {
  readonly reservation: Reservation;
  readonly wanted: number | undefined;
}

export type Edit = Pick<FixDraft, 'edits' | 'touches'>;

/** How reservations are changed: in templates, or in a program. */
export interface ReservationWriter {
  /** The one that findings are about. */
  readonly template: Template;
  /** All that is deployed together. */
  readonly unit: readonly Template[];
  /** The names by which the options may know a function. */
  namesOf(fn: Resource): readonly string[];
  /** The names under which the account may hold a reservation of a function; `known` are all that it tells, the largest first. */
  accountNamesOf(fn: Resource, known: readonly string[]): readonly string[];
  /** Where a function stands, for people. */
  fileOf(fn: Resource): string;
  /** What a title calls the owner of a reservation. */
  ownerOf(reservation: Reservation): string;
  /** Why a figure cannot be changed so. */
  reasonAgainst(change: Change): Refusal | undefined;
  /** @param changes all that the finding's unit has to change, for what is written may be shared */
  remove(reservations: readonly Reservation[], changes: readonly Change[]): Edit;
  lower(reservation: Reservation, wanted: number, changes: readonly Change[]): Edit;
  /** Makes parameters of the figures, with what is wanted as their default. */
  parameterize(changes: readonly Change[]): Edit;
  /** Takes the figures from the environment that is deployed to. */
  takeFromEnvironment(changes: readonly EnvironmentChange[]): Edit | Refusal;
  /** What a person has to do in each environment then. */
  environmentSteps(changes: readonly EnvironmentChange[]): readonly string[];
}

/** Removes every reservation, makes parameters of them or gives them to the environments: it is the sum that the account may not hold. */
export function fixAll(
  writer: ReservationWriter,
  reservations: readonly Reservation[],
  options: ReservedConcurrencyOptions,
): FixDraft | Refusal {
  const changes = [...new Map(reservations.map((each) => [each.node, each])).values()].map((reservation): Change => ({
    reservation,
    wanted: undefined,
  }));
  const refusals = changes.flatMap((change) => writer.reasonAgainst(change) ?? []);
  const [refusal] = refusals;
  if (refusal && refusals.length === changes.length) return refusal;
  const editable = refusal ? changes.filter((change) => !writer.reasonAgainst(change)) : changes;
  if (options.strategy === 'parameter')
    return {
      ...review,
      title: `Make the reserved concurrency of ${ownersOf(writer, editable)} a parameter`,
      ...writer.parameterize(editable),
    };
  const given = editable.flatMap(({ reservation }) => environmentChange(writer, reservation, options) ?? []);
  const rest = editable.filter(({ reservation }) => !given.some((each) => each.reservation === reservation));
  return together(given.length > 0 && fromEnvironment(writer, given), rest.length > 0 && removal(writer, rest));
}

function removal(writer: ReservationWriter, changes: readonly Change[]): FixDraft {
  const figure = changes.length === 1 ? ` (${changes[0]?.reservation.value})` : '';
  return {
    ...review,
    title: `Remove the reserved concurrency${figure} of ${ownersOf(writer, changes)}`,
    ...writer.remove(
      changes.map(({ reservation }) => reservation),
      changes,
    ),
  };
}

function fromEnvironment(writer: ReservationWriter, changes: readonly EnvironmentChange[]): FixDraft | Refusal {
  const edit = writer.takeFromEnvironment(changes);
  if ('code' in edit) return edit;
  const [only] = changes;
  const figures = changes.length === 1 && only ? ` (${shownFigures(only.figures)})` : '';
  return {
    ...review,
    title: `Take the reserved concurrency of ${ownersOf(writer, changes)} from the environment${figures}`,
    ...edit,
  };
}

/** Two fixes as one, of which either may be missing. */
function together(first: FixDraft | Refusal | false, second: FixDraft | false): FixDraft | Refusal {
  if (first === false || 'code' in first) return first || second || { code: 'limit', because: 'nothing is reserved' };
  if (second === false) return first;
  return {
    ...first,
    title: `${first.title}; ${second.title.charAt(0).toLowerCase()}${second.title.slice(1)}`,
    edits: [...first.edits, ...second.edits],
    touches: [...first.touches, ...second.touches],
  };
}

function ownersOf(writer: ReservationWriter, changes: readonly { readonly reservation: Reservation }[]): string {
  return [...new Set(changes.map(({ reservation }) => writer.ownerOf(reservation)))].join(', ');
}

export function fixOne(
  writer: ReservationWriter,
  { reservation, wanted: granted }: Change,
  changes: readonly Change[],
  options: ReservedConcurrencyOptions,
  safety: 'safe' | 'review' = 'review',
): FixDraft | Refusal {
  const wanted = options.strategy === 'remove' ? undefined : granted;
  const refusal = writer.reasonAgainst({ reservation, wanted });
  if (refusal) return refusal;
  const withdrawn = options.strategy === 'remove' ? changes.map((each) => ({ ...each, wanted: undefined })) : changes;
  const owner = writer.ownerOf(reservation);
  const given = environmentChange(writer, reservation, options);
  if (given) return fromEnvironment(writer, [given]);
  if (options.strategy === 'parameter')
    return {
      ...review,
      title: `Make the reserved concurrency of ${owner} a parameter`,
      ...writer.parameterize([{ reservation, wanted }]),
    };
  return {
    ...review,
    safety,
    title:
      wanted === undefined
        ? `Remove the reserved concurrency (${reservation.value}) of ${owner}`
        : `Lower the reserved concurrency of ${owner} from ${reservation.value} to ${wanted}`,
    ...(wanted === undefined ? writer.remove([reservation], withdrawn) : writer.lower(reservation, wanted, changes)),
  };
}

const review = { safety: 'review', consequence: { deployment: 'update' } } as const;

/** What goes with a branch of a choice: the whole choice, where no other branch reserves or all of them go. */
export function wholeOf(node: TemplateNode, gone: readonly TemplateNode[]): TemplateNode {
  const choice = node.parent?.parent;
  if (node.parent?.kind !== 'list' || choice?.kind !== 'intrinsic') return node;
  const others = node.parent.items.slice(1);
  return others.every((branch) => gone.includes(branch) || isNothing(branch))
    ? wholeOf(choice, [...gone, choice])
    : node;
}

/** No reservation: in a program -1 says so too. */
function isNothing(node: TemplateNode): boolean {
  return refOf(node) === 'AWS::NoValue' || (node.kind === 'scalar' && node.value === -1);
}
