import { type RetiredMessage, type Retirement, retiredRuntimes, successorDraft } from '../rules/shared/retired.js';
import { isBranch } from '../rules/shared/branches.js';
import { type FixDraft, type ProgramContext, type Refusal, definePulumiTransform } from '../core/rule.js';
import { type Code, string } from '../core/program/print.js';
import type { Expression } from '../core/program/values.js';
import { CannotEdit } from '../core/template/cannot-edit.js';
import { type Path, type TemplateNode, isSamePath, stringOf } from '../core/template/node.js';
import { rule, takesBootstrap } from '../rules/lambda-runtime-retired.js';
import { asCodemod } from './shared/codemod.js';
import { runtimeCode } from './shared/runtimes.js';

type Context = ProgramContext<Record<string, never>>;
type Edit = Pick<FixDraft, 'edits' | 'touches'>;

export const transform = definePulumiTransform<RetiredMessage, Record<string, never>>({
  rule,
  needles: ['runtime'],
  *find(context) {
    for (const fn of context.program.model.resources('AWS::Lambda::Function')) {
      const node = fn.property('Runtime');
      if (!node) continue;
      yield* retiredRuntimes({ fn, owner: fn.id, node }, context.today, (retirement, target) =>
        fixOf(context, retirement, target),
      );
    }
  },
});

export const parser = 'ts';
export default asCodemod(transform);

function fixOf(context: Context, retirement: Retirement, target: string): FixDraft | Refusal {
  const { node, runtime, parameter } = retirement;
  const setsHandler = takesBootstrap(runtime, target);
  if (setsHandler && (parameter !== undefined || isBranch(node)))
    return {
      code: 'needs-choice',
      because: `the handler serves another runtime too, and on ${target} it has to be bootstrap`,
    };
  const successor = replaceAll(context, [node], 'Runtime', (written) => runtimeCode(written, target, context.awsMajor));
  const handlers = setsHandler ? handlersBeside(context, successor.touches) : [];
  const handler = replaceAll(context, handlers, 'Handler', () => string('bootstrap'));
  return {
    ...successorDraft(retirement, target, handlers.length > 0),
    edits: [...successor.edits, ...handler.edits],
    touches: [...successor.touches, ...handler.touches],
  };
}

/** The handlers of all functions whose runtime changes, as far as they are written down and name something else. */
function handlersBeside({ program }: Context, runtimes: readonly Path[]): TemplateNode[] {
  const ids = new Set(runtimes.map(([, id]) => String(id)));
  const functions = [...ids].flatMap((id) => program.model.resource(id) ?? []);
  return functions.flatMap((fn) => {
    const handler = fn.property('Handler');
    return handler && stringOf(handler) !== 'bootstrap' && program.writtenAt(handler) ? [handler] : [];
  });
}

/**
 * Writes other code for a property of functions: where the value is written down, which changes all that share it, or
 * where it is used, if something shares it that is to stay.
 */
function replaceAll(
  context: Context,
  nodes: readonly TemplateNode[],
  property: 'Runtime' | 'Handler',
  code: (written: Expression) => Code,
): Edit {
  const written = new Map<Expression['node'], Edit>();
  for (const node of nodes) {
    const place = placeOf(context, node, property, nodes);
    const edits = context.editor.replace(place.at, code(place.at));
    written.set(place.at.node, { edits, touches: place.touches });
  }
  const all = [...written.values()];
  return { edits: all.flatMap(({ edits }) => edits), touches: all.flatMap(({ touches }) => touches) };
}

interface Place {
  readonly at: Expression;
  readonly touches: readonly Path[];
}

function placeOf(
  { program }: Context,
  node: TemplateNode,
  property: 'Runtime' | 'Handler',
  changing: readonly TemplateNode[],
): Place {
  const written = program.writtenAt(node);
  const use = program.originOf(node);
  if (!written || !use) throw new CannotEdit(`the ${property.toLowerCase()} is not written in this project`);
  const touches = program.pathsWrittenAt(written);
  const isAlike = touches.every((path) =>
    property === 'Runtime' ? path[3] === property : changing.some((each) => isSamePath(each.path, path)),
  );
  if (isAlike) return { at: written, touches };
  if (use.node === written.node)
    throw new CannotEdit(`the ${property.toLowerCase()} is shared with what has to keep it`);
  return { at: use, touches: [node.path] };
}
