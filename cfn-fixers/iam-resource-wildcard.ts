import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import { CannotEdit } from '../core/template/cannot-edit.js';
import {
  type ListNode,
  type MapNode,
  type Path,
  type TemplateNode,
  type Value,
  stringOf,
  toValue,
} from '../core/template/node.js';
import type { Resource } from '../core/template/template.js';
import type { TextEdit } from '../core/text/edit.js';
import {
  type ActionSplit,
  isAccountWide,
  isEveryTable,
  ownAccountTables,
  rule,
  splitActions,
  tailOf,
} from '../rules/iam-resource-wildcard.js';
import { foreignPrincipal, foreignTable, rolesBehind, tablesOf } from './shared/own-tables.js';
import { describePieces, piecesOf } from './shared/pieces.js';
import { type PolicyStatement, policyStatements } from './shared/statements.js';

type MessageId = keyof typeof rule.messages;

export default defineCfnFixer<MessageId, Record<string, never>>({
  rule,
  needles: ['dynamodb:', 'dynamoDB:', 'DynamoDB:'],
  *find({ template, editor }) {
    const boundaries = boundariesOf(template.resources());
    for (const statement of policyStatements(template)) {
      if (!boundaries.has(statement.holder.id)) yield* judge(statement, editor);
    }
  },
});

/** Managed policies that limit roles or users: what they allow is no grant. */
function boundariesOf(resources: readonly Resource[]): ReadonlySet<string> {
  const nodes = resources.flatMap((resource) => resource.property('PermissionsBoundary') ?? []);
  return new Set(
    nodes.flatMap((node) => piecesOf(node).flatMap((piece) => (piece.kind === 'reference' ? [piece.name] : []))),
  );
}

function* judge(statement: PolicyStatement, editor: Editor): Generator<FindingDraft<MessageId>> {
  const { holder, node } = statement;
  const actions = textsOf(node.get('Action'));
  const wildcards = itemsOf(node.get('Resource')).filter((item) => isEveryTable(describePieces(piecesOf(item))));
  const [wildcard] = wildcards;
  if (stringOf(node.get('Effect')) !== 'Allow' || node.has('Condition') || !actions || !wildcard) return;
  if (isAccountWide(actions)) return;
  const split = splitActions(actions, streamTables(holder).length > 0);
  if (split.scoped.length === 0) return;
  const refusal = refusalFor(holder, editor);
  yield {
    message: 'everyTable',
    data: { holder: holder.id, actions: listed(split.scoped), wildcard: describePieces(piecesOf(wildcard)) },
    certainty: 'proven',
    resource: holder,
    node: wildcard,
    followUps: refusal ? [] : followUpsOf(split),
    fix: () => refusal ?? fixOf(statement, split, wildcards, editor),
  };
}

