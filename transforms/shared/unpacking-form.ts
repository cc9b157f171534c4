import { type Node, type babel, bare, keyName, memberName, propertyOf } from '../../core/program/ast.js';
import type { ProgramFile } from '../../core/program/file.js';
import { packageMember, pulumiPackage } from '../../core/program/packages.js';
import { type FunctionNode, isFunction } from '../../core/program/scope.js';
import { textOf } from '../../core/program/surroundings.js';

/** How a callback of `apply` takes outputs. */
export type UnpackingForm =
  /** `all([a, b]).apply(([x, y]) => ...)`, the pattern perhaps shorter than the list, perhaps with the types of a tuple. */
  | {
      readonly kind: 'pattern';
      readonly list: babel.ArrayExpression;
      readonly pattern: babel.ArrayPattern;
      readonly types: babel.TSTupleType | undefined;
    }
  /** `all([a, b]).apply(values => ...)` */
  | { readonly kind: 'index'; readonly list: babel.ArrayExpression; readonly parameter: babel.Identifier }
  /** `all({ a, b }).apply(({ a, b }) => ...)` */
  | { readonly kind: 'keys'; readonly object: babel.ObjectExpression; readonly pattern: babel.ObjectPattern }
  /** `x.arn.apply(arn => ...)` */
  | { readonly kind: 'single'; readonly subject: Node; readonly parameter: babel.Identifier }
  /** Anything else. */
  | { readonly kind: 'other' };

/** An output that a callback gets, and the name that it has there. */
export interface Parameter {
  readonly output: Node;
  readonly name: babel.Identifier;
}

/** The innermost function around a node, where it is a callback of `apply`. */
export function callbackAround(file: ProgramFile, node: Node): FunctionNode | undefined {
  for (const each of file.scopes.around(node)) if (isFunction(each)) return subjectOf(file, each) && each;
  return undefined;
}

export function formOf(file: ProgramFile, callback: FunctionNode): UnpackingForm {
  const [parameter, ...others] = callback.params;
  const subject = subjectOf(file, callback);
  if (!subject || !parameter || others.length > 0) return { kind: 'other' };
  const joined = subject.type === 'CallExpression' ? packageMember(file, subject.callee) : undefined;
  if (subject.type !== 'CallExpression' || joined?.package !== pulumiPackage || joined.path.at(-1) !== 'all')
    return parameter.type === 'Identifier' && !parameter.typeAnnotation
      ? { kind: 'single', subject, parameter }
      : { kind: 'other' };
  const argument = subject.arguments[0] && bare(subject.arguments[0]);
  if (argument?.type === 'ArrayExpression') return listForm(argument, parameter);
  const isObject = argument?.type === 'ObjectExpression' && parameter.type === 'ObjectPattern';
  return isObject && !parameter.typeAnnotation && parameter.properties.every(({ type }) => type === 'ObjectProperty')
    ? { kind: 'keys', object: argument, pattern: parameter }
    : { kind: 'other' };
}

function listForm(list: babel.ArrayExpression, parameter: Node): UnpackingForm {
  if (list.elements.some((element) => element === null || element.type === 'SpreadElement')) return { kind: 'other' };
  if (parameter.type === 'Identifier')
    return parameter.typeAnnotation ? { kind: 'other' } : { kind: 'index', list, parameter };
  if (parameter.type !== 'ArrayPattern' || parameter.elements.some((element) => element?.type === 'RestElement'))
    return { kind: 'other' };
  const annotation = parameter.typeAnnotation?.type === 'TSTypeAnnotation' ? parameter.typeAnnotation : undefined;
  const types = annotation?.typeAnnotation;
  if (parameter.typeAnnotation && types?.type !== 'TSTupleType') return { kind: 'other' };
  return { kind: 'pattern', list, pattern: parameter, types: types?.type === 'TSTupleType' ? types : undefined };
}

/** What a callback of `apply` is applied to. */
function subjectOf(file: ProgramFile, callback: FunctionNode): Node | undefined {
  const parent = file.scopes.parentOf(callback);
  const callee = parent?.type === 'CallExpression' ? bare(parent.callee) : undefined;
  if (callee?.type !== 'MemberExpression' || memberName(callee) !== 'apply') return undefined;
  return bare(callee.object);
}

/** The outputs that have a name of their own in the callback. */
export function parametersOfForm(form: UnpackingForm): Parameter[] {
  switch (form.kind) {
    case 'pattern':
      return form.pattern.elements.flatMap((name, index) => {
        const output = form.list.elements[index];
        return output && name?.type === 'Identifier' ? [{ output, name }] : [];
      });
    case 'keys':
      return form.pattern.properties.flatMap((property) => {
        const key = property.type === 'ObjectProperty' ? keyName(property) : undefined;
        const output = key === undefined ? undefined : propertyOf(form.object, key)?.value;
        const name = property.type === 'ObjectProperty' ? property.value : undefined;
        return output && name?.type === 'Identifier' ? [{ output, name }] : [];
      });
    case 'single':
      return [{ output: form.subject, name: form.parameter }];
    default:
      return [];
  }
}

/** How the callback reads an output that it is given already. */
export function nameInForm(file: ProgramFile, form: UnpackingForm, output: string): string | undefined {
  if (form.kind === 'index') {
    const index = form.list.elements.findIndex((each) => each !== null && textOf(file, each) === output);
    return index === -1 ? undefined : `${form.parameter.name}[${index}]`;
  }
  return parametersOfForm(form).find((each) => textOf(file, each.output) === output)?.name.name;
}
