import { type Node, bare, memberName } from './ast.js';
import type { ProgramFile } from './file.js';
import type { Binding, Step } from './scope.js';

/** Something out of a package: `aws.lambda.Function` is `lambda`, `Function` of `@pulumi/aws`, however it was imported. */
export interface PackageMember {
  readonly package: string;
  readonly path: readonly string[];
}

export const awsPackage = '@pulumi/aws';
export const pulumiPackage = '@pulumi/pulumi';

/** What an expression names in a package; undefined for anything that does not lead back to an import. */
export function packageMember(file: ProgramFile, node: Node, depth = 0): PackageMember | undefined {
  const expression = bare(node);
  if (depth > 10) return undefined;
  if (expression.type === 'Identifier') {
    const binding = file.scopes.resolve(expression);
    return binding && !binding.reassigned ? knownMember(file, binding, depth) : undefined;
  }
  if (expression.type === 'MemberExpression') {
    const owner = packageMember(file, expression.object, depth + 1);
    const name = memberName(expression);
    return owner && name !== undefined ? below(owner, [name]) : undefined;
  }
  const required = requiredModule(expression);
  return required === undefined ? undefined : moduleOf(required);
}

/** What a constant was set to that stands for a member of a package: `aws.lambda.Runtime.X`. */
export function definitionOf(file: ProgramFile, node: Node): Node {
  const expression = bare(node);
  const binding = expression.type === 'Identifier' ? file.scopes.resolve(expression) : undefined;
  const isConstant = binding?.kind === 'const' && binding.steps?.length === 0;
  return isConstant && binding.init ? definitionOf(file, binding.init) : node;
}

/** What names stand for, asked again for each of their uses. */
function knownMembers(): Map<Binding, PackageMember | undefined> {
  return new Map();
}

function knownMember(file: ProgramFile, binding: Binding, depth: number): PackageMember | undefined {
  const members = file.once(knownMembers);
  if (members.has(binding)) return members.get(binding);
  const member = memberOfBinding(file, binding, depth);
  // Deep in a chain of names the answer may only be that it was given up.
  if (depth === 0 || binding.kind === 'import') members.set(binding, member);
  return member;
}

function memberOfBinding(file: ProgramFile, binding: Binding, depth: number): PackageMember | undefined {
  const { node, init, steps } = binding;
  if (binding.kind === 'import') return memberOfImport(file, node);
  if (!init || steps === undefined || binding.kind === 'function' || binding.kind === 'class') return undefined;
  const owner = packageMember(file, init, depth + 1);
  return owner && below(owner, steps);
}

function memberOfImport(file: ProgramFile, specifier: Node): PackageMember | undefined {
  const from = importedFrom(file, specifier);
  const module = from === undefined ? undefined : moduleOf(from.module);
  // The default of a CommonJS package is the package itself.
  return module && from && (from.name === '*' || from.name === 'default' ? module : below(module, [from.name]));
}

/** The module and name behind an import; `*` for the whole module. */
export function importedFrom(
  file: ProgramFile,
  specifier: Node,
): { readonly module: string; readonly name: string } | undefined {
  if (specifier.type === 'TSImportEqualsDeclaration') {
    const reference = specifier.moduleReference;
    return reference.type === 'TSExternalModuleReference'
      ? { module: reference.expression.value, name: '*' }
      : undefined;
  }
  const declaration = file.scopes.parentOf(specifier);
  if (declaration?.type !== 'ImportDeclaration') return undefined;
  const module = declaration.source.value;
  if (specifier.type === 'ImportNamespaceSpecifier') return { module, name: '*' };
  if (specifier.type === 'ImportDefaultSpecifier') return { module, name: 'default' };
  if (specifier.type !== 'ImportSpecifier') return undefined;
  const { imported } = specifier;
  return { module, name: imported.type === 'Identifier' ? imported.name : imported.value };
}

/** The module of `require('module')`. */
export function requiredModule(node: Node): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'require')
    return undefined;
  const [argument] = node.arguments;
  return argument?.type === 'StringLiteral' ? argument.value : undefined;
}

/** `@pulumi/aws/lambda` is the member `lambda` of `@pulumi/aws`. */
function moduleOf(module: string): PackageMember | undefined {
  if (module.startsWith('.')) return undefined;
  const [scopeOrName = '', ...rest] = module.split('/');
  const isScoped = scopeOrName.startsWith('@');
  const name = isScoped ? `${scopeOrName}/${rest[0] ?? ''}` : scopeOrName;
  const path = rest.slice(isScoped ? 1 : 0).filter((part) => !/^index(?:\.[cm]?js)?$/.test(part));
  return { package: name, path: path.map((part) => part.replace(/\.[cm]?js$/, '')) };
}

function below(owner: PackageMember, steps: readonly Step[]): PackageMember | undefined {
  const names = steps.filter((step): step is string => typeof step === 'string' && step !== 'default');
  return { package: owner.package, path: [...owner.path, ...names] };
}
