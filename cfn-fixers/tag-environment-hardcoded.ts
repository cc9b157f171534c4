import { type FindingDraft, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import type { Editor } from '../core/template/editor.js';
import { type Value, stringOf, toValue } from '../core/template/node.js';
import type { Template } from '../core/template/template.js';
import {
  type TagEnvironmentOptions,
  isEnvironmentKey,
  isEnvironmentValue,
  rule,
} from '../rules/tag-environment-hardcoded.js';
import { type EnvironmentSource, dependsOnEnvironment, environmentSources } from './shared/environment-source.js';
import { type Tag, isSelectedBy, tagsOf } from './shared/tags.js';

type MessageId = 'literal' | 'noParameter' | 'configured';

export default defineCfnFixer<MessageId, TagEnvironmentOptions>({
  rule,
  needles: ['Tags'],
  *find({ template, editor, options }) {
    const tags = tagsOf(template);
    const rest = tags.filter(({ key }) => isEnvironmentKey(key) && !Object.hasOwn(options.tags, key));
    yield* judgeEnvironment(template, rest, editor);
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
  editor: Editor,
): Generator<FindingDraft<MessageId>> {
  const literal = tags.filter(({ value }) => isEnvironmentValue(textOf(value)));
  // Different environments in one template are no oversight.
  if (literal.length === 0 || new Set(literal.map(({ value }) => textOf(value).toLowerCase())).size > 1) return;
  const sources = environmentSources(template, tags);
  const [source] = sources;
  for (const tag of literal) {
    if (dependsOnEnvironment(template, tag.resource)) continue;
    yield {
      message: source ? 'literal' : 'noParameter',
      data: { resource: tag.owner, key: tag.key, value: textOf(tag.value), source: source?.name ?? '' },
      // Without a parameter the template may be meant for this one environment.
      certainty: source ? 'proven' : 'possible',
      resource: tag.resource,
      node: tag.value,
      followUps: source ? followUps(tag, source) : [],
      fix: () =>
        source
          ? (refusalOf(tag, sources) ?? fixOf([tag], source.value, source.name, editor))
          : withoutParameter(tag, editor),
    };
  }
}

function refusalOf(tag: Tag, [first, second]: readonly EnvironmentSource[]): Refusal | undefined {
  if (first && second && first.rank === second.rank) {
    return { code: 'needs-choice', because: `both ${first.name} and ${second.name} may name the environment` };
  }
  if (!isSelectedBy(tag.resource.template, tag.key)) return undefined;
  return {
    code: 'shared',
    because: `something in this template goes by the tag ${tag.key}, and may rely on its value ${textOf(tag.value)}`,
  };
}

function fixOf(tags: readonly Tag[], value: Value, from: string, editor: Editor): FixDraft {
  const owners = tags.map(({ owner }) => owner).join(', ');
  return {
    title: `Take the tag ${tags[0]?.key ?? ''} of ${owners} from ${from}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: tags.flatMap((tag) => editor.replace(tag.value, value)),
    touches: tags.map((tag) => tag.value.path),
  };
}

function followUps(tag: Tag, source: EnvironmentSource): string[] {
  const now = textOf(tag.value);
  const check = `Check the policies, budgets and reports that go by ${tag.key}=${now}: the tag takes its value from ${source.name} at the next deployment.`;
  return source.isSuffix
    ? [
        check,
        `${source.name} keeps copies of the stack apart and does not classify them: add a parameter for the class where reports need one.`,
      ]
    : [check];
}

function withoutParameter(tag: Tag, editor: Editor): Refusal {
  const parameter = editor.freeId('Environment');
  return {
    code: 'needs-choice',
    because: 'no parameter of this template names the environment',
    snippet: editor.print({
      Parameters: { [parameter]: { Type: 'String', Default: textOf(tag.value) } },
      Tags: [{ Key: tag.key, Value: { Ref: parameter } }],
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
    yield {
      message: 'configured',
      data: { resource: group.map(({ owner }) => owner).join(', '), key: tag.key, value: textOf(tag.value), parameter },
      certainty: 'proven',
      resource: tag.resource,
      node: tag.value,
      fix: () =>
        isThere ? fixOf(group, { Ref: parameter }, parameter, editor) : withNewParameter(group, parameter, editor),
    };
  }
}

function withNewParameter(tags: readonly Tag[], parameter: string, editor: Editor): FixDraft | Refusal {
  const values = [...new Set(tags.map(({ value }) => textOf(value)))];
  const [value = ''] = values;
  if (values.length > 1)
    return { code: 'needs-choice', because: `the resources have different values: ${values.join(', ')}` };
  const id = editor.freeId(parameter);
  if (id !== parameter)
    return { code: 'needs-choice', because: `${parameter} is the name of something else in this template` };
  const fix = fixOf(tags, { Ref: parameter }, parameter, editor);
  const body = { Type: 'String', Default: value, Description: `Value of the tag ${tags[0]?.key ?? ''}` };
  return {
    ...fix,
    title: `${fix.title}, a new parameter with today's value as its default`,
    consequence: { deployment: 'none' },
    edits: [...editor.addToSection('Parameters', parameter, body), ...fix.edits],
    touches: [['Parameters', parameter], ...fix.touches],
  };
}

function textOf(node: Tag['value']): string {
  const value = toValue(node);
  return stringOf(node) ?? (typeof value === 'object' ? '' : String(value));
}
