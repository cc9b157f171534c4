import path from 'node:path';

/** Reads a file of the project, or undefined where there is none. */
export type ReadText = (file: string) => Promise<string | undefined>;

/**
 * The major version of @pulumi/aws that the project around a file asks for, by the nearest `package.json` that names it.
 * Nothing above the root is read.
 */
export function awsMajorReader(read: ReadText): (file: string) => Promise<number | undefined> {
  const known = new Map<string, Promise<number | undefined>>();
  const inDirectory = async (directory: string): Promise<number | undefined> => {
    const own = majorInPackage(await read(path.posix.join(directory, 'package.json')));
    if (own !== undefined) return own;
    if (directory === '.' || directory === '' || directory.startsWith('..') || directory === '/') return undefined;
    return majorOf(path.posix.dirname(directory));
  };
  const majorOf = (directory: string): Promise<number | undefined> => {
    const found = known.get(directory) ?? inDirectory(directory);
    known.set(directory, found);
    return found;
  };
  return (file) => majorOf(path.posix.dirname(file));
}

function majorInPackage(text: string | undefined): number | undefined {
  const range = /"@pulumi\/aws"\s*:\s*"([^"]{1,100})"/.exec(text ?? '')?.[1];
  const major = /^[\^~>=v\s]*(\d{1,3})(?:\.|$)/.exec(range ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}
