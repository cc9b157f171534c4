import { type FixDraft, defineCfnFixer } from '../core/rule.js';
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
import type { TextEdit } from '../core/text/edit.js';
import { type ActionSplit, ownAccountTables, rule } from '../rules/iam-resource-wildcard.js';
import { type EveryTable, type TableTarget, everyTableIn, itemsOf, targetsOf } from '../rules/shared/every-table.js';
import { describePieces, piecesOf } from '../rules/shared/pieces.js';
import type { PolicyStatement } from '../rules/shared/statements.js';

type MessageId = keyof typeof rule.messages;

export default defineCfnFixer<MessageId, Record<string, never>>({
  rule,
  needles: ['dynamodb:', 'dynamoDB:', 'DynamoDB:'],
  *find({ template, editor }) {
    yield* everyTableIn({
      template,
      limit: (found) => limit(found, editor),
      snippet: (name) => snippetFor(name, editor),
    });
  },
});

function limit(found: EveryTable, editor: Editor): Pick<FixDraft, 'edits' | 'touches'> {
  const { node, split, wildcards, tables, apart } = found;
  const values =
    tables.length > 0
      ? tables.flatMap((table) => targetsOf(table, split.kinds).map(valueOf))
      : [{ 'Fn::Sub': ownAccountTables }];
  return {
    edits: apart ? moved(found, split, values, editor) : narrowed(node.get('Resource'), wildcards, values, editor),
    touches: apart ? touchesOf(found) : [[...node.path, 'Resource']],
  };
}

function valueOf({ table, attribute, tail }: TableTarget): Value {
  return tail === '' ? { 'Fn::GetAtt': [table.id, attribute] } : { 'Fn::Sub': `\${${table.id}.${attribute}}${tail}` };
}

/** The statement's resource for a table that is given by its name. */
function snippetFor(name: TemplateNode, editor: Editor): string {
  const pieces = piecesOf(name);
  const shown = pieces.every((piece) => piece.kind !== 'other') ? describePieces(pieces) : '${TableName}';
  return `Resource: ${editor.print({ 'Fn::Sub': ownAccountTables.replace(/\*$/, shown) })}`;
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
