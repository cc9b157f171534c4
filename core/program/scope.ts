import { type Node, type babel, bare, childNodes, isLeaf, keyName } from './ast.js';
import { changedBy, isChangeable } from './changed.js';

/** One step into a destructured value: a property's name or an element's index. */
export type Step = string | number;

/** What a name stands for in one scope. */
export interface Binding {
  readonly name: string;
  readonly kind: 'const' | 'let' | 'var' | 'param' | 'function' | 'class' | 'import' | 'catch';
  /** The declaration: a declarator, a function, a class, an import specifier, a parameter's pattern. */
  readonly node: Node;
  /** What the name, or the pattern that holds it, is initialised with. */
  readonly init: Node | undefined;
  /** Where in `init` the value is, for a destructured name; undefined for a rest element. */
  readonly steps: readonly Step[] | undefined;
  /** The default in the pattern or of the parameter. */
  readonly fallback: Node | undefined;
  readonly scope: Scope;
  /** True when it is assigned again, or the list or object that it holds is changed: its initial value is not all. */
  reassigned: boolean;
}

/** The names of one block, function, class or file. */
export class Scope {
  /** Made for the first name: most blocks have none. */
  private own: Map<string, Binding> | undefined;

  constructor(
    readonly node: Node,
    readonly parent: Scope | undefined,
    /** True where `var` and parameters live. */
    readonly isFunction: boolean,
  ) {}

  get bindings(): ReadonlyMap<string, Binding> {
    return this.own ?? noBindings;
  }

  bind(binding: Binding): void {
    (this.own ??= new Map<string, Binding>()).set(binding.name, binding);
  }

  lookup(name: string): Binding | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const binding = scope.own?.get(name);
      if (binding) return binding;
    }
    return undefined;
  }
}

const noBindings: ReadonlyMap<string, Binding> = new Map();

/** Kept in the nodes, of which each file has its own: a table beside them would double the work of collecting garbage. */
const parent = Symbol('parent');
const opened = Symbol('opened scope');

type Placed = Node & { [parent]?: Node; [opened]?: Scope };

/** The parents and scopes of all nodes of one file, and what runs when the file does, found in one walk. */
export class Scopes {
  readonly root: Scope;
  /** All `f(...)` and all `new C(...)` of the file, in the order of the text's tree, those around others first. */
  readonly calls: babel.CallExpression[] = [];
  readonly creations: babel.NewExpression[] = [];
  /** Other nodes than calls that may give a new value to a name. */
  private readonly changes: Node[] = [];
  /** In the order of the tree, those around others first. */
  private readonly nodes: Node[];
  private byType: ReadonlyMap<string, readonly Node[]> | undefined;
  private names: ReadonlySet<string> | undefined;

  constructor(program: babel.Program) {
    this.root = new Scope(program, undefined, true);
    this.nodes = [program];
    this.visit(program, this.root);
    // Only when all names are bound: a function may change what is declared below it.
    for (const node of this.changes) this.markAssignments(node);
    for (const node of this.calls) this.markAssignments(node);
  }

  parentOf(node: Node): Node | undefined {
    return (node as Placed)[parent];
  }

  /** The node itself and those around it, the innermost first. */
  *around(node: Node): Generator<Node> {
    for (let current: Node | undefined = node; current; current = this.parentOf(current)) yield current;
  }

  scopeOf(node: Node): Scope {
    for (let current: Node | undefined = node; current; current = (current as Placed)[parent]) {
      const scope = (current as Placed)[opened];
      if (scope) return scope;
    }
    return this.root;
  }

  /** What an identifier stands for where it is written. */
  resolve(identifier: babel.Identifier): Binding | undefined {
    return this.scopeOf(identifier).lookup(identifier.name);
  }

  /** True when no identifier of the file, in any scope, is called so. */
  isFree(name: string): boolean {
    this.names ??= new Set(this.all('Identifier').map((identifier) => identifier.name));
    return !this.names.has(name);
  }

  /** All nodes of a type in the file, in the order of the tree, those around others first. */
  all<Type extends Node['type']>(type: Type): readonly Extract<Node, { type: Type }>[] {
    this.byType ??= grouped(this.nodes);
    return (this.byType.get(type) ?? []) as readonly Extract<Node, { type: Type }>[];
  }

  private visit(node: Node, scope: Scope): void {
    const inner = this.enter(node, scope);
    for (const child of childNodes(node)) {
      (child as Placed)[parent] = node;
      this.nodes.push(child);
      if (!isLeaf(child)) this.visit(child, inner);
    }
  }

