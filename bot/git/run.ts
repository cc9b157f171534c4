import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import process from 'node:process';

/** One line for people; `stderr` holds what git said, without tokens. */
export class GitError extends Error {
  override readonly name = 'GitError';

  constructor(
    message: string,
    readonly stderr: string,
    readonly code: number | undefined,
  ) {
    super(message);
  }
}

export interface GitInput {
  readonly args: readonly string[];
  /** Behind `--`, where nothing can be taken for an option. */
  readonly operands?: readonly string[];
  readonly stdin?: Uint8Array | string;
  /** Added to the environment, undefined takes a variable away; never written anywhere. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Exit codes that are answers, besides 0. */
  readonly expected?: readonly number[];
  /** Milliseconds, after which the process is ended. */
  readonly timeout?: number;
}

export interface GitOutput {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly code: number;
}

/** Nothing that a repository brings along may run or decide: no hooks, no monitors, no filters, no helpers. */
const harmless = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.quotePath', 'false'],
  ['core.autocrlf', 'false'],
  ['core.pager', 'cat'],
  ['protocol.ext.allow', 'never'],
  ['protocol.file.allow', 'user'],
  ['credential.helper', ''],
  ['credential.interactive', 'false'],
  ['commit.gpgSign', 'false'],
  ['push.gpgSign', 'false'],
  ['push.followTags', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['fetch.recurseSubmodules', 'no'],
  ['submodule.recurse', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['http.followRedirects', 'false'],
  ['merge.default', 'text'],
  ['diff.external', ''],
  // A clone that belongs to another user (containers in CI) is only read, with all of the above.
  ['safe.directory', '*'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** What git needs of the environment: programs, keys of ssh, proxies and certificates. No variable of git itself but those of ssh. */
const passed =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|SYSTEMROOT|SSH_AUTH_SOCK|SSH_AGENT_PID|GIT_SSH|GIT_SSH_COMMAND|GIT_SSL_CAINFO|GIT_SSL_CAPATH|SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|https?_proxy|no_proxy|all_proxy|HTTPS_PROXY|HTTP_PROXY|NO_PROXY|ALL_PROXY)$/;

/** Output beyond it means that something is wrong. */
const largestOutput = 512 * 1024 * 1024;

/**
 * Runs git in a directory. Never synchronous, never with a shell, never asks anybody.
 * @throws {GitError} when it cannot be started, ends with another code than expected, or takes too long
 */
export function runGit(directory: string, input: GitInput): Promise<GitOutput> {
  const { args, operands, stdin, env = {}, expected = [], timeout = 600_000 } = input;
  const name = args.find((each) => !each.startsWith('-')) ?? 'git';
  return new Promise((resolve, reject) => {
    const child = startGit(directory, [...args, ...(operands ? ['--', ...operands] : [])], env, timeout);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestOutput) child.kill();
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => void err.push(chunk));
    // git may end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin ?? '');
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      reject(new GitError(missing ? 'git is not installed' : `git cannot be started: ${error.message}`, '', undefined));
    });
    child.on('close', (code) => {
      const stderr = masked(Buffer.concat(err).toString('utf8'), env);
      if (code === 0 || (code !== null && expected.includes(code)))
        resolve({ stdout: Buffer.concat(out), stderr, code });
      else reject(new GitError(`git ${name} failed: ${firstLine(stderr)}`, stderr, code ?? undefined));
    });
  });
}

/** A running git, for conversations of more than one question. */
export function startGit(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  timeout?: number,
): ChildProcessWithoutNullStreams {
  return spawn('git', [...harmless, ...args], {
    cwd: directory,
    env: { ...environment(), ...env },
    stdio: 'pipe',
    ...(timeout !== undefined && { timeout }),
  });
}

function environment(): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && passed.test(name) ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(own),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_PROTOCOL_FROM_USER: '0',
    LC_ALL: 'C',
  };
}

/** What git said without the values that only the environment may hold, and without credentials in addresses. */
function masked(text: string, env: Readonly<Record<string, string | undefined>>): string {
  const values = Object.entries(env).filter(([name]) => name.startsWith('GIT_CONFIG_VALUE_'));
  const words = values
    .flatMap(([, value = '']) => [value, ...value.split(/\s+/).flatMap(formsOf)])
    .filter((word) => word.length > 7);
  const shown = words.reduce((rest, word) => rest.replaceAll(word, '***'), text);
  return shown.replaceAll(/(?<=:\/\/)[^/\s@]+@/g, '***@');
}

/** A word of a header, and where it is `user:token` in base64, what it says: a server may repeat either. */
function formsOf(word: string): readonly string[] {
  const text = Buffer.from(word, 'base64').toString('utf8');
  const token = /^[\w.-]+:(\S+)$/.exec(text)?.[1];
  return token === undefined ? [word] : [word, text, token];
}

function firstLine(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const told = lines.find((line) => /^(?:fatal|error|remote: (?:error|fatal)|! \[)/.test(line)) ?? lines.find(Boolean);
  return (told ?? 'it said nothing').replace(/^(?:fatal|error): /, '');
}