function fixOf(
  statement: PolicyStatement,
  split: ActionSplit,
  wildcards: readonly TemplateNode[],
  editor: Editor,
): FixDraft {
  const { holder, node } = statement;
  const tables = split.making.length > 0 ? [] : tablesOf(holder.template);
  const values =
    tables.length > 0 ? tables.flatMap((table) => valuesFor(table, split.kinds)) : [{ 'Fn::Sub': ownAccountTables }];
  const apart = split.rest.length > 0 && wildcards.some((item) => stringOf(item) === '*');
  const edits = apart
    ? moved(statement, split, values, editor)
    : narrowed(node.get('Resource'), wildcards, values, editor);
  const to = tables.length > 0 ? tables.map(({ id }) => id).join(', ') : 'the tables of its own account and region';
  const touches = apart ? touchesOf(statement) : [[...node.path, 'Resource']];
  return {
    title: `Limit ${listed(split.scoped)} of ${holder.id} to ${to}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits,
    touches,
  };
}

function refusalFor(holder: Resource, editor: Editor): Refusal | undefined {
  const { template } = holder;
  const roles = rolesBehind(holder);
  const sam = holder.type.startsWith('AWS::Serverless::');
  if (!sam && roles.length === 0)
    return { code: 'outside-template', because: `the template does not show which roles have ${holder.id}` };
  const stranger = foreignPrincipal(roles);
  if (stranger !== undefined)
    return {
      code: 'needs-choice',
      because: `${stranger} assumes the role, and may need tables that the template does not name`,
    };
  const foreign = foreignTable(template, holder, roles);
  if (foreign)
    return {
      code: 'unknown-value',
      because: `a table name comes from outside the template: ${foreign.shown}`,
      snippet: snippetFor(foreign.node, editor),
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

/** The statement's resource for a table that is given by its name. */
function snippetFor(name: TemplateNode, editor: Editor): string {
  const pieces = piecesOf(name);
  const shown = pieces.every((piece) => piece.kind !== 'other') ? describePieces(pieces) : '${TableName}';
  return `Resource: ${editor.print({ 'Fn::Sub': ownAccountTables.replace(/\*$/, shown) })}`;
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

function valuesFor(table: Resource, kinds: ReadonlySet<string>): Value[] {
  const below = [...kinds].filter((kind) => tailOf(kind) !== '' && kind !== 'stream');
  const streams =
    kinds.has('stream') && table.property('StreamSpecification') ? [{ 'Fn::GetAtt': [table.id, 'StreamArn'] }] : [];
  // `dynamodb:*` and its like reach everything below a table.
  const tails = below.length > 2 ? ['/*'] : below.filter((kind) => kind !== 'index' || hasIndexes(table)).map(tailOf);
  return [
    ...(kinds.has('table') ? [{ 'Fn::GetAtt': [table.id, 'Arn'] }] : []),
    ...tails.map((tail) => ({ 'Fn::Sub': `\${${table.id}.Arn}${tail}` })),
    ...(tails.includes('/*') ? [] : streams),
  ];
}

function touchesOf({ document, node }: PolicyStatement): readonly Path[] {
  const statements = [...document.path, 'Statement'];
  return document.get('Statement') === node
    ? [statements]
    : [
        [...node.path, 'Action'],
        [...(node.parent?.path ?? statements), '-'],
      ];
}

/** Puts the tables in the place of the wildcards. */
function narrowed(
  resource: TemplateNode | undefined,
  wildcards: readonly TemplateNode[],
  values: readonly Value[],
  editor: Editor,
): TextEdit[] {
  const [first, ...others] = wildcards;
  if (resource?.kind !== 'list' || !first) return resource ? editor.replace(resource, oneOrMany(values)) : [];
  if (wildcards.length === resource.items.length && values.length > 0) return editor.replace(resource, values);
  const present = new Set(resource.items.map((item) => JSON.stringify(toValue(item))));
  const [next, ...more] = values.filter((value) => !present.has(JSON.stringify(value)));
  const place = next === undefined ? editor.removeAll(wildcards) : editor.replace(first, next);
  return [
    ...place,
    ...(next === undefined ? [] : editor.removeAll(others)),
    ...more.flatMap((value) => editor.append(resource, value)),
  ];
}

/** Gives the actions that can name a table a statement of their own; the others keep theirs with its wildcard. */
function moved(
  { document, node }: PolicyStatement,
  split: ActionSplit,
  values: readonly Value[],
  editor: Editor,
): TextEdit[] {
  const sid = stringOf(node.get('Sid'));
  const added: Value = {
    ...(sid === undefined ? {} : { Sid: freeSid(document, `${sid}Tables`) }),
    Effect: 'Allow',
    Action: split.scoped,
    Resource: oneOrMany(values),
  };
  if (document.get('Statement') === node) return editor.replace(node, [withActions(node, split.rest), added]);
  return [...leaving(node.get('Action'), split, editor), ...editor.append(listOf(node), added)];
}

/** The list that a statement stands in; below `Fn::If` one of its branches. */
function listOf({ parent }: MapNode): ListNode {
  if (parent?.kind === 'list' && parent.parent?.kind !== 'intrinsic') return parent;
  throw new CannotEdit('the statement stands under a condition of its own');
}

/** Takes the scoped actions out of the list. */
function leaving(actions: TemplateNode | undefined, { scoped }: ActionSplit, editor: Editor): TextEdit[] {
  if (actions?.kind !== 'list') return [];
  return editor.removeAll(actions.items.filter((item) => scoped.includes(stringOf(item) ?? '')));
}

/** Each `Sid` of a policy is its own. */
function freeSid(document: MapNode, base: string): string {
  const sids = itemsOf(document.get('Statement')).map((statement) =>
    statement.kind === 'map' ? stringOf(statement.get('Sid')) : undefined,
  );
  let sid = base;
  for (let number = 2; sids.includes(sid); number++) sid = `${base}${number}`;
  return sid;
}

function withActions(statement: MapNode, actions: readonly string[]): Value {
  return Object.fromEntries(
    statement.entries.map(({ key, value }) => [key, key === 'Action' ? actions : toValue(value)]),
  );
}

function oneOrMany(values: readonly Value[]): Value {
  return values.length === 1 ? (values[0] ?? null) : values;
}

function followUpsOf({ lost }: ActionSplit): readonly string[] {
  const rest =
    lost.length > 0
      ? [
          `The pattern also allowed ${listed(lost)}, which only * allows: grant what of it the code calls in a statement of its own.`,
        ]
      : [];
  return ['Check that the code uses no table outside of the template: it is denied from then on.', ...rest];
}

/** The texts of a list or a single text; undefined where one of them is no literal. */
function textsOf(node: TemplateNode | undefined): readonly string[] | undefined {
  const texts = itemsOf(node).map(stringOf);
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts : undefined;
}

function itemsOf(node: TemplateNode | undefined): readonly TemplateNode[] {
  if (node?.kind === 'list') return node.items;
  return node ? [node] : [];
}

function listed(names: readonly string[]): string {
  const [first = '', second, ...rest] = names;
  if (rest.length > 1) return `${first}, ${second} and ${rest.length} more actions`;
  return [first, second, ...rest].filter((name) => name !== undefined).join(', ');
}
