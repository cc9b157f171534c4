import { type Node, type babel, bare, memberName, propertyOf, returnedBy } from './ast.js';
import { isChangeable } from './changed.js';
import { assignmentsTo, changesField, constructorOf, methodOf } from './classes.js';
import { exportedNode } from './exports.js';
import type { ProgramFile } from './file.js';
import {
  type PackageMember,
  awsPackage,
  importedFrom,
  packageMember,
  pulumiPackage,
  requiredModule,
} from './packages.js';
import { type Binding, type FunctionNode, type Step, isFunction, parametersOf } from './scope.js';

export { constructorOf } from './classes.js';

/** Where an expression is read: its file, what the parameters around it were given, and the calls that led there. */
export interface Place {
  readonly file: ProgramFile;
  readonly given: ReadonlyMap<Binding, Expression>;
  /** Calls and instantiations that were entered, the outermost first. */
  readonly calls: readonly Node[];
}

/** An expression where it stands. */
export interface Expression {
  readonly node: Node;
  readonly place: Place;
}

/** What an expression comes to after names, members, `this`, imports and parameters are followed. */
export type Value =
  /** A literal, a template, a call, an object...: something that is written here. */
  | { readonly kind: 'written'; readonly expression: Expression }
  /** A resource of a provider that is created here. */
  | { readonly kind: 'created'; readonly expression: Expression; readonly member: PackageMember }
  /** An attribute of such a resource: `queue.arn`. */
  | {
      readonly kind: 'attribute';
      readonly expression: Expression;
      readonly member: PackageMember;
      readonly name: string;
    }
  /** An instance of a class of the project. */
  | { readonly kind: 'instance'; readonly expression: Expression; readonly class: babel.Class; readonly place: Place }
  /** Something out of a package: an enum's member, a namespace. */
  | { readonly kind: 'member'; readonly member: PackageMember; readonly expression: Expression }
  | {
      readonly kind: 'unknown';
      readonly expression: Expression;
      readonly because: string;
      /** The literal that is taken where nothing is given: `args.x ?? 10`, a default of a parameter. */
      readonly fallback?: Expression;
      /** What it is a part of, where that is written but computed: `name` of `aws.getRegion()`. */
      readonly part?: { readonly of: Expression; readonly name: Step };
    };

/** What the resolver asks of the project around a file. */
export interface Project {
  /** The file that a relative import leads to. */
  resolve(from: ProgramFile, module: string): ProgramFile | undefined;
  /** Every file of the project. */
  readonly files: readonly ProgramFile[];
}

const maximumSteps = 40;
/** Expressions that are looked at for one value: twice as many at each step would not come to an end. */
const maximumWork = 20_000;

export function atTop(file: ProgramFile): Place {
  return { file, given: new Map(), calls: [] };
}

/** Follows expressions through a project. Nothing is executed: what is not written down is unknown. */
export class Resolver {
  /** Expressions that were looked at so far. */
  spent = 0;
  private limit = 0;

  constructor(private readonly project: Project) {}

  value(expression: Expression, steps = 0): Value {
    const node = bare(expression.node);
    const here: Expression = { node, place: expression.place };
    if (steps === 0) this.limit = this.spent + maximumWork;
    if (steps > maximumSteps) return unknown(here, 'it is defined in a circle');
    if (++this.spent > this.limit) return unknown(here, 'too much would have to be followed');
    switch (node.type) {
      case 'Identifier':
        return this.identifier(node, here, steps);
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        return this.member(node, here, steps);
      case 'ThisExpression':
        return this.self(here);
      case 'NewExpression':
        return this.created(node, here, steps);
      case 'LogicalExpression':
        return this.logical(node, here, steps);
      case 'CallExpression':
        return this.call(node, here, steps);
      default:
        return { kind: 'written', expression: here };
    }
  }

  /** The property of a value, followed on. */
  property(owner: Value, name: Step, at: Expression, steps: number): Value {
    switch (owner.kind) {
      case 'created':
        return { kind: 'attribute', expression: owner.expression, member: owner.member, name: String(name) };
      case 'instance':
        return this.field(owner, String(name), at, steps);
      case 'member':
        return typeof name === 'string'
          ? { kind: 'member', member: { ...owner.member, path: [...owner.member.path, name] }, expression: at }
          : unknown(at, 'it is an element of something imported');
      case 'written':
        return this.part(owner.expression, name, at, steps);
      case 'attribute':
        return unknown(at, `it is a part of ${owner.name}`);
      case 'unknown':
        return unknown(at, owner.because);
    }
  }

