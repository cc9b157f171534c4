import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { ForgeError, type NewCommit } from '../forge.js';
import type { Workshop } from './repository.js';
import { GitError } from './run.js';
import { type Signing, signingEnvironment } from './signing.js';

/** Who made a commit where the environment (`GIT_AUTHOR_NAME`...) does not say. */
const self = { name: 'stackmend', email: 'stackmend@noreply.invalid' };

/** The id that a text has as a blob; nothing is written. */
export async function blobId(workshop: Workshop, content: string): Promise<string> {
  return workshop.text({ args: ['hash-object', '-t', 'blob', '--stdin'], stdin: content });
}

/**
 * Makes one commit from blobs, without a work tree: only the named paths differ from the parent. Its dates are those of the
 * parent, so that the same plan on the same base is the same commit.
 * @param signing signs it; with most kinds of keys it is another commit each time then
 * @returns the id of the commit
 * @throws {ForgeError} where it cannot be signed
 */
export async function makeCommit(
  workshop: Workshop,
  { parent, message, files }: NewCommit,
  signing?: Signing,
): Promise<string> {
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
    const { name = self.name, email = self.email } = signing ?? {};
    const identity = {
      GIT_AUTHOR_NAME: process.env['GIT_AUTHOR_NAME'] ?? name,
      GIT_AUTHOR_EMAIL: process.env['GIT_AUTHOR_EMAIL'] ?? email,
      GIT_COMMITTER_NAME: process.env['GIT_COMMITTER_NAME'] ?? name,
      GIT_COMMITTER_EMAIL: process.env['GIT_COMMITTER_EMAIL'] ?? email,
      GIT_AUTHOR_DATE: when,
      GIT_COMMITTER_DATE: when,
    };
    if (signing) return await signed(workshop, signing, { args: ['-p', parent, tree], stdin: message, env: identity });
    return await workshop.text({ args: ['commit-tree', '-p', parent, tree], stdin: message, env: identity });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function signed(workshop: Workshop, { config }: Signing, { args, stdin, env }: SignedCommit): Promise<string> {
  const settings = config.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    return await workshop.text({
      args: [...settings, 'commit-tree', '-S', ...args],
      stdin,
      env: { ...env, ...signingEnvironment() },
    });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const told = error.stderr.split('\n').find((line) => line.trim() !== '') ?? error.message;
    throw new ForgeError(
      'invalid',
      `the commit cannot be signed: ${told.replace(/^(?:error|fatal): /, '').trim()}`,
      'check user.signingKey and gpg.format of your global git config, and that the key needs no passphrase here',
    );
  }
}

interface SignedCommit {
  readonly args: readonly string[];
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
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
