import { type TemplateNode, getAttOf, refOf, stringOf, walk } from '../../core/template/node.js';
import { subOf, subParts } from '../../core/template/references.js';
import type { Resource, Template } from '../../core/template/template.js';
import { resourceArns } from '../../facts/index.js';

/** The names that the permission facts use, by the service in an ARN. */
const factNames: ReadonlyMap<string, string> = new Map([
  ['events', 'eventbridge'],
  ['kafka', 'msk'],
  ['rds', 'documentdb'],
]);

/** The service that an ARN belongs to, as the permission facts name it; undefined where the template does not tell. */
export function serviceOf(template: Template, node: TemplateNode): string | undefined {
  const resource = resourceOf(template, node);
  if (resource?.type === 'AWS::Kinesis::StreamConsumer') return 'kinesisConsumer';
  const service = resource ? serviceOfType(resource.type) : serviceInText(node);
  return service === undefined ? undefined : (factNames.get(service) ?? service);
}

/** The template's own resource that a reference, or the single placeholder of a text, means. */
export function resourceOf(template: Template, node: TemplateNode): Resource | undefined {
  const name = refOf(node) ?? getAttOf(node)?.id ?? soleName(node);
  return template.resource(name);
}

function soleName(node: TemplateNode): string | undefined {
  const sub = subOf(node);
  const parts = sub ? subParts(sub.text) : [];
  const [first] = parts;
  return first && 'name' in first && !sub?.variables.has(first.name) ? first.name : undefined;
}

function serviceOfType(type: string): string | undefined {
  return resourceArns[type]?.service;
}

/** The third part of `arn:partition:service:...`, read off the first piece of text that shows it. */
function serviceInText(node: TemplateNode): string | undefined {
  for (const part of walk(node)) {
    const service = /^arn:(?:[^:]+):([a-z0-9-]+):/.exec(stringOf(part) ?? '')?.[1];
    if (service !== undefined) return service;
  }
  return joinedService(node);
}

/** `Fn::Join` with `:` splits the ARN into a list: arn, partition, service... */
function joinedService(node: TemplateNode): string | undefined {
  if (node.kind !== 'intrinsic' || node.name !== 'Fn::Join' || node.argument.kind !== 'list') return undefined;
  const [separator, parts] = node.argument.items;
  if (stringOf(separator) !== ':' || parts?.kind !== 'list' || stringOf(parts.items[0]) !== 'arn') return undefined;
  return stringOf(parts.items[2]);
}
