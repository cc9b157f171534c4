import type { Span } from '../text/span.js';
import { type Node, spanOfNode } from './ast.js';
import type { ProgramFile } from './file.js';

/**
 * The decorator of the class around a place, or of one of its members: `@name`. It is run when the class is defined, and may put
 * something else in the place of what is written. Undefined where there is none.
 */
export function decoratorAround(file: ProgramFile, { start, end }: Span): string | undefined {
  for (const decorator of file.scopes.all('Decorator')) {
    const owner = classAround(file, decorator);
    const within = owner && spanOfNode(owner);
    if (within && within.start <= start && end <= within.end) return `@${nameOf(decorator.expression)}`;
  }
  return undefined;
}

function classAround(file: ProgramFile, node: Node): Node | undefined {
  for (const each of file.scopes.around(node))
    if (each.type === 'ClassDeclaration' || each.type === 'ClassExpression') return each;
  return undefined;
}

/** `name` of `@name`, `@name(...)` and `@some.name(...)`. */
function nameOf(expression: Node): string {
  if (expression.type === 'CallExpression') return nameOf(expression.callee);
  const last = expression.type === 'MemberExpression' ? expression.property : expression;
  return last.type === 'Identifier' ? last.name : '...';
}
