import { type Node, type babel, bare, memberName } from './ast.js';

/** Methods that change the list that they are called on. */
const changing: ReadonlySet<string> = new Set([
  'push',
  'unshift',
  'pop',
  'shift',
  'splice',
  'sort',
  'reverse',
  'fill',
  'copyWithin',
]);

/**
 * What a node changes from within: `x` of `x.push(y)`, `x.key = y`, `x[0] = y`, `delete x.key` and `Object.assign(x, y)`;
 * `this.x` of the same on a field. Undefined where it changes nothing so.
 */
export function changedBy(node: Node): Node | undefined {
  switch (node.type) {
    case 'AssignmentExpression':
      return node.left.type === 'MemberExpression' ? holderOf(node.left.object) : undefined;
    case 'UnaryExpression':
      return node.operator === 'delete' && node.argument.type === 'MemberExpression'
        ? holderOf(node.argument.object)
        : undefined;
    case 'CallExpression':
      return changedByCall(node);
    default:
      return undefined;
  }
}

function changedByCall({ callee, arguments: given }: babel.CallExpression): Node | undefined {
  if (callee.type !== 'MemberExpression') return undefined;
  const method = memberName(callee) ?? '';
  if (changing.has(method)) return holderOf(callee.object);
  const isAssign = method === 'assign' && callee.object.type === 'Identifier' && callee.object.name === 'Object';
  const [first] = given;
  return isAssign && first ? holderOf(first) : undefined;
}

/** The variable or field that holds what a chain of members begins at. */
function holderOf(node: Node): Node | undefined {
  const start = bare(node);
  if (start.type === 'Identifier') return start;
  if (start.type !== 'MemberExpression') return undefined;
  return start.object.type === 'ThisExpression' ? start : holderOf(start.object);
}

/** True for what can be changed from within though it is written out. */
export function isChangeable(node: Node | null | undefined): boolean {
  const written = node && bare(node);
  return written?.type === 'ArrayExpression' || written?.type === 'ObjectExpression';
}
