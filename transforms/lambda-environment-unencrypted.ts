import type { Node } from '../core/program/ast.js';
import { text } from '../core/program/print.js';
import type { ProgramResource } from '../core/program/resources.js';
import { type FixDraft, type ProgramContext, type Refusal, definePulumiTransform } from '../core/rule.js';
import { type TemplateNode, getAttOf } from '../core/template/node.js';
import { rule } from '../rules/lambda-environment-unencrypted.js';
import {
  type Unprotected,
  differentKeys,
  obstacleTo,
  protectedBy,
  unprotectedVariables,
} from '../rules/shared/unprotected-variables.js';
import { asCodemod } from './shared/codemod.js';
import { newProgramKey } from './shared/customer-key.js';

type Context = ProgramContext<Record<string, never>>;

export const transform = definePulumiTransform<'managedKey', Record<string, never>>({
  rule,
  needles: ['environment'],
  *find(context) {
    yield* unprotectedVariables(context.program.model, (open, all, used) => fixOf(context, open, all, used));
  },
});

export const parser = 'ts';
export default asCodemod(transform);

/** The key that functions beside this one have already, else a new one for all functions of the component. */
function fixOf(
  context: Context,
  open: Unprotected,
  all: readonly Unprotected[],
  used: readonly TemplateNode[],
): FixDraft | Refusal {
  const { program, editor } = context;
  const [model] = open.functions;
  const fn = program.of(model);
  if (!fn || fn.repeated)
    return { code: 'cannot-edit', because: `${model.id} is created more than once, and would get a key each time` };
  const [present, ...others] = used;
  if (others.length > 0) return differentKeys(program.model);
  if (present) return obstacleTo(present, open) ?? withPresent(context, open, fn, present);
  const mates = matesOf(context, fn, all);
  const [first = fn] = mates;
  const key = newProgramKey(editor, first);
  const edits = mates.flatMap((each) => editor.setArgument(each, 'kmsKeyArn', text(`${key.name}.arn`)));
  const touches = mates.map(({ id }) => ['Resources', id, 'Properties', 'KmsKeyArn']);
  return protectedBy(open, true, [...key.edits, ...edits], [...key.touches, ...touches]);
}

function withPresent(
  { program, editor }: Context,
  open: Unprotected,
  fn: ProgramResource,
  arn: TemplateNode,
): FixDraft | Refusal {
  const key = program.of(getAttOf(arn)?.id ?? '');
  if (!key) return { code: 'needs-choice', because: 'the key of the other functions is not created in this program' };
  const { reference, edits } = editor.nameFor(key, fn);
  return protectedBy(open, false, [...edits, ...editor.setArgument(fn, 'kmsKeyArn', text(`${reference}.arn`))], []);
}

/** The functions without a key that stand in the same block, in the order of the text: one key serves them all. */
function matesOf({ program }: Context, fn: ProgramResource, all: readonly Unprotected[]): ProgramResource[] {
  const block = blockOf(fn);
  return all
    .flatMap(({ functions: [model] }) => program.of(model) ?? [])
    .filter((mate) => mate.file === fn.file && !mate.repeated && blockOf(mate) === block)
    .toSorted((a, b) => (a.node.start ?? 0) - (b.node.start ?? 0));
}

/** The block that a resource is created in: what is declared there before can be named. */
function blockOf({ file, node }: ProgramResource): Node {
  return file.scopes.scopeOf(node).node;
}
