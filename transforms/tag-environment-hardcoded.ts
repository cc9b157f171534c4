import { literalEnvironmentTags, selectionRefusal, tagFollowUps, tagText } from '../rules/shared/environment-tags.js';
import { listed } from '../rules/shared/listed.js';
import { type Tag, tagsOf } from '../rules/shared/tags.js';
import { type Node, type babel, bare } from '../core/program/ast.js';
import { textKindOfField } from '../core/program/declared-text.js';
import { CannotEdit } from '../core/template/cannot-edit.js';
import { text } from '../core/program/print.js';
import { pulumiName, textOf } from '../core/program/surroundings.js';
import type { Expression } from '../core/program/values.js';
import {
  type FindingDraft,
  type FixDraft,
  type ProgramContext,
  type Refusal,
  definePulumiTransform,
} from '../core/rule.js';
import { environmentNameKind } from '../rules/shared/environment-name.js';
import { type TagEnvironmentOptions, isEnvironmentValue, rule } from '../rules/tag-environment-hardcoded.js';
import { argumentsAround, propertyName } from './shared/new-argument.js';
import { asCodemod } from './shared/codemod.js';
import { environmentNamesAt } from './shared/environment-names.js';

type Context = ProgramContext<TagEnvironmentOptions>;
type MessageId = 'literal' | 'noParameter' | 'configured';

export const transform = definePulumiTransform<MessageId, TagEnvironmentOptions>({
  rule,
  needles: ['tags', 'Tags'],
  *find(context) {
    const { program, options } = context;
    const all = tagsOf(program.model);
    const literal = literalEnvironmentTags(all, options.tags);
    const meant = literal.filter((tag) => !dependsOnEnvironment(context, tag));
    for (const [written, tags] of byLiteral(context, meant)) yield findingOf(context, written, tags);
    for (const [key, parameter] of Object.entries(options.tags)) {
      const configured = all.filter((tag) => tag.key === key);
      for (const [written, tags] of byLiteral(context, configured))
        yield configuredTag(context, written, tags, parameter);
    }
  },
});

export const parser = 'ts';
export default asCodemod(transform);

/** The tags by the literal in an object that they all come from. A constant with a name of its own is one place already. */
function byLiteral({ program }: Context, tags: readonly Tag[]): Map<Expression, [Tag, ...Tag[]]> {
  const groups = new Map<Node, { written: Expression; tags: [Tag, ...Tag[]] }>();
  for (const tag of tags) {
    const written = program.writtenAt(tag.value);
    if (!written || !entryOf(written)) continue;
    const group = groups.get(written.node);
    if (group) group.tags.push(tag);
    else groups.set(written.node, { written, tags: [tag] });
  }
  return new Map([...groups.values()].map((group) => [group.written, group.tags]));
}

function entryOf({ node, place: { file } }: Expression): babel.ObjectProperty | undefined {
  const parent = file.scopes.parentOf(node);
  return parent?.type === 'ObjectProperty' && bare(parent.value) === bare(node) ? parent : undefined;
}

function findingOf(context: Context, written: Expression, tags: readonly [Tag, ...Tag[]]): FindingDraft<MessageId> {
  const [tag] = tags;
  const owners = [...new Set(tags.map(({ owner }) => owner))];
  const base = { resource: tag.resource, node: tag.value } as const;
  const verb = owners.length === 1 ? 'is' : 'are';
  const data = { resource: listed(owners), verb, key: tag.key, value: tagText(tag.value) };
  const source = sourceAt(context, written);
  if (!source)
    return {
      ...base,
      message: 'noParameter',
      data,
      certainty: 'possible',
      fix: () => withoutSource(written, tag),
    };
  const refusal = 'code' in source ? source : selectionRefusal(context.program.model, tag);
  const { name } = source;
  const isOverridable = isOverriddenBySpread(written);
  return {
    ...base,
    message: 'literal',
    data: { ...data, source: name },
    certainty: isOverridable ? 'possible' : 'proven',
    followUps: refusal || 'code' in source ? [] : followUps(tag, source, isOverridable),
    fix: () => refusal ?? fixOf(context, written, tags, name),
  };
}

interface Source {
  readonly name: string;
  readonly isSuffix: boolean;
}

/** Why none of the names can be taken, and the first of them. */
type Unclear = Refusal & Pick<Source, 'name'>;

/** The name that tells the environment where the tag is written: one for the environment before a suffix. */
function sourceAt({ program }: Context, written: Expression): Source | Unclear | undefined {
  const names = environmentNamesAt(program, written);
  const usable = names.filter(({ holds }) => holds === 'text' || holds === 'output');
  const best = usable.some(({ kind }) => kind === 'environment') ? 'environment' : 'suffix';
  const [first, second] = usable.filter(({ kind }) => kind === best);
  if (first && second)
    return unclear([first.binding.name, second.binding.name], (listing) => `${listing} may name the environment`);
  if (first) return { name: first.binding.name, isSuffix: first.kind === 'suffix' };
  const missing = names.filter(({ holds }) => holds === 'optional').map(({ binding }) => binding.name);
  return missing.length > 0 ? unclear(missing, (listing) => `${listing} may be missing`) : undefined;
}

