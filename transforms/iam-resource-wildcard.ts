import { type EveryTable, type TableTarget, everyTableIn, targetsOf } from '../rules/shared/every-table.js';
import { type babel, bare, propertyOf } from '../core/program/ast.js';
import { type Code, list, object, string, text } from '../core/program/print.js';
import type { ProgramResource } from '../core/program/resources.js';
import { awsName, pulumiName, textOf } from '../core/program/surroundings.js';
import { type FixDraft, type ProgramContext, definePulumiTransform } from '../core/rule.js';
import { CannotEdit } from '../core/template/cannot-edit.js';
import { type MapNode, type Path, stringOf } from '../core/template/node.js';
import type { TextEdit } from '../core/text/edit.js';
import { ownAccountTables, rule } from '../rules/iam-resource-wildcard.js';
import { asCodemod } from './shared/codemod.js';
import { type OpenDocument, openDocument } from './shared/documents.js';
import type { ResourceCode } from './shared/resource-code.js';
import { renamed } from './shared/grant.js';
import { statementCode } from './shared/statements.js';

type Context = ProgramContext<Record<string, never>>;

export const transform = definePulumiTransform<'everyTable', Record<string, never>>({
  rule,
  needles: ['dynamodb:', 'dynamoDB:', 'DynamoDB:'],
  *find(context) {
    yield* everyTableIn({
      template: context.program.model,
      limit: (found) => limit(context, found),
      snippet: (name) => {
        const origin = context.program.originOf(name);
        const table = origin ? context.editor.textOf(origin) : 'table.name';
        return `Resource: ${accountArn(context, undefined, `\${${table}}`)}`;
      },
    });
  },
});

export const parser = 'ts';
export default asCodemod(transform);

function limit(context: Context, found: EveryTable): Pick<FixDraft, 'edits' | 'touches'> {
  const { program, editor } = context;
  const { holder, node, split, tables, apart } = found;
  const policy = program.of(holder);
  if (!policy || policy.repeated) throw new CannotEdit(`${holder.id} is created more than once`);
  const document = openDocument(editor, policy, holder);
  const named = tables.map((table) => nameOf(context, table.id, policy));
  const resources =
    tables.length > 0
      ? tables.flatMap((table, index) =>
          targetsOf(table, split.kinds).map((target) => resourceCode(target, named[index]?.reference ?? '')),
        )
      : [ownAccount(context, policy)];
  const codes = resources.map((resource) => document.codeOf(resource));
  const edits = apart ? moved(context, found, document, codes) : narrowed(context, found, document, codes);
  return {
    edits: [...named.flatMap((each) => each.edits), ...document.edits(), ...edits],
    touches: [
      ...(apart ? [[...found.document.path, 'Statement']] : [[...node.path, 'Resource']]),
      ...named.flatMap((each) => each.touches),
    ],
  };
}

function nameOf(
  { program, editor }: Context,
  id: string,
  policy: ProgramResource,
): { reference: string; edits: readonly TextEdit[]; touches: readonly Path[] } {
  const table = program.of(id);
  if (!table || table.repeated) throw new CannotEdit(`${id} is created more than once`);
  const { reference, edits } = editor.nameFor(table, policy);
  return { reference, edits, touches: renamed(table, editor) };
}

function resourceCode({ attribute, tail }: TableTarget, reference: string): ResourceCode {
  const output = attribute === 'Arn' ? 'arn' : 'streamArn';
  const suffix = attribute === 'Arn' ? 'Arn' : 'StreamArn';
  return {
    kind: 'output',
    expression: `${reference}.${output}`,
    name: `${reference.replace(/^this\./, '')}${suffix}`,
    tail,
    isOutput: true,
  };
}

function ownAccount(context: Context, policy: ProgramResource): ResourceCode {
  return { kind: 'output', expression: accountArn(context, policy, '*'), name: 'tablesArn', tail: '', isOutput: true };
}

