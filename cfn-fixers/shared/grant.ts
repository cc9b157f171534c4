import type { CfnContext, FixDraft, Refusal } from '../../core/rule.js';
import type { Editor } from '../../core/template/editor.js';
import { mayBeList } from '../../core/template/list-like.js';
import { type MapNode, type TemplateNode, type Value, stringOf } from '../../core/template/node.js';
import { referencesIn, subOf } from '../../core/template/references.js';
import type { Resource, Template } from '../../core/template/template.js';
import type { TextEdit } from '../../core/text/edit.js';
import { limits } from '../../facts/index.js';
import { extendStatements, isOnlyFor } from './extend-statement.js';
import type { GrantRequest, Statement } from '../../rules/shared/grant-request.js';
import type { GrantWriter } from '../../rules/shared/missing.js';

export interface CfnGrant extends GrantRequest {
  readonly editor: Editor;
}

/** Writes grants into a template. */
export function grantWriter({ template, editor }: Pick<CfnContext, 'template' | 'editor'>): GrantWriter {
  return {
    template,
    plan: (request) => planGrant({ editor, ...request }),
    snippet: (statements) => snippetOf({ editor, statements }),
    managedPolicies(role) {
      const present = ownerOf(role).ownProperty(role.kind === 'sam' ? 'Policies' : 'ManagedPolicyArns');
      if (present && mayBeList(template, present)) return undefined;
      return present?.kind === 'list' ? present.items.length : 0;
    },
  };
}

/** Plans the grant where a reviewer expects it: in the role itself, or in a policy of its own where that would be a circle. */
export function planGrant(request: CfnGrant): FixDraft | Refusal {
  if (request.managedPolicy !== undefined) return attachManaged(request, request.managedPolicy);
  const { edits, touches, rest } = extendStatements(request, ownerOf(request.role));
  const more = rest.length > 0 ? planPolicy({ ...request, statements: rest }) : undefined;
  if (more && 'code' in more) return more;
  const { title, safety } = more ?? request;
  return {
    title,
    safety,
    consequence: { deployment: 'update' },
    edits: [...edits, ...(more?.edits ?? [])],
    touches: [...touches, ...(more?.touches ?? [])],
  };
}

function planPolicy(request: CfnGrant): FixDraft | Refusal {
  const needed = conditionsOfTarget(request);
  if (needed.length > 1)
    return {
      code: 'needs-choice',
      because: `the target exists only under several conditions (${needed.join(', ')})`,
      snippet: snippetOf(request),
    };
  return wouldCircle(request) ? separatePolicy(request, needed[0]) : inlinePolicy(request, needed[0]);
}

/** The policy document as a snippet in the file's own syntax, to be added by hand. */
export function snippetOf({ editor, ...request }: Pick<CfnGrant, 'editor' | 'statements'>): string {
  const statements = request.statements.map(statementValue);
  const [only] = statements;
  // YAML takes an item with its dash; JSON takes the object alone.
  return editor.print(
    statements.length === 1 && only !== undefined && editor.template.syntax === 'json' ? only : statements,
  );
}

function statementValue({ actions, resource }: Statement): Value {
  return { Effect: 'Allow', Action: actions.length === 1 ? (actions[0] ?? '') : actions, Resource: resource };
}

function ownerOf(role: CfnGrant['role']): Resource {
  return role.kind === 'resource' ? role.resource : role.fn;
}

/** The map to add a property to; a resource may come without `Properties`. */
function placeOf(resource: Resource, property: string): { base: MapNode; path: readonly string[] } {
  return resource.properties
    ? { base: resource.properties, path: [property] }
    : { base: resource.node, path: ['Properties', property] };
}

function inlinePolicy(request: CfnGrant, condition: string | undefined): FixDraft {
  const { editor, role } = request;
  const owner = ownerOf(role);
  const document = { Version: '2012-10-17', Statement: request.statements.map(statementValue) };
  const item: Value =
    role.kind === 'sam'
      ? document
      : { PolicyName: policyNameLike(owner, request.policyName), PolicyDocument: document };
  const { base, path } = placeOf(owner, 'Policies');
  return draft(request, editor.appendAt(base, path, guarded(item, condition)), [
    ...owner.node.path,
    'Properties',
    'Policies',
  ]);
}

function guarded(item: Value, condition: string | undefined): Value {
  return condition === undefined ? item : { 'Fn::If': [condition, item, { Ref: 'AWS::NoValue' }] };
}

function draft(
  request: CfnGrant,
  edits: readonly TextEdit[],
  touches: readonly (string | number)[],
  ...more: readonly (readonly (string | number)[])[]
): FixDraft {
  return {
    title: request.title,
    safety: request.safety,
    consequence: { deployment: 'update' },
    edits,
    touches: [touches, ...more],
  };
}

function attachManaged(request: CfnGrant, policy: string): FixDraft | Refusal {
  const { editor, role } = request;
  const owner = ownerOf(role);
  const property = role.kind === 'sam' ? 'Policies' : 'ManagedPolicyArns';
  const present = owner.ownProperty(property);
  if (present?.kind === 'list' && present.items.length >= limits.iam.managedPoliciesPerRole) {
    return {
      code: 'limit',
      because: `${owner.id} has ${present.items.length} managed policies, the default quota of a role`,
    };
  }
  const item: Value = role.kind === 'sam' ? policy.slice(policy.lastIndexOf('/') + 1) : arnLike(present, policy);
  const { base, path } = placeOf(owner, property);
  return draft({ ...request, safety: 'review' }, editor.appendAt(base, path, item), [
    ...owner.node.path,
    'Properties',
    property,
  ]);
}

