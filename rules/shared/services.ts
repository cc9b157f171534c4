import { serviceOf as arnService } from '../../core/template/iam/arn.js';
import { arnOf, resourceArn } from '../../core/template/iam/arn-of.js';
import { type TemplateNode, getAttOf, refOf } from '../../core/template/node.js';
import { subOf, subParts } from '../../core/template/references.js';
import type { Resource, Template } from '../../core/template/template.js';
import { resourceArns } from '../../facts/index.js';

/** The names that the permission facts use, by the service in an ARN. */
const factNames: ReadonlyMap<string, string> = new Map([
  ['events', 'eventbridge'],
  ['kafka', 'msk'],
  ['rds', 'documentdb'],
]);

const formats = { arnFormat: (type: string) => resourceArns[type] };

/** The service that an ARN belongs to, as the permission facts name it; undefined where the template does not tell. */
export function serviceOf(template: Template, node: TemplateNode): string | undefined {
  const resource = resourceOf(template, node);
  if (resource?.type === 'AWS::Kinesis::StreamConsumer') return 'kinesisConsumer';
  const service = resource ? formats.arnFormat(resource.type)?.service : arnService(arnOf(template, node, formats));
  return service === undefined ? undefined : (factNames.get(service) ?? service);
}

/** The template's own resource that a reference, or the single placeholder of a text, means, or whose ARN is spelled out. */
export function resourceOf(template: Template, node: TemplateNode): Resource | undefined {
  const name = refOf(node) ?? getAttOf(node)?.id ?? soleName(node);
  return template.resource(name) ?? (name === undefined ? withArn(template, node) : undefined);
}

function withArn(template: Template, node: TemplateNode): Resource | undefined {
  const { key } = arnOf(template, node, formats);
  const isOne = (resource: Resource): boolean =>
    formats.arnFormat(resource.type) !== undefined && resourceArn(template, resource, formats).key === key;
  return key.startsWith('arn:') ? template.resources().find(isOne) : undefined;
}

function soleName(node: TemplateNode): string | undefined {
  const sub = subOf(node);
  const parts = sub ? subParts(sub.text) : [];
  const [first] = parts;
  return first && 'name' in first && !sub?.variables.has(first.name) ? first.name : undefined;
}