/** An ARN of tables in the region and account of the provider. The name of the region is `region` from the major 7 on. */
function accountArn({ awsMajor }: Context, policy: ProgramResource | undefined, table: string): string {
  const aws = policy ? awsName(policy.file) : 'aws';
  const pulumi = policy ? pulumiName(policy.file) : 'pulumi';
  if (aws === undefined || pulumi === undefined)
    throw new CannotEdit('the file imports no name for @pulumi/aws or @pulumi/pulumi as a whole');
  const region = awsMajor !== undefined && awsMajor >= 7 ? 'region' : 'name';
  const arn = ownAccountTables
    .replace('${AWS::Partition}', `\${${aws}.getPartitionOutput().partition}`)
    .replace('${AWS::Region}', `\${${aws}.getRegionOutput().${region}}`)
    .replace('${AWS::AccountId}', `\${${aws}.getCallerIdentityOutput().accountId}`)
    .replace(/\*$/, () => table);
  return `${pulumi}.interpolate\`${arn}\``;
}

/** The value of a statement's key as the program writes it, in the place itself. */
function written(
  { program }: Context,
  statement: MapNode,
  key: string,
  { file, isData }: OpenDocument,
): babel.Expression {
  const origin = program.originOf(statement);
  const literal = origin && origin.place.file === file ? bare(origin.node) : undefined;
  const name = isData ? `${key.toLowerCase()}s` : key;
  const property = literal?.type === 'ObjectExpression' ? propertyOf(literal, name) : undefined;
  const value = property && bare(property.value);
  if (
    !value ||
    (value.type !== 'ArrayExpression' && value.type !== 'StringLiteral' && value.type !== 'TemplateLiteral')
  )
    throw new CannotEdit(`the ${key} of the statement is not written out in it`);
  return value;
}

/** Puts the tables in the place of the wildcards, beside what else the list holds. */
function narrowed(context: Context, found: EveryTable, document: OpenDocument, codes: readonly Code[]): TextEdit[] {
  const value = written(context, found.node, 'Resource', document);
  if (value.type !== 'ArrayExpression')
    return replaced(context, found, value, codes.length === 1 ? codes[0] : list(codes));
  const { file } = document;
  const gone = new Set(found.wildcards.map((wildcard) => context.program.originOf(wildcard)?.node));
  const kept = value.elements.flatMap((element) =>
    element && !gone.has(element) ? [text(textOf(file, element))] : [],
  );
  if (kept.length > 0 && /\/[/*]/.test(textOf(file, value).replaceAll(/(['"`]).*?\1/g, '')))
    throw new CannotEdit('a comment stands among the resources of the statement');
  return replaced(context, found, value, list([...kept, ...codes]));
}

function replaced(
  { program, editor }: Context,
  { node }: EveryTable,
  value: babel.Node,
  code: Code | undefined,
): TextEdit[] {
  const place = program.originOf(node)?.place;
  return code && place ? editor.replace({ node: value, place }, code) : [];
}

/** Gives the actions that can name a table a statement of their own; the others keep theirs with its wildcard. */
function moved(context: Context, found: EveryTable, document: OpenDocument, codes: readonly Code[]): TextEdit[] {
  const { node, split } = found;
  const actions = written(context, node, 'Action', document);
  const [only] = codes;
  const resource = only && codes.length === 1 ? only : list(codes);
  const sid = stringOf(node.get('Sid'));
  const statement = document.isData
    ? object({ effect: string('Allow'), actions: list(split.scoped.map(string)), resources: list(codes) })
    : statementCode(split.scoped, resource);
  const named: Code =
    sid === undefined || statement.kind !== 'object'
      ? statement
      : { ...statement, entries: [[document.isData ? 'sid' : 'Sid', string(`${sid}Tables`)], ...statement.entries] };
  return [
    ...replaced(context, found, actions, list(split.rest.map(string))),
    ...context.editor.append(document.file, document.statements, named),
  ];
}