  /** Takes note of a node. The scope of what is below it is its own, or the one that it stands in. */
  private enter(node: Node, scope: Scope): Scope {
    switch (node.type) {
      case 'CallExpression':
        this.calls.push(node);
        return scope;
      case 'NewExpression':
        this.creations.push(node);
        return scope;
      case 'AssignmentExpression':
      case 'UpdateExpression':
      case 'UnaryExpression':
        this.changes.push(node);
        return scope;
      case 'VariableDeclaration':
        bindVariables(node, scope);
        return scope;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers)
          bind(specifier.local.name, { kind: 'import', node: specifier, init: undefined, scope }, []);
        return scope;
      case 'TSImportEqualsDeclaration':
        bind(node.id.name, { kind: 'import', node, init: undefined, scope }, []);
        return scope;
      case 'ClassDeclaration':
        if (node.id) bind(node.id.name, { kind: 'class', node, init: node, scope }, []);
        return scope;
      case 'FunctionDeclaration':
        if (node.id) bind(node.id.name, { kind: 'function', node, init: node, scope }, []);
        return withParameters(node, scope);
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'ObjectMethod':
      case 'ClassMethod':
      case 'ClassPrivateMethod':
        return withParameters(node, scope);
      case 'CatchClause': {
        const inner = open(node, scope);
        if (node.param) bindPattern(node.param, { kind: 'catch', node, init: undefined, scope: inner }, []);
        return inner;
      }
      case 'Program':
        (node as Placed)[opened] = scope;
        return scope;
      case 'BlockStatement':
      case 'StaticBlock':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'SwitchStatement':
      case 'TSModuleBlock':
        return open(node, scope);
      default:
        return scope;
    }
  }

  private markAssignments(node: Node): void {
    const target =
      node.type === 'AssignmentExpression' ? node.left : node.type === 'UpdateExpression' ? node.argument : undefined;
    if (target?.type === 'Identifier') {
      const binding = this.resolve(target);
      if (binding) binding.reassigned = true;
    }
    const changed = changedBy(node);
    if (changed?.type === 'Identifier') {
      const binding = this.resolve(changed);
      if (binding && isChangeable(binding.init)) binding.reassigned = true;
    }
  }
}

function grouped(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const group = groups.get(node.type);
    if (group) group.push(node);
    else groups.set(node.type, [node]);
  }
  return groups;
}

export type FunctionNode =
  | babel.FunctionDeclaration
  | babel.FunctionExpression
  | babel.ArrowFunctionExpression
  | babel.ObjectMethod
  | babel.ClassMethod
  | babel.ClassPrivateMethod;

export function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'ObjectMethod' ||
    node.type === 'ClassMethod' ||
    node.type === 'ClassPrivateMethod'
  );
}

/** The parameters of a function as patterns: a constructor's `private readonly x` is `x`. */
export function parametersOf(node: FunctionNode): Node[] {
  return node.params.map((parameter) => (parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter));
}

function open(node: Node, scope: Scope): Scope {
  return ((node as Placed)[opened] = new Scope(node, scope, isFunction(node)));
}

function withParameters(node: FunctionNode, scope: Scope): Scope {
  const inner = open(node, scope);
  for (const parameter of parametersOf(node))
    bindPattern(parameter, { kind: 'param', node: parameter, init: undefined, scope: inner }, []);
  return inner;
}

function bindVariables({ kind: word, declarations }: babel.VariableDeclaration, scope: Scope): void {
  const kind = word === 'var' || word === 'let' ? word : 'const';
  const holder = kind === 'var' ? functionScope(scope) : scope;
  for (const declarator of declarations)
    bindPattern(declarator.id, { kind, node: declarator, init: declarator.init ?? undefined, scope: holder }, []);
}

function functionScope(scope: Scope): Scope {
  let found = scope;
  while (!found.isFunction && found.parent) found = found.parent;
  return found;
}

type Declared = Pick<Binding, 'kind' | 'node' | 'init' | 'scope'>;

function bind(name: string, declared: Declared, steps: readonly Step[] | undefined, fallback?: Node): void {
  declared.scope.bind({ name, ...declared, steps, fallback, reassigned: false });
}

/** Binds every name of a pattern, each with the way to its value. */
function bindPattern(pattern: Node, declared: Declared, steps: readonly Step[] | undefined, fallback?: Node): void {
  switch (pattern.type) {
    case 'Identifier':
      return bind(pattern.name, declared, steps, fallback);
    case 'AssignmentPattern':
      return bindPattern(pattern.left, declared, steps, pattern.right);
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') bindPattern(property.argument, declared, undefined);
        else {
          const name = keyName(property);
          bindPattern(bare(property.value), declared, steps && name !== undefined ? [...steps, name] : undefined);
        }
      }
      return;
    case 'ArrayPattern':
      pattern.elements.forEach((element, index) => {
        if (element?.type === 'RestElement') bindPattern(element.argument, declared, undefined);
        else if (element) bindPattern(element, declared, steps && [...steps, index]);
      });
      return;
    case 'RestElement':
      return bindPattern(pattern.argument, declared, undefined);
    default:
  }
}
