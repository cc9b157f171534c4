// T7: a token is in no output, error, argument, file or address. T10: nothing but the remote and its API is talked to.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { catalog } from '../../rules/catalog.js';
import { stack } from '../bot/bot.js';
import { GitServer } from '../bot/git-server.js';
import { type Ran, cli } from '../cli/support.js';
import { ForgeSimulator } from '../support/forge/simulator.js';

vi.setConfig({ testTimeout: 180_000 });

const token = 'canary-5e1f0c77aa3b';
const forms = [
  token,
  ...['', 'x-access-token:', 'oauth2:'].map((user) => Buffer.from(user + token).toString('base64')),
];
const host = { catalog: async () => catalog };

function expectNoToken(text: string): void {
  for (const form of forms) expect(text).not.toContain(form.replace(/=+$/, ''));
}

let server: GitServer;
/** Where git is wrapped: each call with its arguments and its environment, one a line. */
let calls: string;
let temporary: string;

beforeEach(async () => {
  server = await GitServer.start({ 'a.yaml': stack('A') });
  const bin = path.join(server.root, 'bin');
  temporary = path.join(server.root, 'tmp');
  calls = path.join(server.root, 'calls');
  mkdirSync(bin);
  mkdirSync(temporary);
  writeFileSync(calls, '');
  const real = process.env['PATH'] ?? '';
  writeFileSync(
    path.join(bin, 'git'),
    `#!/bin/sh\necho "argv: $*" >> ${calls}\nenv | sed 's/^/env: /' >> ${calls}\nPATH='${real}' exec git "$@"\n`,
  );
  chmodSync(path.join(bin, 'git'), 0o755);
  vi.stubEnv('PATH', `${bin}:${real}`);
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

/** All files below a directory, those of git's objects as they are. */
function filesIn(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(directory, name))
    .flatMap((file) =>
      statSync(file, { throwIfNoEntry: false })?.isFile() === true ? [readFileSync(file, 'latin1')] : [],
    )
    .join('\n');
}

async function listening(listener: RequestListener): Promise<string> {
  const made = createServer(listener);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    made.closeAllConnections();
    made.close();
  });
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

function pr(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = { STACKMEND_TOKEN: token },
): Promise<Ran> {
  return cli(['pr', '--verbose', '--per-hour', '9', ...args], { cwd: server.clone, host, env });
}

/** What was said, and what git was called with. */
function expectHidden(ran: Ran): void {
  expect(`${ran.stdout}${ran.stderr}`.length).toBeGreaterThan(10);
  expectNoToken(ran.stdout + ran.stderr);
  const lines = readFileSync(calls, 'utf8').split('\n');
  expect(lines.filter((line) => line.startsWith('argv: ')).length).toBeGreaterThan(2);
  for (const line of lines) if (!line.startsWith('env: GIT_CONFIG_VALUE_0=')) expectNoToken(line);
  expectNoToken(filesIn(temporary) + filesIn(path.join(server.clone, '.git')));
}

