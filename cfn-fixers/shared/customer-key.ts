import type { CfnContext, FixDraft } from '../../core/rule.js';
import { type TemplateNode, type Value, stringOf, toValue } from '../../core/template/node.js';
import { subOf } from '../../core/template/references.js';
import type { Resource, Template } from '../../core/template/template.js';
import { customerKeys } from '../../facts/index.js';
import { isOwnTag } from '../../rules/tag-environment-hardcoded.js';

export interface NewKey extends Pick<FixDraft, 'edits' | 'touches'> {
  readonly arn: Value;
}

/** A key for the environment variables of a template's functions, with rotation and an alias to find it by. */
export function newKey(fn: Resource, all: readonly Resource[], editor: CfnContext['editor']): NewKey {
  const key = editor.freeId('EnvironmentKey');
  const alias = editor.freeId('EnvironmentKeyAlias');
  const condition = commonCondition(all);
  const edits = [
    ...editor.addResource(key, { Type: 'AWS::KMS::Key', ...condition, Properties: keyProperties(fn) }),
    ...editor.addResource(alias, {
      Type: 'AWS::KMS::Alias',
      ...condition,
      Properties: { AliasName: aliasName(all), TargetKeyId: { Ref: key } },
    }),
  ];
  return {
    arn: { 'Fn::GetAtt': [key, 'Arn'] },
    edits,
    touches: [
      ['Resources', key],
      ['Resources', alias],
    ],
  };
}

/** The account decides by IAM policies who may use the key: the same as in the policy that KMS makes by default. */
function keyProperties(fn: Resource): Value {
  const tags = tagsOf(fn);
  return {
    Description: 'Environment variables of the Lambda functions',
    EnableKeyRotation: true,
    KeyPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AccountAdministration',
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
          Action: customerKeys.accountAdministration,
          Resource: '*',
        },
      ],
    },
    ...(tags.length === 0 ? {} : { Tags: tags }),
  };
}

/** The function's tags, except those that are its own, as a list of keys and values. SAM functions have a map. */
function tagsOf(fn: Resource): readonly Value[] {
  const tags = fn.property('Tags');
  if (tags?.kind === 'map')
    return tags.entries
      .filter(({ key, value }) => !isOwnTag(key, stringOf(value)) && resolves(fn.template, value))
      .map(({ key, value }) => ({ Key: key, Value: toValue(value) }));
  if (tags?.kind !== 'list') return [];
  return tags.items.filter((tag) => !isOwn(tag) && resolves(fn.template, tag)).map(toValue);
}

function isOwn(tag: TemplateNode): boolean {
  return tag.kind === 'map' && isOwnTag(stringOf(tag.get('Key')) ?? '', stringOf(tag.get('Value')));
}

/** False for a mention of something that the template lacks: a mistake that is not to be copied. */
function resolves(template: Template, node: TemplateNode): boolean {
  return [...template.references(node)].every(
    ({ name }) =>
      name.startsWith('AWS::') || template.resource(name) !== undefined || template.parameter(name) !== undefined,
  );
}

/** The condition of the key where all its functions share one; a key that exists without them all costs, but harms nothing. */
function commonCondition(all: readonly Resource[]): Record<string, Value> {
  const conditions = new Set(all.map((fn) => stringOf(fn.node.get('Condition'))));
  const [only] = conditions;
  return conditions.size === 1 && only !== undefined ? { Condition: only } : {};
}

/** Unique by the stack's name, and ending like the names of the functions. */
function aliasName(all: readonly Resource[]): Value {
  const suffixes = new Set(all.flatMap((fn) => suffixOf(fn.template, fn.property('FunctionName')) ?? []));
  const [suffix] = suffixes;
  return {
    'Fn::Sub': `alias/\${AWS::StackName}-environment${suffixes.size === 1 && suffix !== undefined ? `-\${${suffix}}` : ''}`,
  };
}

/** The parameter at the end of a name: `orders-${EnvironmentSuffix}`. */
function suffixOf(template: Template, name: TemplateNode | undefined): string | undefined {
  const parameter = /-\$\{(\w+)\}$/.exec(subOf(name)?.text ?? '')?.[1];
  return parameter !== undefined && template.parameter(parameter) ? parameter : undefined;
}
