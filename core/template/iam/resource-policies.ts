import { type MapNode, type TemplateNode, stringOf } from '../node.js';
import type { Template } from '../template.js';
import type { IamFacts } from './facts.js';
import { scopeOf } from './policies.js';
import { type RoleRef, roleKey, roleOf } from './roles.js';
import { type Granted, entriesOf, joined, nothing, perhaps, readStatement, under } from './statements.js';

const policyProperties: ReadonlyMap<string, string> = new Map([
  ['AWS::SQS::QueuePolicy', 'PolicyDocument'],
  ['AWS::SNS::TopicPolicy', 'PolicyDocument'],
  ['AWS::S3::BucketPolicy', 'PolicyDocument'],
  ['AWS::Events::EventBusPolicy', 'Statement'],
  ['AWS::KMS::Key', 'KeyPolicy'],
]);

/**
 * What the policies of queues, topics, buckets, buses and keys grant to a role by naming it. In IAM that is enough within
 * one account; whether it is enough where Lambda checks a role is not known.
 */
export function resourcePolicyGrants(template: Template, facts: IamFacts, role: RoleRef): Granted {
  const all = template.resources(...policyProperties.keys()).flatMap((resource) => {
    const scope = scopeOf(template, facts, 'policy', resource, resource.guards);
    return entriesOf(template, resource.property(policyProperties.get(resource.type) ?? '')).flatMap((document) =>
      statementsOf(template, document.node).map(({ node, guards }) =>
        node.kind === 'map' && isFor(template, node, role)
          ? readStatement(under(scope, [...document.guards, ...guards]), node)
          : nothing,
      ),
    );
  });
  return perhaps(joined(all), 'resource-policy');
}

/** The statements of a document, or the one statement that stands in its place. */
function statementsOf(template: Template, node: TemplateNode): ReturnType<typeof entriesOf> {
  return node.kind === 'map' && node.has('Statement')
    ? entriesOf(template, node.get('Statement'))
    : [{ node, guards: [] }];
}

/** True for an allowing statement whose principal is the role, or anybody without a condition. */
function isFor(template: Template, statement: MapNode, role: RoleRef): boolean {
  if (stringOf(statement.get('Effect')) !== 'Allow') return false;
  const principal = statement.get('Principal');
  if (principal?.kind !== 'map') return stringOf(principal) === '*' && !statement.has('Condition');
  return entriesOf(template, principal.get('AWS')).some(({ node }) => {
    if (stringOf(node) === '*') return !statement.has('Condition');
    return roleKey(roleOf(template, node)) === roleKey(role);
  });
}