describe('git', () => {
  test('a run that goes well: in the header alone, and in no file while it runs', async () => {
    const seen: string[] = [];
    server.intercept = () => {
      seen.push(filesIn(temporary));
      return false;
    };
    const ran = await pr();
    expect(ran.stdout).toMatch(/^CREATED/);
    expect(server.authorizations).toContain(`Basic ${forms[2] ?? ''}`);
    expect(seen.length).toBeGreaterThan(2);
    for (const files of seen) expectNoToken(files);
    expectNoToken(server.requests.join('\n'));
    expectHidden(ran);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each([401, 403, 404, 407, 429, 500, 502, 503])('an answer %i that repeats it', async (status) => {
    server.intercept = (request, response) => {
      response.writeHead(status, { 'content-type': 'text/plain' });
      response.end(`remote: ${request.headers.authorization} ${token}`);
      return true;
    };
    const ran = await pr();
    expect(ran.code).toBe(2);
    expectHidden(ran);
  });

  test('a remote that repeats it while it refuses the push', async () => {
    const hook = path.join(server.bare, 'hooks', 'pre-receive');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\necho "error: bad token ${forms.join(' ')}" >&2\nexit 1\n`);
    chmodSync(hook, 0o755);
    const ran = await pr();
    expect(ran.stdout).toMatch(/^FAILED/);
    expectHidden(ran);
    expectHidden(await pr(['--format', 'json']));
  });

  test('an answer that is none, a dropped connection, and a redirect to another host, which is not followed', async () => {
    const asked: string[] = [];
    const other = await listening((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.end();
    });
    for (const how of ['garbage', 'drop', 'redirect']) {
      server.intercept = (request, response) => {
        if (how === 'drop') request.socket.destroy();
        else if (how === 'garbage') response.end(`001e# service=git-upload-pack ${token}`);
        else response.writeHead(302, { location: `${other}${request.url}` }).end();
        return true;
      };
      const ran = await pr();
      expect(ran.code).toBe(2);
      expectHidden(ran);
    }
    expect(asked).toEqual([]);
  });

  test.each([
    ['in the address', (url: string) => url.replace('http://', `http://x-access-token:${token}@`)],
    ['in an address that is refused', () => `http://x:${token}@forge.example/a/b`],
    ['in an address of another kind', () => `ftp://x:${token}@forge.example/a/b`],
    ['in a path', (url: string) => `${url}/none`],
  ])('a token %s of the remote', async (_, address) => {
    const { git } = await import('../bot/git-server.js');
    await git(server.clone, 'remote', 'set-url', 'origin', address(server.url));
    const ran = await pr(['--dry-run']);
    expect(ran.stdout + ran.stderr).not.toBe('');
    expectNoToken(ran.stdout + ran.stderr);
    const lines = readFileSync(calls, 'utf8').split('\n');
    for (const line of lines) if (!line.startsWith('env: GIT_CONFIG_VALUE_0=')) expectNoToken(line);
    expectNoToken(filesIn(temporary));
  });
});

