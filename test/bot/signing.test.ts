import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSigning } from '../../bot/git/signing.js';
import { main } from '../../cli/main.js';
import { catalog } from '../../rules/catalog.js';
import { ForgeSimulator } from '../support/forge/simulator.js';
import { stack } from './bot.js';
import { git } from './git-server.js';
import { type Run, runOn, told } from './on-forge.js';

vi.setConfig({ testTimeout: 60_000 });

function isThere(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch (error) {
    // It was started, and only did not like the arguments.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'stackmend-home-'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CONFIG_HOME', undefined);
  vi.stubEnv('GIT_CONFIG_GLOBAL', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

/** The config of the account that runs the program. */
function account(text: string): void {
  writeFileSync(path.join(home, '.gitconfig'), text);
}

describe('who asks for signatures', () => {
  const key = '[user]\n\tsigningKey = KEY\n\tname = Ada\n\temail = ada@example.com\n[gpg]\n\tformat = ssh\n';

  it('an option, or commit.gpgSign of the account; nobody else', async () => {
    expect(await readSigning(false)).toBeUndefined();
    account(key);
    expect(await readSigning(false)).toBeUndefined();
    const signing = {
      config: [
        ['user.signingkey', 'KEY'],
        ['gpg.format', 'ssh'],
      ],
      name: 'Ada',
      email: 'ada@example.com',
    };
    expect(await readSigning(true)).toStrictEqual(signing);
    account(`${key}[commit]\n\tgpgSign = true\n`);
    expect(await readSigning(false)).toStrictEqual(signing);
    account(`${key}[commit]\n\tgpgSign = false\n`);
    expect(await readSigning(false)).toBeUndefined();
  });

  it('without a key it is said where to name one', async () => {
    await expect(readSigning(true)).rejects.toMatchObject({
      message: 'commits are to be signed, and no key is named',
      hint: 'git config --global user.signingKey KEY, and gpg.format ssh for a key of ssh',
    });
    account('[gpg]\n\tformat = ssh\n[user]\n\temail = ada@example.com\n');
    await expect(readSigning(true)).rejects.toThrow('no key is named');
  });
});

// Without the program that signs there is nothing to test: git calls it.
describe.skipIf(!isThere('ssh-keygen', '-Y'))('with a key of ssh', () => {
  let server: ForgeSimulator;
  let run: Run;

  beforeEach(async () => {
    const key = path.join(home, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', key]);
    account(`[user]\n\tsigningKey = ${key}\n\tname = Ada\n\temail = ada@example.com\n[gpg]\n\tformat = ssh\n`);
    server = await ForgeSimulator.start({ files: { a: '1', 'a.yaml': stack('A') } });
    run = { mode: 'git', token: server.token('ada', 'user'), wanted: { 'stack:a': { a: 'A' } } };
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
  });

  const signed = async (): Promise<Run> => {
    const signing = await readSigning(true);
    return { ...run, input: signing ? { signing } : {} };
  };

  it('git signs as the account, and what the forge says of it is reported', async () => {
    const [result] = await runOn(server, await signed());
    expect(result).toMatchObject({ state: 'CREATED', commit: { verification: { verified: true, reason: 'valid' } } });
    const allowed = path.join(home, 'allowed');
    writeFileSync(allowed, `ada@example.com ${readFileSync(path.join(home, 'key.pub'), 'utf8')}`);
    const ssh = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${allowed}`];
    await git(server.state.store.directory, ...ssh, 'verify-commit', result?.commit?.oid ?? '');
    expect(await git(server.state.store.directory, 'log', '-1', '--format=%an <%ae>', result?.commit?.oid ?? '')).toBe(
      'Ada <ada@example.com>',
    );
    // It is still ours: the signature is no change of the plan.
    server.faults.clear();
    expect((await runOn(server, await signed()))[0]?.state).toBe('CURRENT');
    expect(server.faults.log.filter(({ write }) => write)).toStrictEqual([]);
  });

  it('a key that the forge does not know is said so', async () => {
    server.state.settings.knowsSigningKeys = false;
    const results = await runOn(server, await signed());
    expect(told(results)).toMatch(/^CREATED .*\n  the commit is not verified: unknown_key\n$/);
  });

  it('a key that is not there fails the group in one line, and nothing is written', async () => {
    account('[user]\n\tsigningKey = /nonexistent/key\n[gpg]\n\tformat = ssh\n');
    const results = await runOn(server, await signed());
    expect(told(results)).toMatch(
      /^FAILED +stack:a\n  the commit cannot be signed: [^\n]+\n  hint: check user\.signingKey and gpg\.format of your global git config[^\n]*\n$/,
    );
    expect(server.faults.log.filter(({ write }) => write)).toStrictEqual([]);
  });

  it.each([
    ['--sign', ['--sign'], true],
    ['nothing', [], false],
  ])(
    'the command with %s; what the scanned repository says of signing counts for nothing',
    async (_, args, isSigned) => {
      const clone = path.join(home, 'clone');
      await git(home, 'init', '--quiet', clone);
      await git(clone, 'remote', 'add', 'origin', server.remote);
      const canary = path.join(home, 'ran');
      writeFileSync(path.join(home, 'evil'), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
      for (const [name, value] of [
        ['commit.gpgSign', 'true'],
        ['gpg.ssh.program', path.join(home, 'evil')],
        ['gpg.format', 'ssh'],
      ] as const)
        await git(clone, 'config', name, value);
      let out = '';
      const output = { write: (text: string) => void (out += text) };
      const given = ['pr', '--forge', 'github', '--api-url', server.origin, '--today', '2026-01-01', ...args];
      const env = { STACKMEND_TOKEN: run.token };
      await main(given, { stdout: output, stderr: output, cwd: clone, env, catalog: async () => catalog });
      expect(out).toMatch(/^CREATED +stack:a\.yaml/);
      const head = server.state.pulls[0]?.head.oid ?? '';
      expect((await server.state.store.commit(head))?.isSigned).toBe(isSigned);
      expect(() => readFileSync(canary)).toThrow('ENOENT');
    },
  );
});
