import { type TemplateNode, stringOf, walk } from '../../core/template/node.js';
import type { Resource, Template } from '../../core/template/template.js';

/** One tag, whichever form its resource has: a list of Key and Value, or a map. */
export interface Tag {
  readonly resource: Resource;
  /** How messages call the place: the logical id, or the section of SAM `Globals`. */
  readonly owner: string;
  readonly key: string;
  readonly value: TemplateNode;
}

/** Tags that resources give themselves. Other properties that end in Tags may select resources by their tags. */
const properties = [
  'Tags',
  'UserPoolTags',
  'FileSystemTags',
  'AccessPointTags',
  'HostedZoneTags',
  'HealthCheckTags',
  'BackupPlanTags',
  'BackupVaultTags',
];

export function tagsOf(template: Template): readonly Tag[] {
  const own = template.resources().flatMap((resource) => {
    if (resource.isOpaque) return [];
    const lists = properties.flatMap((property) => resource.ownProperty(property) ?? []);
    return [...lists, ...specifications(resource)].flatMap((node) => pairs(node, resource, resource.id));
  });
  return [...own, ...sharedTags(template)];
}

/** Launch templates, instances and fleets: `TagSpecifications: [{ResourceType, Tags}]`. */
function specifications(resource: Resource): TemplateNode[] {
  const nodes = [
    resource.ownProperty('TagSpecifications'),
    resource.ownProperty('LaunchTemplateData', 'TagSpecifications'),
  ];
  return nodes.flatMap((node) =>
    node?.kind === 'list' ? node.items.flatMap((item) => (item.kind === 'map' ? (item.get('Tags') ?? []) : [])) : [],
  );
}

function sharedTags(template: Template): Tag[] {
  return ['AWS::Serverless::Function', 'AWS::Serverless::Api', 'AWS::Serverless::HttpApi'].flatMap((type) => {
    const user = template.resources(type)[0];
    const node = user?.globalProperty('Tags');
    return user && node ? pairs(node, user, `Globals.${String(node.path[1])}`) : [];
  });
}

function pairs(node: TemplateNode, resource: Resource, owner: string): Tag[] {
  if (node.kind === 'map') return node.entries.map(({ key, value }) => ({ resource, owner, key, value }));
  if (node.kind !== 'list') return [];
  return node.items.flatMap((item) => {
    const key = item.kind === 'map' ? stringOf(item.get('Key')) : undefined;
    const value = item.kind === 'map' ? item.get('Value') : undefined;
    return key !== undefined && value ? [{ resource, owner, key, value }] : [];
  });
}

/**
 * True when something in the template goes by a tag: a policy condition on `aws:ResourceTag/Environment`, a target
 * `tag:Environment`, a list of tag filters.
 */
export function isSelectedBy(template: Template, key: string): boolean {
  const mention = new RegExp(String.raw`tag[:/]${key.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}\b`, 'i');
  const own = new Set(tagsOf(template).map(({ value }) => value));
  for (const node of walk(template.root)) {
    if (mention.test(stringOf(node) ?? '')) return true;
    if (node.kind !== 'map') continue;
    if (node.entries.some((entry) => mention.test(entry.key))) return true;
    const value = node.get('Value') ?? node.get('Values');
    if (stringOf(node.get('Key')) === key && value && !own.has(value)) return true;
  }
  return false;
}