  /** The place inside a function that is called with these arguments. */
  inside(fn: FunctionNode, place: Place, call: Node, args: readonly (Expression | undefined)[]): Place {
    const given = new Map(place.given);
    const scope = place.file.scopes.scopeOf(fn);
    const parameters = parametersOf(fn);
    for (const binding of scope.bindings.values()) {
      const index = parameters.indexOf(binding.node);
      const argument = index === -1 ? undefined : args[index];
      if (argument) given.set(binding, argument);
    }
    return { file: place.file, given, calls: [...place.calls, call] };
  }

  private identifier(node: babel.Identifier, here: Expression, steps: number): Value {
    const { place } = here;
    if (node.name === 'undefined') return { kind: 'written', expression: here };
    const member = packageMember(place.file, node);
    if (member) return { kind: 'member', member, expression: here };
    const binding = place.file.scopes.resolve(node);
    if (!binding) return unknown(here, `${node.name} is not defined here`);
    return this.binding(binding, here, steps);
  }

  private binding(binding: Binding, here: Expression, steps: number): Value {
    const { place } = here;
    if (binding.reassigned) return unknown(here, `${binding.name} is assigned more than once`);
    if (binding.steps === undefined) return unknown(here, `${binding.name} is what is left of a pattern`);
    if (binding.kind === 'import') return this.imported(binding, here, steps);
    const given = place.given.get(binding);
    const start = given ?? (binding.init ? { node: binding.init, place } : undefined);
    if (!start)
      return this.withFallback(unknown(here, `${binding.name} is given by a caller`), binding.fallback, place);
    const found = binding.steps.reduce<Value>(
      (value, step) => this.property(value, step, here, steps + 1),
      this.value(start, steps + 1),
    );
    return found.kind === 'unknown'
      ? this.withFallback(found, binding.fallback, place)
      : this.unlessMissing(found, binding.fallback, place);
  }

  private withFallback(value: Extract<Value, { kind: 'unknown' }>, fallback: Node | undefined, place: Place): Value {
    return fallback ? { ...value, fallback: { node: fallback, place } } : value;
  }

  private unlessMissing(value: Value, fallback: Node | undefined, place: Place): Value {
    return fallback && isMissing(value) ? this.value({ node: fallback, place }) : value;
  }

  private imported(binding: Binding, here: Expression, steps: number): Value {
    const from = importedFrom(here.place.file, binding.node);
    const file = from && this.project.resolve(here.place.file, from.module);
    if (!from || !file) return unknown(here, `${binding.name} comes from ${from?.module ?? 'another module'}`);
    return this.exported(file, from.name, here, steps + 1);
  }

  private exported(file: ProgramFile, name: string, here: Expression, steps: number): Value {
    if (name === '*') return { kind: 'written', expression: { node: file.ast.program, place: atTop(file) } };
    const node = exportedNode(this.project, file, name);
    return node
      ? this.value({ node: node.node, place: atTop(node.file) }, steps)
      : unknown(here, `${file.path} does not export ${name}`);
  }

  private member(
    node: babel.MemberExpression | babel.OptionalMemberExpression,
    here: Expression,
    steps: number,
  ): Value {
    const member = packageMember(here.place.file, node);
    if (member) return { kind: 'member', member, expression: here };
    const name = memberName(node);
    if (name === undefined) return unknown(here, 'it is looked up by a computed name');
    return this.property(this.value({ node: node.object, place: here.place }, steps + 1), name, here, steps + 1);
  }

  /** `this` in a class: an instance of it, as the place knows it. */
  private self(here: Expression): Value {
    for (const node of here.place.file.scopes.around(here.node)) {
      if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression')
        return { kind: 'instance', expression: here, class: node, place: here.place };
    }
    return unknown(here, 'this belongs to no class');
  }

  private created(node: babel.NewExpression, here: Expression, steps: number): Value {
    const { place } = here;
    const member = packageMember(place.file, node.callee);
    if (member) return { kind: 'created', expression: here, member };
    const found = this.classOf({ node: node.callee, place }, steps + 1);
    if (!found) return { kind: 'written', expression: here };
    const constructor = constructorOf(found.node);
    const outer = atTop(found.file);
    const inner = constructor
      ? this.inside(constructor, outer, node, argumentsOf(node, place))
      : { ...outer, calls: [node] };
    return { kind: 'instance', expression: here, class: found.node, place: inner };
  }

