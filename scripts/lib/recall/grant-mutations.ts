import { Editor } from '../../../core/template/editor.js';
import { type MapNode, type TemplateNode, stringOf, walk } from '../../../core/template/node.js';
import type { Resource, Template } from '../../../core/template/template.js';
import { type Mutation, type MutationKind, mutate } from './mutation.js';

const policyTypes = [
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::ManagedPolicy',
  'AWS::Serverless::Function',
];

/** Everything that grants something, and every order, taken away one at a time. */
export function* grantMutations(template: Template): Generator<Mutation> {
  const without = new Without(template);
  for (const resource of template.resources(...policyTypes)) {
    for (const statement of statementsOf(resource)) {
      yield* without.items('action', statement.get('Action'));
      yield* without.items('resource', statement.get('Resource'));
      yield* without.one('statement', wholeOf(statement));
    }
    yield* without.items('managed policy', resource.ownProperty('ManagedPolicyArns'), 1);
    if (resource.type === 'AWS::Serverless::Function')
      yield* without.items('SAM policy', resource.ownProperty('Policies'), 1);
  }
  for (const { node } of template.resources()) {
    const dependsOn = node.get('DependsOn');
    if (dependsOn?.kind === 'list') yield* without.items('order', dependsOn, 1);
    else if (dependsOn) yield* without.one('order', dependsOn);
  }
}

class Without {
  private readonly editor: Editor;

  constructor(private readonly template: Template) {
    this.editor = new Editor(template);
  }

  one(kind: MutationKind, node: TemplateNode): Generator<Mutation> {
    return mutate(this.template.source.text, kind, node.path, () => this.editor.remove(node, { prune: true }));
  }

  *items(kind: MutationKind, list: TemplateNode | undefined, atLeast = 2): Generator<Mutation> {
    if (list?.kind !== 'list' || list.items.length < atLeast) return;
    for (const item of list.items) yield* this.one(kind, item);
  }
}

/** All statements that allow something, but those of trust policies. */
function* statementsOf({ properties }: Resource): Generator<MapNode> {
  for (const property of ['Policies', 'PolicyDocument']) {
    const root = properties?.get(property);
    for (const node of root ? walk(root) : [])
      if (node.kind === 'map' && stringOf(node.get('Effect')) === 'Allow') yield node;
  }
}

/** What goes with the last statement of a document: the policy in its list, with the `Fn::If` around it. */
function wholeOf(statement: MapNode): TemplateNode {
  const item = outOfIf(statement);
  const { parent } = item;
  const isOnly = parent?.kind !== 'list' || parent.items.length === 1;
  if (!isOnly) return item;
  for (let node: TemplateNode | undefined = item; node; node = node.parent)
    if (node.parent?.kind === 'list' && node.parent.key === 'Policies') return outOfIf(node);
  return item;
}

function outOfIf(node: TemplateNode): TemplateNode {
  const above = node.parent?.parent;
  return above?.kind === 'intrinsic' && above.name === 'Fn::If' ? outOfIf(above) : node;
}
