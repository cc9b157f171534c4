import type { Node } from './ast.js';
import type { ProgramFile } from './file.js';
import { packageMember, pulumiPackage } from './packages.js';
import { type Binding, type FunctionNode, type Scope, isFunction, parametersOf } from './scope.js';
import type { Project } from './values.js';
import { type WrittenType, writtenTypeOf } from './written-types.js';

/** What a component, or a function that stands for one, is given by those who use it. */
export interface ComponentArgs {
  /** `args`, as code within reach writes it. */
  readonly name: string;
  /** True where nothing may be given. */
  readonly isOptional: boolean;
  /** Undefined in JavaScript, which needs none. */
  readonly type: WrittenType | undefined;
}

/** The arguments of the component around a node: a parameter whose type the project writes out, the second one if it can be. */
export function argsAround(project: Project, file: ProgramFile, node: Node): ComponentArgs | undefined {
  for (const each of file.scopes.around(node)) {
    if (!isFunction(each) || each.type === 'ArrowFunctionExpression' || each.type === 'FunctionExpression') continue;
    const [first, second, ...others] = parametersOf(each);
    for (const parameter of [second, first, ...others]) {
      const args = parameter && argsOf(project, file, each, parameter);
      if (args && isWithinReach(file, node, parameter)) return args;
    }
  }
  return undefined;
}

function argsOf(project: Project, file: ProgramFile, fn: FunctionNode, parameter: Node): ComponentArgs | undefined {
  const pattern = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
  if (pattern.type !== 'Identifier') return undefined;
  const { name, typeAnnotation } = pattern;
  const isOptional = pattern.optional === true;
  if (/\.[cm]?jsx?$/i.test(file.path))
    return fn.type === 'ClassMethod' && /^(?:args|props)$/.test(name)
      ? { name, isOptional, type: undefined }
      : undefined;
  const type = typeAnnotation ? writtenTypeOf(project, file, typeAnnotation) : undefined;
  return type && { name, isOptional: isOptional || mayBeUndefined(typeAnnotation), type };
}

function mayBeUndefined(annotation: Node | null | undefined): boolean {
  if (annotation?.type !== 'TSTypeAnnotation') return false;
  const { typeAnnotation } = annotation;
  return (
    typeAnnotation.type === 'TSUnionType' && typeAnnotation.types.some(({ type }) => /^TS(?:Undefined|Null)/.test(type))
  );
}

/** The name of a `pulumi.Config` without a namespace of its own that is made before a node, within its reach. */
export function configAround(file: ProgramFile, node: Node): string | undefined {
  for (let scope: Scope | undefined = file.scopes.scopeOf(node); scope; scope = scope.parent)
    for (const binding of scope.bindings.values()) if (isConfig(file, binding, node)) return binding.name;
  return undefined;
}

function isConfig(file: ProgramFile, { name, init, kind, reassigned, steps }: Binding, node: Node): boolean {
  if (init?.type !== 'NewExpression' || kind !== 'const' || reassigned || steps?.length !== 0) return false;
  const member = packageMember(file, init.callee);
  if (member?.package !== pulumiPackage || member.path.at(-1) !== 'Config' || init.arguments.length > 0) return false;
  return (init.end ?? 0) <= (node.start ?? 0) && file.scopes.scopeOf(node).lookup(name)?.init === init;
}

/** True where the name of a parameter means that parameter and nothing nearer. */
function isWithinReach(file: ProgramFile, node: Node, parameter: Node): boolean {
  const pattern = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
  if (pattern.type !== 'Identifier') return false;
  return file.scopes.scopeOf(node).lookup(pattern.name)?.node === parameter;
}
