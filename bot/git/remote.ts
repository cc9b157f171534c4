import { ForgeError, type RefWrite } from '../forge.js';
import { branchPrefix } from '../identity.js';
import { type Credentials, type Remote, inRepository } from './remote-url.js';
import type { Workshop } from './repository.js';
import { GitError, type GitInput } from './run.js';

/** The branches of a remote that matter here. */
export interface RemoteRefs {
  /** The branch that `HEAD` of the remote names. */
  readonly head: string | undefined;
  readonly base: string | undefined;
  /** Those of ours by name, with their commits. */
  readonly branches: ReadonlyMap<string, string>;
  /** A branch stands where ours would need a directory. */
  readonly blocked: boolean;
}

export interface Push {
  readonly branch: string;
  /** The commit that the branch must stand at; undefined where it must not exist. */
  readonly before: string | undefined;
  /** Undefined removes it. */
  readonly oid: string | undefined;
  readonly options?: readonly string[];
}

/** What is read and written of branches: of one remote, or of a fork and what it is a fork of. */
export type BranchRemote = Pick<GitRemote, 'remote' | 'refs' | 'fetch' | 'fetchCommit' | 'push'>;

/** One remote over the network. Tokens travel by the environment, never by arguments or addresses. */
export class GitRemote {
  constructor(
    private readonly workshop: Workshop,
    readonly remote: Remote,
    private readonly credentials: Credentials | undefined,
  ) {}

  /** @param base the base branch; the remote's own choice when absent */
  async refs(base: string | undefined): Promise<RemoteRefs> {
    const prefix = branchPrefix.slice(0, -1);
    const wanted = [`refs/heads/${prefix}`, `refs/heads/${branchPrefix}*`];
    const output = await this.ask({
      args: ['ls-remote', '--symref'],
      operands: [this.remote.url, 'HEAD', ...(base === undefined ? [] : [`refs/heads/${base}`]), ...wanted],
    });
    let head: string | undefined;
    const found = new Map<string, string>();
    for (const line of output.split('\n')) {
      const [left = '', ref = ''] = line.split('\t');
      if (left.startsWith('ref: ')) head = left.replace(/^ref: refs\/heads\//, '');
      else if (ref.startsWith('refs/heads/')) found.set(ref.slice('refs/heads/'.length), left);
      else if (ref === 'HEAD') found.set('HEAD', left);
    }
    return {
      head,
      base: found.get(base ?? 'HEAD'),
      branches: new Map([...found].filter(([name]) => name.startsWith(branchPrefix))),
      blocked: found.has(prefix),
    };
  }

  /** A fork on the same host, with the same credentials. */
  inRepository(fullName: string): GitRemote {
    return new GitRemote(this.workshop, inRepository(this.remote, fullName), this.credentials);
  }

  /** Brings commits here, whatever names them at the remote. */
  fetch(branches: readonly string[]): Promise<void> {
    return this.bring(branches.map((name) => `refs/heads/${name}`));
  }

  /** Brings a commit here that no branch names yet, where the remote gives such: GitHub does. */
  fetchCommit(oid: string): Promise<void> {
    return this.bring([oid]);
  }

  /**
   * Brings the files of a commit here, without the commits before it: the repository is a shallow one from then on, in which
   * nobody can tell what a branch adds to its base.
   */
  async fetchFiles(oid: string): Promise<void> {
    try {
      await this.bring([oid], ['--depth=1']);
    } catch (error) {
      // A server that knows no shallow fetches gives everything.
      if (!(error instanceof ForgeError) || !/shallow|depth/i.test(error.message)) throw error;
      await this.bring([oid]);
    }
  }

  private async bring(refspecs: readonly string[], more: readonly string[] = []): Promise<void> {
    const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--refmap='];
    await this.ask({ args: [...args, '--no-recurse-submodules', ...more], operands: [this.remote.url, ...refspecs] });
  }

  /**
   * Writes one branch by compare-and-set. The refspec has no `+` and there is no `--force`: either would switch the lease off.
   * @throws {ForgeError} when the remote refuses for another reason than the lease
   */
  async push({ branch, before = '', oid = '', options = [] }: Push): Promise<RefWrite> {
    await this.checkBranch(branch);
    const ref = `refs/heads/${branch}`;
    const args = ['push', '--porcelain', '--no-verify', `--force-with-lease=${ref}:${before}`];
    const pushed = await this.attempt({
      args: [...args, ...options.map((option) => `--push-option=${option}`)],
      operands: [this.remote.url, `${oid}:${ref}`],
      expected: [1, 128],
    });
    if (pushed.code === 0) return 'done';
    const told = `${pushed.stdout}\n${pushed.stderr}`;
    if (lostLease.test(told)) return 'lost';
    throw refusal(told);
  }

  /** Only branches of ours are ever written: never the base, a tag or a note. */
  private async checkBranch(branch: string): Promise<void> {
    const known = branch.startsWith(branchPrefix);
    const { code } = await this.workshop.git({ args: ['check-ref-format', `refs/heads/${branch}`], expected: [1] });
    if (!known || code !== 0) throw new Error(`"${branch}" is no branch of stackmend`);
  }

  private async ask(input: GitInput): Promise<string> {
    const { stdout } = await this.attempt(input);
    return stdout;
  }

  private async attempt(input: GitInput): Promise<{ stdout: string; stderr: string; code: number }> {
    try {
      const { stdout, stderr, code } = await this.workshop.git({ ...input, env: this.environment() });
      return { stdout: stdout.toString('utf8'), stderr, code };
    } catch (error) {
      throw error instanceof GitError && error.code !== undefined ? refusal(error.stderr) : error;
    }
  }

  private environment(): Record<string, string> {
    const { origin } = this.remote;
    if (!this.credentials || origin === undefined) return {};
    const { user, token } = this.credentials;
    const value = `Authorization: Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
    return { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`, GIT_CONFIG_VALUE_0: value };
  }
}

