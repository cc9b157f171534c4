/** Git over smart HTTP: `git http-backend` as a child of its own, for a synchronous one would block the server it talks to. */
import { spawn } from 'node:child_process';
import { gitEnvironment } from './git-store.js';

export interface GitRequest {
  readonly method: string;
  /** After the repository: `/info/refs`, `/git-receive-pack`. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Runs one request through `git http-backend` on the bare repository. */
export async function gitBackend(directory: string, request: GitRequest): Promise<RawAnswer> {
  const text = (name: string): string | undefined => request.headers[name]?.toString();
  const child = spawn('git', ['http-backend'], {
    env: {
      ...gitEnvironment,
      GIT_PROJECT_ROOT: directory,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: request.path,
      QUERY_STRING: request.query,
      REQUEST_METHOD: request.method,
      REMOTE_USER: 'pusher',
      CONTENT_TYPE: text('content-type') ?? '',
      CONTENT_LENGTH: String(request.body.length),
      HTTP_CONTENT_ENCODING: text('content-encoding') ?? '',
      ...(text('git-protocol') !== undefined && { GIT_PROTOCOL: text('git-protocol') }),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  // The backend may have answered and gone before it has read all of the request.
  child.stdin.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  child.stdin.end(request.body);
  await new Promise((resolve) => child.on('close', resolve));
  return parsed(Buffer.concat(chunks));
}

/** CGI: headers, an empty line, the body. */
function parsed(output: Buffer): RawAnswer {
  const end = output.indexOf('\r\n\r\n');
  if (end < 0) return { status: 500, headers: {}, body: Buffer.from('git http-backend said nothing') };
  const headers: Record<string, string> = {};
  for (const line of output.subarray(0, end).toString().split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const { status = '200', ...rest } = headers;
  return { status: Number.parseInt(status, 10), headers: rest, body: output.subarray(end + 4) };
}
