import { type babel, bare, keyName } from '../../core/program/ast.js';
import type { ProgramResource } from '../../core/program/resources.js';
import { capital } from '../../core/program/types.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';

/** The arguments of a resource as an object that is written out where it is created. */
export function argumentsOf({ id, args }: ProgramResource): babel.ObjectExpression {
  const literal = args && bare(args);
  if (literal?.type !== 'ObjectExpression') throw new CannotEdit(`the arguments of ${id} are not written out`);
  return literal;
}

/** The property of an object that the model knows by a name with a capital letter. */
export function propertyInModel(object: babel.ObjectExpression, key: string): babel.ObjectProperty | undefined {
  return object.properties.findLast(
    (property): property is babel.ObjectProperty =>
      property.type === 'ObjectProperty' && capital(keyName(property) ?? '') === key,
  );
}

/** The key of the model as programs write it. */
export function sourceName(key: string): string {
  return key.charAt(0).toLowerCase() + key.slice(1);
}
