import { type Node, type babel, bare, childNodes, keyName } from './ast.js';
import { changedBy, isChangeable, mayChange } from './changed.js';

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
  readonly bindings = new Map<string, Binding>();

  constructor(
    readonly node: Node,
    readonly parent: Scope | undefined,
    /** True where `var` and parameters live. */
    readonly isFunction: boolean,
  ) {}

  lookup(name: string): Binding | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.parent) {
      const binding = scope.bindings.get(name);
      if (binding) return binding;
    }
    return undefined;
  }
}

/** Kept in the nodes, of which each file has its own: a table beside them would double the work of collecting garbage. */
const parent = Symbol('parent');
const opened = Symbol('opened scope');

type Placed = Node & { [parent]?: Node; [opened]?: Scope };

/** The parents and scopes of all nodes of one file, and what runs when the file does, found in one walk. */
export class Scopes {
  private readonly names = new Set<string>();
  readonly root: Scope;
  /** All `f(...)` and all `new C(...)` of the file, in the order of the text's tree, those around others first. */
  readonly calls: babel.CallExpression[] = [];
  readonly creations: babel.NewExpression[] = [];

  constructor(program: babel.Program) {
    this.root = new Scope(program, undefined, true);
    const changes: Node[] = [];
    this.visit(program, this.root, changes);
    // Only when all names are bound: a function may change what is declared below it.
    for (const node of changes) this.markAssignments(node);
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
    return !this.names.has(name);
  }

  /** @param changes gathers the nodes that may give a new value to a name */
  private visit(node: Node, scope: Scope, changes: Node[]): void {
    if (node.type === 'Identifier') this.names.add(node.name);
    if (node.type === 'CallExpression') this.calls.push(node);
    else if (node.type === 'NewExpression') this.creations.push(node);
    if (mayChange(node)) changes.push(node);
    const inner = opensScope(node) && node !== scope.node ? new Scope(node, scope, isFunction(node)) : scope;
    if (inner !== scope || node === scope.node) (node as Placed)[opened] = inner;
    this.declare(node, scope, inner);
    for (const child of childNodes(node)) {
      (child as Placed)[parent] = node;
      this.visit(child, inner, changes);
    }
  }

  private declare(node: Node, scope: Scope, inner: Scope): void {
    switch (node.type) {
      case 'VariableDeclaration': {
        const kind = node.kind === 'var' || node.kind === 'let' ? node.kind : 'const';
        for (const declarator of node.declarations)
          bindPattern(
            declarator.id,
            {
              kind,
              node: declarator,
              init: declarator.init ?? undefined,
              scope: kind === 'var' ? functionScope(scope) : scope,
            },
            [],
          );
        return;
      }
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        if (node.id)
          bind(
            node.id.name,
            { kind: node.type === 'ClassDeclaration' ? 'class' : 'function', node, init: node, scope },
            [],
          );
        break;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers)
          bind(specifier.local.name, { kind: 'import', node: specifier, init: undefined, scope }, []);
        return;
      case 'TSImportEqualsDeclaration':
        return bind(node.id.name, { kind: 'import', node, init: undefined, scope }, []);
      case 'CatchClause':
        if (node.param) bindPattern(node.param, { kind: 'catch', node, init: undefined, scope: inner }, []);
        return;
      default:
    }
    if (isFunction(node))
      for (const parameter of parametersOf(node))
        bindPattern(parameter, { kind: 'param', node: parameter, init: undefined, scope: inner }, []);
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

function opensScope(node: Node): boolean {
  return (
    isFunction(node) ||
    node.type === 'Program' ||
    node.type === 'BlockStatement' ||
    node.type === 'StaticBlock' ||
    node.type === 'ForStatement' ||
    node.type === 'ForInStatement' ||
    node.type === 'ForOfStatement' ||
    node.type === 'SwitchStatement' ||
    node.type === 'CatchClause' ||
    node.type === 'TSModuleBlock'
  );
}

function functionScope(scope: Scope): Scope {
  let found = scope;
  while (!found.isFunction && found.parent) found = found.parent;
  return found;
}

type Declared = Pick<Binding, 'kind' | 'node' | 'init' | 'scope'>;

function bind(name: string, declared: Declared, steps: readonly Step[] | undefined, fallback?: Node): void {
  declared.scope.bindings.set(name, { name, ...declared, steps, fallback, reassigned: false });
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
