import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import type { Value } from '../core/template/node.js';
import type { Template } from '../core/template/template.js';
import { type TagEnvironmentOptions, isEnvironmentKey, rule } from '../rules/tag-environment-hardcoded.js';
import { type EnvironmentSource, dependsOnEnvironment, environmentSources } from './shared/environment-source.js';
import { listed } from '../rules/shared/listed.js';
import { literalEnvironmentTags, selectionRefusal, tagFollowUps, tagText } from '../rules/shared/environment-tags.js';
import { type Tag, tagsOf } from '../rules/shared/tags.js';

type MessageId = 'literal' | 'noParameter' | 'configured';

export default defineCfnFixer<MessageId, TagEnvironmentOptions>({
  rule,
  needles: ['Tags'],
  *find({ template, editor, options }) {
    const tags = tagsOf(template);
    yield* judgeEnvironment(template, tags, options, editor);
    for (const [key, parameter] of Object.entries(options.tags)) {
      yield* judgeConfigured(
        template,
        tags.filter((tag) => tag.key === key),
        parameter,
        editor,
      );
    }
  },
});

function* judgeEnvironment(
  template: Template,
  tags: readonly Tag[],
  options: TagEnvironmentOptions,
  editor: Editor,
): Generator<FindingDraft<MessageId>> {
  const literal = literalEnvironmentTags(tags, options.tags);
  if (literal.length === 0) return;
  const others = tags.filter(({ key }) => isEnvironmentKey(key) && !Object.hasOwn(options.tags, key));
  const sources = environmentSources(template, others);
  const [source] = sources;
  const meant = literal.filter((tag) => !dependsOnEnvironment(template, tag.resource));
  if (!source) return yield* withoutSource(meant, editor);
  for (const tag of meant) {
    const refusal = refusalOf(tag, sources);
    yield {
      message: 'literal',
      data: { resource: tag.owner, verb: 'is', key: tag.key, value: tagText(tag.value), source: source.name },
      certainty: 'proven',
      resource: tag.resource,
      node: tag.value,
      followUps: refusal ? [] : tagFollowUps(tag, source.name, source.isSuffix),
      fix: () => refusal ?? fixOf([tag], source.value, source.name, editor),
    };
  }
}

/** One finding for all: the template may be meant for this one environment. */
function* withoutSource(tags: readonly Tag[], editor: Editor): Generator<FindingDraft<MessageId>> {
  const [tag] = tags;
  if (!tag) return;
  const owners = [...new Set(tags.map(({ owner }) => owner))];
  yield {
    message: 'noParameter',
    data: {
      resource: listed(owners),
      verb: owners.length === 1 ? 'is' : 'are',
      key: tag.key,
      value: tagText(tag.value),
    },
    certainty: 'possible',
    resource: tag.resource,
    node: tag.value,
    fix: () => withoutParameter(tag, editor),
  };
}

function refusalOf(tag: Tag, [first, second]: readonly EnvironmentSource[]): Refusal | undefined {
  if (first && second && first.rank === second.rank) {
    return { code: 'needs-choice', because: `both ${first.name} and ${second.name} may name the environment` };
  }
  return selectionRefusal(tag.resource.template, tag);
}

function fixOf(tags: readonly Tag[], value: Value, from: string, editor: Editor): FixDraft {
  const owners = tags.map(({ owner }) => owner);
  return {
    title: `Take the tag ${tags[0]?.key ?? ''} of ${listed(owners)} from ${from}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: tags.flatMap((tag) => editor.replace(tag.value, value)),
    touches: tags.map((tag) => tag.value.path),
  };
}

function withoutParameter({ key, value }: Tag, editor: Editor): Refusal {
  const parameter = editor.freeId('Environment');
  const reference = { Ref: parameter };
  const isListed = value.key === 'Value';
  const property = String(value.path.at(isListed ? -3 : -2));
  return {
    code: 'needs-choice',
    because: 'no parameter of this template names the environment',
    snippet: editor.print({
      Parameters: { [parameter]: { Type: 'String', Default: tagText(value) } },
      [property]: isListed ? [{ Key: key, Value: reference }] : { [key]: reference },
    }),
  };
}

function* judgeConfigured(
  template: Template,
  tags: readonly Tag[],
  parameter: string,
  editor: Editor,
): Generator<FindingDraft<MessageId>> {
  const literal = tags.filter(({ value }) => value.kind === 'scalar');
  const [first] = literal;
  if (!first) return;
  const isThere = template.parameter(parameter) !== undefined;
  // A parameter is added once, with all that take it, so that each fix is complete alone.
  for (const group of isThere ? literal.map((tag) => [tag]) : [literal]) {
    const [tag = first] = group;
    const resource = listed(group.map(({ owner }) => owner));
    const value = valuesOf(group).join(', ');
    yield {
      message: 'configured',
      data: { resource, key: tag.key, value, parameter },
      certainty: 'proven',
      resource: tag.resource,
      node: tag.value,
      fix: () => (isThere ? fromParameter(group, parameter, editor) : withNewParameter(group, parameter, editor)),
    };
  }
}

function fromParameter(tags: readonly Tag[], parameter: string, editor: Editor): FixDraft {
  return fixOf(tags, { Ref: parameter }, `the parameter ${parameter}`, editor);
}

function withNewParameter(tags: readonly Tag[], parameter: string, editor: Editor): FixDraft | Refusal {
  const [value = '', ...others] = valuesOf(tags);
  if (others.length > 0) return { code: 'needs-choice', because: 'one parameter cannot hold different values' };
  if (editor.freeId(parameter) !== parameter) {
    return { code: 'needs-choice', because: `${parameter} is the name of something else in this template` };
  }
  const fix = fromParameter(tags, parameter, editor);
  const body = { Type: 'String', Default: value, Description: `Value of the tag ${tags[0]?.key ?? ''}` };
  return {
    ...fix,
    title: `${fix.title}, with the present value as its default`,
    consequence: { deployment: 'none' },
    edits: [...editor.addToSection('Parameters', parameter, body), ...fix.edits],
    touches: [['Parameters', parameter], ...fix.touches],
  };
}

function valuesOf(tags: readonly Tag[]): string[] {
  return [...new Set(tags.map(({ value }) => tagText(value)))];
}
