import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { NewCommit } from '../forge.js';
import type { Workshop } from './repository.js';

/** Who made a commit where the environment (`GIT_AUTHOR_NAME`...) does not say. */
const self = { name: 'stackmend', email: 'stackmend@noreply.invalid' };

/** The id that a text has as a blob; nothing is written. */
export async function blobId(workshop: Workshop, content: string): Promise<string> {
  return workshop.text({ args: ['hash-object', '-t', 'blob', '--stdin'], stdin: content });
}

/**
 * Makes one commit from blobs, without a work tree: only the named paths differ from the parent. Its dates are those of the
 * parent, so that the same plan on the same base is the same commit.
 * @returns the id of the commit
 */
export async function makeCommit(workshop: Workshop, { parent, message, files }: NewCommit): Promise<string> {
  const scratch = await mkdtemp(path.join(workshop.directory, 'index-'));
  const env = { GIT_INDEX_FILE: path.join(scratch, 'index') };
  try {
    await workshop.git({ args: ['read-tree', parent], env });
    const lines: string[] = [];
    for (const file of files) lines.push(await indexLine(workshop, file));
    await workshop.git({ args: ['update-index', '-z', '--index-info'], stdin: lines.join(''), env });
    const tree = await workshop.text({ args: ['write-tree'], env });
    const date = await workshop.text({ args: ['show', '--no-patch', '--no-show-signature', '--format=%ct', parent] });
    const when = `${date} +0000`;
    const identity = {
      GIT_AUTHOR_NAME: process.env['GIT_AUTHOR_NAME'] ?? self.name,
      GIT_AUTHOR_EMAIL: process.env['GIT_AUTHOR_EMAIL'] ?? self.email,
      GIT_COMMITTER_NAME: process.env['GIT_COMMITTER_NAME'] ?? self.name,
      GIT_COMMITTER_EMAIL: process.env['GIT_COMMITTER_EMAIL'] ?? self.email,
      GIT_AUTHOR_DATE: when,
      GIT_COMMITTER_DATE: when,
    };
    return await workshop.text({ args: ['commit-tree', '-p', parent, tree], stdin: message, env: identity });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function indexLine(
  workshop: Workshop,
  { path: name, mode, content, blob }: NewCommit['files'][number],
): Promise<string> {
  if (content === null) return `0 ${'0'.repeat(workshop.clone.objectFormat === 'sha256' ? 64 : 40)}\t${name}\0`;
  const bytes = Buffer.from(content, 'base64');
  const oid = await workshop.text({ args: ['hash-object', '-t', 'blob', '-w', '--stdin'], stdin: bytes });
  if (oid !== blob) throw new Error(`${name} is not the file that was planned`);
  return `${mode} ${oid}\t${name}\0`;
}
