import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Host } from '../../cli/host.js';
import { main } from '../../cli/main.js';
import { testCatalog } from '../support/test-catalog.js';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly host?: Partial<Host>;
}

/** Runs a command line in this process, with the test catalog and in surroundings of its own. */
export async function cli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    isTTY: options.tty === true,
    write: (text: string) => void (written[name] += text),
  });
  const code = await main(args, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: stdinOf(options.stdin),
    cwd: options.cwd ?? folder(),
    env: options.env ?? {},
    now: () => new Date('2026-11-21T12:00:00Z'),
    catalog: async () => testCatalog,
    onInterrupt: () => () => {},
    ...options.host,
  });
  return { code, ...written };
}

async function* stdinOf(content: string | Uint8Array = ''): AsyncGenerator<string | Uint8Array> {
  yield content;
}

/** A fresh directory with some files in it, gone when the test ends. */
export function folder(files: Readonly<Record<string, string>> = {}): string {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'stackmend-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  put(directory, files);
  return directory;
}

export function put(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
}

export function read(directory: string, name: string): string {
  return readFileSync(path.join(directory, name), 'utf8');
}

const gitEnv = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

export function git(directory: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: directory, encoding: 'utf8', env: gitEnv, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** A repository in which the files are committed. */
export function repository(files: Readonly<Record<string, string>>): string {
  const directory = folder(files);
  git(directory, 'init', '-q', '-b', 'main');
  git(directory, 'add', '-A');
  git(directory, 'commit', '-q', '-m', 'start');
  return directory;
}

/** A template with one bucket for each word in its tag `Word`. */
export function template(...words: readonly string[]): string {
  const buckets = words.map(
    (word, index) => `  Bucket${index}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: ${word}\n`,
  );
  return `AWSTemplateFormatVersion: "2010-09-09"\nResources:\n${buckets.join('')}`;
}
