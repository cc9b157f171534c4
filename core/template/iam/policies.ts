import type { Guards } from '../conditions.js';
import { type TemplateNode, getAttOf, refOf, stringOf, walk } from '../node.js';
import { referencesIn } from '../references.js';
import type { Resource, Template } from '../template.js';
import { arnOf, resourceArn } from './arn-of.js';
import { type IamFacts, readFact } from './facts.js';
import { type RoleRef, roleKey, roleOf } from './roles.js';
import {
  type Granted,
  type Origin,
  type Scope,
  entriesOf,
  gap,
  isGenerated,
  joined,
  nothing,
  perhaps,
  readDocument,
  under,
} from './statements.js';
import { type SymbolicArn, describeArn } from './arn.js';

/** A program attaches a policy to roles by a resource of its own, which no template has. */
const attachmentType = 'Pulumi::IAM::PolicyAttachment';
const attachedTypes = ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy', attachmentType];

/** A scope for what one role or policy resource grants. */
export function scopeOf(
  template: Template,
  facts: IamFacts,
  kind: Origin['kind'],
  resource?: Resource,
  guards: Guards = [],
): Scope {
  return { template, formats: facts, guards, origin: resource ? { kind, resource } : { kind } };
}

/** What stands in a role of the template: its inline policies and the managed policies that it lists. */
export function ownGrants(facts: IamFacts, role: Resource): Granted {
  const scope = scopeOf(role.template, facts, 'inline');
  const inline = entriesOf(role.template, role.property('Policies')).map(({ node, guards }) =>
    node.kind === 'map' && !isGenerated(node)
      ? readDocument(under(scope, guards), node.get('PolicyDocument'))
      : gap(under(scope, guards), 'document', `a policy of ${role.id} is not written out`),
  );
  const managed = entriesOf(role.template, role.property('ManagedPolicyArns')).map(({ node, guards }) =>
    managedGrants(facts, under(scopeOf(role.template, facts, 'managed'), guards), node),
  );
  const opaque = role.isOpaque ? gap(scope, 'macro', `a macro may add to ${role.id}`) : nothing;
  return joined([...inline, ...managed, opaque]);
}

/** What a managed policy grants that a role lists by ARN (or SAM by name): one of AWS, or one of the template. */
export function managedGrants(facts: IamFacts, scope: Scope, node: TemplateNode): Granted {
  const arn = arnOf(scope.template, node, facts);
  const published = awsManagedName(arn);
  const policy = published === undefined ? undefined : facts.managedPolicy(published);
  if (policy) return readFact(scope, policy.statements);
  const own = managedPolicyOf(scope.template, node, arn, facts);
  if (own) {
    const resource = scope.origin.resource ?? own;
    const inner: Scope = { ...under(scope, own.guards), origin: { kind: scope.origin.kind, resource } };
    return joined([
      readDocument(inner, own.property('PolicyDocument')),
      own.isOpaque ? gap(inner, 'macro', `a macro may add to ${own.id}`) : nothing,
    ]);
  }
  return gap(scope, 'managed-policy', `what ${managedPolicyText(arn)} grants is not known`);
}

/** Path and name of a policy of AWS, in whatever partition. A bare name is one for SAM. */
/** Policies of AWS by their names, which are public; the account and name of any other are not told. */
function managedPolicyText(arn: SymbolicArn): string {
  const name = /^arn:aws[a-z-]*:iam::aws:policy\/(?:[a-z-]+\/)?([A-Za-z]{1,80})$/.exec(describeArn(arn))?.[1];
  return name === undefined ? 'one of its managed policies' : `the managed policy ${name}`;
}

function awsManagedName(arn: SymbolicArn): string | undefined {
  const last = arn.tokens.at(-1);
  if (last?.kind !== 'text') return undefined;
  const name = /:iam::aws:policy\/(.+)$/.exec(last.text)?.[1];
  if (name !== undefined) return `arn:aws:iam::aws:policy/${name}`;
  return arn.tokens.length === 1 && /^[\w+=,.@-]+$/.test(last.text) ? last.text : undefined;
}

function managedPolicyOf(
  template: Template,
  node: TemplateNode,
  arn: SymbolicArn,
  facts: IamFacts,
): Resource | undefined {
  const named = template.resource(refOf(node) ?? getAttOf(node)?.id);
  if (named?.type === 'AWS::IAM::ManagedPolicy') return named;
  return template
    .resources('AWS::IAM::ManagedPolicy')
    .find((policy) => arn.key === resourceArn(template, policy, facts).key);
}

