/** A bare repository on disk: objects and refs, as real git sees them. */
import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';

const run = promisify(execFile);

export const ABSENT = '0'.repeat(40);
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface GitObject {
  readonly type: ObjectType;
  readonly data: Buffer;
}

export interface TreeEntry {
  readonly mode: string;
  readonly oid: string;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601, UTC. */
  readonly date: string;
}

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** It carries a signature, of whatever kind. */
  readonly isSigned?: boolean;
}

export interface RefChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Nothing of the machine's git configuration has a say. */
export const gitEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

export class GitStore {
  /** Full ref name to object id, as of the last `reload`. */
  refs: ReadonlyMap<string, string> = new Map();
  #batch: ChildProcessWithoutNullStreams | undefined;
  #answers = Buffer.alloc(0);
  readonly #waiting: ((found: GitObject | undefined) => void)[] = [];
  readonly #commits = new Map<string, Commit>();

  private constructor(readonly directory: string) {}

  /** Makes an empty repository whose default branch is `main`. */
  static async create(directory: string): Promise<GitStore> {
    await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', '--template=', directory], {
      env: gitEnvironment,
    });
    const settings = ['http.receivepack true', 'uploadpack.allowAnySHA1InWant true', 'uploadpack.allowFilter true'];
    const hidden = ['receive.hideRefs refs/pull', 'receive.denyDeleteCurrent ignore', 'gc.auto 0', 'core.fsync none'];
    const lines = [...settings, ...hidden].map((each) => {
      const [section = '', key = '', value = ''] = each.split(/[. ]/);
      return `[${section}]\n\t${key} = ${value}\n`;
    });
    writeFileSync(path.join(directory, 'config'), lines.join(''), { flag: 'a' });
    return new GitStore(directory);
  }

  /** A fork, which shares the objects of what it is a fork of, as all of a network do on GitHub. */
  static async fork(from: GitStore, directory: string): Promise<GitStore> {
    await cp(from.directory, directory, { recursive: true, filter: (file) => !/\/(?:objects|hooks)$/.test(file) });
    symlinkSync(path.join(from.directory, 'objects'), path.join(directory, 'objects'));
    const store = new GitStore(directory);
    await store.reload();
    const pulls = [...store.refs].filter(([name]) => !name.startsWith('refs/heads/'));
    await store.updateRefs(pulls.map(([name, before]) => ({ name, before, after: ABSENT })));
    return store;
  }

  /** A copy of a repository, which nobody writes to meanwhile. */
  static async copy(from: string, directory: string): Promise<GitStore> {
    await cp(from, directory, { recursive: true });
    const store = new GitStore(directory);
    await store.reload();
    return store;
  }

  /** Runs git in the repository and returns what it prints. */
  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', args, { cwd: this.directory, env: gitEnvironment, maxBuffer: 1 << 26 });
    return stdout;
  }

  /** Reads the refs again, after somebody else (a push) wrote some. */
  async reload(): Promise<void> {
    const lines = (await this.git('for-each-ref', '--format=%(objectname) %(refname)')).split('\n').filter(Boolean);
    this.refs = new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
  }

  /** All or nothing, each only from where it was said to be; false when one was not. */
  async updateRefs(changes: readonly RefChange[]): Promise<boolean> {
    const script = changes.map(({ name, before, after }) => `update ${name}\0${after}\0${before}\0`).join('');
    const done = await new Promise<boolean>((resolve) => {
      const child = execFile(
        'git',
        ['update-ref', '-z', '--stdin'],
        { cwd: this.directory, env: gitEnvironment },
        (error) => resolve(error === null),
      );
      child.stdin?.end(script);
    });
    if (!done) {
      await this.reload();
      return false;
    }
    const refs = new Map(this.refs);
    for (const { name, after } of changes)
      if (after === ABSENT) refs.delete(name);
      else refs.set(name, after);
    this.refs = refs;
    return true;
  }

  write(type: ObjectType, data: Buffer): string {
    const bytes = Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]);
    const oid = createHash('sha1').update(bytes).digest('hex');
    const file = path.join(this.directory, 'objects', oid.slice(0, 2), oid.slice(2));
    if (existsSync(file)) return oid;
    mkdirSync(path.dirname(file), { recursive: true });
    const temporary = path.join(path.dirname(file), `tmp_obj_${randomUUID()}`);
    writeFileSync(temporary, deflateSync(bytes), { mode: 0o444 });
    renameSync(temporary, file);
    return oid;
  }

  async read(oid: string): Promise<GitObject | undefined> {
    this.#batch ??= this.#start();
    const answer = new Promise<GitObject | undefined>((resolve) => this.#waiting.push(resolve));
    this.#batch.stdin.write(`${oid}\n`);
    return answer;
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn('git', ['cat-file', '--batch'], { cwd: this.directory, env: gitEnvironment });
    child.stdout.on('data', (chunk: Buffer) => {
      this.#answers = Buffer.concat([this.#answers, chunk]);
      while (this.#takeAnswer());
    });
    return child;
  }

  #takeAnswer(): boolean {
    const end = this.#answers.indexOf(10);
    if (end < 0) return false;
    const [, type, size] = this.#answers.subarray(0, end).toString().split(' ');
    const missing = size === undefined;
    const after = missing ? end + 1 : end + 1 + Number(size) + 1;
    if (this.#answers.length < after) return false;
    const data = Buffer.from(this.#answers.subarray(end + 1, after - 1));
    this.#answers = this.#answers.subarray(after);
    this.#waiting.shift()?.(missing ? undefined : { type: type as ObjectType, data });
    return true;
  }

  /** The files below a tree, by their paths. */
  async files(tree: string, prefix = ''): Promise<Map<string, TreeEntry>> {
    const found = new Map<string, TreeEntry>();
    const object = await this.read(tree);
    if (object?.type !== 'tree') throw new Error(`${tree} is no tree`);
    for (let at = 0; at < object.data.length;) {
      const space = object.data.indexOf(32, at);
      const zero = object.data.indexOf(0, space);
      const mode = object.data.subarray(at, space).toString();
      const name = prefix + object.data.subarray(space + 1, zero).toString();
      const oid = object.data.subarray(zero + 1, zero + 21).toString('hex');
      if (mode === '40000') for (const [file, entry] of await this.files(oid, `${name}/`)) found.set(file, entry);
      else found.set(name, { mode, oid });
      at = zero + 21;
    }
    return found;
  }

  /** Writes the trees that hold these files. */
  writeFiles(files: ReadonlyMap<string, TreeEntry>): string {
    const here = new Map<string, TreeEntry>();
    const below = new Map<string, Map<string, TreeEntry>>();
    for (const [file, entry] of files) {
      const [first = '', ...rest] = file.split('/');
      if (rest.length === 0) here.set(first, entry);
      else below.set(first, (below.get(first) ?? new Map<string, TreeEntry>()).set(rest.join('/'), entry));
    }
    for (const [name, inner] of below) here.set(name, { mode: '40000', oid: this.writeFiles(inner) });
    const key = ([name, { mode }]: [string, TreeEntry]): Buffer => Buffer.from(mode === '40000' ? `${name}/` : name);
    const sorted = [...here].sort((a, b) => Buffer.compare(key(a), key(b)));
    const parts = sorted.flatMap(([name, { mode, oid }]) => [
      Buffer.from(`${mode} ${name}\0`),
      Buffer.from(oid, 'hex'),
    ]);
    return this.write('tree', Buffer.concat(parts));
  }

  writeCommit(commit: Commit): string {
    const sign = ({ name, email, date }: Signature): string => `${name} <${email}> ${Date.parse(date) / 1000} +0000`;
    const parents = commit.parents.map((parent) => `parent ${parent}\n`).join('');
    const head = `tree ${commit.tree}\n${parents}author ${sign(commit.author)}\ncommitter ${sign(commit.committer)}\n`;
    return this.write('commit', Buffer.from(`${head}\n${commit.message}`));
  }

  async commit(oid: string): Promise<Commit | undefined> {
    const known = this.#commits.get(oid);
    if (known !== undefined) return known;
    const object = await this.read(oid);
    if (object?.type !== 'commit') return undefined;
    const text = object.data.toString();
    const end = text.indexOf('\n\n');
    const lines = text.slice(0, end).split('\n');
    const field = (name: string): string[] =>
      lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
    const commit = {
      tree: field('tree')[0] ?? '',
      parents: field('parent'),
      author: signature(field('author')[0] ?? ''),
      committer: signature(field('committer')[0] ?? ''),
      message: text.slice(end + 2),
      isSigned: field('gpgsig').length > 0,
    };
    this.#commits.set(oid, commit);
    return commit;
  }

  /** True where `ancestor` is `oid` or comes before it. */
  async isAncestor(ancestor: string, oid: string): Promise<boolean> {
    const seen = new Set<string>();
    const waiting = [oid];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (at === ancestor) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      waiting.push(...((await this.commit(at))?.parents ?? []));
    }
    return false;
  }

  close(): void {
    this.#batch?.kill();
  }
}

function signature(text: string): Signature {
  const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+)/.exec(text) ?? [];
  return { name, email, date: new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z') };
}
