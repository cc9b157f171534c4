import type { Node } from '../core/program/ast.js';
import { text } from '../core/program/print.js';
import type { ProgramResource } from '../core/program/resources.js';
import { type FixDraft, type ProgramContext, type Refusal, definePulumiTransform } from '../core/rule.js';
import { getAttOf } from '../core/template/node.js';
import type { Resource, Template } from '../core/template/template.js';
import { deployerFollowUp, keyCost, managedKeyData, rule } from '../rules/lambda-environment-unencrypted.js';
import { asCodemod } from './shared/codemod.js';
import { newProgramKey } from './shared/customer-key.js';

type Context = ProgramContext<Record<string, never>>;

export const transform = definePulumiTransform<'managedKey', Record<string, never>>({
  rule,
  needles: ['environment'],
  *find(context) {
    const { model } = context.program;
    for (const fn of model.resources('AWS::Lambda::Function')) {
      const variables = fn.ownProperty('Environment', 'Variables');
      const count = variables?.kind === 'map' ? variables.entries.length : 0;
      if (!variables || count === 0 || fn.property('KmsKeyArn') || fn.isOpaque) continue;
      yield {
        message: 'managedKey',
        data: managedKeyData(fn.id, count),
        certainty: 'proven',
        resource: fn,
        node: variables,
        followUps: keysInUse(model).length > 0 || context.program.of(fn)?.repeated ? [] : [deployerFollowUp],
        fix: () => fixOf(context, fn),
      };
    }
  },
});

export const parser = 'ts';
export default asCodemod(transform);

function keysInUse(model: Template): string[] {
  const keys = model.resources('AWS::Lambda::Function').flatMap((fn) => fn.property('KmsKeyArn') ?? []);
  return [...new Set(keys.map((key) => getAttOf(key)?.id ?? ''))];
}

/** The key that functions beside this one have already, else a new one for all functions of the component. */
function fixOf(context: Context, model: Resource): FixDraft | Refusal {
  const { program, editor } = context;
  const fn = program.of(model);
  if (!fn || fn.repeated)
    return { code: 'cannot-edit', because: `${model.id} is created more than once, and would get a key each time` };
  const [used, ...others] = keysInUse(program.model);
  if (used !== undefined) {
    const key = program.of(used);
    if (others.length > 0 || !key)
      return {
        code: 'needs-choice',
        because: 'the functions of the project use different keys, or one from elsewhere',
      };
    const { reference, edits } = editor.nameFor(key, fn);
    return draft(model, [...edits, ...editor.setArgument(fn, 'kmsKeyArn', text(`${reference}.arn`))], [], false);
  }
  const mates = matesOf(context, fn);
  const [first = fn] = mates;
  const key = newProgramKey(editor, first);
  const edits = mates.flatMap((each) => editor.setArgument(each, 'kmsKeyArn', text(`${key.name}.arn`)));
  const touches = mates.map(({ id }) => ['Resources', id, 'Properties', 'KmsKeyArn']);
  return draft(model, [...key.edits, ...edits], [...key.touches, ...touches], true);
}

/** The functions without a key that stand in the same block, in the order of the text: one key serves them all. */
function matesOf({ program }: Context, fn: ProgramResource): ProgramResource[] {
  const block = blockOf(fn);
  return program.model
    .resources('AWS::Lambda::Function')
    .flatMap((model) => {
      const variables = model.ownProperty('Environment', 'Variables');
      const isOpen = variables?.kind === 'map' && variables.entries.length > 0 && !model.property('KmsKeyArn');
      const mate = isOpen && !model.isOpaque ? program.of(model) : undefined;
      return mate && mate.file === fn.file && !mate.repeated && blockOf(mate) === block ? [mate] : [];
    })
    .toSorted((a, b) => (a.node.start ?? 0) - (b.node.start ?? 0));
}

/** The block that a resource is created in: what is declared there before can be named. */
function blockOf({ file, node }: ProgramResource): Node {
  return file.scopes.scopeOf(node).node;
}

function draft(model: Resource, edits: FixDraft['edits'], touches: FixDraft['touches'], isNew: boolean): FixDraft {
  return {
    title: `Protect the environment variables of ${model.id} with ${isNew ? 'a customer managed key' : 'the key of the other functions'}`,
    safety: 'review',
    consequence: { deployment: 'update', ...(isNew ? { cost: keyCost } : {}) },
    edits,
    touches: [[...model.node.path, 'Properties', 'KmsKeyArn'], ...touches],
  };
}
