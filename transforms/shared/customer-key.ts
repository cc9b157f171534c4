import { isOwnTag } from '../../rules/tag-environment-hardcoded.js';
import { type Node, bare, keyName, propertyOf } from '../../core/program/ast.js';
import { StatementEditor } from '../../core/program/edit-statements.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import { lineAt } from '../../core/program/lines.js';
import { type Code, call, object, string, text } from '../../core/program/print.js';
import type { ProgramResource } from '../../core/program/resources.js';
import { constructorLike, logicalNameLike, optionsLike, textOf } from '../../core/program/surroundings.js';
import { stackName, tellsStack } from './environment-names.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { Path } from '../../core/template/node.js';
import type { TextEdit } from '../../core/text/edit.js';

export interface NewProgramKey {
  /** The variable that holds the key. */
  readonly name: string;
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
}

/** A key with rotation, and an alias to find it by where its name can be one of this stack alone, in front of the function that needs it first. */
export function newProgramKey(editor: ProgramEditor, fn: ProgramResource): NewProgramKey {
  const { file } = fn;
  const statements = new StatementEditor(editor);
  const statement = statements.statementOf(fn);
  const name = editor.freeName(file, 'environmentKey');
  const [alias, nameOfAlias] = [logicalNameLike(fn, 'environment-key-alias'), aliasName(fn)];
  const options = optionsLike(fn);
  const rest = options ? [options] : [];
  const properties = object({
    description: string('Environment variables of the Lambda functions'),
    enableKeyRotation: text('true'),
    tags: tagsLike(fn),
  });
  const codes = [
    editor.creation(
      file,
      statement,
      name,
      call(`new ${constructorLike(fn, ['kms', 'Key'])}`, logicalNameLike(fn, 'environment-key'), properties, ...rest),
    ),
    ...(nameOfAlias
      ? [
          editor.creation(
            file,
            statement,
            undefined,
            call(
              `new ${constructorLike(fn, ['kms', 'Alias'])}`,
              alias,
              object({ name: nameOfAlias, targetKeyId: text(`${name}.keyId`) }),
              ...rest,
            ),
          ),
        ]
      : []),
  ];
  const { eol } = editor.styleOf(file);
  const { indent } = lineAt(file, statement.start ?? 0);
  return {
    name,
    edits: statements.insertBefore(file, statement, codes.join(`${eol}${eol}${indent}`)),
    touches: [['Resources', name], ...(nameOfAlias ? [['Resources', idOf(alias)]] : [])],
  };
}

/** How the model calls a resource that no variable holds: by its logical name. */
function idOf(name: Code): string {
  return name.kind === 'string' ? name.value : name.kind === 'text' ? name.text.slice(1, -1) : '';
}

/**
 * `alias/<the function's name>-environment-key`, with the suffix at the end as the names of its neighbours have it, else
 * the stack's name: an alias is one of its account and region, and every stack makes its own.
 * @returns undefined where the file has no name for the stack
 */
function aliasName(fn: ProgramResource): Code | undefined {
  const code = logicalNameLike(fn, 'environment-key');
  const name = code.kind === 'string' ? code.value : code.kind === 'text' ? code.text.slice(1, -1) : undefined;
  if (name === undefined) throw new CannotEdit('the logical name is computed');
  if (fn.logicalName && tellsStack(fn.file, fn.logicalName)) return text(`\`alias/${name}\``);
  const stack = stackName(fn.file, fn.node);
  return stack === undefined ? undefined : text(`\`alias/${name}-\${${stack}}\``);
}

/** The function's tags, except those that are its own: the key is billed to whom the function is. */
function tagsLike(fn: ProgramResource): Code | undefined {
  const args = fn.args && bare(fn.args);
  const property = args?.type === 'ObjectExpression' ? propertyOf(args, 'tags') : undefined;
  const value = property && bare(property.value);
  if (!value) return undefined;
  if (value.type === 'Identifier' || value.type === 'MemberExpression') return text(textOf(fn.file, value));
  if (value.type !== 'ObjectExpression') return undefined;
  const entries = value.properties.flatMap((each): (readonly [string, Code])[] => entryLike(fn, each));
  return entries.length === 0 ? undefined : { kind: 'object', entries, broken: false };
}

function entryLike({ file }: ProgramResource, property: Node): (readonly [string, Code])[] {
  const written = text(textOf(file, property));
  if (property.type === 'SpreadElement') return [[written.kind === 'text' ? written.text : '', written]];
  if (property.type !== 'ObjectProperty') return [];
  const name = keyName(property);
  if (name === undefined) throw new CannotEdit('the tags of the function have computed keys');
  const value = bare(property.value);
  const literal = value.type === 'StringLiteral' ? value.value : undefined;
  return isOwnTag(name, literal) ? [] : [[name, text(textOf(file, property.value))]];
}
