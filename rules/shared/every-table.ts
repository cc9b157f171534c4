import type { FindingDraft, FixDraft, Refusal } from '../../core/rule.js';
import { type TemplateNode, stringOf } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import { type ActionSplit, isAccountWide, isEveryTable, splitActions, tailOf } from '../iam-resource-wildcard.js';
import { foreignPrincipal, foreignTable, rolesBehind, tablesOf } from './own-tables.js';
import { describePieces, piecesOf, shownPieces } from './pieces.js';
import { type PolicyStatement, policyStatements } from './statements.js';

/** A statement that reaches every table, and what it should reach. */
export interface EveryTable extends PolicyStatement {
  readonly split: ActionSplit;
  readonly wildcards: readonly TemplateNode[];
  /** The tables of the template; none where region and account are the limit. */
  readonly tables: readonly Resource[];
  /** True where actions stay on the wildcard, so that the others need a statement of their own. */
  readonly apart: boolean;
}

/** How the limits are written: into a template or into a program. */
export interface TableWriter {
  readonly template: Template;
  limit(found: EveryTable): Pick<FixDraft, 'edits' | 'touches'>;
  /** The statement's resource for a table that is given by its name. */
  snippet(name: TemplateNode): string;
}

/** A table's ARN, its stream's, or the table's with a tail. */
export interface TableTarget {
  readonly table: Resource;
  readonly attribute: 'Arn' | 'StreamArn';
  readonly tail: string;
}

/** Statements that allow DynamoDB actions on every table. */
export function* everyTableIn(writer: TableWriter): Generator<FindingDraft<'everyTable'>> {
  const boundaries = boundariesOf(writer.template.resources());
  for (const statement of policyStatements(writer.template)) {
    if (!boundaries.has(statement.holder.id)) yield* judge(statement, writer);
  }
}

/** Managed policies that limit roles or users: what they allow is no grant. */
function boundariesOf(resources: readonly Resource[]): ReadonlySet<string> {
  const nodes = resources.flatMap((resource) => resource.property('PermissionsBoundary') ?? []);
  return new Set(
    nodes.flatMap((node) => piecesOf(node).flatMap((piece) => (piece.kind === 'reference' ? [piece.name] : []))),
  );
}

function* judge(statement: PolicyStatement, writer: TableWriter): Generator<FindingDraft<'everyTable'>> {
  const { holder, node } = statement;
  const actions = textsOf(node.get('Action'));
  const wildcards = itemsOf(node.get('Resource')).filter((item) => isEveryTable(describePieces(piecesOf(item))));
  const [wildcard] = wildcards;
  if (stringOf(node.get('Effect')) !== 'Allow' || node.has('Condition') || !actions || !wildcard) return;
  if (isAccountWide(actions)) return;
  const split = splitActions(actions, streamTables(holder).length > 0);
  if (split.scoped.length === 0) return;
  const refusal = refusalFor(holder, writer);
  yield {
    message: 'everyTable',
    data: { holder: holder.id, actions: listed(split.scoped), wildcard: shownPieces(piecesOf(wildcard)) },
    certainty: 'proven',
    resource: holder,
    node: wildcard,
    followUps: refusal ? [] : followUpsOf(holder.template, split),
    fix: () => refusal ?? fixOf(foundIn(statement, split, wildcards), writer),
  };
}

function foundIn(statement: PolicyStatement, split: ActionSplit, wildcards: readonly TemplateNode[]): EveryTable {
  const tables = split.making.length > 0 ? [] : tablesOf(statement.holder.template);
  const apart = split.rest.length > 0 && wildcards.some((item) => stringOf(item) === '*');
  return { ...statement, split, wildcards, tables, apart };
}

function fixOf(found: EveryTable, writer: TableWriter): FixDraft {
  const { holder, split, tables } = found;
  const to = tables.length > 0 ? tables.map(({ id }) => id).join(', ') : 'the tables of its own account and region';
  return {
    title: `Limit ${listed(split.scoped)} of ${holder.id} to ${to}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    ...writer.limit(found),
  };
}

function refusalFor(holder: Resource, writer: TableWriter): Refusal | undefined {
  const { template } = holder;
  const roles = rolesBehind(holder);
  const sam = holder.type.startsWith('AWS::Serverless::');
  if (!sam && roles.length === 0)
    return { code: 'outside-template', because: `the ${template.noun} does not show which roles have ${holder.id}` };
  const stranger = foreignPrincipal(roles);
  if (stranger !== undefined)
    return {
      code: 'needs-choice',
      because: `${stranger} assumes the role, and may need tables that the ${template.noun} does not name`,
    };
  const foreign = foreignTable(template, holder, roles);
  if (foreign)
    return {
      code: 'unknown-value',
      because: `a table name comes from outside the ${template.noun}: ${foreign.shown}`,
      snippet: writer.snippet(foreign.node),
    };
  for (const table of tablesOf(template)) {
    if (template.graph.reaches(table.id, holder.id))
      return { code: 'cycle', because: `${table.id} itself waits for ${holder.id}` };
    if (!template.conditions.implies(holder.guards, table.guards))
      return {
        code: 'needs-choice',
        because: `${table.id} exists only under a condition that ${holder.id} does not have`,
      };
  }
  return undefined;
}

function streamTables({ template }: Resource): readonly Resource[] {
  return tablesOf(template).filter((table) => table.property('StreamSpecification'));
}

function hasIndexes(table: Resource): boolean {
  return (
    table.isOpaque ||
    ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'].some((name) => table.property(name) !== undefined)
  );
}

/** What the scoped actions reach of a table. */
export function targetsOf(table: Resource, kinds: ReadonlySet<string>): TableTarget[] {
  const below = [...kinds].filter((kind) => tailOf(kind) !== '' && kind !== 'stream');
  const hasStream = kinds.has('stream') && table.property('StreamSpecification') !== undefined;
  // `dynamodb:*` and its like reach everything below a table.
  const tails = below.length > 2 ? ['/*'] : below.filter((kind) => kind !== 'index' || hasIndexes(table)).map(tailOf);
  return [
    ...(kinds.has('table') ? [{ table, attribute: 'Arn' as const, tail: '' }] : []),
    ...tails.map((tail) => ({ table, attribute: 'Arn' as const, tail })),
    ...(hasStream && !tails.includes('/*') ? [{ table, attribute: 'StreamArn' as const, tail: '' }] : []),
  ];
}

function followUpsOf({ noun }: Template, { lost }: ActionSplit): readonly string[] {
  const rest =
    lost.length > 0
      ? [
          `The pattern also allowed ${listed(lost)}, which only * allows: grant what of it the code calls in a statement of its own.`,
        ]
      : [];
  return [`Check that the code uses no table outside of the ${noun}: it is denied from then on.`, ...rest];
}

/** The texts of a list or a single text; undefined where one of them is no literal. */
function textsOf(node: TemplateNode | undefined): readonly string[] | undefined {
  const texts = itemsOf(node).map(stringOf);
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts : undefined;
}

export function itemsOf(node: TemplateNode | undefined): readonly TemplateNode[] {
  if (node?.kind === 'list') return node.items;
  return node ? [node] : [];
}

function listed(names: readonly string[]): string {
  const [first = '', second, ...rest] = names;
  if (rest.length > 1) return `${first}, ${second} and ${rest.length} more actions`;
  return [first, second, ...rest].filter((name) => name !== undefined).join(', ');
}
