import type { Safety } from '../../core/rule.js';
import type { RoleRef } from '../../core/template/iam/roles.js';
import { type TemplateNode, type Value, toValue } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';

/** An IAM policy statement to be written. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resource: Value;
}

/** A grant as it is asked for; how it is written is for each language. */
export interface GrantRequest {
  readonly role: Exclude<RoleRef, { kind: 'outside' }>;
  /** What AWS refuses without the grant; it waits for a separate policy by `DependsOn`. */
  readonly subject: Resource;
  readonly statements: readonly Statement[];
  /** Statements of the template that grant a part of it already. */
  readonly begun: readonly TemplateNode[];
  /** The ARN that the statements name. */
  readonly target: TemplateNode | undefined;
  /** The name of the inline policy, without a suffix. */
  readonly policyName: string;
  /** Grants more than demanded, but as the role does it already: `service-role/AWSLambdaSQSQueueExecutionRole`. */
  readonly managedPolicy?: string | undefined;
  readonly safety: Safety;
  readonly title: string;
}

/** The value of an ARN node as it stands in the template, with something appended. */
export function appended(node: TemplateNode, tail: string): Value {
  const value = toValue(node);
  if (typeof value === 'string') return `${value}${tail}`;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const form = value as Readonly<Record<string, Value>>;
  if (typeof form['Ref'] === 'string') return { 'Fn::Sub': `\${${form['Ref']}}${tail}` };
  const attribute = form['Fn::GetAtt'];
  if (Array.isArray(attribute)) return { 'Fn::Sub': `\${${attribute.join('.')}}${tail}` };
  if (typeof form['Fn::Sub'] === 'string') return { 'Fn::Sub': `${form['Fn::Sub']}${tail}` };
  return { 'Fn::Join': ['', [value, tail]] };
}
