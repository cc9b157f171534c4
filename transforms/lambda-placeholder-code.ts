import { StatementEditor } from '../core/program/edit-statements.js';
import { preferWhere } from '../core/program/edit-choice.js';
import { blockStatementOf } from '../core/program/names.js';
import { quoted, text } from '../core/program/print.js';
import { pulumiAssets, textOf } from '../core/program/surroundings.js';
import type { Expression } from '../core/program/values.js';
import { type FixDraft, type ProgramContext, type Refusal, definePulumiTransform } from '../core/rule.js';
import { CannotEdit } from '../core/template/cannot-edit.js';
import { type Path, type TemplateNode, stringOf } from '../core/template/node.js';
import type { Resource } from '../core/template/template.js';
import type { TextEdit } from '../core/text/edit.js';
import { rule } from '../rules/lambda-placeholder-code.js';
import { type PlaceholderMessage, placeholderCode, placeholderValues } from '../rules/shared/placeholders.js';
import { listed } from '../rules/shared/listed.js';
import { asCodemod } from './shared/codemod.js';
import { writtenFiles } from './shared/inline-code.js';
import {
  type SettingSource,
  freeSetting,
  isSameSource,
  ownName,
  readSetting,
  settingSource,
} from './shared/settings.js';

type Context = ProgramContext<Record<string, never>>;

export const transform = definePulumiTransform<PlaceholderMessage, Record<string, never>>({
  rule,
  needles: ['StringAsset', 'variables'],
  *find(context) {
    const { program } = context;
    for (const fn of program.model.resources('AWS::Lambda::Function')) {
      const code = fn.ownProperty('Code');
      const [file, ...others] = code?.kind === 'map' && code.entries.length === 1 ? writtenFiles(program, fn) : [];
      if (code && file && others.length === 0)
        yield* placeholderCode(fn, code, file.pieces.map((piece) => piece.text).join(''), {
          followUps: ['Give the folder or zip file of the real code where the program is configured, and its handler.'],
          fix: () => fixOf(context, fn, code),
        });
      yield* placeholderValues(fn, fn.id, fn.ownProperty('Environment', 'Variables'));
    }
  },
});

export const parser = 'ts';
export default asCodemod(transform);

/** A setting that a fix makes: what reads it, and the edits that make it. */
interface NewSetting {
  readonly name: string;
  readonly read: string;
  /** How it is read where it is known to be given. */
  readonly given: string;
  readonly edits: readonly TextEdit[];
}

/** Place and handler become settings; without a place the inline code stays what is deployed. */
function fixOf(context: Context, fn: Resource, code: TemplateNode): FixDraft | Refusal {
  const { program, editor } = context;
  const at = program.originOf(code);
  const resource = program.of(fn);
  if (!at || !resource) throw new CannotEdit('the code is not written out');
  const { file } = at.place;
  const source = settingSource(program, at);
  const archive = `new ${pulumiAssets(file)}.FileArchive`;
  if (!source)
    return {
      code: 'needs-choice',
      because: 'there are neither arguments of a component nor a configuration to take the place of the code from',
      snippet: `code: ${archive}(${quoted('./lambda', editor.styleOf(file).quote)}),`,
    };
  const users = usersOf(context, at, 'Code');
  const isOnly = new Set(inlineOrigins(context)).size === 1;
  const prefix = isOnly ? 'lambda' : ownName(resource);
  const place = settingFor(context, source, at, freeSetting(source, `${prefix}CodePath`));
  const handler = handlerFor(context, source, fn, users);
  const handlerName = freeSetting(source, `${prefix}Handler`);
  const names = listed(users.map(([, id]) => String(id)));
  const members = [
    {
      name: place.name,
      type: 'string',
      doc: `Folder or zip file with the code of ${names}, its inline code where none is given.`,
    },
    ...(handler ? [{ name: handlerName, type: 'string', doc: `Handler of ${names}.` }] : []),
  ];
  const type = source.kind === 'args' ? source.args.type : undefined;
  return {
    title: `Make the place of the code of ${names} a setting; its inline code stays the default`,
    safety: 'review',
    consequence: { deployment: 'none' },
    edits: [
      ...(type ? editor.addMembers(type, ...members) : []),
      ...place.edits,
      ...preferWhere(at, place.read, `${archive}(${place.given})`, editor.styleOf(file)),
      ...(handler
        ? editor.replace(
            handler,
            text(`${readSetting(editor, source, handlerName, 'string')} ?? ${textOf(file, handler.node)}`),
          )
        : []),
    ],
    touches: [
      ...users.flatMap((user) => [[...user, 'Code'], ...(handler ? [[...user, 'Handler']] : [])]),
      ...members.map(({ name }) => ['Parameters', name]),
    ],
  };
}

/** The setting as an expression that a test narrows: a key of the configuration is read once, into a constant. */
function settingFor({ editor }: Context, source: SettingSource, at: Expression, name: string): NewSetting {
  const read = readSetting(editor, source, name, 'string');
  if (source.kind === 'args') return { name, read, given: read.replace('?.', '.'), edits: [] };
  const { file } = at.place;
  const statement = blockStatementOf(file, at.node);
  if (!statement) throw new CannotEdit('the code is not given in a statement of its own');
  const constant = editor.freeName(file, name);
  const line = editor.creation(file, statement, constant, text(read));
  return {
    name,
    read: constant,
    given: constant,
    edits: new StatementEditor(editor).insertBefore(file, statement, line),
  };
}

/** The handler, where it is a literal of the same functions and the settings are the same there. */
function handlerFor(
  context: Context,
  source: SettingSource,
  fn: Resource,
  users: readonly Path[],
): Expression | undefined {
  const { program } = context;
  const node = fn.ownProperty('Handler');
  const at = node && stringOf(node) !== undefined ? program.originOf(node) : undefined;
  if (!at || !isSameSource(settingSource(program, at), source)) return undefined;
  return usersOf(context, at, 'Handler').length === users.length ? at : undefined;
}

/** The properties of all functions that take one of them from the same expression. */
function usersOf({ program }: Context, { node }: Expression, property: string): Path[] {
  return program.model.resources('AWS::Lambda::Function').flatMap((fn) => {
    const value = fn.ownProperty(property);
    return value && program.originOf(value)?.node === node && fn.properties ? [fn.properties.path] : [];
  });
}

/** The expressions that give functions code that stands in the program. */
function inlineOrigins({ program }: Context): unknown[] {
  return program.model
    .resources('AWS::Lambda::Function')
    .flatMap((fn) => fn.ownProperty('Code') ?? [])
    .flatMap((code) => (code.kind === 'map' ? [program.originOf(code)?.node] : []));
}
