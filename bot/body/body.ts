import type { Impact } from '../../core/rule.js';
import { byteLength } from '../../report/markdown-text.js';
import { count } from '../../report/words.js';
import { type Metadata, metadataLine } from '../metadata.js';
import type { GroupPlan, LeftFinding, PlannedFix } from '../plan.js';
import { isDraft } from '../plan.js';
import { type Web, permalink } from '../web-links.js';
import { rebuildBox } from './frame.js';
import { inert } from './inert.js';

/** Bytes that a block may have. */
export const bodyBudget = 60_000;

export interface BlockInput {
  readonly plan: GroupPlan;
  readonly metadata: Metadata;
  readonly web: Web | undefined;
  /** Bytes; what does not fit is counted instead of shown. */
  readonly budget?: number;
}

const order: readonly Impact[] = ['critical', 'high', 'medium', 'low'];

/**
 * Our part of the body. The metadata comes first, so that no cut can take it; then what is done, row by row as far as the
 * budget goes, what is left to do by hand, why, and what is not fixed.
 */
export function blockOf({ plan, metadata, web, budget = bodyBudget }: BlockInput): string {
  const fixes = plan.fixes.toSorted(byWeight);
  const head = [metadataLine(metadata), '', summary(plan), ''];
  const tail = ['', '---', closing(fixes.length), '', `- [ ] ${rebuildBox}`];
  const room = new Room(budget - byteLength([...head, ...tail].join('\n')) - 500);
  const place = (file: string, line: number): string => placeOf(plan, web, file, line);
  const todo = room.take(todoItems(fixes), 0.25);
  const rows = room.take(
    fixes.map((fix) => rowOf(fix, place(fix.file, fix.line))),
    0.6,
  );
  const reasons = room.take(fixes.map(reasonOf), 0.6);
  const left = room.take(
    plan.left.map((finding) => leftItem(finding, place(finding.file, finding.line))),
    1,
  );
  return [
    ...head,
    ...(rows.shown.length > 0 ? tableHead : []),
    ...rows.shown,
    ...more(rows.hidden, 'fix', 'fixes', 'see the changed files'),
    ...(todo.shown.length > 0 ? ['', '### You still have to do', '', ...todo.shown] : []),
    ...more(todo.hidden, 'step', 'steps', 'run `stackmend diff` to see them'),
    ...details(`Why, and how sure (${fixes.length})`, reasons, 'reason', 'run `stackmend diff` to see them'),
    ...details(`Not fixed here (${plan.left.length})`, left, 'finding', 'run `stackmend check` to see them'),
    ...tail,
  ].join('\n');
}

const tableHead = ['| | Where | What | Without it | On deploy | Rule |', '| --- | --- | --- | --- | --- | --- |'];

function byWeight(a: PlannedFix, b: PlannedFix): number {
  return (
    order.indexOf(a.impact) - order.indexOf(b.impact) ||
    compare(a.file, b.file) ||
    a.line - b.line ||
    compare(a.fingerprint, b.fingerprint)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function summary(plan: GroupPlan): string {
  const { fixes } = plan;
  const files = [...new Set(fixes.map(({ file }) => file))];
  const where = files.length === 1 ? inert(files[0] ?? '') : count(files.length, 'file');
  const safe = fixes.filter(({ safety }) => safety === 'safe').length;
  const kinds = [
    ...(safe > 0 ? [`${safe} safe`] : []),
    ...(safe < fixes.length ? [`${fixes.length - safe} to review`] : []),
  ];
  const draft = isDraft(plan) ? ', so it opens as a draft' : '';
  return `**${count(fixes.length, 'fix', 'fixes')}** for what stops ${where} from deploying: ${kinds.join(', ')}${draft}.`;
}

function closing(fixes: number): string {
  const these = fixes === 1 ? 'this fix' : `these ${fixes} fixes`;
  return `Close this pull request to stop ${these} from being offered; new ones will still come. Push to the branch and it is yours.`;
}

function rowOf(fix: PlannedFix, place: string): string {
  const where = fix.resource === undefined ? place : `${inert(fix.resource, 'cell')} ${place}`;
  const without = fix.prevents === undefined ? '' : inert(fix.prevents, 'cell');
  const cells = [fix.impact, where, inert(fix.title, 'cell'), without, onDeploy(fix), inert(fix.rule, 'cell')];
  return `| ${cells.join(' | ')} |`;
}

function onDeploy({ consequence: { deployment, cost } }: PlannedFix): string {
  const effect = { none: 'no change', update: 'in place', replacement: 'replacement' }[deployment];
  return cost === undefined ? effect : `${effect}; cost: ${inert(cost, 'cell')}`;
}

function todoItems(fixes: readonly PlannedFix[]): string[] {
  const items = fixes.flatMap(({ followUps, resource }) =>
    followUps.map((step) => `- [ ] ${resource === undefined ? '' : `${inert(resource)}: `}${inert(step)}`),
  );
  return [...new Set(items)];
}

function reasonOf(fix: PlannedFix): string {
  const { rule, resource, safety, certainty, message, references } = fix;
  const about = [inert(rule), ...(resource === undefined ? [] : [inert(resource)]), safety, certainty];
  const pages = references.map((page) => `<${page}>`).join(', ');
  return `- ${about.join(' · ')}: ${inert(message)}${pages === '' ? '' : ` AWS: ${pages}`}`;
}

function leftItem({ rule, resource, message, because }: LeftFinding, place: string): string {
  const about = [inert(rule), ...(resource === undefined ? [] : [inert(resource)])];
  return `- ${about.join(' · ')} ${place}: ${inert(message)} Not fixed: ${inert(because)}`;
}

function placeOf({ base }: GroupPlan, web: Web | undefined, file: string, line: number): string {
  return web === undefined ? `L${line}` : `[L${line}](${permalink(web, base.oid, file, line)})`;
}

/** The items that fit, and how many do not. */
interface Fitted {
  readonly shown: readonly string[];
  readonly hidden: number;
}

/** Gives out the bytes of a budget. */
class Room {
  constructor(private bytes: number) {}

  /** As many items from the front as fit into a share of what is left. */
  take(items: readonly string[], share: number): Fitted {
    let room = Math.max(0, this.bytes * share);
    const shown: string[] = [];
    for (const item of items) {
      const size = byteLength(item) + 1;
      if (size > room) break;
      shown.push(item);
      room -= size;
      this.bytes -= size;
    }
    return { shown, hidden: items.length - shown.length };
  }
}

function more(hidden: number, noun: string, plural: string, where: string): readonly string[] {
  return hidden === 0 ? [] : ['', `and ${count(hidden, `more ${noun}`, `more ${plural}`)}, ${where}`];
}

function details(title: string, { shown, hidden }: Fitted, noun: string, where: string): readonly string[] {
  if (shown.length + hidden === 0) return [];
  const rest = more(hidden, noun, `${noun}s`, where);
  return ['', `<details><summary>${title}</summary>`, '', ...shown, ...rest, '', '</details>'];
}
