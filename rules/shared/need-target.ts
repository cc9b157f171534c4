import { arnOf, resourceArn } from '../../core/template/iam/arn-of.js';
import type { RoleRef } from '../../core/template/iam/roles.js';
import { type TemplateNode, type Value, getAttOf, refOf, stringOf, toValue } from '../../core/template/node.js';
import { subOf } from '../../core/template/references.js';
import type { Resource, Template } from '../../core/template/template.js';
import { type DemandedAction, type PermissionSet, resourceArns } from '../../facts/index.js';
import { type Statement, appended } from './grant-request.js';
import { grantsOf, iamFacts } from './iam-facts.js';
import type { Need } from './needs.js';
import { piecesOf, shownPieces } from './pieces.js';
import { resourceOf } from './services.js';

/** The template's own resource that a need is about: named by a reference, or by its physical name in an ARN. */
export function targetOf(need: Need): Resource | undefined {
  const { template } = need.fn;
  if (!need.target) return undefined;
  const named = resourceOf(template, need.target);
  if (named) return named;
  const { key } = arnOf(template, need.target, iamFacts());
  return template
    .resources()
    .find((resource) => resourceArns[resource.type] && resourceArn(template, resource, iamFacts()).key === key);
}

/** The target for people. */
export function describeTarget(need: Need): string {
  const node = need.target;
  if (!node) return '*';
  return targetOf(need)?.id ?? textOf(node) ?? refOf(node) ?? getAttOf(node)?.id ?? 'the target';
}

function textOf(node: TemplateNode): string | undefined {
  return stringOf(node) === undefined && !subOf(node) ? undefined : shownPieces(piecesOf(node));
}

/** What a statement names as its resource for an action; undefined where it does not follow from the target. */
export function resourceValue(need: Need, on: DemandedAction['on']): Value | undefined {
  if (on === '*' || !need.target) return '*';
  if (on === 'objects') return appended(need.target, '/*');
  // A consumer's stream, a topic or a secret has an ARN of its own, which the target does not tell.
  const consumer = resourceOf(need.fn.template, need.target)?.type === 'AWS::Kinesis::StreamConsumer';
  if (on === 'target' || (on === 'stream' && !consumer) || (on === 'consumer' && consumer)) return toValue(need.target);
  return undefined;
}

const keyProperties: readonly string[] = ['KmsMasterKeyId', 'KmsKeyId', 'KMSMasterKeyID'];

/** What the role needs on the customer key of the template that encrypts the target, unless it has it. */
export function keyStatements(
  need: Need,
  permission: PermissionSet,
  role: Exclude<RoleRef, { kind: 'outside' }>,
): Statement[] {
  const template = need.fn.template;
  const resource = targetOf(need);
  const node = keyProperties.map((property) => resource?.ownProperty(property)).find((found) => found !== undefined);
  const key = node ? customerKeyOf(template, node) : undefined;
  if (!key) return [];
  const target = resourceArn(template, key, iamFacts());
  const missing = permission.kmsIfCustomerKey.filter(
    (action) => grantsOf(template).allows(role, { action, target }).answer !== 'yes',
  );
  return missing.length === 0 ? [] : [{ actions: missing, resource: { 'Fn::GetAtt': [key.id, 'Arn'] } }];
}

/** The key of the template that a node names: by reference, or by an alias of it. */
function customerKeyOf(template: Template, node: TemplateNode): Resource | undefined {
  const named = resourceOf(template, node);
  if (named?.type === 'AWS::KMS::Key') return named;
  const name = arnOf(template, node, iamFacts()).key;
  const alias =
    named ??
    template.resources('AWS::KMS::Alias').find((resource) => {
      const own = resource.property('AliasName');
      return own !== undefined && arnOf(template, own, iamFacts()).key === name;
    });
  const target = alias?.type === 'AWS::KMS::Alias' ? alias.property('TargetKeyId') : undefined;
  const key = target ? resourceOf(template, target) : undefined;
  return key?.type === 'AWS::KMS::Key' ? key : undefined;
}
