import { type TemplateNode, stringOf, toValue, walk } from '../../core/template/node.js';
import { shownCode } from '../../core/template/shown.js';
import type { Resource, Template } from '../../core/template/template.js';
import { isWorkload, meansTable } from '../iam-resource-wildcard.js';
import { describePieces, piecesOf, shownPieces } from './pieces.js';
import { resourceOf } from './services.js';
import { functionTypes } from './function-types.js';

const tableTypes: readonly string[] = [
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Serverless::SimpleTable',
];

export function tablesOf(template: Template): readonly Resource[] {
  return template.resources(...tableTypes);
}

/** The roles that a policy works for: the role itself, those it names, those that name it. */
export function rolesBehind(holder: Resource): readonly Resource[] {
  const { template } = holder;
  if (holder.type === 'AWS::IAM::Role') return [holder];
  const named = [...items(holder.property('Roles')), ...items(holder.property('RoleName'))];
  const roles = template.resources('AWS::IAM::Role');
  const naming = roles.filter((role) =>
    items(role.property('ManagedPolicyArns')).some((node) => resourceOf(template, node) === holder),
  );
  // Programs attach a policy by a resource of its own.
  const attached = template
    .resources('Pulumi::IAM::PolicyAttachment')
    .filter((attachment) =>
      items(attachment.property('PolicyArn')).some((node) => resourceOf(template, node) === holder),
    )
    .flatMap((attachment) => items(attachment.property('Roles')));
  return [...[...named, ...attached].flatMap((node) => resourceOf(template, node) ?? []), ...naming].filter(
    ({ type }) => type === 'AWS::IAM::Role',
  );
}

/** The first party that assumes one of the roles and is no part of the application; undefined where all are. */
export function foreignPrincipal(roles: readonly Resource[]): string | undefined {
  for (const role of roles) {
    for (const node of walk(role.property('AssumeRolePolicyDocument') ?? role.node)) {
      if (node.key !== 'Principal') continue;
      const parties = node.kind === 'map' ? node.entries.flatMap(({ value }) => items(value)) : [node];
      const stranger = parties.find((party) => !isPartOfApplication(role.template, party));
      if (stranger) return shownParty(stranger);
    }
  }
  return undefined;
}

/** A service by its name, anybody else by what refers to them. */
function shownParty(party: TemplateNode): string {
  const text = stringOf(party);
  if (text === '*') return 'anybody';
  if (text !== undefined && /^[a-z][a-z-]{0,40}\.amazonaws\.com(?:\.cn)?$/.test(text)) return text;
  return text === undefined ? shownPieces(piecesOf(party)) : 'another party';
}

/** A service that runs an application, or another role of the template. */
function isPartOfApplication(template: Template, party: TemplateNode): boolean {
  return isWorkload(describePieces(piecesOf(party))) || resourceOf(template, party)?.type === 'AWS::IAM::Role';
}

/**
 * Where a table that is not the template's own gets into it: an environment variable of a function that has one of
 * the roles, or any mention of a parameter, import or nested stack's output that is named like a table.
 */
export function foreignTable(
  template: Template,
  holder: Resource,
  roles: readonly Resource[],
): { readonly shown: string; readonly node: TemplateNode } | undefined {
  for (const fn of template.resources(...functionTypes)) {
    const variables = concerns(fn, holder, roles) ? fn.property('Environment', 'Variables') : undefined;
    for (const { key, value } of variables?.kind === 'map' ? variables.entries : []) {
      if (meansTable(key) && !isOwn(template, value)) return { shown: `the variable ${key} of ${fn.id}`, node: value };
    }
  }
  return foreignMention(template, holder, roles);
}

/** False for the functions, roles and policies of others: the tables that they name are not needed here. */
function concerns(resource: Resource, holder: Resource, roles: readonly Resource[]): boolean {
  const { template, type } = resource;
  if (resource === holder) return true;
  if (functionTypes.includes(type)) {
    const role = resource.property('Role');
    return role !== undefined && roles.includes(resourceOf(template, role) ?? resource);
  }
  if (type === 'AWS::IAM::Role') return roles.includes(resource);
  const behind = type.startsWith('AWS::IAM::') ? rolesBehind(resource) : [];
  return behind.length === 0 || behind.some((role) => roles.includes(role));
}

function foreignMention(
  template: Template,
  holder: Resource,
  roles: readonly Resource[],
): { readonly shown: string; readonly node: TemplateNode } | undefined {
  for (const resource of template.resources()) {
    if (tableTypes.includes(resource.type) || !concerns(resource, holder, roles)) continue;
    for (const node of walk(resource.node)) {
      if (node.kind !== 'intrinsic') continue;
      const outside = node.name === 'Fn::ImportValue' ? node : undefined;
      const open = node.name === 'Pulumi::Expression' ? stringOf(node.argument) : undefined;
      if (open !== undefined && meansTable(open.replace(/\W+$/, '')))
        return { shown: `${shownCode(open)} in ${resource.id}`, node };
      if (outside && [...walk(outside)].some((part) => meansTable(stringOf(part) ?? '')))
        return { shown: `an import in ${resource.id}`, node };
      for (const { name, attribute } of template.references(node)) {
        const isParameter = template.parameter(name) !== undefined && meansTable(name);
        const isOutput = attribute?.startsWith('Outputs.') === true && meansTable(attribute);
        if ((isParameter || isOutput) && !isOwn(template, node))
          return { shown: `${isOutput ? `${name}.${attribute}` : `the parameter ${name}`} in ${resource.id}`, node };
      }
    }
  }
  return undefined;
}

/** True when a value names a table of the template: by reference, or as its physical name. */
function isOwn(template: Template, node: TemplateNode): boolean {
  return template.alternatives(node).every((branch) => {
    if (!branch.node) return true;
    const { node: value } = branch;
    const tables = tablesOf(template);
    if ([...template.references(value)].some(({ name }) => tables.some(({ id }) => id === name))) return true;
    return tables.some((table) => {
      const name = table.property('TableName');
      return name !== undefined && JSON.stringify(toValue(name)) === JSON.stringify(toValue(value));
    });
  });
}

function items(node: TemplateNode | undefined): readonly TemplateNode[] {
  if (node?.kind === 'list') return node.items;
  return node ? [node] : [];
}
