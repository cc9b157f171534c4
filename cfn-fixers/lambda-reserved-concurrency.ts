import type { AccountFigures, FindingDraft, FixDraft, Refusal } from '../core/rule.js';
import { defineCfnFixer } from '../core/rule.js';
import type { Guards, World } from '../core/template/conditions.js';
import { all } from '../core/template/conditions.js';
import type { Editor } from '../core/template/editor.js';
import { type Path, type TemplateNode, refOf } from '../core/template/node.js';
import type { Resource, Template } from '../core/template/template.js';
import { limits } from '../facts/index.js';
import {
  type ReservedConcurrencyOptions,
  budgetOf,
  minimumOf,
  capOf,
  lostProtection,
  quotaFollowUp,
  rule,
} from '../rules/lambda-reserved-concurrency.js';
import { type Allocation, allocate } from '../rules/shared/allocate.js';
import { concurrencyFloor, functionNameOf } from './shared/concurrency.js';
import { parameterEdits } from './shared/reservation-parameter.js';
import { functionTypes } from './shared/types.js';

type MessageId = 'unproven' | 'overBudget' | 'overCap';

/** One branch of one function's reservation. */
interface Reservation {
  readonly fn: Resource;
  readonly node: TemplateNode;
  readonly value: number;
  /** The parameter whose default the figure is. */
  readonly parameter: string | undefined;
  readonly guards: Guards;
  readonly key: string;
}

export default defineCfnFixer<MessageId, ReservedConcurrencyOptions>({
  rule,
  needles: ['ReservedConcurrentExecutions'],
  *find({ template, unit, editor, options, account }) {
    const reservations = unit.flatMap((member) => reservationsIn(member));
    const here = reservations.filter(({ fn }) => fn.template === template);
    if (here.length === 0) return;
    const caps = new Map(
      reservations.map((reservation) => [
        reservation.key,
        capOf(options, [reservation.fn.id, functionNameOf(reservation.fn)]),
      ]),
    );
    if (account) yield* judgeWithFigures(reservations, caps, account, template, editor, options);
    else if ([...caps.values()].some((cap) => cap !== undefined)) yield* judgeCaps(here, caps, editor, options);
    else yield* judgeWithoutFigures(reservations, here, editor, options);
  },
});

function reservationsIn(template: Template): Reservation[] {
  return template.resources(...functionTypes).flatMap((fn) => {
    const branches = template.alternatives(fn.property('ReservedConcurrentExecutions'));
    return branches.flatMap(({ node, guards }, index): Reservation[] => {
      const resolved = node ? template.resolve(node) : undefined;
      const value = resolved?.known === true ? Number(resolved.value) : Number.NaN;
      if (!node || !resolved?.known || !Number.isInteger(value) || value < 0) return [];
      return [
        {
          fn,
          node,
          value,
          parameter: resolved.parameter,
          guards: [...fn.guards, ...guards],
          key: `${template.source.path}#${fn.id}#${index}`,
        },
      ];
    });
  });
}

function* judgeCaps(
  here: readonly Reservation[],
  caps: ReadonlyMap<string, number | undefined>,
  editor: Editor,
  options: ReservedConcurrencyOptions,
): Generator<FindingDraft<MessageId>> {
  for (const reservation of here) {
    const cap = caps.get(reservation.key);
    if (cap === undefined || reservation.value <= cap) continue;
    yield {
      message: 'overCap',
      data: { resource: reservation.fn.id, requested: reservation.value, cap },
      certainty: reservation.parameter === undefined ? 'proven' : 'possible',
      resource: reservation.fn,
      node: reservation.node,
      fix: () => fixOne(reservation, cap, editor, options),
    };
  }
}

function* judgeWithFigures(
  reservations: readonly Reservation[],
  caps: ReadonlyMap<string, number | undefined>,
  account: AccountFigures,
  template: Template,
  editor: Editor,
  options: ReservedConcurrencyOptions,
): Generator<FindingDraft<MessageId>> {
  const capped = reservations.map((reservation) => ({
    ...reservation,
    value: Math.min(reservation.value, caps.get(reservation.key) ?? Number.POSITIVE_INFINITY),
  }));
  const names = [...new Set(reservations.map(({ fn }) => functionNameOf(fn)))];
  const budget = budgetOf(account, names, options.headroom);
  const { sum, allocation } = allocateWorst(capped, budget);
  for (const reservation of capped.filter(({ fn }) => fn.template === template)) {
    const original = reservations.find(({ key }) => key === reservation.key)?.value ?? reservation.value;
    const granted = allocation.has(reservation.key) ? allocation.get(reservation.key) : reservation.value;
    if (granted === original) continue;
    const overBudget = allocation.has(reservation.key) && granted !== reservation.value;
    yield {
      message: overBudget ? 'overBudget' : 'overCap',
      data: {
        resource: reservation.fn.id,
        requested: original,
        cap: reservation.value,
        sum,
        budget,
        source: account.source,
        minimum: minimumOf(account),
      },
      certainty: reservation.parameter === undefined ? 'proven' : 'possible',
      resource: reservation.fn,
      node: reservation.node,
      followUps: overBudget ? [quotaFollowUp, ...(granted === undefined ? [lostProtection] : [])] : [],
      fix: () => fixOne({ ...reservation, value: original }, granted, editor, options),
    };
  }
}

