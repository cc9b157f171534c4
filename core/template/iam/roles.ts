import type { Guards } from '../conditions.js';
import { type TemplateNode, getAttOf, refOf, walk } from '../node.js';
import { referencesIn } from '../references.js';
import type { Resource, Template } from '../template.js';
import { arnOf, nameOf, resourceArn } from './arn-of.js';
import { type SymbolicArn, literalOf } from './arn.js';

/** A role as the template shows it. */
export type RoleRef =
  /** A role that stands in the template. */
  | { readonly kind: 'resource'; readonly resource: Resource }
  /** The role that SAM makes for a function without `Role`. */
  | { readonly kind: 'sam'; readonly fn: Resource }
  /** A role whose permissions do not stand in the template. */
  | { readonly kind: 'outside'; readonly because: string; readonly node?: TemplateNode };

/** A role that a function has under some conditions. */
export interface FunctionRole {
  readonly role: RoleRef;
  readonly guards: Guards;
}

/** A function, and the version or alias of it, that a node names. */
export interface NamedFunction {
  readonly fn: Resource;
  /** True for a version or an alias. */
  readonly qualified: boolean;
  /** The version or alias, where it is literal. */
  readonly qualifier?: string;
  /** The version or alias as a resource of the template. */
  readonly through?: Resource;
}

const functionTypes = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];

/** The roles of a function: one, or one for each branch of `Fn::If`. */
export function rolesOf(template: Template, fn: Resource): readonly FunctionRole[] {
  const node = fn.property('Role');
  const present = node?.kind === 'scalar' && node.value === null ? undefined : node;
  return template.alternatives(present).map((alternative) => ({
    role: alternative.node ? roleOf(template, alternative.node) : roleWithout(fn),
    guards: alternative.guards,
  }));
}

/** The role that a node names by its ARN, or by its name as in `Roles` of a policy. */
export function roleOf(template: Template, node: TemplateNode): RoleRef {
  const named = roleById(template, getAttOf(node)?.id ?? refOf(node)) ?? roleByText(template, node);
  return named ?? { kind: 'outside', because: whyOutside(template, node), node };
}

/** The name of a role for messages. */
export function describeRole(role: RoleRef): string {
  if (role.kind === 'resource') return role.resource.id;
  return role.kind === 'sam' ? `${role.fn.id}Role` : 'the role';
}

/** Equal for references to the same role. */
export function roleKey(role: RoleRef): string | undefined {
  return role.kind === 'outside' ? undefined : describeRole(role);
}

/** The function that a function name, an ARN, a version or an alias means. Ask for alternatives of `Fn::If` first. */
export function functionOf(template: Template, node: TemplateNode): NamedFunction | undefined {
  const resource = template.resource(refOf(node) ?? getAttOf(node)?.id);
  if (resource && functionTypes.includes(resource.type) && !/^(Alias|Version)$/.test(getAttOf(node)?.attribute ?? ''))
    return { fn: resource, qualified: false };
  const arn = arnOf(template, node);
  for (const fn of template.resources(...functionTypes)) {
    const rest =
      restBehind(resourceArn(template, fn), arn) ??
      restBehind(nameOf(template, fn), arn) ??
      restBehindPartialArn(template, fn, arn);
    if (rest === undefined) continue;
    if (rest === '') return { fn, qualified: false };
    return { fn, qualified: true, ...literalQualifier(rest), ...(resource ? { through: resource } : {}) };
  }
  return undefined;
}

function roleWithout(fn: Resource): RoleRef {
  if (fn.type === 'AWS::Serverless::Function') return { kind: 'sam', fn };
  return { kind: 'outside', because: `${fn.id} names no role` };
}

function roleById(template: Template, id: string | undefined): RoleRef | undefined {
  const resource = template.resource(id);
  if (resource) return resource.type === 'AWS::IAM::Role' ? { kind: 'resource', resource } : undefined;
  const fn = id?.endsWith('Role') === true ? template.resource(id.slice(0, -'Role'.length)) : undefined;
  return fn?.type === 'AWS::Serverless::Function' ? { kind: 'sam', fn } : undefined;
}

function roleByText(template: Template, node: TemplateNode): RoleRef | undefined {
  const arn = arnOf(template, node);
  const named = template
    .resources('AWS::IAM::Role')
    .find((role) => arn.key === resourceArn(template, role).key || arn.key === nameOf(template, role).key);
  if (named) return { kind: 'resource', resource: named };
  const mentioned = new Set([...referencesIn(node)].map(({ name }) => name));
  const [only, ...others] = [...mentioned].flatMap((id) => roleById(template, id) ?? []);
  return only && others.length === 0 && (isTakenApart(node) || endsWithRole(template, arn, only)) ? only : undefined;
}

/** `arn:...:role/${Role}`, whatever the path, and `${FnRole.Arn}` in another form than `Fn::GetAtt`. */
function endsWithRole(template: Template, arn: SymbolicArn, role: RoleRef): boolean {
  if (role.kind === 'resource') return arn.key.endsWith(`/${nameOf(template, role.resource).key}`);
  const last = arn.tokens.at(-1);
  return last?.kind === 'opaque' && [describeRole(role), `${describeRole(role)}.Arn`].includes(last.key);
}

/** `Fn::Select` of `Fn::Split`: a part of the ARN or name that is mentioned inside. */
function isTakenApart(node: TemplateNode): boolean {
  return [...walk(node)].some((part) => part.kind === 'intrinsic' && part.name === 'Fn::Split');
}

function whyOutside(template: Template, node: TemplateNode): string {
  const ref = refOf(node);
  if (ref !== undefined && template.parameter(ref)) return `the role is the parameter ${ref}`;
  const id = getAttOf(node)?.id ?? ref;
  if (id !== undefined) return `the role comes from ${id}`;
  if ([...walk(node)].some((part) => part.kind === 'intrinsic' && part.name === 'Fn::ImportValue'))
    return 'the role is imported from another stack';
  return literalOf(arnOf(template, node)) === undefined
    ? 'the role is known only at deployment'
    : `the role stands outside of the ${template.noun}`;
}

/** What follows `prefix` in an ARN: nothing, or `:` and a version or alias. */
function restBehind(prefix: SymbolicArn, arn: SymbolicArn): string | undefined {
  if (arn.key === prefix.key) return '';
  return arn.key.startsWith(`${prefix.key}:`) ? arn.key.slice(prefix.key.length + 1) : undefined;
}

/** `ACCOUNT:function:NAME` and `function:NAME`. */
function restBehindPartialArn(template: Template, fn: Resource, arn: SymbolicArn): string | undefined {
  const name = nameOf(template, fn).key;
  const at = arn.key.indexOf(`function:${name}`);
  if (at === -1 || arn.key.startsWith('arn:')) return undefined;
  const rest = arn.key.slice(at + `function:${name}`.length);
  return rest === '' ? '' : rest.startsWith(':') ? rest.slice(1) : undefined;
}

function literalQualifier(rest: string): { qualifier?: string } {
  return /^[\w$-]+$/.test(rest) ? { qualifier: rest } : {};
}