  /** The class of the project that an expression names. */
  classOf(expression: Expression, steps = 0): { readonly node: babel.Class; readonly file: ProgramFile } | undefined {
    const value = this.value(expression, steps);
    const node = value.kind === 'written' ? value.expression.node : undefined;
    return value.kind === 'written' && (node?.type === 'ClassDeclaration' || node?.type === 'ClassExpression')
      ? { node, file: value.expression.place.file }
      : undefined;
  }

  /** The function of the project that a call enters. */
  functionOf(
    call: babel.CallExpression,
    place: Place,
    steps = 0,
  ): { readonly node: FunctionNode; readonly place: Place } | undefined {
    const callee = bare(call.callee);
    if (callee.type === 'MemberExpression' && callee.object.type === 'ThisExpression') {
      const owner = this.self({ node: callee.object, place });
      const method = owner.kind === 'instance' ? methodOf(owner.class, memberName(callee)) : undefined;
      return method && { node: method, place };
    }
    const value =
      callee.type === 'Identifier' || callee.type === 'MemberExpression'
        ? this.value({ node: callee, place }, steps)
        : undefined;
    const node = value?.kind === 'written' ? value.expression.node : undefined;
    return value?.kind === 'written' && node && isFunction(node) ? { node, place: value.expression.place } : undefined;
  }

  /** A field of an instance: assigned once in the constructor, initialised, or a parameter property. */
  private field(owner: Extract<Value, { kind: 'instance' }>, name: string, at: Expression, steps: number): Value {
    const { place } = owner;
    const assigned = assignmentsTo(place.file, owner.class, name);
    const [only] = assigned;
    if (isChangeable(only) && changesField(place.file, owner.class, name))
      return unknown(at, `${name} is changed after it is made`);
    if (only && assigned.length === 1) return this.value({ node: only, place }, steps + 1);
    if (assigned.length > 1) return unknown(at, `${name} is assigned more than once`);
    const constructor = constructorOf(owner.class);
    const binding = constructor && place.file.scopes.scopeOf(constructor).bindings.get(name);
    const isParameterProperty = constructor?.params.some(
      (parameter) => parameter.type === 'TSParameterProperty' && binding?.node === parameter.parameter,
    );
    if (binding && isParameterProperty === true) return this.binding(binding, { ...at, place }, steps + 1);
    return unknown(at, `${name} is not assigned in its class`);
  }

  /** A property or element of something that is written out. */
  private part({ node, place }: Expression, name: Step, at: Expression, steps: number): Value {
    if (node.type === 'Program') return this.exported(place.file, String(name), at, steps + 1);
    if (node.type === 'ObjectExpression') return this.propertyOfObject(node, String(name), place, at, steps);
    if (node.type === 'ArrayExpression') {
      const element = node.elements[Number(name)];
      const isPlain = node.elements.slice(0, Number(name) + 1).every((each) => each?.type !== 'SpreadElement');
      if (element && isPlain && element.type !== 'SpreadElement')
        return this.value({ node: element, place }, steps + 1);
    }
    return { ...unknown(at, 'it is a part of something that is computed'), part: { of: { node, place }, name } };
  }

  private propertyOfObject(
    object: babel.ObjectExpression,
    name: string,
    place: Place,
    at: Expression,
    steps: number,
  ): Value {
    const property = propertyOf(object, name);
    const behind = property ? object.properties.slice(object.properties.indexOf(property) + 1) : object.properties;
    for (const spread of behind.toReversed()) {
      if (spread.type !== 'SpreadElement') continue;
      const found = this.property(this.value({ node: spread.argument, place }, steps + 1), name, at, steps + 1);
      if (!isMissing(found)) return found;
    }
    if (property) return this.value({ node: property.value, place }, steps + 1);
    return { kind: 'written', expression: { node: missing, place } };
  }

