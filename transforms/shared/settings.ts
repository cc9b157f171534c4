import { type ComponentArgs, argsAround, configAround } from '../../core/program/component-args.js';
import { type ProgramEditor, nameLike } from '../../core/program/editor.js';
import type { ProgramFile } from '../../core/program/file.js';
import { quoted } from '../../core/program/print.js';
import type { Program } from '../../core/program/program.js';
import type { ProgramResource } from '../../core/program/resources.js';
import type { Expression } from '../../core/program/values.js';

/** Where a program takes settings from: the arguments of a component, or its configuration. */
export type SettingSource =
  | { readonly kind: 'args'; readonly args: ComponentArgs }
  | { readonly kind: 'config'; readonly name: string; readonly file: ProgramFile };

/** The settings that can be read where an expression stands: the arguments around it, else the configuration. */
export function settingSource({ project }: Program, { node, place: { file } }: Expression): SettingSource | undefined {
  const args = argsAround(project, file, node);
  if (args) return { kind: 'args', args };
  const name = configAround(file, node);
  return name === undefined ? undefined : { kind: 'config', name, file };
}

export function isSameSource(a: SettingSource | undefined, b: SettingSource | undefined): boolean {
  if (a?.kind === 'args' && b?.kind === 'args')
    return a.args.type === b.args.type || a.args.type?.body === b.args.type?.body;
  return a?.kind === 'config' && b?.kind === 'config' && a.name === b.name && a.file === b.file;
}

/** How a setting is read: `args.name`, `config.get('name')`; undefined where nothing is given. */
export function readSetting(
  editor: ProgramEditor,
  source: SettingSource,
  name: string,
  type: 'number' | 'string',
): string {
  if (source.kind === 'args') return `${source.args.name}${source.args.isOptional ? '?' : ''}.${name}`;
  const key = quoted(name, editor.styleOf(source.file).quote);
  return `${source.name}.${type === 'number' ? 'getNumber' : 'get'}(${key})`;
}

/** The wanted name, else with a figure behind it: one that no setting has yet. */
export function freeSetting(source: SettingSource, wanted: string): string {
  for (let figure = 1; ; figure++) {
    const name = figure === 1 ? wanted : `${wanted}${figure}`;
    if (!isTaken(source, name)) return name;
  }
}

function isTaken(source: SettingSource, name: string): boolean {
  if (source.kind === 'args') return source.args.type?.names.has(name) === true;
  return source.file.text.includes(`'${name}'`) || source.file.text.includes(`"${name}"`);
}

/** What a resource is called in the program, for settings of its own. */
export function ownName(resource: ProgramResource): string {
  return 'name' in resource.holder ? resource.holder.name : nameLike(resource);
}
