import path from 'node:path';
import type { AccountFigures } from '../../core/rule.js';
import type { Host } from '../host.js';
import { UserError } from '../user-error.js';
import { accountFigures } from '../config/figures.js';
import { gather, sectionsOf } from './gather.js';
import { type AccountInput, readInput } from './input.js';
import { labelOf } from './schema.js';

/** The figures in the files of `--account`, in their order; a file may hold several accounts. */
export async function readAccounts(files: readonly string[], host: Host): Promise<readonly AccountFigures[]> {
  return (await readInputs(files, host)).flatMap((input) => figuresIn(input));
}

/** Reads files one after the other; standard input can be one of them, once. */
export async function readInputs(files: readonly string[], host: Host): Promise<readonly AccountInput[]> {
  if (files.filter((file) => file === '-').length > 1)
    throw new UserError('standard input is named twice', 'put the figures into files');
  const inputs: AccountInput[] = [];
  for (const file of files) inputs.push(await readInput(file, host));
  return inputs;
}

/** The figures of every account that a file tells of. */
export function figuresIn(input: AccountInput): readonly AccountFigures[] {
  const { shown: source, own } = input;
  if (own) return own.accounts.map((entry) => accountFigures(entry, { name: labelOf(entry), source }));
  return sectionsOf(input).map((section) => {
    const { name, region } = section;
    const label = [name, region].filter((part) => part !== undefined).join(' ');
    return accountFigures(gather([section]), { ...(name !== undefined && { name: label }), source });
  });
}

/** A file as people and configs name it, from a directory on; undefined for one outside of it. */
export function fileBelow(directory: string, file: string): string | undefined {
  const relative = path.relative(directory, path.resolve(directory, file));
  const isOutside =
    relative === '' || relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return isOutside ? undefined : relative.split(path.sep).join('/');
}