describe('the API', () => {
  /** A forge that answers each request alike, whatever is asked. */
  async function forge(
    answer: (authorization: string) => { status: number; body: string; location?: string },
  ): Promise<string> {
    return listening((request, response) => {
      const { status, body, location } = answer(String(request.headers.authorization));
      response
        .writeHead(status, { 'content-type': 'application/json', ...(location !== undefined && { location }) })
        .end(body);
    });
  }

  const commands = (origin: string): readonly (readonly string[])[] => [
    ['pr', '--forge', 'github', '--api-url', origin, '--verbose'],
    ['pr', '--forge', 'github', '--api-url', origin, '--verbose', '--format', 'json'],
    ['review', '--pr', '1', '--api-url', origin, '--verbose'],
  ];

  test.each([400, 401, 403, 404, 410, 422, 451])('an answer %i that repeats it', async (status) => {
    const origin = await forge((authorization) => ({
      status,
      body: JSON.stringify({ message: `Bad ${authorization} ${forms.join(' ')}`, errors: [{ message: token }] }),
    }));
    for (const args of commands(origin)) {
      const ran = await cli(args, { cwd: server.clone, host, env: { STACKMEND_TOKEN: token } });
      expect(ran.code).toBeGreaterThan(0);
      expectHidden(ran);
    }
  });

  test('no JSON, and a redirect to another host, which gets neither token nor write', async () => {
    const asked: string[] = [];
    const other = await listening((request, response) => {
      asked.push(`${request.method} ${request.headers.authorization}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const cases = [
      ['review', () => ({ status: 200, body: `<html>${token}` })],
      ['pr', () => ({ status: 302, body: '', location: `${other}/x?${token}` })],
    ] as const;
    for (const [command, answer] of cases) {
      const args = commands(await forge(answer)).find(([name]) => name === command) ?? [];
      const ran = await cli(args, { cwd: server.clone, host, env: { STACKMEND_TOKEN: token } });
      expect(ran.code).toBeGreaterThan(0);
      expectHidden(ran);
    }
    expect(asked).toEqual([]);
  });

  test('the token of a vendor goes to its own hosts, with review too', async () => {
    const env = { GITHUB_TOKEN: token, GH_TOKEN: token };
    const ran = await cli(['review', '--pr', '1', '--api-url', 'https://evil.example'], {
      cwd: server.clone,
      host,
      env,
    });
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/^stackmend: review needs a token for 127\.0\.0\.1/),
    ]);
    expect(server.authorizations).toEqual([]);
  });
});

test.each(['pr', 'review --pr 1', 'check', 'diff', 'fix'])(
  '%s: a defect whose error holds it, with --verbose',
  async (command) => {
    const thrown = new Error(`unexpected ${forms.join(' ')}`, {
      cause: { headers: { authorization: `token ${token}` } },
    });
    const ran = await cli([...command.split(' '), '--verbose'], {
      cwd: server.clone,
      env: { STACKMEND_TOKEN: token, GITHUB_TOKEN: token },
      host: {
        catalog: () => Promise.reject(thrown),
      },
    });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('unexpected');
    expectNoToken(ran.stdout + ran.stderr);
  },
);

test('the network: whatever files say, only the remote and its API are talked to (T10)', async () => {
  const links =
    'https://evil.example/x http://169.254.169.254/latest/meta-data/ ftp://evil.example git://evil.example/a.git';
  const nested = `AWSTemplateFormatVersion: '2010-09-09'\nDescription: ${links}\nTransform: {Name: AWS::Include, Parameters: {Location: 'https://evil.example/t.yaml'}}\nResources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: 'https://evil.example/s.yaml'}\n  A:\n    Type: AWS::Serverless::Application\n    Properties: {Location: 'https://evil.example/a.yaml'}\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {Runtime: nodejs14.x, Handler: a.b, Role: r, Code: {ZipFile: x}}\n`;
  await using forge = await ForgeSimulator.start({
    files: {
      'a.yaml': stack('A'),
      'n.yaml': nested,
      'index.ts': `import 'https://evil.example/m.ts';\nimport * as aws from '@pulumi/aws';\nnew aws.lambda.Function('f', { runtime: 'nodejs14.x' });\n`,
      'stackmend.config.json': '{"$schema": "https://evil.example/schema.json"}',
    },
  });
  const { git } = await import('../bot/git-server.js');
  await git(server.clone, 'remote', 'set-url', 'origin', forge.remote);
  await git(server.clone, 'config', 'http.proxy', 'http://evil.example');
  await git(server.clone, 'config', 'remote.origin.pushurl', 'https://evil.example/a.git');
  await git(server.clone, 'config', 'url.https://evil.example/.insteadOf', 'http://127.0.0.1');
  const origins: string[] = [];
  const note = (message: unknown): void => {
    origins.push((message as { request: { origin: string } }).request.origin);
  };
  // Node tells of each request that its fetch makes.
  subscribe('undici:request:create', note);
  onTestFinished(() => void unsubscribe('undici:request:create', note));
  const env = { STACKMEND_TOKEN: forge.token('stackmend[bot]', 'installation'), GITHUB_API_URL: forge.origin };
  const ran = await cli(
    ['pr', '--forge', 'github', '--api-url', forge.origin, '--commit-mode', 'git', '--group-by', 'all'],
    {
      cwd: server.clone,
      host,
      env,
    },
  );
  expect(ran.stdout, ran.stderr).toMatch(/^CREATED/m);
  await forge.people.push('feature', { 'n.yaml': `${nested}\n` });
  const { number } = await forge.people.open('feature', 'main', 'A feature');
  expect((await cli(['review', '--pr', String(number)], { cwd: server.clone, host, env })).code).toBe(0);
  expect([...new Set(origins)]).toEqual([forge.origin]);
  const argv =
    readFileSync(calls, 'utf8')
      .match(/^argv: .*$/gm)
      ?.join('\n') ?? '';
  const addresses = new Set(argv.match(/\b[a-z]+:\/\/[^\s/]+/g));
  expect([...addresses]).toEqual([forge.origin]);
});
