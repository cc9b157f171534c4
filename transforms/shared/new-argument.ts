import { annotationOfPattern } from '../../core/program/declared-text.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import type { NewMember } from '../../core/program/edit-interface.js';
import { lowerFirst } from '../../core/program/editor.js';
import { writtenTypeOf, type WrittenType } from '../../core/program/written-types.js';
import type { Expression } from '../../core/program/values.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { TextEdit } from '../../core/text/edit.js';
import { visibleAt } from './environment-names.js';

/** Arguments of a component that get new optional properties. */
export interface NewArguments {
  /** How each new property is read where it was asked for: `args.codePath`. */
  readonly references: readonly string[];
  readonly edits: readonly TextEdit[];
}

/**
 * Adds optional properties to the arguments of the component or function around an expression.
 * @throws {CannotEdit} where they are no parameter of a type that the project writes out.
 */
export function addArguments(editor: ProgramEditor, at: Expression, members: readonly NewMember[]): NewArguments {
  const { owner, type } = argumentsAround(editor, at);
  for (const { name } of members)
    if (type.names.has(name)) throw new CannotEdit(`the arguments have a property ${name} already`);
  return {
    references: members.map(({ name }) => `${owner}.${name}`),
    edits: editor.addMembers(type, ...members),
  };
}

/** The parameter that holds the arguments, and its type. */
export interface ArgumentsType {
  readonly owner: string;
  readonly type: WrittenType;
}

/** The one parameter that holds the arguments: of a type of the project, and named as such where there are several. */
export function argumentsAround(editor: ProgramEditor, { node, place: { file } }: Expression): ArgumentsType {
  const found = [...visibleAt(file, node)].flatMap((binding) => {
    const annotation = binding.kind === 'param' && binding.steps?.length === 0 && annotationOfPattern(binding.node);
    const type = annotation ? writtenTypeOf(editor.program.project, file, annotation) : undefined;
    const isOptional = 'optional' in binding.node && binding.node.optional === true && !binding.fallback;
    return type ? [{ name: binding.name, type, isOptional }] : [];
  });
  const [only, ...others] =
    found.length > 1 ? found.filter(({ name }) => /^(?:args|props|config|inputs)$/i.test(name)) : found;
  if (!only || others.length > 0)
    throw new CannotEdit('nothing around it takes arguments of a type that this project writes out');
  if (only.isOptional) throw new CannotEdit(`${only.name} may be missing`);
  return { owner: only.name, type: only.type };
}

/** `CostCenter` is `costCenter`. */
export function propertyName(name: string): string {
  return /^[A-Z]+$/.test(name) ? name.toLowerCase() : lowerFirst(name);
}
