import type * as babel from '@babel/types';

/** A node of Babel's tree; `start` and `end` are offsets in UTF-16 code units of the exact text. */
export type Node = babel.Node;
export type { babel };

const none: readonly Node[] = [];

/** True for half of all nodes of a program: what nothing is below of. */
export function isLeaf(node: Node): boolean {
  const { type } = node;
  if (type === 'Identifier') return !node.typeAnnotation && !node.decorators;
  return type === 'StringLiteral' || type === 'NumericLiteral' || type === 'TemplateElement';
}

/** The nodes directly below a node, in the order of the tree. Not kept: most trees are walked once. */
export function childNodes(node: Node): readonly Node[] {
  if (isLeaf(node)) return none;
  const below: Node[] = [];
  // Not `for in`, which asks the prototype for more.
  for (const key of Object.keys(node)) {
    const value: unknown = node[key as keyof Node];
    if (typeof value !== 'object' || value === null || isBesideTree(key)) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) below.push(value);
      continue;
    }
    for (const item of value as readonly unknown[]) if (isNode(item)) below.push(item);
  }
  return below.length === 0 ? none : below;
}

/** What a node has besides its type, its place and what is below it. */
function isBesideTree(key: string): boolean {
  return (
    key === 'loc' || key === 'extra' || key === 'comments' || key === 'errors' || key === 'tokens' || key === 'range'
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** A node and all below it, parents first. However deep they are nested, the stack stays flat. */
export function* walkNodes(node: Node): Generator<Node> {
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next;
    const below = childNodes(next);
    for (let index = below.length - 1; index >= 0; index--) waiting.push(below[index] as Node);
  }
}

export function spanOfNode(node: Node): { start: number; end: number } {
  return { start: node.start ?? 0, end: node.end ?? 0 };
}

/** What an expression is beneath casts, `!`, `await` and parentheses, which change no value. */
export function bare(node: Node): Node {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return bare(node.expression);
    case 'AwaitExpression':
      return bare(node.argument);
    default:
      return node;
  }
}

/** The name of a property: `key`, `'key'` or a literal in brackets; undefined where it is computed. */
export function keyName(property: { readonly key: Node; readonly computed?: boolean | undefined }): string | undefined {
  const { key, computed } = property;
  if (key.type === 'Identifier' && computed !== true) return key.name;
  if (key.type === 'StringLiteral') return key.value;
  return key.type === 'NumericLiteral' ? String(key.value) : undefined;
}

/** The name of a member: `a.name`, `a['name']`, `a[0]`. */
export function memberName(node: babel.MemberExpression | babel.OptionalMemberExpression): string | undefined {
  return node.property.type === 'PrivateName'
    ? `#${node.property.id.name}`
    : keyName({ key: node.property, computed: node.computed });
}

/** The value of a literal property of an object, the last one of that name; methods and spreads have none. */
export function propertyOf(object: babel.ObjectExpression, name: string): babel.ObjectProperty | undefined {
  return object.properties.findLast(
    (property): property is babel.ObjectProperty => property.type === 'ObjectProperty' && keyName(property) === name,
  );
}

/** The expression that a function gives back, where it does nothing else: `=> x`, or a body that ends in its only `return`. */
export function returnedBy(node: Node): Node | undefined {
  if (
    node.type !== 'ArrowFunctionExpression' &&
    node.type !== 'FunctionExpression' &&
    node.type !== 'FunctionDeclaration' &&
    node.type !== 'ClassMethod' &&
    node.type !== 'ObjectMethod'
  )
    return undefined;
  if (node.body.type !== 'BlockStatement') return node.body;
  const last = node.body.body.at(-1);
  const others = node.body.body.slice(0, -1);
  const isStraight = others.every(({ type }) => type === 'VariableDeclaration' || type === 'ExpressionStatement');
  return isStraight && last?.type === 'ReturnStatement' ? (last.argument ?? undefined) : undefined;
}
