import { type Node, bare, keyName, propertyOf } from '../../core/program/ast.js';
import type { ProgramEditor } from '../../core/program/editor.js';
import { lineAt } from '../../core/program/lines.js';
import { statementOf } from '../../core/program/names.js';
import { type Code, call, object, string, text } from '../../core/program/print.js';
import type { ProgramResource } from '../../core/program/resources.js';
import { constructorLike, logicalNameLike, optionsLike, textOf } from '../../core/program/surroundings.js';
import { CannotEdit } from '../../core/template/cannot-edit.js';
import type { Path } from '../../core/template/node.js';
import type { TextEdit } from '../../core/text/edit.js';

export interface NewProgramKey {
  /** The variable that holds the key. */
  readonly name: string;
  readonly edits: readonly TextEdit[];
  readonly touches: readonly Path[];
}

/** A key with rotation and an alias to find it by, in front of the function that needs it first. */
export function newProgramKey(editor: ProgramEditor, fn: ProgramResource): NewProgramKey {
  const { file } = fn;
  const statement = statementOf(file, fn.node);
  if (!statement || file.scopes.parentOf(statement)?.type === 'ExportNamedDeclaration')
    throw new CannotEdit(`${fn.id} does not stand in a statement of its own`);
  const name = editor.freeName(file, 'environmentKey');
  const alias = logicalNameLike(fn, 'environment-key-alias');
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
    editor.creation(
      file,
      statement,
      undefined,
      call(
        `new ${constructorLike(fn, ['kms', 'Alias'])}`,
        alias,
        object({ name: aliasName(fn), targetKeyId: text(`${name}.keyId`) }),
        ...rest,
      ),
    ),
  ];
  const start = aboveComments(file.text, statement.start ?? 0);
  const { indent } = lineAt(file, start);
  const { eol } = editor.styleOf(file);
  const gap = `${eol}${eol}${indent}`;
  return {
    name,
    edits: [editor.at(file, start, start, codes.map((code) => code + gap).join(''))],
    touches: [
      ['Resources', name],
      ['Resources', idOf(alias)],
    ],
  };
}

/** How the model calls a resource that no variable holds: by its logical name. */
function idOf(name: Code): string {
  return name.kind === 'string' ? name.value : name.kind === 'text' ? name.text.slice(1, -1) : '';
}

/** Where the comments begin that belong to what starts here. */
function aboveComments(text: string, start: number): number {
  const above = /(?:^|\n)([ \t]*)((?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^])*\*\/)[ \t]*\r?\n[ \t]*)+$/.exec(
    text.slice(0, start),
  );
  return above ? above.index + (above[0].startsWith('\n') ? 1 : 0) + (above[1]?.length ?? 0) : start;
}

/** `alias/<the function's name>-environment-key`, with the suffix at the end as the names of its neighbours have it. */
function aliasName(fn: ProgramResource): Code {
  const code = logicalNameLike(fn, 'environment-key');
  if (code.kind === 'string') return string(`alias/${code.value}`);
  if (code.kind !== 'text' || !code.text.startsWith('`')) throw new CannotEdit('the logical name is computed');
  return text(`\`alias/${code.text.slice(1)}`);
}

/** The function's tags, except the name: the key is billed to whom the function is. */
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
  return name === 'Name' ? [] : [[name, text(textOf(file, property.value))]];
}