/** The ARN with the partition as the role's other managed policies write it. */
function arnLike(present: TemplateNode | undefined, policy: string): Value {
  const siblings = present?.kind === 'list' ? present.items : [];
  const literal = siblings
    .map((item) => /^(arn:aws[\w-]*):iam::aws:policy\//.exec(stringOf(item) ?? '')?.[1])
    .find((prefix) => prefix !== undefined);
  return literal === undefined
    ? { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${policy}` }
    : `${literal}:iam::aws:policy/${policy}`;
}

/** The role would come to need the target: a circle if the target needs the role already. */
function wouldCircle({ role, target }: CfnGrant): boolean {
  const owner = ownerOf(role);
  return (
    target !== undefined &&
    namedResources(owner.template, target).some((id) => owner.template.graph.reaches(id, owner.id))
  );
}

function namedResources(template: Template, node: TemplateNode): string[] {
  return [...referencesIn(node)].flatMap(({ name }) => (template.resource(name) ? [name] : []));
}

/** Conditions under which the target exists and the role need not: a reference to a missing resource is an error. */
function conditionsOfTarget({ role, target }: CfnGrant): string[] {
  const owner = ownerOf(role);
  const template = owner.template;
  const guards = target ? namedResources(template, target).flatMap((id) => template.resource(id)?.guards ?? []) : [];
  return [
    ...new Set(
      guards.filter((guard) => !template.conditions.implies(owner.guards, [guard])).map(({ condition }) => condition),
    ),
  ];
}

function separatePolicy(request: CfnGrant, condition: string | undefined): FixDraft | Refusal {
  const { editor, role, subject, target } = request;
  const owner = ownerOf(role);
  const { graph } = owner.template;
  const sources = [owner.id, ...(target ? namedResources(owner.template, target) : [])];
  const circle = sources.find((id) => graph.reaches(id, subject.id));
  if (circle !== undefined)
    return {
      code: 'cycle',
      because: `${circle} needs ${subject.id} first, so a policy that ${subject.id} waits for would close a circle`,
      snippet: snippetOf(request),
    };
  const id = editor.freeId(`${subject.id}Policy`);
  const roleName = role.kind === 'sam' ? `${owner.id}Role` : owner.id;
  const ofRole = owner.guards[0]?.condition;
  if (condition !== undefined && ofRole !== undefined)
    return {
      code: 'needs-choice',
      because: `${owner.id} exists under ${ofRole} and the target under ${condition}`,
      snippet: snippetOf(request),
    };
  const guard = condition ?? ofRole;
  const joined = joinPolicy(request, sources, guard);
  if (joined) return joined;
  const body: Value = {
    Type: 'AWS::IAM::Policy',
    ...(guard === undefined ? {} : { Condition: guard }),
    Properties: {
      PolicyName: policyNameLike(owner, request.policyName),
      PolicyDocument: { Version: '2012-10-17', Statement: request.statements.map(statementValue) },
      Roles: [{ Ref: roleName }],
    },
  };
  const edits = [...editor.addResource(id, body, { after: owner.id }), ...editor.addDependency(subject, id)];
  return draft(
    { ...request, title: `${request.title} by a policy of its own, which ${subject.id} waits for` },
    edits,
    ['Resources', id],
    [...subject.node.path, 'DependsOn'],
  );
}

/** Another statement of the role's own policy that the subject waits for already. */
function joinPolicy(
  request: CfnGrant,
  sources: readonly string[],
  condition: string | undefined,
): FixDraft | undefined {
  const { editor, subject } = request;
  const owner = ownerOf(request.role);
  const { graph } = owner.template;
  const policy = owner.template
    .resources('AWS::IAM::Policy')
    .find(
      (candidate) =>
        subject.dependsOn.includes(candidate.id) &&
        isOnlyFor(candidate, owner) &&
        stringOf(candidate.node.get('Condition')) === condition &&
        !sources.some((id) => graph.reaches(id, candidate.id)),
    );
  const list = policy?.property('PolicyDocument', 'Statement');
  if (!policy || list?.kind !== 'list') return undefined;
  const edits = request.statements.flatMap((statement) => editor.append(list, statementValue(statement)));
  return draft({ ...request, title: `${request.title} by ${policy.id}, which ${subject.id} waits for` }, edits, [
    ...list.path,
    '-',
  ]);
}

/** A policy name with the suffix that the role's other names carry: `-${EnvironmentSuffix}`. */
function policyNameLike(role: Resource, name: string): Value {
  const policies = role.ownProperty('Policies');
  const names =
    policies?.kind === 'list'
      ? policies.items.map((item) => (item.kind === 'map' ? item.get('PolicyName') : undefined))
      : [];
  const suffixes = names.map(
    (node) => /(?<suffix>[-_]\$\{[\w:]+\})$/.exec(subOf(node)?.text ?? '')?.groups?.['suffix'],
  );
  const [suffix] = suffixes;
  return suffix !== undefined && suffixes.every((other) => other === suffix) ? { 'Fn::Sub': `${name}${suffix}` } : name;
}
