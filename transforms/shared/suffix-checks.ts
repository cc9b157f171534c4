import { type Node, type babel, bare, memberName, walkNodes } from '../../core/program/ast.js';
import type { ProgramFile } from '../../core/program/file.js';
import type { Program } from '../../core/program/program.js';
import type { Binding } from '../../core/program/scope.js';
import { type Sources, ValueSources, isOfName, stackKey } from './value-sources.js';

const judging = new Set(['test', 'match', 'exec', 'search', 'parse', 'safeParse', 'has', 'ok']);
const checkers = /^(?:assert|check|ensure|require|validate|verify|is_?valid|normali[sz]e|saniti[sz]e|slug)/i;

/** What the project does with the values of one name, whatever they are called where it does so. */
export class SuffixChecks {
  private readonly sources: ValueSources;

  constructor(private readonly program: Program) {
    this.sources = new ValueSources(program);
  }

  /** Where the value of a name comes from. */
  sourcesOf(file: ProgramFile, binding: Binding): Sources {
    return this.sources.ofBinding(file, binding);
  }

  /**
   * True where the value is the name of the Pulumi stack and nothing else: Pulumi lets that hold letters, digits, hyphens,
   * underscores and periods only (https://www.pulumi.com/learn/building-with-pulumi/understanding-stacks).
   */
  isStackName(file: ProgramFile, binding: Binding): boolean {
    const { keys, literals } = this.sourcesOf(file, binding);
    return literals.size === 0 && keys.has(stackKey) && [...keys].every((key) => key === stackKey || isOfName(key));
  }

  /**
   * True where the project judges the value already, or makes it fit: a pattern is tested on it, it is given to something
   * that is called a check, it looks something up, its type is a list of values, or its declaration rewrites it.
   */
  isChecked(file: ProgramFile, binding: Binding): boolean {
    if (isLimitedByType(binding) || (binding.init && isRewritten(binding.init))) return true;
    return this.holds(
      file,
      binding,
      ({ scopes }, isValue) =>
        scopes.calls.some((node) => judges(node, isValue)) ||
        scopes.all('MemberExpression').some((node) => node.computed && isValue(node.property)) ||
        scopes.all('IfStatement').some((node) => throwsOn(node, isValue)),
    );
  }

  /** Texts that the project compares the value with: those that it has in some stack. */
  comparedTexts(file: ProgramFile, binding: Binding): string[] {
    const texts: string[] = [];
    this.holds(file, binding, ({ scopes }, isValue) => {
      for (const node of scopes.all('BinaryExpression')) {
        if (!/^[!=]==?$/.test(node.operator)) continue;
        const sides = [node.left, node.right].map((side) => bare(side));
        const text = sides.find((side) => side.type === 'StringLiteral');
        if (text?.type === 'StringLiteral' && sides.some(isValue)) texts.push(text.value);
      }
      return false;
    });
    return texts;
  }

  /** True where a test holds for a file of the project; it can ask whether an expression has the value. */
  private holds(
    file: ProgramFile,
    binding: Binding,
    test: (file: ProgramFile, isValue: (expression: Node) => boolean) => boolean,
  ): boolean {
    const { keys } = this.sourcesOf(file, binding);
    return this.program.project.files.some((each) =>
      test(each, (expression) => {
        const node = bare(expression);
        const isName =
          node.type === 'Identifier' || node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression';
        return isName && [...this.sources.of(each, node).keys].some((key) => keys.has(key));
      }),
    );
  }
}

function judges(node: babel.CallExpression, isValue: (expression: Node) => boolean): boolean {
  const callee = bare(node.callee);
  const name = callee.type === 'MemberExpression' ? memberName(callee) : callee.type === 'Identifier' && callee.name;
  if (typeof name !== 'string') return false;
  const [isChecker, isJudge] = [checkers.test(name), callee.type === 'MemberExpression' && judging.has(name)];
  if ((isChecker || isJudge) && node.arguments.some(isValue)) return true;
  return callee.type === 'MemberExpression' && isJudge && isValue(callee.object);
}

/** `if (suffix.length > 20) throw ...`, `if (!['dev', 'prod'].includes(suffix)) throw ...` */
function throwsOn(node: babel.IfStatement, isValue: (expression: Node) => boolean): boolean {
  const asks = [...walkNodes(node.test)].some(isValue);
  return asks && [...walkNodes(node.consequent)].some(({ type }) => type === 'ThrowStatement');
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
