import path from 'node:path';
import type { StackConfig } from '../rule.js';
import { type ReadText, awsMajorReader } from './provider-version.js';

/** What a Pulumi project says of itself beside its programs. */
export interface ProjectFacts {
  /** The major version of @pulumi/aws that it asks for; undefined where it does not tell. */
  readonly awsMajor: number | undefined;
  readonly stacks: readonly StackConfig[];
}

/** The files around programs, by paths relative to the root. */
export interface ProjectFiles {
  readonly read: ReadText;
  /** The names in a directory, none where there is no such. */
  readonly list: (directory: string) => Promise<readonly string[]>;
}

export const noProjectFacts: ProjectFacts = { awsMajor: undefined, stacks: [] };

/** More stacks than a person keeps: their files are not read one by one. */
const maximumStacks = 50;
const stackFile = /^Pulumi\.(?<stack>.+)\.ya?ml$/;

/** Reads what there is around a file, each directory once. Nothing above the root is read, and nothing is evaluated. */
export function projectReader({ read, list }: ProjectFiles): (file: string) => Promise<ProjectFacts> {
  const awsMajorOf = awsMajorReader(read);
  const known = new Map<string, Promise<readonly StackConfig[]>>();
  const inDirectory = async (directory: string): Promise<readonly StackConfig[]> => {
    const names = await list(directory);
    const isProject = names.some((name) => /^Pulumi\.ya?ml$/.test(name) || stackFile.test(name));
    if (!isProject) return isRoot(directory) ? [] : stacksOf(path.posix.dirname(directory));
    const files = names.filter((name) => stackFile.test(name)).toSorted();
    return Promise.all(
      files.slice(0, maximumStacks).map(async (name) => ({
        name: stackFile.exec(name)?.groups?.['stack'] ?? '',
        config: plainConfig((await read(path.posix.join(directory, name))) ?? ''),
      })),
    );
  };
  const stacksOf = (directory: string): Promise<readonly StackConfig[]> => {
    const found = known.get(directory) ?? inDirectory(directory);
    known.set(directory, found);
    return found;
  };
  return async (file) => ({
    awsMajor: await awsMajorOf(file),
    stacks: await stacksOf(path.posix.dirname(file)),
  });
}

function isRoot(directory: string): boolean {
  return directory === '.' || directory === '' || directory.startsWith('..') || directory === '/';
}

/**
 * The plain values below `config:`, read line by line as Pulumi writes them: `  project:key: value`. What spans lines,
 * is encrypted or is a structure has no value on its line.
 */
export function plainConfig(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let indent: number | undefined;
  let isConfig = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const depth = /^ */.exec(line)?.[0].length ?? 0;
    if (depth === 0) {
      isConfig = /^config:\s*(?:#.*)?$/.test(line);
      indent = undefined;
      continue;
    }
    indent ??= depth;
    const entry = /^ *(?<quote>["']?)[\w.-]+:(?<key>[\w.-]+)\k<quote>:[ \t]+(?<value>\S.*)$/.exec(line)?.groups;
    const value = isConfig && depth === indent ? plainValue(entry?.['value'] ?? '') : undefined;
    if (value !== undefined && entry?.['key'] !== undefined) values.set(entry['key'], value);
  }
  return values;
}

/** A text in quotes or without; undefined for everything that YAML writes otherwise. */
function plainValue(written: string): string | undefined {
  const quoted = /^(?:"([^"\\]*)"|'([^']*)')\s*(?:#.*)?$/.exec(written);
  if (quoted) return quoted[1] ?? quoted[2];
  const plain = written.replace(/\s+#.*$/, '').trimEnd();
  return /^[\w./-][^:#{}[\]&*!|>%@`]*$/.test(plain) ? plain : undefined;
}
