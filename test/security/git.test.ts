// T3: git is no way to run something. T4: no path leads out of the repository, and no link is followed.
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { refusedPath } from '../../bot/git/paths.js';
import { runGit } from '../../bot/git/run.js';
import { catalog } from '../../rules/catalog.js';
import { stack } from '../bot/bot.js';
import { type Files, GitServer, git } from '../bot/git-server.js';
import { cli, folder, repository } from '../cli/support.js';

vi.setConfig({ testTimeout: 180_000 });

const host = { catalog: async () => catalog };
const servers: GitServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((each) => each.stop()));
});

async function serverWith(files: Files): Promise<GitServer> {
  const server = await GitServer.start(files);
  servers.push(server);
  return server;
}

function pr(server: GitServer, ...args: string[]) {
  return cli(['pr', '--per-hour', '9', '--today', '2026-01-01', ...args], { cwd: server.clone, host });
}

/** Everything in the config of a repository by which git starts programs. */
function evilConfig(touch: string): string {
  return `[core]
	fsmonitor = "${touch};"
	hooksPath = hooks-of-theirs
	sshCommand = ${touch}
	gitProxy = ${touch}
	pager = ${touch}
	editor = ${touch}
	askPass = ${touch}
	attributesFile = evil-attributes
	alternateRefsCommand = ${touch}
[filter "evil"]
	clean = ${touch}
	smudge = ${touch}
	process = ${touch}
	required = true
[diff]
	external = ${touch}
[diff "evil"]
	textconv = ${touch}
	command = ${touch}
[merge "evil"]
	driver = ${touch}
[merge]
	default = evil
[credential]
	helper = "!${touch}"
[gpg]
	program = ${touch}
[commit]
	gpgSign = true
[uploadpack]
	packObjectsHook = ${touch}
[remote "origin"]
	uploadpack = ${touch}
	receivepack = ${touch}
	vcs = evil
	proxy = http://127.0.0.1:9
[url "ext::sh -c ${touch}"]
	insteadOf = http
	pushInsteadOf = http
[protocol]
	allow = always
[alias]
	ls-tree = "!${touch}"
	rev-parse = "!${touch}"
	status = "!${touch}"
[include]
	path = ../evil-include
[extensions]
	worktreeConfig = false
`;
}

const hooks =
  'pre-push pre-commit commit-msg reference-transaction post-checkout post-index-change fsmonitor-watchman'.split(' ');

/** Hooks, config and attributes of a hostile clone. */
function spoil(directory: string, touch: string): void {
  for (const place of [path.join(directory, '.git', 'hooks'), path.join(directory, 'hooks-of-theirs')]) {
    mkdirSync(place, { recursive: true });
    for (const hook of hooks) {
      writeFileSync(path.join(place, hook), `#!/bin/sh\n${touch}\n`);
      chmodSync(path.join(place, hook), 0o755);
    }
  }
  writeFileSync(path.join(directory, '.git', 'info', 'attributes'), '* filter=evil diff=evil merge=evil\n');
  writeFileSync(path.join(directory, 'evil-include'), `[core]\n\tsshCommand = ${touch}\n`);
  appendFileSync(path.join(directory, '.git', 'config'), evilConfig(touch));
}

const attributes = { '.gitattributes': '* filter=evil diff=evil merge=evil text eol=crlf\n', 'a.yaml': stack('A') };

