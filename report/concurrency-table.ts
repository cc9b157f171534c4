import type { FileReport } from '../core/engine/types.js';
import type { AccountBudget, ConcurrencyPlan, PlannedFunction } from '../core/rule.js';
import { visible } from './escape.js';
import type { Style } from './style.js';
import { count, list } from './words.js';

type Row = readonly [name: string, requested: string, current: string, floor: string, proposed: string, why: string];

const heading: Row = ['function', 'requested', 'current', 'floor', 'proposed', 'why'];

/** The plan of what is deployed with a file, as a table with its sums and where the budget comes from; empty without one. */
export function concurrencyText({ file, concurrency: plan }: FileReport, style: Style): string {
  if (!plan) return '';
  const rows = plan.functions.map((each) => rowOf(each, file));
  const sum: Row = ['sum', String(plan.requested), '', '', String(plan.proposed), sumNote(plan)];
  const [head = '', ...lines] = aligned([heading, ...rows, sum]);
  const functions = new Set(plan.functions.map((each) => `${each.file}\0${each.function}`)).size;
  const title = `${style.place(visible(file))}: ${style.strong(`reserved concurrency of ${count(functions, 'function')}`)}, in executions`;
  const notes = [
    budgetLine(plan.account),
    ...otherAccounts(plan.account),
    ...(plan.account.isAssumed ? [assumption(plan.account)] : []),
  ];
  return `${[title, ...[style.faint(head), ...lines, ...notes].map((line) => `    ${line}`)].join('\n')}\n\n`;
}

function rowOf(each: PlannedFunction, file: string): Row {
  const name = each.file === file ? each.function : `${each.function} (${each.file})`;
  return [
    visible(name),
    figure(each.requested, '?'),
    figure(each.current, '-'),
    String(each.floor),
    each.reason === 'open' ? '?' : figure(each.proposed, 'none'),
    visible(each.why),
  ];
}

function figure(executions: number | undefined, otherwise: string): string {
  return executions === undefined ? otherwise : String(executions);
}

/** Where conditions exclude each other, the sum is smaller than what stands above it. */
function sumNote({ functions, requested, proposed }: ConcurrencyPlan): string {
  const total = (of: (each: PlannedFunction) => number | undefined): number =>
    functions.reduce((sum, each) => sum + (of(each) ?? 0), 0);
  const isWhole = total((each) => each.requested) === requested && total((each) => each.proposed) === proposed;
  return isWhole ? '' : 'the most that the conditions let exist together';
}

/** `budget 37 = 137 unreserved - 100 that must stay unreserved (account.json, quota 137)`. */
function budgetLine(account: AccountBudget): string {
  const { budget, unreserved, held, minimumUnreserved, headroom, limit } = account;
  const terms = [
    `${unreserved} unreserved`,
    ...(held > 0 ? [`+ ${held} that these functions hold already`] : []),
    `- ${minimumUnreserved} that must stay unreserved`,
    ...(headroom > 0 ? [`- ${headroom} headroom of the configuration`] : []),
  ].join(' ');
  const isExact = unreserved + held - minimumUnreserved - headroom === budget;
  const origin = `(${visible(account.source)}, quota ${limit})`;
  return `budget ${budget}${isExact ? ' =' : ', for nothing is left of'} ${terms} ${origin}`;
}

function assumption({ limit }: AccountBudget): string {
  return `The account is not known: this is what one with the default quota of ${limit} could hold where nothing else is reserved. A new one has less, and may hold none. \`aws lambda get-account-settings > account.json\` and --account account.json settle it.`;
}

/** What would be elsewhere: the tightest account decided. */
function otherAccounts({ others }: AccountBudget): string[] {
  if (others.length === 0) return [];
  const budgets = others.map(({ source, budget }) => `${budget} (${visible(source)})`);
  return [`the tightest account decides; others could give ${list(budgets)}`];
}

/** Columns of figures flush right, those of words flush left, the last one as long as it is. */
function aligned(rows: readonly Row[]): string[] {
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (column === row.length - 1) return cell;
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
