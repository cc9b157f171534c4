import type { MapNode, TemplateNode } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';

/** A statement of an identity policy, with what it is part of. */
export interface PolicyStatement {
  /** The role, policy resource or SAM function that holds the policy. */
  readonly holder: Resource;
  /** The policy document: the map with `Statement`. */
  readonly document: MapNode;
  readonly node: MapNode;
}

const documentTypes: readonly string[] = ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy'];
const samTypes: readonly string[] = ['AWS::Serverless::Function', 'AWS::Serverless::StateMachine'];

/** The statements that a template writes out for roles, policies and SAM functions; trust policies are none of them. */
export function* policyStatements(template: Template): Generator<PolicyStatement> {
  for (const holder of template.resources('AWS::IAM::Role', ...documentTypes, ...samTypes)) {
    for (const document of documentsOf(holder)) {
      for (const node of maps(template, document.get('Statement'))) yield { holder, document, node };
    }
  }
}

function documentsOf(holder: Resource): readonly MapNode[] {
  const { template, type } = holder;
  // With a role of its own SAM takes no policies.
  if (samTypes.includes(type) && holder.property('Role')) return [];
  if (documentTypes.includes(type)) return maps(template, holder.property('PolicyDocument'));
  const policies = maps(template, holder.ownProperty('Policies'));
  return type === 'AWS::IAM::Role'
    ? policies.flatMap((policy) => maps(template, policy.get('PolicyDocument')))
    : policies;
}

/** The maps of a list, or the one map that stands in its place, `Fn::If` followed into its branches. */
function maps(template: Template, node: TemplateNode | undefined): readonly MapNode[] {
  return template.alternatives(node).flatMap((alternative) => {
    const items = alternative.node?.kind === 'list' ? alternative.node.items : [alternative.node];
    return items.flatMap((item) =>
      template.alternatives(item).flatMap(({ node: map }) => (map?.kind === 'map' ? [map] : [])),
    );
  });
}
