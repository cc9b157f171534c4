import { annotationOfPattern } from '../../core/program/declared-text.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import { lowerFirst } from '../../core/program/editor.js';
import { writtenTypeOf, type WrittenType } from '../../core/program/written-types.js';
import type { Expression } from '../../core/program/values.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import { visibleAt } from './environment-names.js';

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