/** Policy resources that attach themselves to roles, by the role's key. */
export function attachedGrants(template: Template, facts: IamFacts): ReadonlyMap<string, Granted> {
  const byRole = new Map<string, Granted[]>();
  for (const policy of template.resources(...attachedTypes)) {
    for (const { role, guards } of rolesNamedBy(policy)) {
      const key = roleKey(role);
      if (key === undefined) continue;
      const scope = scopeOf(template, facts, 'policy', policy, [...policy.guards, ...guards]);
      const opaque = policy.isOpaque ? gap(scope, 'macro', `a macro may add to ${policy.id}`) : nothing;
      byRole.set(key, [...(byRole.get(key) ?? []), grantedBy(policy, scope, facts), opaque]);
    }
  }
  return new Map([...byRole].map(([key, all]) => [key, joined(all)]));
}

/** What policies grant to a role that only a run of the program tells: it may be any. */
export function strayGrants(template: Template, facts: IamFacts): Granted {
  const all = template.resources(...attachedTypes).flatMap((policy) =>
    rolesNamedBy(policy).flatMap(({ role, guards }) => {
      if (role.kind !== 'outside' || !role.node || !isOpenInProgram(template, role.node)) return [];
      const scope = scopeOf(template, facts, 'policy', policy, [...policy.guards, ...guards]);
      return [grantedBy(policy, scope, facts)];
    }),
  );
  return perhaps(joined(all), 'role');
}

/** True for what a program computes or is given, which may be a role of its own; a template's parameter is none. */
function isOpenInProgram(template: Template, node: TemplateNode): boolean {
  return [...walk(node)].some((part) => {
    if (part.kind !== 'intrinsic') return false;
    const parameter = template.parameter(refOf(part) ?? '');
    return part.name === 'Pulumi::Expression' || parameter?.has('Pulumi::Given') === true;
  });
}

function grantedBy(policy: Resource, scope: Scope, facts: IamFacts): Granted {
  if (policy.type !== attachmentType) return readDocument(scope, policy.property('PolicyDocument'));
  const arn = policy.property('PolicyArn');
  return arn ? managedGrants(facts, scope, arn) : nothing;
}

function rolesNamedBy(policy: Resource): { role: RoleRef; guards: Guards }[] {
  const node = policy.property(policy.type === 'AWS::IAM::RolePolicy' ? 'RoleName' : 'Roles');
  return entriesOf(policy.template, node).map((entry) => ({
    role: roleOf(policy.template, entry.node),
    guards: entry.guards,
  }));
}

/** What else may grant something to roles of the template, without saying so in it. */
export function hiddenGrants(template: Template, facts: IamFacts, role: RoleRef): Granted {
  const inRole = scopeOf(template, facts, 'inline');
  const attached = scopeOf(template, facts, 'policy');
  const resources = template.section('Resources');
  const isLooped = resources?.entries.some(({ key, value }) => key.startsWith('Fn::ForEach::') && makesPolicies(value));
  return joined([
    template.macros.length > 0
      ? gap(inRole, 'macro', `${template.macros.length > 1 ? 'macros' : 'a macro'} may add to it`)
      : nothing,
    resources?.has('Fn::Transform') === true ? gap(attached, 'macro', 'Fn::Transform may add policies') : nothing,
    isLooped === true ? gap(attached, 'macro', 'Fn::ForEach may add policies') : nothing,
    ...template
      .resources()
      .flatMap((resource) =>
        takesRoleByName(resource, role)
          ? gap(attached, 'outside', `${resource.id} is given the role's name and may attach policies`)
          : [],
      ),
  ]);
}

function makesPolicies(node: TemplateNode): boolean {
  return [...walk(node)].some((part) => attachedTypes.includes(stringOf(part) ?? ''));
}

/** A nested stack or a custom resource that is told the role's name. */
function takesRoleByName(resource: Resource, role: RoleRef): boolean {
  if (!/^(AWS::CloudFormation::(Stack|CustomResource)|AWS::Serverless::Application|Custom::.*)$/.test(resource.type))
    return false;
  const key = roleKey(role);
  return (
    resource.properties !== undefined &&
    [...referencesIn(resource.properties)].some(({ name, attribute }) => name === key && attribute === undefined)
  );
}
