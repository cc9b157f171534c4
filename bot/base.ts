import { BlobReader } from './git/objects.js';
import type { Workshop } from './git/repository.js';
import { TreeFiles } from './git/tree-files.js';
import { type TreeEntry, readTree } from './git/tree.js';

/** The files of a base commit, as git knows them and as the engine reads them. */
export interface BaseTree {
  readonly tree: ReadonlyMap<string, TreeEntry>;
  readonly files: TreeFiles;
  readonly close: () => void;
}

/** Reads the tree of a commit; the contents of files are read when they are asked for. */
export async function loadTree(workshop: Workshop, commit: string): Promise<BaseTree> {
  const tree = await readTree(workshop, commit);
  const blobs = new BlobReader(workshop.directory);
  return { tree, files: new TreeFiles(workshop.clone.root, tree.values(), blobs), close: () => blobs.close() };
}