function unclear(names: readonly string[], because: (listing: string) => string): Unclear {
  return { code: 'needs-choice', because: because(listed(names)), name: names[0] ?? '' };
}

function withoutSource({ place: { file } }: Expression, { key }: Tag): Refusal {
  const stack = `${pulumiName(file) ?? 'pulumi'}.getStack()`;
  return {
    code: 'needs-choice',
    because: 'no name that is in scope here tells the environment; the name of the stack may',
    snippet: `${key}: ${stack},`,
  };
}

function fixOf({ program, editor }: Context, written: Expression, tags: readonly Tag[], name: string): FixDraft {
  const [tag] = tags;
  return {
    title: `Take the tag ${tag?.key ?? ''} of ${listed([...new Set(tags.map(({ owner }) => owner))])} from ${name}`,
    safety: 'review',
    consequence: { deployment: 'update' },
    edits: editor.replace(written, text(name)),
    touches: program.pathsWrittenAt(written),
  };
}

/** A tag that comes from an argument of the component by the options. */
function configuredTag(
  context: Context,
  written: Expression,
  tags: readonly [Tag, ...Tag[]],
  parameter: string,
): FindingDraft<MessageId> {
  const [tag] = tags;
  const resource = listed([...new Set(tags.map(({ owner }) => owner))]);
  return {
    message: 'configured',
    data: { resource, key: tag.key, value: tagText(tag.value), parameter: propertyName(parameter) },
    certainty: 'proven',
    resource: tag.resource,
    node: tag.value,
    fix: () => fromArgument(context, written, tag, resource, propertyName(parameter)),
  };
}

/** The present value stays what is taken where nothing is given. */
function fromArgument(
  { program, editor }: Context,
  written: Expression,
  { key }: Tag,
  resource: string,
  name: string,
): FixDraft {
  const { owner, type } = argumentsAround(editor, written);
  const present = type.names.has(name) ? textKindOfField(type, name) : undefined;
  if (present === 'other') throw new CannotEdit(`the argument ${name} is no text`);
  const isGiven = present === 'text' || present === 'output';
  const value = editor.textOf(written);
  return {
    title: `Take the tag ${key} of ${resource} from the argument ${name}${isGiven ? '' : ', with the present value as its default'}`,
    safety: 'review',
    consequence: { deployment: isGiven ? 'update' : 'none' },
    edits: [
      ...editor.replace(written, text(isGiven ? `${owner}.${name}` : `${owner}.${name} ?? ${value}`)),
      ...(present ? [] : editor.addMembers(type, { name, type: 'string', doc: `Value of the tag ${key}.` })),
    ],
    // Two fixes that need the argument do not both add it.
    touches: [...program.pathsWrittenAt(written), ['Parameters', `${owner}.${name}`]],
  };
}

function followUps(tag: Tag, { name, isSuffix }: Source, isOverridable: boolean): string[] {
  return [
    ...tagFollowUps(tag, name, isSuffix),
    ...(isOverridable ? [`What is spread behind the tag ${tag.key} may replace it.`] : []),
  ];
}

/** True where a spread that is not known follows: it may hold the tag too. */
function isOverriddenBySpread(written: Expression): boolean {
  const entry = entryOf(written);
  const owner = entry && written.place.file.scopes.parentOf(entry);
  if (!entry || owner?.type !== 'ObjectExpression') return false;
  return owner.properties.slice(owner.properties.indexOf(entry) + 1).some(({ type }) => type === 'SpreadElement');
}

/** True where the tag stands below a test of the environment, so that the literal may be meant. */
function dependsOnEnvironment({ program }: Context, { resource, value }: Tag): boolean {
  const written = program.writtenAt(value);
  const created = (program.of(resource)?.branches ?? []).map(({ condition }) => condition);
  const tests = [...created, ...(written ? testsAround(written) : [])];
  return tests.some((test) => (test.match(/[A-Za-z_$][\w$]*/g) ?? []).some(namesEnvironment));
}

function testsAround({ node, place: { file } }: Expression): string[] {
  return [...file.scopes.around(node)].flatMap((each) =>
    each.type === 'IfStatement' || each.type === 'ConditionalExpression' ? [textOf(file, each.test)] : [],
  );
}

/** `environment`, `envSuffix`, `isProd`. */
function namesEnvironment(name: string): boolean {
  return environmentNameKind(name) !== undefined || isEnvironmentValue(name.replace(/^is(?=[A-Z])/, ''));
}
