import { type CfnContext, type FixDraft, type Refusal, defineCfnFixer } from '../core/rule.js';
import { subOf } from '../core/template/references.js';
import type { Resource } from '../core/template/template.js';
import type { Editor } from '../core/template/editor.js';
import { type Path, type TemplateNode } from '../core/template/node.js';
import { type ReservedConcurrencyOptions, rule } from '../rules/lambda-reserved-concurrency.js';
import { isGeneratedName, namesInAccount } from '../rules/shared/account-names.js';
import { isBranch } from '../rules/shared/branches.js';
import { functionNameOf } from '../rules/shared/concurrency.js';
import { concurrencyPlan } from '../rules/shared/concurrency-plan.js';
import { environmentEdits } from './shared/reservation-environment.js';
import { parameterEdits } from './shared/reservation-parameter.js';
import { type Change, type ReservationWriter, reservedProperty, wholeOf } from '../rules/shared/reservation-fixes.js';
import { type ReservationMessage, unheldReservations } from '../rules/shared/reservations.js';

export default defineCfnFixer<ReservationMessage, ReservedConcurrencyOptions>({
  rule,
  needles: [reservedProperty],
  *find(context) {
    yield* unheldReservations(writerFor(context), context.options, context);
  },
  planConcurrency(context) {
    return concurrencyPlan(writerFor(context), context.options, context);
  },
});

function writerFor({ template, unit, editor }: CfnContext<ReservedConcurrencyOptions>): ReservationWriter {
  return {
    template,
    unit,
    namesOf,
    accountNamesOf: (fn, known) => namesInAccount(fn, known, (name) => isGeneratedName(name, fn.id)),
    fileOf: (fn) => fn.template.source.path,
    ownerOf: ({ fn, node }) => (node.path[0] === 'Globals' ? 'Globals' : fn.id),
    reasonAgainst,
    remove: (reservations) => ({
      edits: removeEdits(
        reservations.map(({ node }) => node),
        editor,
      ),
      touches: reservations.map(({ node }) => propertyPath(node)),
    }),
    lower: ({ node }, wanted) => ({ edits: editor.replace(node, wanted), touches: [propertyPath(node)] }),
    parameterize: (changes) => parameterEdits(changes, editor),
    takeFromEnvironment: (changes) => environmentEdits(template, changes, editor),
    // The parameter is given at every deployment already.
    environmentSteps: () => [],
  };
}

/** The logical id, and the name as it is written: `orders-${Stage}`. */
function namesOf(fn: Resource): readonly string[] {
  const name = fn.property('FunctionName');
  const written = name && subOf(name)?.text;
  return [...new Set([fn.id, functionNameOf(fn), ...(written === undefined ? [] : [written])])];
}

function reasonAgainst({ reservation: { parameter } }: Change): Refusal | undefined {
  if (parameter === undefined) return undefined;
  return {
    code: 'unknown-value',
    because: `the figure is the parameter ${parameter}: give it a value that the account holds`,
  };
}

/** The path of the whole property, of which the node may be a branch. */
function propertyPath(node: TemplateNode): Path {
  const { path } = node;
  return path.slice(0, path.indexOf(reservedProperty) + 1);
}

/** A branch of `Fn::If` cannot go: it becomes `AWS::NoValue`, unless the whole property goes with it. */
function removeEdits(nodes: readonly TemplateNode[], editor: Editor): FixDraft['edits'] {
  const whole = new Set(nodes.map((node) => wholeOf(node, nodes)));
  return [...whole].flatMap((node) =>
    isBranch(node) ? editor.replace(node, { Ref: 'AWS::NoValue' }) : editor.remove(node),
  );
}
