import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, chmodSync, symlinkSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/** Runs git as a person; never synchronously, for the server below lives in the same process. */
export function git(directory: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: directory, env: environment });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out).toString('utf8').replace(/\n$/, ''));
      else reject(new Error(`git ${args.join(' ')}: ${Buffer.concat(err).toString('utf8')}`));
    });
  });
}

/** What a person writes: texts by path; null removes, `{ link }` is a symbolic link, `{ run }` an executable file. */
export type Files = Readonly<Record<string, string | null | { readonly link: string } | { readonly run: string }>>;

/** A bare repository behind `git http-backend`, a clone in which a person works, and a clone for stackmend. */
export class GitServer {
  readonly root = mkdtempSync(path.join(tmpdir(), 'stackmend-test-'));
  readonly bare = path.join(this.root, 'acme', 'infra.git');
  readonly person = path.join(this.root, 'person');
  readonly clone = path.join(this.root, 'clone');
  /** Requests so far: `GET /acme/infra.git/info/refs?service=git-upload-pack`. */
  readonly requests: string[] = [];
  /** Values of the header by which tokens come. */
  readonly authorizations: string[] = [];
  /** Answers instead of git, where it returns something. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean> = () => false;
  private server: Server | undefined;
  private readonly children = new Set<ChildProcess>();

  get url(): string {
    const port = (this.server?.address() as AddressInfo | undefined)?.port ?? 0;
    return `http://127.0.0.1:${port}/acme/infra.git`;
  }

  static async start(files: Files): Promise<GitServer> {
    const server = new GitServer();
    mkdirSync(server.bare, { recursive: true });
    await git(server.bare, 'init', '--quiet', '--bare', '--initial-branch=main', '.');
    await git(server.bare, 'config', 'http.receivepack', 'true');
    await git(server.bare, 'config', 'receive.advertisePushOptions', 'true');
    await server.listen();
    await git(server.root, 'init', '--quiet', '--initial-branch=main', server.person);
    await git(server.person, 'remote', 'add', 'origin', server.bare);
    await server.commit('main', files);
    await git(server.root, 'clone', '--quiet', server.bare, server.clone);
    await git(server.clone, 'remote', 'set-url', 'origin', server.url);
    return server;
  }

  /** Another server that stands as this one does now. */
  async copy(): Promise<GitServer> {
    const server = new GitServer();
    await cp(this.root, server.root, { recursive: true, verbatimSymlinks: true });
    await server.listen();
    await git(server.person, 'remote', 'set-url', 'origin', server.bare);
    await git(server.clone, 'remote', 'set-url', 'origin', server.url);
    return server;
  }

  async stop(): Promise<void> {
    for (const child of this.children) child.kill();
    await new Promise((resolve) => this.server?.close(resolve));
    rmSync(this.root, { recursive: true, force: true });
  }

  /** A person commits on a branch and pushes it. */
  async commit(branch: string, files: Files, message = 'work'): Promise<string> {
    const known = await this.tip(branch);
    if (known === undefined) await git(this.person, 'checkout', '--quiet', '-B', branch);
    else {
      await git(this.person, 'fetch', '--quiet', 'origin', branch);
      await git(this.person, 'checkout', '--quiet', '-B', branch, 'FETCH_HEAD');
    }
    for (const [name, content] of Object.entries(files)) this.write(name, content);
    await git(this.person, 'add', '-A');
    await git(this.person, 'commit', '--quiet', '--allow-empty', '-m', message);
    await git(this.person, 'push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
    return git(this.person, 'rev-parse', 'HEAD');
  }

  async tip(branch: string): Promise<string | undefined> {
    const oid = await git(this.bare, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
    return oid === '' ? undefined : oid;
  }

  /** Branches of stackmend. */
  async branches(): Promise<string[]> {
    const names = await git(this.bare, 'for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/stackmend/');
    return names.split('\n').filter(Boolean);
  }

  /** The text of a file on a branch. */
  show(branch: string, file: string): Promise<string> {
    return git(this.bare, 'cat-file', 'blob', `${branch}:${file}`);
  }

  private write(name: string, content: Files[string]): void {
    const file = path.join(this.person, name);
    mkdirSync(path.dirname(file), { recursive: true });
    rmSync(file, { force: true });
    if (content === null) return;
    if (typeof content === 'string') writeFileSync(file, content);
    else if ('link' in content) symlinkSync(content.link, file);
    else {
      writeFileSync(file, content.run);
      chmodSync(file, 0o755);
    }
  }

  private async listen(): Promise<void> {
    const server = createServer((request, response) => void this.serve(request, response));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`);
    this.authorizations.push(request.headers.authorization ?? '');
    if (await this.intercept(request, response)) return;
    const [pathInfo = '', query = ''] = (request.url ?? '').split('?');
    const child = spawn('git', ['http-backend'], {
      env: {
        ...environment,
        GIT_PROJECT_ROOT: this.root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathInfo,
        QUERY_STRING: query,
        REQUEST_METHOD: request.method,
        REMOTE_USER: 'pusher',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        ...(request.headers['content-encoding'] && { HTTP_CONTENT_ENCODING: request.headers['content-encoding'] }),
        ...(request.headers['git-protocol'] && { GIT_PROTOCOL: String(request.headers['git-protocol']) }),
      },
    });
    this.children.add(child);
    // git may answer and end before it has read the whole request.
    child.stdin.on('error', () => {});
    request.pipe(child.stdin);
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.on('close', () => {
      this.children.delete(child);
      const output = Buffer.concat(out);
      const end = output.indexOf('\r\n\r\n');
      const headers = output.subarray(0, end).toString('latin1').split('\r\n');
      for (const line of headers) {
        const [name = '', ...value] = line.split(':');
        if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value.join(':'), 10);
        else response.setHeader(name, value.join(':').trim());
      }
      response.end(output.subarray(end + 4));
    });
  }
}
