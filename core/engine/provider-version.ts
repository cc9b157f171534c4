import path from 'node:path';
import { type Lock, lockFiles } from './lock-files.js';

/** Reads a file of the project, or undefined where there is none. */
export type ReadText = (file: string) => Promise<string | undefined>;

/** Manifests and lock files beyond this are not read. Bytes. */
export const maximumManifestSize = 16 * 1024 * 1024;

const provider = '@pulumi/aws';

/**
 * The major version of @pulumi/aws that the project around a file uses: the one that the nearest `package.json` which names
 * it asks for; where that allows several, the one in the nearest lock file that tells. Undefined where neither decides.
 * Nothing above the root is read.
 */
export function awsMajorReader(read: ReadText): (file: string) => Promise<number | undefined> {
  const search = new Search(read);
  const known = new Map<string, Promise<number | undefined>>();
  return (file) => {
    const directory = path.posix.dirname(file);
    const found = known.get(directory) ?? search.from(directory);
    known.set(directory, found);
    return found;
  };
}

class Search {
  private readonly manifests = new Map<string, Promise<string | undefined>>();
  private readonly locks = new Map<string, Promise<readonly Lock[]>>();

  constructor(private readonly read: ReadText) {}

  async from(directory: string): Promise<number | undefined> {
    let asked: { readonly range: string; readonly importer: string } | undefined;
    for (const each of upward(directory)) {
      const range = asked ? undefined : await this.rangeIn(each);
      if (range !== undefined) asked = { range, importer: each };
      const major = asked && majorOfRange(asked.range);
      if (major !== undefined) return major;
      const query = { importer: path.posix.relative(each, asked?.importer ?? directory) || '.', range: asked?.range };
      for (const lock of await this.locksIn(each)) {
        const locked = majorOfVersion(lock(query));
        if (locked !== undefined) return locked;
      }
    }
    return undefined;
  }

  private rangeIn(directory: string): Promise<string | undefined> {
    const known = this.manifests.get(directory) ?? this.readRange(directory);
    this.manifests.set(directory, known);
    return known;
  }

  private async readRange(directory: string): Promise<string | undefined> {
    const text = await this.read(path.posix.join(directory, 'package.json'));
    return /"@pulumi\/aws"\s*:\s*"([^"]{1,100})"/.exec(text ?? '')?.[1];
  }

  private locksIn(directory: string): Promise<readonly Lock[]> {
    const known = this.locks.get(directory) ?? this.readLocks(directory);
    this.locks.set(directory, known);
    return known;
  }

  private async readLocks(directory: string): Promise<readonly Lock[]> {
    const locks: Lock[] = [];
    for (const [name, reader] of lockFiles) {
      const text = await this.read(path.posix.join(directory, name));
      if (text !== undefined && text.length <= maximumManifestSize && text.includes(provider))
        locks.push(reader(text, provider));
    }
    return locks;
  }
}

/** A directory and those above it, up to the root. */
function* upward(directory: string): Generator<string> {
  for (let current = directory === '' ? '.' : directory; ; current = path.posix.dirname(current)) {
    yield current;
    if (current === '.' || current.startsWith('..') || current === '/') return;
  }
}

function majorOfVersion(version: string | undefined): number | undefined {
  const major = /^v?(\d{1,3})\./.exec(version ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

interface Majors {
  readonly low: number;
  readonly high: number;
}

/** The one major version that a range of npm allows; undefined where it allows several, or is none. */
export function majorOfRange(range: string): number | undefined {
  const written = range.replace(/^(?:workspace:|npm:(?:@?[^@]+@)?)/, '').replaceAll(/([<>=^~])\s+/g, '$1');
  const parts = written.split('||').map(majorsOfPart);
  const low = Math.min(...parts.map((part) => part.low));
  const high = Math.max(...parts.map((part) => part.high));
  return low === high ? low : undefined;
}

/** What all comparators of `>=6.1 <7` allow together. */
function majorsOfPart(part: string): Majors {
  const [, from = '', to = ''] = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(part) ?? [];
  const comparators = from === '' ? part.trim().split(/\s+/) : [`>=${from}`, `<=${to}`];
  const majors = comparators.map(majorsOfComparator);
  return { low: Math.max(...majors.map(({ low }) => low)), high: Math.min(...majors.map(({ high }) => high)) };
}

function majorsOfComparator(comparator: string): Majors {
  const any = { low: 0, high: Infinity };
  const [, sign = '', written, rest = ''] = /^(\^|~>?|[<>]?=?)v?(\d{1,3})((?:\.[\w+-]+)*)$/.exec(comparator) ?? [];
  if (written === undefined) return any;
  const major = Number(written);
  if (sign.startsWith('>')) return { low: major, high: Infinity };
  if (sign === '<') return { low: 0, high: /[1-9]/.test(rest) ? major : major - 1 };
  return sign === '<=' ? { low: 0, high: major } : { low: major, high: major };
}