const lostLease =
  /stale info|\(fetch first\)|\(non-fast-forward\)|cannot lock ref|reference already exists|failed to update ref|\[remote rejected\].*\((?:incorrect old value|reference does not exist)/i;

/** What a remote said, as one line with the setting to change. */
export function refusal(told: string): ForgeError {
  const known = reasons.find(([pattern]) => pattern.test(told));
  if (known) return new ForgeError(known[1], known[2], known[3]);
  const line =
    told
      .split('\n')
      .map((each) => each.trim())
      .find((each) => /^(?:fatal|error|remote:|!)/.test(each)) ?? 'it said nothing';
  return new ForgeError('invalid', `the remote refused: ${line.replace(/^(?:fatal|error|remote): */, '')}`);
}

const reasons: readonly (readonly [RegExp, ForgeError['kind'], string, string])[] = [
  [
    /archived/i,
    'archived',
    'the repository is archived, so nothing can be written to it',
    'unarchive it in its settings, or leave it out',
  ],
  [
    /protected branch|GH006|GH013|not allowed to (?:push|create|force push)|branch is protected|rule violations/i,
    'protected-branch',
    `a protection rule does not let branches "${branchPrefix}*" be written`,
    `let the token's account create, update and delete ${branchPrefix}* in the branch rules of the repository`,
  ],
  [
    /refusing to allow .* workflow/i,
    'forbidden',
    'the token may not write workflow files',
    'stackmend changes none: bring the branch up to date by hand',
  ],
  [
    /returned error: 401|Authentication failed|could not read (?:Username|Password)|invalid credentials/i,
    'unauthenticated',
    'the remote does not accept the credentials',
    'set STACKMEND_TOKEN (or GITHUB_TOKEN, GITLAB_TOKEN) to a valid token',
  ],
  [
    /returned error: 403|permission to .* denied|permission denied|not allowed to upload|insufficient permission|write access to repository not granted|pre-receive hook declined/i,
    'forbidden',
    'the token may not push to the repository',
    'give it "contents: write" (GitHub), or the role Developer and the scope write_repository (GitLab)',
  ],
  [
    /returned error: 404|repository .*not found|does not appear to be a git repository/i,
    'not-found',
    'there is no such repository, or the token may not see it',
    'check the address of the remote, and the repositories that the token is for',
  ],
  [
    /unable to update url base from redirection|returned error: 30\d|redirect/i,
    'invalid',
    'the repository has moved',
    'give the remote its new address with git remote set-url',
  ],
  [
    /returned error: 429|rate limit|too many requests/i,
    'rate-limited',
    'the forge limits the rate of requests',
    'try again later',
  ],
  [
    /returned error: 5\d\d|could not resolve host|failed to connect|connection (?:refused|reset|timed out)|timed out|hung up|early EOF|RPC failed|empty reply|SSL|TLS/i,
    'unavailable',
    'the remote cannot be reached, or did not answer to the end',
    'try again: what was done already is found and finished',
  ],
];
