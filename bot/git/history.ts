import { readTrailers, type Trailers } from '../commit-message.js';
import { type TreeChange, planHash } from '../identity.js';
import type { Workshop } from './repository.js';
import { recordsIn } from './tree.js';

/** Whose work a branch holds, worked out from its commits alone. */
export type Ownership =
  { readonly kind: 'ours'; readonly trailers?: Trailers } | { readonly kind: 'foreign'; readonly because: string };

/** A branch with more commits than this on top of its base is not ours. */
const mostCommits = 100;

interface Commit {
  readonly oid: string;
  readonly parents: readonly string[];
}

/**
 * A branch is ours while its commits on top of the base are one commit whose trailer names the hash of its own diff, and
 * merges of the base that change nothing besides ("Update branch"). An amended commit, a further one or a merge with
 * changes makes it somebody else's.
 */
export async function ownershipOf(workshop: Workshop, base: string, head: string): Promise<Ownership> {
  const commits = await commitsBetween(workshop, base, head);
  if (commits.length > mostCommits) return foreign('it holds many commits');
  let trailers: Trailers | undefined;
  for (const commit of commits) {
    const [first, second, third] = commit.parents;
    if (first === undefined || third !== undefined) return foreign(`${short(commit)} has no or many parents`);
    if (second !== undefined) {
      if (!(await isPlainMerge(workshop, base, commit.oid, first, second)))
        return foreign(`the merge ${short(commit)} brings more than the base`);
      continue;
    }
    const found = await ownCommit(workshop, commit.oid, first);
    if (!found) return foreign(`${short(commit)} is not as stackmend made it`);
    if (trailers) return foreign(`${short(commit)} comes on top of the commit of stackmend`);
    trailers = found;
  }
  return { kind: 'ours', ...(trailers && { trailers }) };
}

function foreign(because: string): Ownership {
  return { kind: 'foreign', because };
}

function short({ oid }: Commit): string {
  return oid.slice(0, 8);
}

async function commitsBetween(workshop: Workshop, base: string, head: string): Promise<Commit[]> {
  const limit = `--max-count=${mostCommits + 1}`;
  const text = await workshop.text({ args: ['rev-list', '--parents', limit, head, `^${base}`] });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [oid = '', ...parents] = line.split(' ');
      return { oid, parents };
    });
}

async function ownCommit(workshop: Workshop, commit: string, parent: string): Promise<Trailers | undefined> {
  const raw = await workshop.text({ args: ['cat-file', 'commit', commit] });
  const trailers = readTrailers(raw.slice(raw.indexOf('\n\n') + 2));
  if (!trailers) return undefined;
  return planHash(await changesBetween(workshop, parent, commit)) === trailers.plan ? trailers : undefined;
}

async function isPlainMerge(
  workshop: Workshop,
  base: string,
  merge: string,
  first: string,
  second: string,
): Promise<boolean> {
  const above = await workshop.git({ args: ['merge-base', '--is-ancestor', second, base], expected: [1] });
  if (above.code !== 0) return false;
  const [own, expected] = await Promise.all([
    workshop.text({ args: ['rev-parse', '--verify', `${merge}^{tree}`] }),
    mergeTree(workshop, first, second),
  ]);
  return own === expected;
}

/** What a commit does to each path, as the plan hash sees it. */
export async function changesBetween(workshop: Workshop, parent: string, commit: string): Promise<TreeChange[]> {
  const { stdout } = await workshop.git({
    args: ['diff-tree', '-r', '-z', '--no-renames', '--no-ext-diff', '--full-index', parent, commit],
  });
  const records = recordsIn(stdout);
  const changes: TreeChange[] = [];
  // `:<old mode> <new mode> <old id> <new id> <status>`, then the path.
  for (let at = 0; at + 1 < records.length; at += 2) {
    const [, mode = '', , blob = ''] = (records[at]?.toString('latin1') ?? '').split(' ');
    const gone = mode === '000000';
    changes.push({ path: records[at + 1]?.toString('utf8') ?? '', mode, blob: gone ? '' : blob });
  }
  return changes;
}

/** The tree of a merge; undefined where the two are in conflict, or have nothing in common. */
export async function mergeTree(workshop: Workshop, first: string, second: string): Promise<string | undefined> {
  const { stdout, code } = await workshop.git({
    args: ['merge-tree', '--write-tree', '--no-messages', first, second],
    expected: [1],
  });
  return code === 0 ? stdout.toString('latin1').trim() : undefined;
}
