import { defineRule } from '../core/rule.js';
import { actionResources } from '../facts/index.js';

const service = 'dynamodb';
const known = actionResources[service] ?? { resources: {}, actions: {} };
const tableArn = known.resources['table'] ?? '';

export const rule = defineRule({
  id: 'iam-resource-wildcard',
  title: 'DynamoDB actions on every table',
  why: 'A statement that allows DynamoDB actions on * or on all tables of all regions and accounts deploys, and then lets a leaked credential or a defect in one function read and change the tables of every other application. Most DynamoDB actions take a table, an index or a stream as their resource, so the statement can name them. Some, such as listing all tables, work on * only and keep it.',
  impact: 'medium',
  messages: {
    everyTable: {
      text: '{holder} is allowed {actions} on {wildcard}, which is more than the tables it needs',
      preset: 'all',
    },
  },
  errors: [],
  references: [
    'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
  ],
  limits: [
    'Only DynamoDB is judged, only in policies of roles and SAM functions; users, groups, permission boundaries, statements that deny, have a condition, or use NotAction or NotResource are taken as meant.',
    'So is a statement over ten or more services: it is an administrator’s or an auditor’s.',
    'All tables of one region and account (table/*) and a wildcard inside a table name are no finding.',
    'The tables are all those of the template, not only those that the code uses. A template without tables gets region and account instead.',
    'Nothing is changed where a table name comes from outside (a parameter, an import, an environment variable with another value) or the role serves tools that deploy or administrate.',
    'What only the code knows, such as a table name written into it, is not seen: the fix is for review.',
  ],
  facts: ['resource-wildcard-actions', 'arns'],
  since: '0.1.0',
});

/** From this many services on, a statement looks after an account, not after an application. The project's choice. */
const accountWide = 10;

/** True for the statement of an administrator or auditor: it reaches the tables of the account as it reaches all else. */
export function isAccountWide(actions: readonly string[]): boolean {
  return new Set(actions.map((action) => action.split(':')[0]?.toLowerCase())).size >= accountWide;
}

/** Which of a statement's actions can name a resource, and which keep the wildcard. */
export interface ActionSplit {
  /** Actions that take a table or what belongs to one. */
  readonly scoped: readonly string[];
  /** Actions of other services, those that take only `*`, and those not in the facts. */
  readonly rest: readonly string[];
  /** What the scoped actions reach below a table: `index`, `stream`, `backup`... */
  readonly kinds: ReadonlySet<string>;
  /** Actions that make tables which are not there yet. */
  readonly making: readonly string[];
  /** Actions behind a scoped pattern that only `*` allows: lost by naming tables. */
  readonly lost: readonly string[];
}

/** Splits a statement's actions. A pattern goes to the side on which most of its actions are. */
export function splitActions(actions: readonly string[], hasStreams: boolean): ActionSplit {
  const judged = actions.map((action) => ({ action, ...judgeAction(action, hasStreams) }));
  const scoped = judged.filter((each) => each.tables.length > each.others.length);
  return {
    scoped: scoped.map(({ action }) => action),
    rest: judged.filter((each) => !scoped.includes(each)).map(({ action }) => action),
    kinds: new Set(scoped.flatMap(({ tables }) => tables.flatMap((name) => known.actions[name] ?? []))),
    making: scoped.flatMap(({ action, tables }) => tables.filter((name) => makesTable(action, name))),
    lost: scoped.flatMap(({ others }) => others).map((name) => `${service}:${name}`),
  };
}

/** `dynamodb:*` allows it too, but is not written for it. */
function makesTable(action: string, name: string): boolean {
  return (
    /^(?:Create|Import|Restore|Delete).*Table/.test(name) &&
    (/:(?:Create|Import|Restore)/i.test(action) || !/[*?]/.test(action))
  );
}

function judgeAction(action: string, hasStreams: boolean): { tables: readonly string[]; others: readonly string[] } {
  const [, name] = new RegExp(`^${service}:(.+)$`, 'i').exec(action) ?? [];
  const pattern = new RegExp(`^${(name ?? '').replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  const names = name === undefined ? [] : Object.keys(known.actions).filter((each) => pattern.test(each));
  // A pattern such as `Get*` is written for items, though it matches stream actions too.
  const withStreams = hasStreams || /[*?]/.test(action);
  const tables = names.filter((each) => takesTable(known.actions[each] ?? [], withStreams));
  return { tables, others: names.filter((each) => !tables.includes(each)) };
}

/** True when naming tables, and what belongs to them, is enough for an action. */
function takesTable(kinds: readonly string[], withStreams: boolean): boolean {
  if (kinds.every((kind) => kind === 'stream') && !withStreams) return false;
  return kinds.length > 0 && kinds.every((kind) => known.resources[kind]?.startsWith(tableArn) === true);
}

/** What follows a table's ARN for everything of one kind below it: `/index/*`. */
export function tailOf(kind: string): string {
  return (known.resources[kind] ?? tableArn).slice(tableArn.length).replaceAll(/\$\{\w+\}/g, '*');
}

/**
 * True for `*` and for the ARN of all tables in all regions or accounts.
 * @param text the resource, `${...}` for references
 */
export function isEveryTable(text: string): boolean {
  if (text === '*') return true;
  const arn = new RegExp(
    `^arn:(?:\\$\\{[^}]*\\}|[^:])*:${service}:((?:\\$\\{[^}]*\\}|[^:])*):((?:\\$\\{[^}]*\\}|[^:])*):(.+)$`,
  ).exec(text);
  const [, region, account, resource = ''] = arn ?? [];
  return (region === '*' || account === '*') && /^(?:\*|table\/\*(?:\/.*)?)$/.test(resource);
}

/** The ARN of all tables in the region and account of the stack, with pseudo parameters. */
export const ownAccountTables: string = tableArn
  .replace('${Partition}', '${AWS::Partition}')
  .replace('${Region}', '${AWS::Region}')
  .replace('${Account}', '${AWS::AccountId}')
  .replace('${TableName}', '*');

/** True for a name under which code or a template gets a table from outside: `TABLE_NAME`, `OrdersTableArn`. */
export function meansTable(name: string): boolean {
  return /(?:table|dynamo(?:db)?|ddb)(?:[-_.]?(?:name|arn|id|stream)s?)*s?$/i.test(name);
}

/**
 * Services that run an application's own code or calls. A role for others (builds, deployments, backups, people) may
 * need tables that no template names. The project's choice.
 */
const workloads: ReadonlySet<string> = new Set([
  'apigateway',
  'application-autoscaling',
  'appsync',
  'batch',
  'bedrock',
  'cognito-idp',
  'connect',
  'dax',
  'dynamodb.application-autoscaling',
  'ec2',
  'ecs-tasks',
  'edgelambda',
  'events',
  'firehose',
  'glue',
  'iot',
  'kinesisanalytics',
  'lambda',
  'lex',
  'osis-pipelines',
  'pipes',
  'pods.eks',
  'sagemaker',
  'scheduler',
  'states',
  'tasks.apprunner',
  'transfer',
]);

/**
 * True when a service that assumes a role runs an application rather than builds or administrates one.
 * @param principal `lambda.amazonaws.com`, also with a region or the suffix of another partition
 */
export function isWorkload(principal: string): boolean {
  const service =
    /^(.+?)(?:\.(?:[a-z]{2}(?:-[a-z]+)+-\d|\$\{AWS::Region\}))?\.(?:amazonaws\.com(?:\.cn)?|\$\{AWS::URLSuffix\})$/.exec(
      principal,
    )?.[1];
  return service !== undefined && workloads.has(service);
}