  /** `a ?? b` and `a || b`: `a` where it is there, else `b`; where it cannot be told, `b` is what is taken when nothing is given. */
  private logical(node: babel.LogicalExpression, here: Expression, steps: number): Value {
    if (node.operator === '&&') return { kind: 'written', expression: here };
    const right: Expression = { node: node.right, place: here.place };
    const left = this.value({ node: node.left, place: here.place }, steps + 1);
    if (isMissing(left) || (node.operator === '||' && isFalsy(left))) return this.value(right, steps + 1);
    if (left.kind !== 'unknown' && !(left.kind === 'written' && isComputed(left.expression.node))) return left;
    return {
      kind: 'unknown',
      expression: here,
      because: left.kind === 'unknown' ? left.because : 'it is computed',
      fallback: right,
    };
  }

  /** `pulumi.output(x)` and the like are `x`; a function of the project that only returns something is what it returns. */
  private call(node: babel.CallExpression, here: Expression, steps: number): Value {
    const { place } = here;
    const [argument] = node.arguments;
    const member = packageMember(place.file, node.callee);
    if (member?.package === pulumiPackage && transparent.has(member.path.at(-1) ?? '') && argument)
      return this.value({ node: argument, place }, steps + 1);
    const applied = this.applied(node, place, steps);
    if (applied) return this.value(applied, steps + 1);
    if (member || requiredModule(node) !== undefined) return { kind: 'written', expression: here };
    const fn = this.functionOf(node, place, steps + 1);
    const returned = fn && returnedBy(fn.node);
    if (!fn || !returned || place.calls.includes(node)) return { kind: 'written', expression: here };
    const inner = this.inside(fn.node, fn.place, node, argumentsOf(node, place));
    return this.value({ node: returned, place: inner }, steps + 1);
  }

  /** What a callback of `apply` or `then` gives back, its parameter bound to what it is applied to. */
  private applied(node: babel.CallExpression, place: Place, steps: number): Expression | undefined {
    const callee = bare(node.callee);
    if (callee.type !== 'MemberExpression' || !['apply', 'then'].includes(memberName(callee) ?? '')) return undefined;
    const [callback] = node.arguments;
    const fn = callback && bare(callback);
    const returned = fn && returnedBy(fn);
    if (!fn || !returned || !isFunction(fn)) return undefined;
    const source = this.value({ node: callee.object, place }, steps + 1);
    const subject =
      source.kind === 'written'
        ? (this.joinedOutputs(source.expression) ?? source.expression)
        : { node: callee.object, place };
    return { node: returned, place: this.inside(fn, place, node, [subject]) };
  }

  /** The list or object of `pulumi.all(...)`. */
  private joinedOutputs({ node, place }: Expression): Expression | undefined {
    if (node.type !== 'CallExpression') return undefined;
    const member = packageMember(place.file, node.callee);
    const [argument] = node.arguments;
    return member?.package === pulumiPackage && member.path.at(-1) === 'all' && argument
      ? { node: argument, place }
      : undefined;
  }
}

/** Functions of Pulumi that change nothing but the type. */
const transparent = new Set(['output', 'secret', 'unsecret']);

/** Stands for a property that an object surely does not have. */
const missing = { type: 'Identifier', name: 'undefined', start: 0, end: 0 } as babel.Identifier;

export function isMissing(value: Value): boolean {
  return (
    value.kind === 'written' &&
    value.expression.node.type === 'Identifier' &&
    value.expression.node.name === 'undefined'
  );
}

function isFalsy(value: Value): boolean {
  if (value.kind !== 'written') return false;
  const { node } = value.expression;
  return (
    node.type === 'NullLiteral' ||
    (node.type === 'StringLiteral' && node.value === '') ||
    (node.type === 'NumericLiteral' && node.value === 0) ||
    (node.type === 'BooleanLiteral' && !node.value)
  );
}

/** True for an expression whose value may be missing at run time. */
function isComputed(node: Node): boolean {
  return !/Literal$|^(?:Object|Array|ArrowFunction|Function)Expression$/.test(node.type) || node.type === 'NullLiteral';
}

export function unknown(expression: Expression, because: string): Extract<Value, { kind: 'unknown' }> {
  return { kind: 'unknown', expression, because };
}

export function argumentsOf(
  node: babel.CallExpression | babel.NewExpression,
  place: Place,
): (Expression | undefined)[] {
  const spread = node.arguments.findIndex(({ type }) => type === 'SpreadElement');
  return node.arguments.slice(0, spread === -1 ? undefined : spread).map((argument) => ({ node: argument, place }));
}

export function isFromAws(member: PackageMember): boolean {
  return member.package === awsPackage;
}
