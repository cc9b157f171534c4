import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { branchName } from '../../bot/identity.js';
import { main } from '../../cli/main.js';
import { catalog } from '../../rules/catalog.js';
import { mended, stack } from './bot.js';
import { type Files, GitServer, git } from './git-server.js';

vi.setConfig({ testTimeout: 180_000 });

const servers: GitServer[] = [];
const branchA = branchName('main', 'stack:a.yaml');
const token = 'canary-3b1f9d2c7a';

afterEach(async () => {
  await Promise.all(servers.splice(0).map((each) => each.stop()));
});

async function serverWith(files: Files = { 'a.yaml': stack('A') }): Promise<GitServer> {
  const server = await GitServer.start(files);
  servers.push(server);
  return server;
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function pr(
  server: GitServer,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  cwd = server.clone,
): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (written[name] += text) });
  const code = await main(['pr', '--per-hour', '50', '--today', '2026-01-01', ...args], {
    stdout: output('stdout'),
    stderr: output('stderr'),
    cwd,
    env,
    now: () => new Date('2026-01-01T00:00:00Z'),
    catalog: async () => catalog,
  });
  return { code, ...written };
}

describe('stackmend pr by git alone', () => {
  it('pushes a branch, says where to open the pull request, and is quiet the second time', async () => {
    const server = await serverWith();
    const first = await pr(server);
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(/^CREATED +stack:a\.yaml\n/);
    expect(first.stdout).toContain(`/acme/infra/compare/main...${branchA}`);
    expect(first.code).toBe(0);
    const { 'a.yaml': expected = '' } = await mended({ 'a.yaml': stack('A') });
    expect(await server.show(branchA, 'a.yaml')).toBe(expected.replace(/\n$/, ''));
    expect(await git(server.bare, 'log', '--format=%B', '-1', branchA)).toMatch(
      /^fix\(iac\): 1 deployment fix in a\.yaml\n\n- lambda-dlq-permission: [^\n]+\n\nStackmend-Group: [0-9a-f]{16}\nStackmend-Plan: [0-9a-f]{32}\nStackmend-Base: main\nStackmend-Version: /,
    );
    const tip = await server.tip(branchA);
    server.requests.length = 0;
    expect((await pr(server)).stdout).toMatch(/^CURRENT/);
    expect(await server.tip(branchA)).toBe(tip);
    expect(server.requests.filter((each) => each.includes('receive-pack'))).toStrictEqual([]);
  });

  it('takes nothing from the working tree: neither templates nor config, on any HEAD', async () => {
    const server = await serverWith({
      'a.yaml': stack('A'),
      'b.yaml': stack('B'),
      'stackmend.config.json': '{"ignore": ["b.yaml"]}',
    });
    writeFileSync(path.join(server.clone, 'a.yaml'), stack('Leaked'));
    writeFileSync(path.join(server.clone, 'c.yaml'), stack('C'));
    writeFileSync(path.join(server.clone, 'stackmend.config.json'), '{"ignore": ["**"]}');
    await git(server.clone, 'checkout', '--quiet', '--detach');
    const { stdout } = await pr(server);
    expect(stdout.match(/^[A-Z]+/gm)).toStrictEqual(['CREATED']);
    expect(await server.show(branchA, 'a.yaml')).not.toContain('Leaked');
    // The clone is as it was: no branch, no object, no file of ours.
    expect(await git(server.clone, 'branch', '--all', '--format=%(refname:short)')).not.toContain('stackmend');
    expect(existsSync(path.join(server.clone, '.git', 'FETCH_HEAD'))).toBe(false);
  });

  it('runs nothing that a repository brings along (T1, T3)', async () => {
    const canary = path.join(mkdtempSync(path.join(tmpdir(), 'stackmend-canary-')), 'ran');
    const touch = `touch ${canary}`;
    const server = await serverWith({
      'a.yaml': stack('A'),
      '.gitattributes': '*.yaml filter=evil diff=evil merge=evil\n',
      'stackmend.config.js': `require('fs').writeFileSync(${JSON.stringify(canary)}, '')`,
      'package.json': '{"stackmend": {"ignore": ["**"]}, "scripts": {"prepare": "false"}}',
    });
    const hooks = path.join(server.clone, '.git', 'hooks');
    mkdirSync(hooks, { recursive: true });
    for (const hook of ['pre-push', 'pre-commit', 'commit-msg', 'reference-transaction', 'post-checkout']) {
      writeFileSync(path.join(hooks, hook), `#!/bin/sh\n${touch}\n`);
      chmodSync(path.join(hooks, hook), 0o755);
    }
    appendFileSync(
      path.join(server.clone, '.git', 'config'),
      `[core]\n\tfsmonitor = "${touch};"\n\tsshCommand = ${touch}\n\tpager = ${touch}\n\taskPass = ${touch}\n` +
        `[filter "evil"]\n\tclean = ${touch}\n\tsmudge = ${touch}\n[diff "evil"]\n\ttextconv = ${touch}\n\tcommand = ${touch}\n` +
        `[merge "evil"]\n\tdriver = ${touch}\n[credential]\n\thelper = "!${touch}"\n[url "ext::sh -c ${touch}"]\n\tinsteadOf = http\n`,
    );
    expect((await pr(server)).code).toBe(0);
    expect(existsSync(canary)).toBe(false);
  });

  it('works in a shallow clone, and says what would spare the history', async () => {
    const server = await serverWith();
    await server.commit('main', { 'README.md': 'x' });
    const shallow = path.join(server.root, 'shallow');
    await git(server.root, 'clone', '--quiet', '--depth=1', `file://${server.bare}`, shallow);
    await git(shallow, 'remote', 'set-url', 'origin', server.url);
    const ran = await pr(server, [], {}, shallow);
    expect(ran.stderr).toMatch(/^note: this is a shallow clone, .* fetch-depth: 0/);
    expect(ran.stderr.split('\n')).toHaveLength(2);
    expect(ran.stdout).toMatch(/^CREATED/);
  });

  it('works in a directory below the root, and leaves groups outside it alone', async () => {
    const server = await serverWith({ 'a/a.yaml': stack('A'), 'b/b.yaml': stack('B') });
    await pr(server);
    expect(await server.branches()).toHaveLength(2);
    await server.commit('main', { 'a/a.yaml': null, 'b/b.yaml': null, 'a/README.md': 'x' });
    mkdirSync(path.join(server.clone, 'a'), { recursive: true });
    await pr(server, [], {}, path.join(server.clone, 'a'));
    expect(await server.branches()).toHaveLength(2);
    expect((await pr(server)).stdout.match(/^CLEANED/gm)).toHaveLength(2);
    expect(await server.branches()).toStrictEqual([]);
  });

  it('asks GitLab for the merge request as it pushes', async () => {
    const server = await serverWith();
    const hook = path.join(server.bare, 'hooks', 'post-receive');
    const told = path.join(server.root, 'options');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\nenv | grep ^GIT_PUSH_OPTION_ | sort > ${told}\n`);
    chmodSync(hook, 0o755);
    const { stdout } = await pr(server, ['--forge', 'gitlab', '--label', 'iac', '--draft']);
    expect(stdout).toMatch(/^CREATED/);
    expect(readFileSync(told, 'utf8').split('\n')).toStrictEqual([
      'GIT_PUSH_OPTION_0=merge_request.create',
      'GIT_PUSH_OPTION_1=merge_request.target=main',
      'GIT_PUSH_OPTION_2=merge_request.title=Draft: fix(iac): 1 deployment fix in a.yaml',
      'GIT_PUSH_OPTION_3=merge_request.label=iac',
      'GIT_PUSH_OPTION_COUNT=4',
      '',
    ]);
  });

  it('splits by rule, each branch valid alone', async () => {
    const server = await serverWith({
      'a.yaml': stack('A').replace('nodejs22.x', 'nodejs12.x'),
    });
    const { stdout } = await pr(server, ['--group-by', 'rule']);
    expect(stdout.match(/rule:[a-z-]+/g)).toStrictEqual(['rule:lambda-dlq-permission', 'rule:lambda-runtime-retired']);
    const permission = await server.show(branchName('main', 'rule:lambda-dlq-permission'), 'a.yaml');
    expect(permission).toContain('nodejs12.x');
    expect(permission).toContain('sqs:SendMessage');
    const runtime = await server.show(branchName('main', 'rule:lambda-runtime-retired'), 'a.yaml');
    expect(runtime).not.toContain('sqs:SendMessage');
  });
});

describe('plan files', () => {
  it('carry a dry run to a job that judges nothing, and nothing else gets through (T9)', async () => {
    const server = await serverWith();
    const dry = await pr(server, ['--dry-run', '--format', 'json']);
    expect(dry.code).toBe(0);
    expect(await server.branches()).toStrictEqual([]);
    const plan = JSON.parse(dry.stdout) as { groups: { plan: { files: any[]; hash: string } }[]; repository: string };
    const file = path.join(server.root, 'plan.json');
    const withPlan = async (change: (plan: any) => void): Promise<Ran> => {
      const changed = structuredClone(plan);
      change(changed);
      writeFileSync(file, JSON.stringify(changed));
      return pr(server, ['--plan', file]);
    };
    const mutations: ((plan: any) => void)[] = [
      (each) => (each.groups[0].plan.files[0].path = '../evil.yaml'),
      (each) => (each.groups[0].plan.files[0].path = '.git/config'),
      (each) => (each.groups[0].plan.files[0].path = '.github/workflows/ci.yml'),
      (each) => (each.groups[0].plan.files[0].path = 'other.yaml'),
      (each) => (each.groups[0].plan.files[0].before = '0'.repeat(40)),
      (each) => (each.groups[0].plan.files[0].content += '# more\n'),
      (each) => (each.groups[0].plan.files[0].mode = '100755'),
      (each) => (each.groups[0].plan.hash = '0'.repeat(32)),
      (each) => each.groups[0].plan.files.push({ path: 'new.sh', mode: '100755', content: 'x', blob: '0'.repeat(40) }),
    ];
    for (const mutate of mutations) {
      const ran = await withPlan(mutate);
      expect(ran.stdout + ran.stderr).toMatch(/the plan does not hold for/);
      expect(ran.code).toBe(1);
    }
    const misfits: ((plan: any) => void)[] = [
      (each) => (each.groups[0].plan.files[0].mode = '120000'),
      (each) => (each.groups[0].plan.surprise = true),
      (each) => (each.schemaVersion = 2),
      (each) => (each.repository = 'acme/other'),
      (each) => (each.base = 'release'),
      (each) => (each.groups[0].plan.fixes[0].references = ['javascript:alert(1)']),
    ];
    for (const mutate of misfits) expect((await withPlan(mutate)).code).toBe(2);
    expect(await server.branches()).toStrictEqual([]);

    const ran = await withPlan(() => {});
    expect(ran.stdout).toMatch(/^CREATED/);
    const { 'a.yaml': expected = '' } = await mended({ 'a.yaml': stack('A') });
    expect(await server.show(branchA, 'a.yaml')).toBe(expected.replace(/\n$/, ''));
    expect((await pr(server)).stdout).toMatch(/^CURRENT/);

    await server.commit('main', { 'a.yaml': `${stack('A')}# moved\n` });
    expect((await withPlan(() => {})).stdout).toContain('the base has another file there now');
  });
});

