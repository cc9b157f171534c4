import { type Node, type babel, bare, keyName, memberName } from './ast.js';
import type { ProgramFile } from './file.js';
import { packageMember, pulumiPackage } from './packages.js';
import type { Binding } from './scope.js';
import type { Project } from './values.js';
import { type WrittenType, writtenTypeOf } from './written-types.js';

/** What an expression is where a text is wanted: a text, one that is known later, one that may be missing, or anything else. */
export type TextKind = 'text' | 'output' | 'optional' | 'other';

/** Judges by declarations and by the form of expressions, as a reader would; nothing is inferred beyond that. */
export class DeclaredTexts {
  constructor(private readonly project: Project) {}

  ofBinding(file: ProgramFile, binding: Binding, depth = 0): TextKind {
    if (binding.reassigned || binding.steps === undefined || depth > 10) return 'other';
    const kind = this.withoutFallback(file, binding, depth);
    return binding.fallback ? alternative(kind, this.ofExpression(file, binding.fallback, depth + 1)) : kind;
  }

  ofExpression(file: ProgramFile, expression: Node, depth = 0): TextKind {
    if (expression.type === 'TSNonNullExpression') {
      const kind = this.ofExpression(file, expression.expression, depth + 1);
      return kind === 'optional' ? 'text' : kind;
    }
    const node = bare(expression);
    switch (node.type) {
      case 'StringLiteral':
      case 'TemplateLiteral':
        return 'text';
      case 'Identifier': {
        const binding = file.scopes.resolve(node);
        return binding ? this.ofBinding(file, binding, depth + 1) : 'other';
      }
      case 'LogicalExpression':
        return node.operator === '&&'
          ? 'other'
          : alternative(this.ofExpression(file, node.left, depth + 1), this.ofExpression(file, node.right, depth + 1));
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        return this.ofMember(file, node, depth);
      case 'CallExpression':
        return ofCall(file, node);
      default:
        return 'other';
    }
  }

  /** The field of an interface or type that an expression is declared with. */
  fieldOf(file: ProgramFile, owner: Node, name: string): babel.TSPropertySignature | undefined {
    const annotation = annotationOf(file, owner);
    return annotation && this.fieldOfType(file, annotation, name);
  }

  private withoutFallback(file: ProgramFile, { node, init, steps = [] }: Binding, depth: number): TextKind {
    const pattern = node.type === 'VariableDeclarator' ? node.id : node;
    const annotation = annotationOfPattern(pattern);
    const [step, ...more] = steps;
    if (step === undefined) {
      if (annotation) return kindOfType(annotation, false);
      return init ? this.ofExpression(file, init, depth + 1) : 'other';
    }
    if (typeof step !== 'string' || more.length > 0) return 'other';
    const field = annotation ? this.fieldOfType(file, annotation, step) : init && this.fieldOf(file, init, step);
    return kindOfField(field);
  }

  private ofMember(
    file: ProgramFile,
    node: babel.MemberExpression | babel.OptionalMemberExpression,
    depth: number,
  ): TextKind {
    const name = memberName(node);
    const owner = bare(node.object);
    if (name === undefined || depth > 10) return 'other';
    if (owner.type === 'MemberExpression' && memberName(owner) === 'env') return 'optional';
    const kind = kindOfField(this.fieldOf(file, owner, name));
    return node.type === 'OptionalMemberExpression' && kind !== 'other' ? 'optional' : kind;
  }

  private fieldOfType(file: ProgramFile, type: babel.TSType, name: string): babel.TSPropertySignature | undefined {
    const written = writtenTypeOf(this.project, file, type);
    return written && fieldNamed(written, name);
  }
}

/** What a type says of one of its fields. */
export function textKindOfField(type: WrittenType, name: string): TextKind {
  return kindOfField(fieldNamed(type, name));
}

function fieldNamed({ body }: WrittenType, name: string): babel.TSPropertySignature | undefined {
  const members = body.type === 'TSTypeLiteral' ? body.members : body.body;
  return members.find(
    (member): member is babel.TSPropertySignature => member.type === 'TSPropertySignature' && keyName(member) === name,
  );
}

/** `a ?? b`: what is missing in `a` is there in `b`. */
function alternative(left: TextKind, right: TextKind): TextKind {
  if (right !== 'text' || left === 'output') return right === 'text' ? 'output' : right;
  return 'text';
}

function kindOfField(field: babel.TSPropertySignature | undefined): TextKind {
  const type = field?.typeAnnotation?.typeAnnotation;
  return type ? kindOfType(type, field?.optional === true) : 'other';
}

function kindOfType(type: babel.TSType, isOptional: boolean): TextKind {
  if (type.type === 'TSStringKeyword') return isOptional ? 'optional' : 'text';
  if (type.type !== 'TSTypeReference') return 'other';
  const { typeName, typeParameters } = type;
  const name = typeName.type === 'Identifier' ? typeName.name : typeName.right.name;
  const [inner] = typeParameters?.params ?? [];
  if ((name !== 'Input' && name !== 'Output') || inner?.type !== 'TSStringKeyword') return 'other';
  return isOptional ? 'optional' : 'output';
}

/** The type that a parameter or variable is declared with. */
export function annotationOfPattern(pattern: Node): babel.TSType | undefined {
  const target = pattern.type === 'AssignmentPattern' ? pattern.left : pattern;
  const annotation = 'typeAnnotation' in target ? target.typeAnnotation : undefined;
  return annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : undefined;
}

/** The type that a name is declared with. */
function annotationOf(file: ProgramFile, owner: Node): babel.TSType | undefined {
  const node = bare(owner);
  const binding = node.type === 'Identifier' ? file.scopes.resolve(node) : undefined;
  if (!binding || binding.steps === undefined || binding.steps.length > 0) return undefined;
  return annotationOfPattern(binding.node.type === 'VariableDeclarator' ? binding.node.id : binding.node);
}

/** Calls that give a text: `config.require('x')`, `pulumi.getStack()`, methods of texts. */
function ofCall(file: ProgramFile, { callee }: babel.CallExpression): TextKind {
  const member = packageMember(file, callee);
  const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined;
  if (member?.package === pulumiPackage)
    return ['getStack', 'getProject', 'getOrganization'].includes(member.path.at(-1) ?? '') ? 'text' : 'other';
  if (name === 'require') return 'text';
  return name === 'get' ? 'optional' : textMethods.has(name ?? '') ? 'text' : 'other';
}

const textMethods = new Set(['toLowerCase', 'toUpperCase', 'trim', 'replace', 'replaceAll', 'slice', 'substring']);
