import { type Node, type babel, bare, memberName } from './ast.js';
import type { ProgramFile } from './file.js';
import { type PackageMember, awsPackage, packageMember } from './packages.js';
import { type FunctionNode, isFunction } from './scope.js';
import { type Place, type Project, type Resolver, argumentsOf, atTop, constructorOf } from './values.js';

/** What a new resource is kept in. */
export type Holder =
  | { readonly kind: 'const' | 'let'; readonly name: string; readonly declarator: babel.VariableDeclarator }
  /** `this.name = new ...` or the initial value of the field. */
  | { readonly kind: 'field'; readonly name: string }
  /** A statement of its own: nothing can refer to the resource. */
  | { readonly kind: 'none' }
  /** Returned, an element of a list, an argument...: kept by something that is not a plain name. */
  | { readonly kind: 'other' };

/** A branch that a resource stands in. */
export interface Branch {
  /** The text of the test. */
  readonly condition: string;
  readonly holds: boolean;
}

/** A resource of a provider that a program creates: one for each call of a function that creates it. */
export interface ProgramResource {
  /** Unique in the program, for messages and references: the variable, the field, else the logical name. */
  readonly id: string;
  /** `lambda`, `Function` of the package. */
  readonly member: PackageMember;
  /** As Pulumi names the type: `aws:lambda/function:Function`. */
  readonly token: string;
  readonly node: babel.NewExpression;
  readonly file: ProgramFile;
  readonly place: Place;
  readonly holder: Holder;
  readonly logicalName: Node | undefined;
  readonly args: Node | undefined;
  readonly opts: Node | undefined;
  readonly branches: readonly Branch[];
  /** What makes several resources out of the one expression, if anything does: a loop, a callback, a function called more than once. */
  readonly repeated: 'loop' | 'callback' | 'function' | undefined;
  readonly enclosingClass: babel.Class | undefined;
  /** True where the call that creates it stands in a function that is called itself: what that one was given is not followed. */
  readonly isDeeper: boolean;
}

/** `aws:lambda/function:Function`. */
export function tokenOf({ path }: PackageMember): string {
  const type = path.at(-1) ?? '';
  const module = path.slice(0, -1).join('/') || 'index';
  return `aws:${module}/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`;
}

interface Instance {
  readonly node: babel.NewExpression;
  readonly place: Place;
}

/** Where a resource is made, and the name that the caller keeps it under. */
interface MadeAt {
  readonly place: Place;
  readonly name: string | undefined;
  readonly isDeeper?: boolean;
}

/** Finds every AWS resource that a project creates. */
export class ResourceCollector {
  private readonly found: ProgramResource[] = [];
  private readonly ids = new Map<string, number>();
  private readonly callsByFunction = new Map<FunctionNode, { call: babel.CallExpression; place: Place }[]>();
  private indexed = false;
  private instancesByClass: ReadonlyMap<babel.Class, readonly Instance[]> | undefined;

  constructor(
    private readonly project: Project,
    private readonly resolver: Resolver,
  ) {}

  collect(): readonly ProgramResource[] {
    for (const file of this.project.files) {
      for (const node of file.scopes.creations) {
        const member = packageMember(file, node.callee);
        if (member?.package === awsPackage && member.path.length >= 2) this.add(file, node, member);
      }
    }
    return this.found;
  }

  private add(file: ProgramFile, node: babel.NewExpression, member: PackageMember): void {
    const { branches, enclosingClass, fn, repeated: around } = surroundingsOf(file, node);
    const holder = holderOf(file, node);
    const logicalName = node.arguments[0];
    const places = this.placesOf(file, fn, enclosingClass);
    for (const { place, name, isDeeper = false } of places)
      this.found.push({
        id: this.idFor({ holder, logicalName, file, member }, name),
        member,
        token: tokenOf(member),
        node,
        file,
        place,
        holder,
        logicalName,
        args: node.arguments[1],
        opts: node.arguments[2],
        branches,
        repeated: around ?? (places.length > 1 ? 'function' : undefined),
        enclosingClass,
        isDeeper,
      });
  }

  /** Where the expression is evaluated: once, or once for each call of the function that it stands in. */
  private placesOf(file: ProgramFile, fn: FunctionNode | undefined, enclosingClass: babel.Class | undefined): MadeAt[] {
    const outer = enclosingClass ? this.instanceOf(file, enclosingClass) : atTop(file);
    if (!fn) return [{ place: outer, name: undefined }];
    const calls = this.callsOf(fn);
    if (calls.length === 0) return [{ place: outer, name: undefined }];
    return calls.map(({ call, place }) => {
      const given = new Map([...outer.given, ...place.given]);
      const inner = this.resolver.inside(fn, { file, given, calls: outer.calls }, call, argumentsOf(call, place));
      const holder = holderOf(place.file, call);
      const around = surroundingsOf(place.file, call).fn;
      const isDeeper = around !== undefined && this.callsOf(around).length > 0;
      return { place: inner, name: 'name' in holder ? holder.name : undefined, isDeeper };
    });
  }

  /** The place inside of a class: what its constructor was given, where the project makes exactly one instance. */
  private instanceOf(file: ProgramFile, node: babel.Class): Place {
    const constructor = constructorOf(node);
    const uses = constructor ? (this.instances().get(node) ?? []) : [];
    const [only] = uses;
    if (!constructor || !only || uses.length > 1) return atTop(file);
    const inner = this.resolver.inside(constructor, atTop(file), only.node, argumentsOf(only.node, only.place));
    return { ...inner, calls: [] };
  }

