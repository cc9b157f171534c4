import { type Node, type babel, bare, memberName, propertyOf } from '../../core/program/ast.js';
import type { ProgramFile } from '../../core/program/file.js';
import { importedFrom, packageMember, pulumiPackage } from '../../core/program/packages.js';
import type { Program } from '../../core/program/program.js';
import { type Binding, type FunctionNode, type Step, isFunction, parametersOf } from '../../core/program/scope.js';
import { atTop, constructorOf } from '../../core/program/values.js';

/** Where a value comes from, as far as names lead: two expressions that have a source in common hold the same. */
export interface Sources {
  /** Names, arguments of functions, keys of the configuration, each under a key of its own. */
  readonly keys: ReadonlySet<string>;
  /** The texts that it is where they are written out: defaults, and what callers give. */
  readonly literals: ReadonlySet<string>;
}

interface Found {
  readonly keys: Set<string>;
  readonly literals: Set<string>;
}

interface Call {
  readonly file: ProgramFile;
  readonly node: babel.CallExpression | babel.NewExpression;
}

const maximumDepth = 16;

/** The key of what the program reads under a name from the configuration of its stack. */
export function configKey(name: string): string {
  return `config ${name}`;
}

/** The key of the stack's name. */
export const stackKey = 'stack';

/** True for the key of a name that values pass through: a constant, a parameter. */
export function isOfName(key: string): boolean {
  return /^\d+ /.test(key);
}

/** Follows values back through constants, patterns, defaults, imports and the arguments of the project's functions and classes. */
export class ValueSources {
  private readonly ids = new Map<object, number>();
  private calls: Map<FunctionNode, Call[]> | undefined;

  constructor(private readonly program: Program) {}

  of(file: ProgramFile, node: Node): Sources {
    const found: Found = { keys: new Set(), literals: new Set() };
    this.follow(file, node, [], found, 0);
    return found;
  }

  ofBinding(file: ProgramFile, binding: Binding): Sources {
    const found: Found = { keys: new Set(), literals: new Set() };
    this.followBinding(file, binding, [], found, 0);
    return found;
  }

  /** @param steps the way from the expression to the value: `['suffix']` for `args` where `args.suffix` is asked for */
  private follow(file: ProgramFile, expression: Node, steps: readonly Step[], found: Found, depth: number): void {
    const node = bare(expression);
    if (depth > maximumDepth) return;
    const further = (part: Node, way: readonly Step[]): void => this.follow(file, part, way, found, depth + 1);
    switch (node.type) {
      case 'Identifier': {
        const binding = file.scopes.resolve(node);
        if (binding) this.followBinding(file, binding, steps, found, depth + 1);
        else if (steps.length > 0) found.keys.add(`${node.name}.${steps.join('.')}`);
        return;
      }
      case 'MemberExpression':
      case 'OptionalMemberExpression': {
        const name = memberName(node);
        if (name !== undefined) further(node.object, [name, ...steps]);
        return;
      }
      case 'LogicalExpression':
        return [node.left, node.right].forEach((side) => further(side, steps));
      case 'ConditionalExpression':
        return [node.consequent, node.alternate].forEach((side) => further(side, steps));
      case 'StringLiteral':
        if (steps.length === 0) found.literals.add(node.value);
        return;
      case 'ObjectExpression':
        return this.followObject(node, steps, further);
      case 'CallExpression':
        if (steps.length === 0) this.noteCall(file, node, found);
        return;
      default:
    }
  }

  private followObject(
    object: babel.ObjectExpression,
    [name, ...rest]: readonly Step[],
    further: (part: Node, way: readonly Step[]) => void,
  ): void {
    if (name === undefined) return;
    const property = propertyOf(object, String(name));
    if (property) further(property.value, rest);
    for (const each of object.properties) if (each.type === 'SpreadElement') further(each.argument, [name, ...rest]);
  }

  private followBinding(
    file: ProgramFile,
    binding: Binding,
    steps: readonly Step[],
    found: Found,
    depth: number,
  ): void {
    const { node, kind, init, fallback } = binding;
    if (binding.steps === undefined || depth > maximumDepth) return;
    const way = [...binding.steps, ...steps];
    const key = `${this.idOf(kind === 'param' ? node : binding)} ${(kind === 'param' ? way : steps).join('.')}`;
    if (found.keys.has(key)) return;
    found.keys.add(key);
    if (fallback) this.follow(file, fallback, steps, found, depth + 1);
    if (kind === 'import') return this.followImport(file, binding, way, found, depth);
    if (init && kind !== 'function' && kind !== 'class') this.follow(file, init, way, found, depth + 1);
    if (kind === 'param')
      for (const call of this.callsWith(file, node)) this.follow(call.file, call.argument, way, found, depth + 1);
  }

  private followImport(file: ProgramFile, { node }: Binding, way: readonly Step[], found: Found, depth: number): void {
    const from = importedFrom(file, node);
    const target = from && this.program.project.resolve(file, from.module);
    const [name, ...rest] = from?.name === '*' ? way.map(String) : [from?.name ?? '', ...way];
    const binding = name === undefined ? undefined : target?.scopes.root.bindings.get(name);
    if (target && binding) this.followBinding(target, binding, rest, found, depth + 1);
  }

  private noteCall(file: ProgramFile, { callee, arguments: given }: babel.CallExpression, found: Found): void {
    const member = packageMember(file, callee);
    if (member?.package === pulumiPackage && member.path.at(-1) === 'getStack') found.keys.add(stackKey);
    const [first] = given;
    const isRead = callee.type === 'MemberExpression' && /^(?:get|require)/.test(memberName(callee) ?? '');
    if (isRead && first?.type === 'StringLiteral') found.keys.add(configKey(first.value));
  }

  /** What the callers of a function give for one of its parameters. */
  private callsWith(file: ProgramFile, parameter: Node): { readonly file: ProgramFile; readonly argument: Node }[] {
    const fn = [...file.scopes.around(parameter)].find(isFunction);
    const index = fn ? parametersOf(fn).indexOf(parameter) : -1;
    this.calls ??= this.allCalls();
    return (fn ? (this.calls.get(fn) ?? []) : []).flatMap((call) => {
      const argument = call.node.arguments[index];
      return argument && argument.type !== 'SpreadElement' ? [{ file: call.file, argument }] : [];
    });
  }

  private allCalls(): Map<FunctionNode, Call[]> {
    const { project, resolver } = this.program;
    const calls = new Map<FunctionNode, Call[]>();
    for (const file of project.files)
      for (const node of [...file.scopes.calls, ...file.scopes.creations]) {
        const made = node.type === 'NewExpression' && resolver.classOf({ node: node.callee, place: atTop(file) });
        const called = node.type === 'CallExpression' ? resolver.functionOf(node, atTop(file)) : undefined;
        const fn = made ? constructorOf(made.node) : called?.node;
        if (fn) calls.set(fn, [...(calls.get(fn) ?? []), { file, node }]);
      }
    return calls;
  }

  private idOf(thing: object): number {
    const id = this.ids.get(thing) ?? this.ids.size;
    this.ids.set(thing, id);
    return id;
  }
}