describe('git runs nothing of a repository (T3)', () => {
  test('pull requests from a hostile clone, whose base moves and is merged', async () => {
    const canary = path.join(folder(), 'ran');
    const server = await serverWith(attributes);
    spoil(server.clone, `touch ${canary}`);
    const first = await pr(server);
    expect(first.stdout, first.stderr).toMatch(/^CREATED/);
    await server.commit('main', { 'README.md': 'moved' });
    const second = await pr(server);
    expect(second.stdout, second.stderr).toMatch(/^CURRENT/);
    expect(existsSync(canary)).toBe(false);
  });

  test.each(['fix', 'fix --staged', 'check', 'diff'])('%s in a hostile clone', async (command) => {
    const canary = path.join(folder(), 'ran');
    const cwd = repository(attributes);
    writeFileSync(path.join(cwd, 'a.yaml'), `${stack('A')}# more\n`);
    await git(cwd, 'add', '-A');
    spoil(cwd, `touch ${canary}`);
    const { code, stdout, stderr } = await cli(command.split(' '), { cwd, host });
    expect(existsSync(canary), stdout + stderr).toBe(false);
    expect(code).toBeLessThan(3);
  });

  test('a config that says the files are elsewhere: one line', async () => {
    const server = await serverWith({ 'a.yaml': stack('A') });
    await git(server.clone, 'config', 'core.worktree', '/etc');
    const { code, stderr } = await pr(server);
    expect([code, stderr]).toEqual([
      2,
      'stackmend: git takes /etc for the tree of this clone: take core.worktree out of its config\n',
    ]);
  });

  test('alternates that lead outside, a graft and a replaced object change nothing', async () => {
    const server = await serverWith({ 'a.yaml': stack('A') });
    const other = repository({ 'secret.yaml': stack('Secret') });
    const info = path.join(server.clone, '.git', 'objects', 'info');
    writeFileSync(path.join(info, 'alternates'), `${path.join(other, '.git', 'objects')}\n/etc\n../../../..\n`);
    const theirs = await git(other, 'rev-parse', 'HEAD');
    const ours = await git(server.clone, 'rev-parse', 'HEAD');
    await git(server.clone, 'replace', '--force', ours, theirs);
    const { stdout, stderr } = await pr(server, '--dry-run');
    expect(stdout, stderr).toMatch(/^CREATED +stack:a\.yaml/);
    expect(stdout).not.toContain('Secret');
  });

  test.each(['--upload-pack=touch /tmp/x', '-u', '--exec=sh', '--output=x', 'a..b', '@{-1}', 'x:y', '.lock'])(
    'a base called %j is refused, not taken for an option',
    async (name) => {
      const server = await serverWith({ 'a.yaml': stack('A') });
      const { code, stdout, stderr } = await pr(server, `--base=${name}`);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^stackmend: .+/);
    },
  );

  test('branches and files that are called as options are names', async () => {
    const server = await serverWith({
      'a.yaml': stack('A'),
      '--upload-pack=x.yaml': stack('B'),
      '-c.yaml': stack('C'),
    });
    const tip = await server.tip('main');
    await git(server.bare, 'update-ref', 'refs/heads/--upload-pack=touch', String(tip));
    await git(server.bare, 'update-ref', 'refs/heads/stackmend/--exec=x', String(tip));
    const { stdout, stderr } = await pr(server);
    expect(stdout.match(/^CREATED/gm), stderr).toHaveLength(3);
    expect(await server.tip('stackmend/--exec=x')).toBe(tip);
  });

  test.each([
    'ext::sh -c id',
    'ext::x',
    'fd::7',
    '--upload-pack=id',
    'file:///etc',
    'ssh://-oProxyCommand=id/x',
    'git://h/x',
  ])('a remote at %j is not used', async (address) => {
    const cwd = repository({ 'a.yaml': stack('A') });
    appendFileSync(path.join(cwd, '.git', 'config'), `[remote "origin"]\n\turl = ${address}\n`);
    for (const command of [['pr'], ['review', '--pr', '1']]) {
      const ran = await cli(command, { cwd, host, env: { STACKMEND_TOKEN: 'token-0123456789' } });
      expect(ran.code).toBeGreaterThan(0);
      expect(ran.stderr).toMatch(/not used|no repository on GitHub|none that may be used|only https and ssh|no host/);
    }
  });

  test('every call of git has what makes it harmless, and none of the variables that would undo it', async () => {
    const bin = folder();
    writeFileSync(path.join(bin, 'git'), '#!/bin/sh\necho "$*"\nenv\n');
    chmodSync(path.join(bin, 'git'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
    vi.stubEnv('GIT_CONFIG_PARAMETERS', "'core.sshCommand=id'");
    vi.stubEnv('GIT_EXTERNAL_DIFF', 'id');
    vi.stubEnv('GIT_DIR', '/elsewhere');
    vi.stubEnv('GITHUB_TOKEN', 'canary-token-123');
    const { stdout } = await runGit(bin, { args: ['version'], operands: ['--option'] });
    vi.unstubAllEnvs();
    const text = stdout.toString();
    const [argv = ''] = text.split('\n');
    for (const setting of [
      'core.hooksPath=/dev/null',
      'core.fsmonitor=false',
      'protocol.ext.allow=never',
      'credential.helper=',
    ])
      expect(argv).toContain(`-c ${setting}`);
    expect(argv.endsWith('version -- --option')).toBe(true);
    expect(text).toMatch(/^GIT_CONFIG_NOSYSTEM=1$/m);
    expect(text).toMatch(/^GIT_CONFIG_GLOBAL=\/dev\/null$/m);
    expect(text).not.toMatch(/GIT_CONFIG_PARAMETERS|GIT_EXTERNAL_DIFF|elsewhere|canary-token/);
  });
});

describe('paths (T4)', () => {
  test('links in the base are not followed, wherever they lead', async () => {
    const secret = path.join(folder({ 'secret.yaml': stack('Secret') }), 'secret.yaml');
    const server = await serverWith({
      'a.yaml': stack('A'),
      'out.yaml': { link: secret },
      'up.yaml': { link: '../../../../../etc/passwd' },
      'dir/in.yaml': { link: '../a.yaml' },
      folder: { link: '/' },
    });
    const { stdout } = await pr(server, '--format', 'json');
    expect(stdout).not.toContain('Secret');
    const { groups } = JSON.parse(stdout) as { groups: { key: string; state: string }[] };
    expect(groups.map(({ key, state }) => [key, state])).toEqual([['stack:a.yaml', 'CREATED']]);
  });

  test('fix follows no link out of the directory, and writes through none', async () => {
    const outside = folder({ 'secret.yaml': stack('Secret') });
    const cwd = repository({ 'a.yaml': stack('A') });
    symlinkSync(path.join(outside, 'secret.yaml'), path.join(cwd, 'out.yaml'));
    symlinkSync(outside, path.join(cwd, 'folder'));
    symlinkSync(path.join(cwd, 'a.yaml'), path.join(cwd, 'in.yaml'));
    const { stdout } = await cli(['fix', '--force'], { cwd, host });
    expect(stdout).toContain('Grant sqs:SendMessage');
    expect(stdout).not.toContain('Secret');
    expect(readFileSync(path.join(outside, 'secret.yaml'), 'utf8')).toBe(stack('Secret'));
    const named = await cli(['fix', '--force', 'out.yaml', 'folder/secret.yaml'], { cwd, host });
    expect(named.stdout + named.stderr).not.toMatch(/mended/);
    expect(readFileSync(path.join(outside, 'secret.yaml'), 'utf8')).toBe(stack('Secret'));
  });

  test('a tree that no honest git makes: nothing of it is read but the honest entry, and no commit is built on it', async () => {
    const server = await serverWith({ 'a.yaml': stack('A') });
    const blob = await git(server.bare, 'rev-parse', 'main:a.yaml');
    const hex = (text: string): Buffer => Buffer.from(text, 'hex');
    const entry = (mode: string, name: string, oid: string): Buffer =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), hex(oid)]);
    const names = ['..', '.git', '.GIT', 'git~1', 'a.yaml', 'x\\y.yaml'];
    const raw = Buffer.concat(names.toSorted().map((name) => entry('100644', name, blob)));
    const file = path.join(server.root, 'tree');
    writeFileSync(file, raw);
    const tree = await git(server.bare, 'hash-object', '-t', 'tree', '-w', '--literally', file);
    const commit = await git(server.bare, 'commit-tree', '-m', 'evil', tree);
    await git(server.bare, 'update-ref', 'refs/heads/main', commit);
    const { stdout, stderr } = await pr(server, '--dry-run');
    expect(stdout.match(/^[A-Z]+ +stack:\S+/gm), stderr).toEqual([expect.stringMatching(/^FAILED +stack:a\.yaml$/)]);
    expect(await server.branches()).toEqual([]);
    for (const name of names.filter((each) => each !== 'a.yaml')) expect(refusedPath(name)).toBeDefined();
  });
});