describe('what can go wrong', () => {
  const oneLine = (text: string): string[] => text.trim().split('\n');

  it.each([
    [
      'no remote',
      async ({ clone }: GitServer) => git(clone, 'remote', 'remove', 'origin'),
      /there is no remote "origin"[^]*--remote/,
    ],
    [
      'a remote that would run a program',
      async ({ clone }: GitServer) => git(clone, 'remote', 'set-url', 'origin', 'ext::sh -c touch% /tmp/x'),
      /the remote "origin" is not used/,
    ],
    [
      'a remote without encryption',
      async ({ clone }: GitServer) => git(clone, 'remote', 'set-url', 'origin', 'http://forge.example/a/b'),
      /only https and ssh/,
    ],
    [
      'a remote that is an option',
      async ({ clone }: GitServer) =>
        appendFileSync(path.join(clone, '.git', 'config'), '[remote "origin"]\n\turl = --upload-pack=touch\n'),
      /the remote "origin" is not used/,
    ],
  ])('%s: one line, exit code 2', async (_, spoil, line) => {
    const server = await serverWith();
    await spoil(server);
    const ran = await pr(server);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(line);
    expect(oneLine(ran.stderr).length).toBeLessThanOrEqual(2);
    expect(await server.branches()).toStrictEqual([]);
  });

  it.each([
    [401, /does not accept the credentials\nhint: set STACKMEND_TOKEN/],
    [403, /may not push|contents: write/],
    [404, /no such repository, or the token may not see it/],
    [429, /limits the rate/],
    [503, /cannot be reached, or did not answer/],
  ])('an answer %i to the first request: one line, exit code 2', async (status, line) => {
    const server = await serverWith();
    server.intercept = (_, response) => {
      response.statusCode = status;
      response.end();
      return true;
    };
    const ran = await pr(server, [], { STACKMEND_TOKEN: token });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(line);
    expect(oneLine(ran.stderr).length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['a token that may not push', 'exit 1', /may not push to the repository[^]*hint: give it "contents: write"/],
    [
      'a protected branch',
      'echo "GH006: Protected branch update failed" >&2; exit 1',
      /protection rule[^]*hint: let the token/,
    ],
    ['an archived repository', 'echo "This repository was archived so it is read-only." >&2; exit 1', /archived/],
  ])('%s: the group fails with one line, exit code 1', async (_, hook, line) => {
    const server = await serverWith();
    const file = path.join(server.bare, 'hooks', 'pre-receive');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${hook}\n`);
    chmodSync(file, 0o755);
    const ran = await pr(server);
    expect(ran.stdout).toMatch(/^FAILED/);
    expect(ran.stdout).toMatch(line);
    expect(ran.code).toBe(1);
    expect(await server.branches()).toStrictEqual([]);
  });

  it('a branch named as our directory: said so, not forced', async () => {
    const server = await serverWith();
    await git(server.bare, 'branch', 'stackmend', 'main');
    const ran = await pr(server);
    expect(ran.stdout).toMatch(/^FAILED[^]*a branch named "stackmend"[^]*hint: rename or delete/);
    expect(ran.code).toBe(1);
  });

  it('no repository, and an old git', async () => {
    const server = await serverWith();
    const outside = await pr(server, [], {}, server.root);
    expect(outside.stderr).toMatch(/this is no git repository/);
    expect(outside.code).toBe(2);

    const fake = path.join(server.root, 'bin');
    mkdirSync(fake);
    writeFileSync(path.join(fake, 'git'), '#!/bin/sh\necho git version 2.30.2\n');
    chmodSync(path.join(fake, 'git'), 0o755);
    vi.stubEnv('PATH', `${fake}:${process.env['PATH']}`);
    try {
      const old = await pr(server);
      expect(old.stderr).toMatch(/need git 2\.38 or newer, this is "git version 2\.30\.2": update git/);
      expect(old.code).toBe(2);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('a base that is not there', async () => {
    const server = await serverWith();
    const ran = await pr(server, ['--base', 'nope']);
    expect(ran.stderr).toMatch(/the remote has no branch "nope"\nhint: name another with --base/);
    expect(ran.code).toBe(2);
  });
});

describe('tokens (T7)', () => {
  const secret = Buffer.from(`x-access-token:${token}`).toString('base64');

  it('travel in a header, and are in no output, argument or address', async () => {
    const server = await serverWith();
    const seen: string[] = [];
    server.intercept = (request, response) => {
      for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
          seen.push(readFileSync(`/proc/${id}/cmdline`, 'utf8'));
        } catch {
          // It ended meanwhile.
        }
      }
      if (request.headers.authorization === undefined) {
        response.statusCode = 401;
        response.setHeader('WWW-Authenticate', 'Basic');
        response.end();
        return true;
      }
      return false;
    };
    const ran = await pr(server, ['--verbose'], { STACKMEND_TOKEN: token });
    expect(ran.stdout).toMatch(/^CREATED/);
    expect(server.authorizations).toContain(`Basic ${secret}`);
    const all = [ran.stdout, ran.stderr, ...seen, ...server.requests].join('\n');
    expect(seen.some((line) => line.includes('ls-remote'))).toBe(true);
    expect(all).not.toContain(token);
    expect(all).not.toContain(secret);
  });

  it('in the address of the remote become a header too', async () => {
    const server = await serverWith();
    await git(
      server.clone,
      'remote',
      'set-url',
      'origin',
      server.url.replace('http://', `http://x-access-token:${token}@`),
    );
    const ran = await pr(server, ['--format', 'json', '--dry-run']);
    expect(ran.code).toBe(0);
    expect(server.authorizations).toContain(`Basic ${secret}`);
    expect(ran.stdout + ran.stderr).not.toContain(token);
  });

  it('of a vendor go to its own hosts only', async () => {
    const server = await serverWith();
    await pr(server, ['--dry-run'], { GITHUB_TOKEN: token, GITLAB_TOKEN: token, GH_TOKEN: token, CI_JOB_TOKEN: token });
    expect(server.authorizations.every((each) => each === '')).toBe(true);
  });

  it.each([401, 403, 404, 500])('stay hidden in the error of an answer %i', async (status) => {
    const server = await serverWith();
    server.intercept = (request, response) => {
      response.statusCode = status;
      response.end(`no ${request.headers.authorization ?? ''} ${token}`);
      return true;
    };
    const ran = await pr(server, ['--verbose'], { STACKMEND_TOKEN: token });
    expect(ran.stdout + ran.stderr).not.toContain(token);
    expect(ran.stdout + ran.stderr).not.toContain(secret);
  });
});
