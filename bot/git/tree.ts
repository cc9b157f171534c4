import { isUtf8 } from 'node:buffer';
import { refusedPath } from './paths.js';
import type { Workshop } from './repository.js';

/** A file of a commit. Modes: 100644, 100755; 120000 for symbolic links, 160000 for submodules. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly oid: string;
  /** Bytes; 0 for what is no blob. */
  readonly size: number;
}

/** All files of a commit by path. Paths that no honest tree has are left out. */
export async function readTree(workshop: Workshop, commit: string): Promise<ReadonlyMap<string, TreeEntry>> {
  const { stdout } = await workshop.git({ args: ['ls-tree', '-r', '-z', '-l', '--full-tree', commit] });
  const entries = new Map<string, TreeEntry>();
  for (const record of recordsIn(stdout)) {
    const tab = record.indexOf(0x09);
    const name = record.subarray(tab + 1);
    // Such a path cannot be named in a report, so it is not worked with.
    if (!isUtf8(name)) continue;
    const path = name.toString('utf8');
    const [mode = '', , oid = '', size = '-'] = record.subarray(0, tab).toString('latin1').split(/ +/);
    if (refusedPath(path) === undefined) entries.set(path, { path, mode, oid, size: size === '-' ? 0 : Number(size) });
  }
  return entries;
}

/** The parts of an output that are ended by NUL. */
export function recordsIn(output: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let start = 0; start < output.length;) {
    const end = output.indexOf(0, start);
    if (end === -1) break;
    records.push(output.subarray(start, end));
    start = end + 1;
  }
  return records;
}
