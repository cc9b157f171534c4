/** What a pull request changes: three-dot diff, as GitHub shows it. */
import type { GitStore } from './git-store.js';

export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'removed';
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
  /** From the first `@@` on. */
  readonly patch: string;
}

/** Files that differ between the merge base and the head, with their patches. */
export async function changedFiles(store: GitStore, base: string, head: string): Promise<ChangedFile[]> {
  const text = await store.git('diff', '--full-index', '--no-renames', '--no-color', '-U3', `${base}...${head}`);
  return text
    .split(/^(?=diff --git )/m)
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('\n@@');
      const header = at < 0 ? part : part.slice(0, at);
      const patch = at < 0 ? '' : part.slice(at + 1).replace(/\n$/, '');
      const lines = patch.split('\n');
      return {
        path: / b\/(.*)$/m.exec(header)?.[1] ?? '',
        status: header.includes('\nnew file') ? 'added' : header.includes('\ndeleted file') ? 'removed' : 'modified',
        blob: /^index \w+\.\.(\w+)/m.exec(header)?.[1] ?? '',
        additions: lines.filter((line) => line.startsWith('+')).length,
        deletions: lines.filter((line) => line.startsWith('-')).length,
        patch,
      } as const;
    });
}

/** The lines of the new file (or, for LEFT, the old one) that each hunk of a patch shows: first and last, inclusive. */
export function hunks(patch: string, side: string): { readonly first: number; readonly last: number }[] {
  const header = side === 'LEFT' ? /^@@ -(\d+)(?:,(\d+))? /gm : /^@@ -\S+ \+(\d+)(?:,(\d+))? /gm;
  return [...patch.matchAll(header)].map(([, start = '0', count = '1']) => ({
    first: Number(start),
    last: Number(start) + Number(count) - 1,
  }));
}
