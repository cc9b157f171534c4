import {
  type Published,
  describePublished,
  isMentioned,
  ownVersionOf,
  unexportedIn,
  versionBehind,
} from '../rules/shared/published.js';
import { ClassEditor, type Output, outputFields } from '../core/program/edit-class.js';
import { nameLike } from '../core/program/editor.js';
import type { NameUser } from '../core/program/names.js';
import type { ProgramResource } from '../core/program/resources.js';
import { type FixDraft, type ProgramContext, type Refusal, definePulumiTransform } from '../core/rule.js';
import type { Path } from '../core/template/node.js';
import type { Resource } from '../core/template/template.js';
import type { TextEdit } from '../core/text/edit.js';
import { rule } from '../rules/lambda-version-unexported.js';
import { asCodemod } from './shared/codemod.js';
import { renamed } from './shared/grant.js';
import { type Outputs, instanceExports, mentionsIn, outputsOf } from './shared/published-outputs.js';

type Context = ProgramContext<Record<string, never>>;

export const transform = definePulumiTransform<'unexported', Record<string, never>>({
  rule,
  needles: ['publish', 'Alias'],
  *find(context) {
    const { program } = context;
    const mentionsFor = ({ resource }: Published): ReadonlySet<string> | undefined => {
      const created = program.of(resource);
      const outputs = created && outputsOf(created, program);
      return outputs && mentionsIn(outputs, created.place, program);
    };
    for (const published of unexportedIn(program.model, mentionsFor)) {
      yield {
        message: 'unexported',
        data: { resource: published.resource.id, what: describePublished(published) },
        certainty: 'proven',
        resource: published.resource,
        node: published.resource.node,
        fix: () => handOver(published, context),
      };
    }
  },
});

export const parser = 'ts';
export default asCodemod(transform);

function handOver(published: Published, context: Context): FixDraft | Refusal {
  const { program } = context;
  const created = program.of(published.resource);
  const outputs = created && outputsOf(created, program);
  if (!created || !outputs) return { code: 'outside-template', because: 'the program hands nothing over there' };
  const version =
    published.what === 'alias' ? unmentionedVersion(published.resource, outputs, created, context) : undefined;
  const wanted = [...(version ? [version] : []), published].map((each) => outputFor(each, outputs, created, context));
  return {
    title: titleOf(published, version),
    safety: 'safe',
    consequence: { deployment: 'none' },
    edits: [...wanted.flatMap(({ edits }) => edits), ...writeOutputs(wanted, outputs, created, context)],
    touches: wanted.flatMap(({ touches }) => touches),
  };
}

function titleOf({ resource, what }: Published, version: Published | undefined): string {
  if (what === 'version') return `Output the version of ${resource.id}`;
  return `Output the ARN of the alias ${resource.id}${version ? ` and the version of ${version.resource.id}` : ''}`;
}

/** The version that the alias stands for, where it is a part of the same component or file and not handed over either. */
function unmentionedVersion(
  alias: Resource,
  outputs: Outputs,
  { place, file, enclosingClass }: ProgramResource,
  { program }: Context,
): Published | undefined {
  const fn = versionBehind(alias);
  const owner = fn && program.of(fn);
  if (!owner || owner.file !== file || owner.enclosingClass !== enclosingClass) return undefined;
  const version = ownVersionOf(fn);
  return outputsOf(owner, program) && !isMentioned(version, mentionsIn(outputs, place, program)) ? version : undefined;
}

interface Wanted extends Output {
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
}

function outputFor(
  { resource, what }: Published,
  outputs: Outputs,
  { file }: ProgramResource,
  { program, editor }: Context,
): Wanted {
  const created = program.of(resource);
  if (!created) throw new RangeError(`${resource.id} is not created in the program`);
  const [node, at] =
    outputs.kind === 'component' ? [outputs.call, outputs.call.start] : [outputs.last, outputs.last.end];
  const user: NameUser = { id: 'what is handed over', file, node, at: at ?? 0 };
  const { reference, edits } = editor.nameFor(created, user);
  const owner = 'name' in created.holder ? created.holder.name : nameLike(created);
  return {
    name: editor.freeName(file, what === 'version' ? versionName(owner) : aliasName(owner)),
    value: `${reference}.${what === 'version' ? 'version' : 'arn'}`,
    edits,
    touches: renamed(created, editor),
  };
}

/** `quoteVersion` for `quoteFunction`. */
function versionName(owner: string): string {
  return `${owner.replace(/Function$/, '')}Version`;
}

/** `quoteAliasArn` for `quoteAlias`, `liveAliasArn` for `live`. */
function aliasName(owner: string): string {
  return `${owner}${/alias/i.test(owner) ? '' : 'Alias'}Arn`;
}

function writeOutputs(
  wanted: readonly Output[],
  outputs: Outputs,
  { file }: ProgramResource,
  { program, editor }: Context,
): TextEdit[] {
  const classes = new ClassEditor(editor, file);
  if (outputs.kind === 'exports') return classes.exportBehind(outputs.last, wanted);
  // Without fields of the kind, the class registers what it hands over, and no more.
  if (outputFields(file, outputs.class, 'Output<string>').length === 0)
    return classes.registerOutputs(outputs.call, wanted);
  const fields = wanted.map(({ name }) => ({ name, value: `this.${name}` }));
  const entry = instanceExports(outputs.class, program);
  return [
    ...classes.addFields(
      outputs.class,
      'Output<string>',
      wanted.map(({ name }) => name),
    ),
    ...classes.assignBefore(outputs.statement, wanted),
    ...(outputs.call.arguments.length === 0 ? [] : classes.registerOutputs(outputs.call, fields)),
    ...(entry
      ? new ClassEditor(editor, entry.file).exportBehind(
          entry.last,
          wanted.map(({ name }) => ({ name: editor.freeName(entry.file, name), value: `${entry.name}.${name}` })),
        )
      : []),
  ];
}
