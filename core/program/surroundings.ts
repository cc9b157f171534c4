import { CannotEdit } from '../template/cannot-edit.js';
import { type Node, type babel, bare, propertyOf } from './ast.js';
import type { ProgramFile } from './file.js';
import { awsPackage, packageMember, pulumiPackage } from './packages.js';
import { type Code, inlineObject, text } from './print.js';
import type { ProgramResource } from './resources.js';

/** How a file names a module of the AWS provider, taken from a resource: `aws.iam` beside `new aws.iam.Role`. */
export function constructorLike(resource: ProgramResource, path: readonly [module: string, type: string]): string {
  const { file, node } = resource;
  const [module, type] = path;
  const callee = bare(node.callee);
  if (callee.type === 'MemberExpression') {
    const owner = bare(callee.object);
    if (resource.member.path[0] === module) return `${textOf(file, owner)}.${type}`;
    if (owner.type === 'MemberExpression') return `${textOf(file, owner.object)}.${module}.${type}`;
  }
  const namespace = nameOfPackage(file, awsPackage, []);
  if (namespace !== undefined) return `${namespace}.${module}.${type}`;
  const ofModule = nameOfPackage(file, awsPackage, [module]);
  if (ofModule !== undefined) return `${ofModule}.${type}`;
  throw new CannotEdit(`${file.path} imports no name for aws.${module}.${type}`);
}

/** How a file names Pulumi itself: `pulumi`. */
export function pulumiName(file: ProgramFile): string | undefined {
  return nameOfPackage(file, pulumiPackage, []);
}

/** How a file names the AWS provider: `aws`. */
export function awsName(file: ProgramFile): string | undefined {
  return nameOfPackage(file, awsPackage, []);
}

/** How a file names Pulumi's archives and files: `pulumi.asset`. */
export function pulumiAssets(file: ProgramFile): string {
  const pulumi = pulumiName(file);
  const assets = nameOfPackage(file, pulumiPackage, ['asset']) ?? (pulumi && `${pulumi}.asset`);
  if (assets === undefined) throw new CannotEdit(`${file.path} imports no name for pulumi.asset`);
  return assets;
}

/** The imported name of a package or of a member of it. */
function nameOfPackage(file: ProgramFile, name: string, path: readonly string[]): string | undefined {
  for (const binding of file.scopes.root.bindings.values()) {
    if (binding.kind !== 'import' && binding.kind !== 'const') continue;
    const identifier = { type: 'Identifier', name: binding.name, start: 0, end: 0 } as babel.Identifier;
    const member = packageMember(file, identifier);
    if (member?.package === name && member.path.join('.') === path.join('.')) return binding.name;
  }
  return undefined;
}

/** The options that a neighbour takes over: where it belongs and who makes it. */
const inherited = ['parent', 'provider', 'providers'];

/** The options for a resource that is created beside another one: the same parent and provider. */
export function optionsLike({ file, opts }: ProgramResource): Code | undefined {
  const literal = opts && bare(opts);
  if (!literal) return undefined;
  if (literal.type === 'Identifier') return text(literal.name);
  if (literal.type !== 'ObjectExpression') throw new CannotEdit('the options of its neighbour are computed');
  const entries = inherited.flatMap((name) => {
    const property = propertyOf(literal, name);
    return property ? [[name, text(textOf(file, property.value))] as const] : [];
  });
  return entries.length === 0 ? undefined : inlineObject(Object.fromEntries(entries));
}

/** A logical name made out of a neighbour's, with its suffix: `notice-role-${suffix}` gives `notice-role-<slug>-${suffix}`. */
export function logicalNameLike({ file, logicalName }: ProgramResource, slug: string): Code {
  const node = logicalName && bare(logicalName);
  if (!node) throw new CannotEdit('its neighbour has no logical name');
  if (node.type === 'StringLiteral') return { kind: 'string', value: `${node.value}-${slug}` };
  if (node.type === 'Identifier') return text(`\`\${${node.name}}-${slug}\``);
  if (node.type !== 'TemplateLiteral') throw new CannotEdit('the logical name of its neighbour is computed');
  const written = textOf(file, node);
  const dash = /-(?=\$\{[^}]*\}`$)/.exec(written);
  if (dash) return text(`${written.slice(0, dash.index)}-${slug}${written.slice(dash.index)}`);
  return text(`${written.slice(0, -1)}-${slug}\``);
}

export function textOf(file: ProgramFile, { start, end }: Node): string {
  return file.text.slice(start ?? 0, end ?? 0);
}
