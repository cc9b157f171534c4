import { type Node, type babel, bare, memberName, walkNodes } from '../../core/program/ast.js';
import type { ProgramFile } from '../../core/program/file.js';
import type { Binding } from '../../core/program/scope.js';

const judging = new Set(['test', 'match', 'exec', 'search', 'parse', 'safeParse', 'has', 'ok']);
const checkers = /^(?:assert|check|ensure|require|validate|verify|is_?valid|normali[sz]e|saniti[sz]e|slug)/i;

/**
 * True where the project judges a name already, or makes it fit: a pattern is tested on it, it is given to something that
 * is called a check, it looks something up, its type is a list of values, or its declaration rewrites it.
 */
export function isChecked(files: readonly ProgramFile[], file: ProgramFile, binding: Binding): boolean {
  if (isLimitedByType(binding) || (binding.init && isRewritten(binding.init))) return true;
  return files.some((each) =>
    [...walkNodes(each.ast.program)].some(
      (node) => judges(node, binding.name) || (each === file && throwsOn(node, binding.name)),
    ),
  );
}

/** Texts that the file compares the name with: values that it takes in some stack. */
export function comparedTexts(file: ProgramFile, { name }: Binding): string[] {
  return [...walkNodes(file.ast.program)].flatMap((node) => {
    if (node.type !== 'BinaryExpression' || !/^[!=]==?$/.test(node.operator)) return [];
    const sides = [node.left, node.right].map((side) => bare(side));
    const text = sides.find((side) => side.type === 'StringLiteral');
    return text?.type === 'StringLiteral' && sides.some((side) => isNamed(side, name)) ? [text.value] : [];
  });
}

function judges(node: Node, name: string): boolean {
  if (node.type === 'MemberExpression') return node.computed && isNamed(node.property, name);
  if (node.type !== 'CallExpression') return false;
  const callee = bare(node.callee);
  const isGiven = node.arguments.some((argument) => isNamed(argument, name));
  if (callee.type === 'Identifier') return isGiven && checkers.test(callee.name);
  if (callee.type !== 'MemberExpression') return false;
  const method = memberName(callee) ?? '';
  return (isGiven || isNamed(callee.object, name)) && (judging.has(method) || (isGiven && checkers.test(method)));
}

/** `if (suffix.length > 20) throw ...`, `if (!['dev', 'prod'].includes(suffix)) throw ...` */
function throwsOn(node: Node, name: string): boolean {
  if (node.type !== 'IfStatement') return false;
  const asks = [...walkNodes(node.test)].some((each) => isNamed(each, name));
  return asks && [...walkNodes(node.consequent)].some(({ type }) => type === 'ThrowStatement');
}

/** The name itself, or a property that is called so: `args.environmentSuffix`. */
function isNamed(node: Node, name: string): boolean {
  const expression = bare(node);
  if (expression.type === 'Identifier') return expression.name === name;
  return (
    (expression.type === 'MemberExpression' || expression.type === 'OptionalMemberExpression') &&
    memberName(expression) === name
  );
}

/** `stage: 'dev' | 'prod'` */
function isLimitedByType({ node }: Binding): boolean {
  const target: Node = node.type === 'VariableDeclarator' ? node.id : node;
  const annotation = (target as babel.Identifier).typeAnnotation;
  return (
    annotation?.type === 'TSTypeAnnotation' &&
    [...walkNodes(annotation.typeAnnotation)].some(({ type }) => type === 'TSLiteralType')
  );
}

/** `raw.toLowerCase().replace(/[^a-z0-9-]/g, '')` */
function isRewritten(init: Node): boolean {
  return [...walkNodes(init)].some(
    (node) =>
      node.type === 'CallExpression' &&
      node.callee.type === 'MemberExpression' &&
      /^replace(?:All)?$/.test(memberName(node.callee) ?? ''),
  );
}
