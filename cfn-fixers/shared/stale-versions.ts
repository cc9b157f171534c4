import type { FindingDraft, FixDraft, Refusal } from '../../core/rule.js';
import type { TextEdit } from '../../core/text/edit.js';
import type { Path } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';

import { functionNamed, versionHash } from '../../rules/shared/function-versions.js';
import type { Context } from './publish.js';

/**
 * Versions whose logical id holds the hash of a function that has changed since (strategy version-id): under the
 * new id CloudFormation creates another version, which publishes the function as it is now.
 */
export function* judgeVersions(context: Context): Generator<FindingDraft<'staleVersion'>> {
  if (context.options.strategy !== 'version-id') return;
  for (const version of context.template.resources('AWS::Lambda::Version')) {
    const fn = functionNamed(context.template, version.property('FunctionName'));
    const hash = fn && version.id.startsWith(`${fn.id}Version`) ? version.id.slice(`${fn.id}Version`.length) : '';
    if (!fn || !/^[0-9a-f]{10}$/.test(hash) || hash === versionHash(fn)) continue;
    yield {
      message: 'staleVersion',
      data: { resource: version.id, function: fn.id },
      certainty: 'proven',
      resource: version,
      node: version.node,
      span: version.idSpan,
      fix: () => renamed(version, `${fn.id}Version${versionHash(fn)}`, context),
    };
  }
}

function renamed(version: Resource, id: string, { editor, template }: Context): FixDraft | Refusal {
  const resources = template.section('Resources');
  if (!resources || template.resource(id))
    return { code: 'needs-choice', because: `there is a resource ${id} already` };
  const edits: TextEdit[] = [...editor.rename(resources, version.id, id)];
  const touches: Path[] = [version.node.path, ['Resources', id]];
  for (const { name, attribute, node } of template.references(template.root)) {
    if (name !== version.id) continue;
    if (node.kind === 'intrinsic' && node.name === 'Fn::Sub')
      return { code: 'cannot-edit', because: `${version.id} is named inside Fn::Sub` };
    edits.push(...editor.replace(node, attribute === undefined ? { Ref: id } : { 'Fn::GetAtt': [id, attribute] }));
    touches.push(node.path);
  }
  if (template.resources().some(({ dependsOn }) => dependsOn.includes(version.id)))
    return { code: 'cannot-edit', because: `${version.id} is named in a DependsOn` };
  return {
    title: `Publish the present state: rename ${version.id} to ${id}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits,
    touches,
  };
}
