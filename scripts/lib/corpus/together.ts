import { needsOf } from '../../../rules/shared/needs.js';
import { resourceOf } from '../../../rules/shared/services.js';
import type { Finding } from '../../../core/engine/types.js';
import type { Template } from '../../../core/template/template.js';

/** The rules about what a role must be granted. */
const permissionRules = new Set([
  'lambda-destination-permission',
  'lambda-dlq-permission',
  'lambda-event-source-permission',
  'lambda-tracing-permission',
  'lambda-vpc-permission',
]);

/** Whether the role of a finding and what it must be granted stand in the template; undefined for rules without roles. */
export function standTogether({ rule, messageId, path }: Finding, template: Template): boolean | undefined {
  if (rule === 'lambda-policy-order') return true;
  if (!permissionRules.has(rule)) return undefined;
  if (messageId === 'outside') return false;
  const key = path.join('\0');
  const need = needsOf(template).find(({ node }) => node.path.join('\0') === key);
  if (!need) return undefined;
  return need.target === undefined || resourceOf(template, need.target) !== undefined;
}
