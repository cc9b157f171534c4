import { type Node, bare, memberName, walkNodes } from '../../core/program/ast.js';
import { DeclaredTexts, type TextKind } from '../../core/program/declared-text.js';
import type { ProgramFile } from '../../core/program/file.js';
import { packageMember, pulumiPackage } from '../../core/program/packages.js';
import type { Program } from '../../core/program/program.js';
import type { Binding, Scope } from '../../core/program/scope.js';
import type { Expression } from '../../core/program/values.js';
import { pulumiName } from '../../core/program/surroundings.js';
import { type EnvironmentNameKind, environmentNameKind } from '../../rules/shared/environment-name.js';

/** A name in scope that tells which environment this is. */
export interface EnvironmentName {
  readonly binding: Binding;
  readonly kind: EnvironmentNameKind;
  readonly holds: TextKind;
}

/** What a name of a program says that it holds: by its words, or because it is the stack's name. */
export function kindOfName(file: ProgramFile, { name, init, steps }: Binding): EnvironmentNameKind | undefined {
  return environmentNameKind(name) ?? (init && steps?.length === 0 && isStackName(file, init) ? 'suffix' : undefined);
}

/** The names that can be used where a node stands, the nearest of each spelling; constants that are one environment's literal are none. */
export function environmentNamesAt({ project }: Program, { node, place: { file } }: Expression): EnvironmentName[] {
  const texts = new DeclaredTexts(project);
  return [...visibleAt(file, node)].flatMap((binding): EnvironmentName[] => {
    const kind = kindOfName(file, binding);
    if (kind === undefined || isLiteral(binding)) return [];
    return [{ binding, kind, holds: texts.ofBinding(file, binding) }];
  });
}

/** Every name that is declared before a node in a scope around it. */
export function* visibleAt(file: ProgramFile, node: Node): Generator<Binding> {
  const seen = new Set<string>();
  for (let scope: Scope | undefined = file.scopes.scopeOf(node); scope; scope = scope.parent) {
    for (const binding of scope.bindings.values()) {
      if (seen.has(binding.name)) continue;
      seen.add(binding.name);
      if (binding.kind !== 'import' && (binding.node.end ?? 0) <= (node.start ?? 0)) yield binding;
    }
  }
}

/** How the stack's name is written where a node stands: a constant that holds it, else the call; undefined without an import. */
export function stackName(file: ProgramFile, node: Node): string | undefined {
  for (const { name, kind, init, steps } of visibleAt(file, node))
    if (kind === 'const' && init && steps?.length === 0 && isStackName(file, init)) return name;
  const pulumi = pulumiName(file);
  return pulumi && `${pulumi}.getStack()`;
}

/** True for a text with a part that is another one in each stack: its name, a suffix, an environment. */
export function tellsStack(file: ProgramFile, text: Node): boolean {
  return [...walkNodes(text)].some((node) => {
    if (node.type === 'MemberExpression') return environmentNameKind(memberName(node) ?? '') !== undefined;
    if (node.type !== 'Identifier') return isStackName(file, node);
    const binding = file.scopes.resolve(node);
    return binding !== undefined && kindOfName(file, binding) !== undefined;
  });
}

function isLiteral({ init, steps, fallback }: Binding): boolean {
  return init !== undefined && steps?.length === 0 && !fallback && bare(init).type === 'StringLiteral';
}

function isStackName(file: ProgramFile, init: Node): boolean {
  const call = bare(init);
  const member = call.type === 'CallExpression' ? packageMember(file, call.callee) : undefined;
  return member?.package === pulumiPackage && member.path.at(-1) === 'getStack';
}