  /** Where the project makes instances of its own classes; found in one walk. */
  private instances(): ReadonlyMap<babel.Class, readonly Instance[]> {
    if (this.instancesByClass) return this.instancesByClass;
    const found = new Map<babel.Class, Instance[]>();
    for (const file of this.project.files) {
      const place = atTop(file);
      for (const node of file.scopes.creations) {
        if (packageMember(file, node.callee)) continue;
        const made = this.resolver.classOf({ node: node.callee, place })?.node;
        if (!made) continue;
        const known = found.get(made);
        if (known) known.push({ node, place });
        else found.set(made, [{ node, place }]);
      }
    }
    return (this.instancesByClass = found);
  }

  private callsOf(fn: FunctionNode): { call: babel.CallExpression; place: Place }[] {
    if (!this.indexed) this.indexCalls();
    return this.callsByFunction.get(fn) ?? [];
  }

  private indexCalls(): void {
    this.indexed = true;
    for (const file of this.project.files) {
      for (const call of file.scopes.calls) {
        if (packageMember(file, call.callee)) continue;
        const place = atTop(file);
        const target = this.resolver.functionOf(call, place);
        if (!target || file.scopes.scopeOf(call).node === target.node) continue;
        const calls = this.callsByFunction.get(target.node) ?? [];
        this.callsByFunction.set(target.node, [...calls, { call, place }]);
      }
    }
  }

  private idFor(
    resource: Pick<ProgramResource, 'holder' | 'logicalName' | 'file' | 'member'>,
    name: string | undefined,
  ): string {
    const { holder } = resource;
    const base = name ?? ('name' in holder ? holder.name : unboundId(resource));
    const count = (this.ids.get(base) ?? 0) + 1;
    this.ids.set(base, count);
    return count === 1 ? base : `${base} (${count})`;
  }
}

/** The id of a resource that no name holds: its logical name, unless another one is called so. */
export function unboundId({
  file,
  logicalName,
  member,
}: Pick<ProgramResource, 'file' | 'logicalName' | 'member'>): string {
  return nameText(file, logicalName) ?? member.path.at(-1) ?? 'resource';
}

/** The logical name as it is written, without its quotes. */
function nameText(file: ProgramFile, node: Node | undefined): string | undefined {
  if (node?.type === 'StringLiteral') return node.value;
  if (node?.type !== 'TemplateLiteral') return undefined;
  return file.text.slice((node.start ?? 0) + 1, (node.end ?? 0) - 1);
}

interface Surroundings {
  /** The named function or method that has to be called for the expression to run. */
  readonly fn: FunctionNode | undefined;
  readonly enclosingClass: babel.Class | undefined;
  readonly branches: readonly Branch[];
  readonly repeated: 'loop' | 'callback' | undefined;
}

function surroundingsOf(file: ProgramFile, start: Node): Surroundings {
  let fn: FunctionNode | undefined;
  let enclosingClass: babel.Class | undefined;
  let repeated: Surroundings['repeated'];
  const branches: Branch[] = [];
  let child = start;
  for (const node of file.scopes.around(start)) {
    if (node.type === 'IfStatement' && child !== node.test)
      branches.push({ condition: textOf(file, node.test), holds: child === node.consequent });
    else if (node.type === 'ConditionalExpression' && child !== node.test)
      branches.push({ condition: textOf(file, node.test), holds: child === node.consequent });
    else if (node.type === 'LogicalExpression' && node.operator === '&&' && child === node.right)
      branches.push({ condition: textOf(file, node.left), holds: true });
    else if (isLoop(node)) repeated = 'loop';
    else if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') {
      enclosingClass ??= node;
      break;
    } else if (isFunction(node)) {
      if (isCallback(file, node)) repeated ??= 'callback';
      else if (!isConstructor(node)) fn ??= node;
    }
    child = node;
  }
  return { fn, enclosingClass, branches, repeated };
}

const loops: ReadonlySet<string> = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

function isLoop({ type }: Node): boolean {
  return loops.has(type);
}

/** A function that is handed to a call: `names.map(name => ...)`, `x.apply(...)`. */
function isCallback(file: ProgramFile, node: FunctionNode): boolean {
  const parent = file.scopes.parentOf(node);
  return (parent?.type === 'CallExpression' || parent?.type === 'NewExpression') && parent.callee !== node;
}

function isConstructor(node: FunctionNode): boolean {
  return node.type === 'ClassMethod' && node.kind === 'constructor';
}

export function holderOf(file: ProgramFile, node: Node): Holder {
  let child = node;
  for (const parent of file.scopes.around(node)) {
    if (parent === node || bare(parent) === bare(child)) {
      child = parent;
      continue;
    }
    if (parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier') {
      const declaration = file.scopes.parentOf(parent);
      const isConst = declaration?.type === 'VariableDeclaration' && declaration.kind === 'const';
      return { kind: isConst ? 'const' : 'let', name: parent.id.name, declarator: parent };
    }
    if (
      parent.type === 'AssignmentExpression' &&
      parent.left.type === 'MemberExpression' &&
      parent.left.object.type === 'ThisExpression'
    )
      return { kind: 'field', name: memberName(parent.left) ?? '' };
    if (parent.type === 'ClassProperty' && parent.key.type === 'Identifier')
      return { kind: 'field', name: parent.key.name };
    const isVoid = parent.type === 'UnaryExpression' && parent.operator === 'void';
    if (isVoid) {
      child = parent;
      continue;
    }
    return parent.type === 'ExpressionStatement' ? { kind: 'none' } : { kind: 'other' };
  }
  return { kind: 'other' };
}

function textOf(file: ProgramFile, node: Node): string {
  return file.text.slice(node.start ?? 0, node.end ?? 0);
}