/** The sum of the worst combination of conditions, and what each reservation may keep in every combination. */
function allocateWorst(reservations: readonly Reservation[], budget: number): { sum: number; allocation: Allocation } {
  const allocation = new Map<string, number | undefined>();
  let worst = 0;
  for (const world of worldsOf(reservations)) {
    const present = reservations.filter(({ guards, value }) => value > 0 && all(world, guards));
    const sum = present.reduce((total, { value }) => total + value, 0);
    worst = Math.max(worst, sum);
    if (sum <= budget) continue;
    const requests = present.map(({ key, value, fn }) => ({ key, requested: value, ...concurrencyFloor(fn) }));
    for (const [key, value] of allocate(requests, budget)) {
      const other = allocation.has(key) ? allocation.get(key) : value;
      allocation.set(key, value === undefined || other === undefined ? undefined : Math.min(value, other));
    }
  }
  return { sum: worst, allocation };
}

/** Conditions of different templates know nothing of each other, so only a single template's worlds are told apart. */
function worldsOf(reservations: readonly Reservation[]): readonly World[] {
  const templates = new Set(reservations.map(({ fn }) => fn.template));
  const [only] = templates;
  return templates.size === 1 && only
    ? only.conditions.worldsOf(reservations.flatMap(({ guards }) => guards))
    : [new Map()];
}

function* judgeWithoutFigures(
  reservations: readonly Reservation[],
  here: readonly Reservation[],
  editor: Editor,
  options: ReservedConcurrencyOptions,
): Generator<FindingDraft<MessageId>> {
  const mine = here.filter(({ value }) => value > 1);
  const first = mine[0];
  if (!first) return;
  const { sum } = allocateWorst(reservations, Number.POSITIVE_INFINITY);
  const quota = limits.concurrency.defaultLimit;
  const available = quota - limits.concurrency.minimumUnreserved;
  const functions = new Set(reservations.filter(({ value }) => value > 0).map(({ fn }) => fn)).size;
  yield {
    message: 'unproven',
    data: {
      who: functions === 1 ? `${first.fn.id} reserves` : `${functions} functions of this unit reserve together`,
      sum,
      because: mine.some(({ parameter }) => parameter !== undefined) ? ' (defaults of parameters included)' : '',
      quota,
      available,
    },
    certainty: 'possible',
    resource: first.fn,
    node: first.node,
    followUps: [lostProtection, quotaFollowUp],
    fix: () => fixAll(mine, editor, options),
  };
}

/** Removes every reservation of the template, or makes parameters of them: it is the sum that the account may not hold. */
function fixAll(
  reservations: readonly Reservation[],
  editor: Editor,
  options: ReservedConcurrencyOptions,
): FixDraft | Refusal {
  const editable = [
    ...new Map(
      reservations.filter(({ parameter }) => parameter === undefined).map((each) => [each.node, each]),
    ).values(),
  ];
  const [first] = editable;
  if (!first) return parameterRefusal(reservations[0]?.parameter ?? '');
  const drafts = editable.map((each) => fixOne(each, undefined, editor, options));
  const refusal = drafts.find((draft): draft is Refusal => 'code' in draft);
  if (refusal) return refusal;
  const fixes = drafts.filter((draft): draft is FixDraft => 'edits' in draft);
  if (fixes.length === 1 && fixes[0]) return fixes[0];
  const names = [...new Set(editable.map(({ fn }) => fn.id))].join(', ');
  return {
    title:
      options.strategy === 'parameter'
        ? `Make the reserved concurrency of ${names} a parameter`
        : `Remove the reserved concurrency of ${names}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits:
      options.strategy === 'parameter'
        ? fixes.flatMap(({ edits }) => edits)
        : removeEdits(
            editable.map(({ node }) => node),
            editor,
          ),
    touches: fixes.flatMap(({ touches }) => touches),
  };
}

function parameterRefusal(parameter: string): Refusal {
  return {
    code: 'unknown-value',
    because: `the figure is the parameter ${parameter}: give it a value that the account holds`,
  };
}

function fixOne(
  reservation: Reservation,
  granted: number | undefined,
  editor: Editor,
  options: ReservedConcurrencyOptions,
): FixDraft | Refusal {
  const { fn, node, value, parameter } = reservation;
  if (parameter !== undefined) return parameterRefusal(parameter);
  const wanted = options.strategy === 'remove' ? undefined : granted;
  const place = node.path[0] === 'Globals' ? 'Globals' : fn.id;
  if (options.strategy === 'parameter')
    return {
      title: `Make the reserved concurrency of ${place} a parameter`,
      safety: 'review',
      consequence: { deployment: 'update' },
      ...parameterEdits(fn, node, wanted, editor),
    };
  return {
    title:
      wanted === undefined
        ? `Remove the reserved concurrency (${value}) of ${place}`
        : `Lower the reserved concurrency of ${place} from ${value} to ${wanted}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: wanted === undefined ? removeEdits([node], editor) : editor.replace(node, wanted),
    touches: [propertyPath(node)],
  };
}

/** The path of the whole property, of which the node may be a branch. */
function propertyPath(node: TemplateNode): Path {
  const { path } = node;
  return path.slice(0, path.indexOf('ReservedConcurrentExecutions') + 1);
}

/** A branch of `Fn::If` cannot go: it becomes `AWS::NoValue`, and where the other one is that already or goes too, the whole property goes. */
function removeEdits(nodes: readonly TemplateNode[], editor: Editor): FixDraft['edits'] {
  const whole = new Set(nodes.map((node) => wholeOf(node, nodes)));
  return [...whole].flatMap((node) =>
    node.parent?.parent?.kind === 'intrinsic' && node.parent.kind === 'list'
      ? editor.replace(node, { Ref: 'AWS::NoValue' })
      : editor.remove(node),
  );
}

function wholeOf(node: TemplateNode, gone: readonly TemplateNode[]): TemplateNode {
  const choice = node.parent?.parent;
  if (node.parent?.kind !== 'list' || choice?.kind !== 'intrinsic') return node;
  const isAll = node.parent.items.slice(1).every((branch) => gone.includes(branch) || refOf(branch) === 'AWS::NoValue');
  return isAll ? choice : node;
}
