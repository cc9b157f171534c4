import type { Value } from '../../../../core/template/node.js';
import { type Body, type NeedKind, needKinds } from './needs.js';
import { type ResourceForm, arnOf, configuredForms, resourceForms } from './resources.js';
import { type Granting, type RoleForm, roleForms } from './roles.js';

/** A template and what it is about. */
export interface Described {
  readonly name: string;
  readonly template: Value;
}

/** Actions as statements name them: as they are, among others, by a wildcard. */
const actionForms: readonly ((actions: readonly string[]) => Value)[] = [
  (actions) => (actions.length === 1 ? (actions[0] ?? '') : actions),
  (actions) => ['logs:CreateLogGroup', ...actions],
  ([first = '']) => first.replace(/:.*/, ':*'),
];

/** Every need in every form of role and of naming its target; the forms of actions and of the configuration take turns. */
export function* grantTemplates(): Generator<Described> {
  let turn = 0;
  for (const kind of needKinds)
    for (const role of roleForms) {
      for (const form of kind.target && role.managedOnly !== true ? resourceForms : resourceForms.slice(0, 1)) {
        const template = templateOf(kind, role, form, turn++);
        if (template !== undefined) yield { name: `${kind.name}, ${role.name}, ${form.name}`, template };
      }
    }
}

function templateOf(kind: NeedKind, role: RoleForm, form: ResourceForm, turn: number): Value | undefined {
  const granting = role.grant(statementsOf(kind, form, turn), kind);
  if (!granting) return undefined;
  const configured = configuredForms[turn % configuredForms.length] ?? arnOf;
  const arn = kind.target ? configured(kind.target, form) : '*';
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    ...(granting.functionType ? { Transform: 'AWS::Serverless-2016-10-31' } : {}),
    ...(granting.condition !== undefined || role.name === 'role under Fn::If' ? conditions : {}),
    Resources: { ...targetOf(kind, form, granting), ...granting.resources, ...functionsOf(kind, granting, arn) },
  };
}

function statementsOf({ target, actions, anywhere }: NeedKind, form: ResourceForm, turn: number): Value[] {
  const write = actionForms[turn % actionForms.length];
  const statement = {
    Effect: 'Allow',
    Action: write ? write(actions) : actions,
    Resource: target ? form.write(target) : '*',
  };
  return [statement, ...(anywhere ? [{ Effect: 'Allow', Action: anywhere, Resource: '*' }] : [])];
}

const conditions = {
  Parameters: { Stage: { Type: 'String', Default: 'prod', AllowedValues: ['prod', 'dev'] } },
  Conditions: { Wanted: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
};

function targetOf({ target }: NeedKind, form: ResourceForm, { condition, isCircular }: Granting): Body {
  if (!target) return {};
  const circle: Body = isCircular === true ? { Metadata: {}, DependsOn: 'Function' } : {};
  return {
    Target: {
      Type: target.type,
      ...(condition === undefined ? {} : { Condition: condition }),
      ...circle,
      Properties: { ...(form.named ? { [target.name]: 'jobs' } : {}), ...target.properties },
    },
    ...target.more,
  };
}

function functionsOf(kind: NeedKind, granting: Granting, arn: Value): Body {
  const ids = granting.isShared === true ? ['Function', 'SecondFunction'] : ['Function'];
  return Object.assign({}, ...ids.map((id) => functionOf(id, kind, granting, arn))) as Body;
}

function functionOf(id: string, kind: NeedKind, granting: Granting, arn: Value): Body {
  const { dependsOn, condition, functionType } = granting;
  const waits: Body = dependsOn === undefined ? {} : { DependsOn: dependsOn };
  const config = kind.resource?.(id, arn);
  const guard: Body = condition === undefined || !config ? {} : { Condition: condition };
  const own = kind.property?.(arn)[functionType ? 'sam' : 'plain'] ?? {};
  const code: Body = functionType
    ? { InlineCode: 'exports.handler = async () => {};' }
    : { Code: { ZipFile: 'exports.handler = async () => {};' } };
  return {
    [id]: {
      Type: functionType ?? 'AWS::Lambda::Function',
      ...(config ? {} : waits),
      Properties: {
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        ...code,
        ...granting.fn,
        ...guarded(own, condition),
      },
    },
    ...(config ? { [`${id}Needs`]: { ...config, ...waits, ...guard } } : {}),
  };
}

/** A property is there only under the condition of its target. */
function guarded(properties: Body, condition: string | undefined): Body {
  if (condition === undefined) return properties;
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, { 'Fn::If': [condition, value, { Ref: 'AWS::NoValue' }] }]),
  );
}
