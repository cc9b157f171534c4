import { type Node, type babel, bare, keyName } from '../../core/program/ast.js';
import type { Program } from '../../core/program/program.js';
import type { Expression } from '../../core/program/values.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { Path, TemplateNode } from '../../core/template/node.js';
import type { Resource } from '../../core/template/template.js';
import { reservedProperty } from '../../rules/shared/reservation-fixes.js';
import { functionTypes } from '../../rules/shared/function-types.js';

/** The argument that reserves, as a program writes it. */
export const reservedArgument = 'reservedConcurrentExecutions';

/** The property that holds a reservation, in the arguments of a function or in an object that they are made of. */
export interface Property {
  readonly node: babel.ObjectProperty;
  readonly owner: babel.ObjectExpression;
  readonly value: Expression;
  /** All that take their reservation from it. */
  readonly users: readonly Resource[];
}

export function propertyAt(program: Program, node: TemplateNode): Property {
  const value = useAt(program, node);
  const found = propertyAround(value);
  if (!found) throw new CannotEdit('the reservation is not written in the arguments of a function');
  const users = program.model.resources(...functionTypes).filter((fn) => {
    const origin = reservationOf(fn) && program.originOf(reservationOf(fn) ?? node);
    return origin && propertyAround(origin)?.node === found.node;
  });
  return { ...found, value, users };
}

export function reservationOf(fn: Resource): TemplateNode | undefined {
  return fn.property(reservedProperty);
}

function propertyAround({ node, place: { file } }: Expression): Pick<Property, 'node' | 'owner'> | undefined {
  for (const each of file.scopes.around(node)) {
    if (bare(each) === bare(node) || each.type === 'ConditionalExpression') continue;
    const owner = file.scopes.parentOf(each);
    return each.type === 'ObjectProperty' && keyName(each) === reservedArgument && owner?.type === 'ObjectExpression'
      ? { node: each, owner }
      : undefined;
  }
  return undefined;
}

/** The expression as it is used, before names are followed. */
export function useAt(program: Program, node: TemplateNode): Expression {
  const found = program.originOf(node);
  if (!found) throw new CannotEdit('the reservation is not written in this project');
  return found;
}

/** The literal behind a figure where reservations alone take it, and where. */
export interface Figure {
  readonly literal: Expression;
  readonly paths: readonly Path[];
}

export function figureAt(program: Program, node: TemplateNode): Figure | undefined {
  const literal = program.writtenAt(node);
  const paths = literal ? program.pathsWrittenAt(literal) : [];
  const isFigure = paths.every((path) => path[3] === reservedProperty);
  return literal && isFigure ? { literal, paths } : undefined;
}

/**
 * What is taken before the figure, which is only its default: `args.x` of `args.x ?? 10`, the name of `{ x = 10 }`.
 * Undefined where the figure is all there is.
 */
export function givenBefore(program: Program, node: TemplateNode): Expression | undefined {
  const written = program.writtenAt(node);
  return (written && givenBeside(written)) ?? givenAt(useAt(program, node));
}

function givenBeside({ node, place }: Expression): Expression | undefined {
  for (const each of place.file.scopes.around(node)) {
    if (bare(each) === bare(node)) continue;
    const isDefault = each.type === 'LogicalExpression' || each.type === 'AssignmentPattern';
    return isDefault && bare(each.right) === bare(node) ? { node: each.left, place } : undefined;
  }
  return undefined;
}

/** Follows constants to `a ?? b`. */
function givenAt({ node, place }: Expression, depth = 0): Expression | undefined {
  const expression: Node = bare(node);
  if (expression.type === 'LogicalExpression') return { node: expression.left, place };
  if (expression.type !== 'Identifier' || depth > 10) return undefined;
  const binding = place.file.scopes.resolve(expression);
  if (binding?.fallback) return { node: expression, place };
  return binding?.init && binding.steps?.length === 0 ? givenAt({ node: binding.init, place }, depth + 1) : undefined;
}
