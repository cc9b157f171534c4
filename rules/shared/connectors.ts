import { type TemplateNode, refOf, stringOf } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';
import { resourceOf } from './services.js';
import type { Need } from './needs.js';

/**
 * True where a SAM connector joins the function and the target: SAM then writes the policy itself.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/managing-permissions-connectors.html
 */
export function isConnected(template: Template, need: Need): boolean {
  const target = need.target ? resourceOf(template, need.target)?.id : undefined;
  if (target === undefined || !template.isSam) return false;
  return template.once(connectionsOf).some((ends) => ends.has(need.fn.id) && ends.has(target));
}

/** The logical ids that each connector joins. */
function connectionsOf(template: Template): readonly ReadonlySet<string>[] {
  return template.resources().flatMap(connectionsIn);
}

function connectionsIn(resource: Resource): ReadonlySet<string>[] {
  if (resource.type === 'AWS::Serverless::Connector') {
    return [new Set([...idsAt(resource.property('Source')), ...idsAt(resource.property('Destination'))])];
  }
  const embedded = resource.node.get('Connectors');
  if (embedded?.kind !== 'map') return [];
  return embedded.entries.map(({ value }) => {
    const properties = value.kind === 'map' ? value.get('Properties') : undefined;
    const destination = properties?.kind === 'map' ? properties.get('Destination') : undefined;
    return new Set([resource.id, ...idsAt(destination)]);
  });
}

function idsAt(node: TemplateNode | undefined): string[] {
  if (node?.kind === 'list') return node.items.flatMap(idsAt);
  const id = node?.kind === 'map' ? node.get('Id') : undefined;
  return [stringOf(id) ?? refOf(id)].filter((found) => found !== undefined);
}
