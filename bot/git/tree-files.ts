import type { Dirent, Stats } from 'node:fs';
import path from 'node:path';
import type { FileSystem } from '../../core/engine/file-system.js';
import type { BlobReader } from './objects.js';
import { type TreeEntry, isOrdinaryMode } from './tree.js';

/** What stands at one place of the tree. */
type Place =
  { readonly kind: 'directory'; readonly names: Set<string> } | { readonly kind: 'file'; readonly entry: TreeEntry };

/** Bytes; no file that is read whole (a template, a config, rules of what is ignored) is larger. */
const largestBlob = 8 * 1024 * 1024;

/**
 * The files of a commit, as if they were laid out below a directory: the engine finds and reads them as it does on the disk,
 * and no checkout, filter, hook or link has a part in it. Symbolic links and submodules are there, and lead nowhere.
 */
export class TreeFiles implements FileSystem {
  private readonly places = new Map<string, Place>();

  constructor(
    private readonly root: string,
    entries: Iterable<TreeEntry>,
    private readonly blobs: Pick<BlobReader, 'read' | 'start'>,
  ) {
    this.places.set(root, { kind: 'directory', names: new Set() });
    for (const entry of entries) this.add(entry);
  }

  readonly lstat = async (file: string): Promise<Stats> => statsOf(this.at(file));

  readonly stat = async (file: string): Promise<Stats> => statsOf(this.followed(file));

  readonly realpath = async (file: string): Promise<string> => {
    this.followed(file);
    return file;
  };

  readonly readdir = async (directory: string): Promise<Dirent[]> => {
    const place = this.at(directory);
    if (place.kind !== 'directory') throw failure('ENOTDIR', directory);
    return [...place.names].map((name) => ({ name, ...kindsOf(this.at(path.join(directory, name))) }) as Dirent);
  };

  readonly readFile = async (file: string, atMost?: number): Promise<Buffer> => {
    const place = this.followed(file);
    if (place.kind !== 'file') throw failure('EISDIR', file);
    const { oid, size } = place.entry;
    // What the tree says of its size comes before its contents.
    if (atMost !== undefined && size > atMost) return this.blobs.start(oid, atMost);
    if (size > largestBlob) throw failure('EFBIG', file);
    return this.blobs.read(oid);
  };

  private add(entry: TreeEntry): void {
    const file = path.join(this.root, ...entry.path.split('/'));
    this.places.set(file, { kind: 'file', entry });
    for (let child = file; child !== this.root; child = path.dirname(child)) {
      const parent = path.dirname(child);
      const place = this.places.get(parent) ?? { kind: 'directory', names: new Set() };
      this.places.set(parent, place);
      if (place.kind === 'directory') place.names.add(path.basename(child));
    }
  }

  private at(file: string): Place {
    // The mark by which the engine knows the root of a repository, with which ignore files count.
    if (file === path.join(this.root, '.git')) return { kind: 'directory', names: new Set() };
    const place = this.places.get(file);
    if (!place) throw failure('ENOENT', file);
    return place;
  }

  private followed(file: string): Place {
    const place = this.at(file);
    if (place.kind === 'file' && !isOrdinaryMode(place.entry.mode)) throw failure('ELOOP', file);
    return place;
  }
}

function statsOf(place: Place): Stats {
  return { ...kindsOf(place), size: place.kind === 'file' ? place.entry.size : 0 } as Stats;
}

function kindsOf(place: Place): Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'> {
  return {
    isFile: () => place.kind === 'file' && isOrdinaryMode(place.entry.mode),
    isDirectory: () => place.kind === 'directory',
    isSymbolicLink: () => place.kind === 'file' && place.entry.mode === '120000',
  };
}

function failure(code: string, file: string): Error {
  return Object.assign(new Error(`${code}: ${file}`), { code });
}
