import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { act } from '../../action/act.js';
import { stack } from '../bot/bot.js';
import { git } from '../bot/git-server.js';
import { ForgeSimulator } from '../support/forge/simulator.js';

it('a job plans without a token that writes, another opens what is planned', { timeout: 180_000 }, async () => {
  await using forge = await ForgeSimulator.start({ files: { 'a.yaml': stack('A') } });
  const token = forge.token('stackmend[bot]', 'installation');
  const workspace = await mkdtemp(path.join(tmpdir(), 'stackmend-action-'));
  onTestFinished(() => rm(workspace, { recursive: true, force: true }));
  await git(workspace, 'init', '--quiet', '.');
  await git(workspace, 'remote', 'add', 'origin', forge.remote);

  const step = async (inputs: Readonly<Record<string, string>>): Promise<Record<string, string> & { log: string }> => {
    const output = path.join(workspace, '.git/output');
    await writeFile(output, '');
    let log = '';
    const given = Object.entries({ mode: 'pr', token, ...inputs }).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]);
    const code = await act({
      env: {
        ...(Object.fromEntries(given) as Record<string, string>),
        GITHUB_WORKSPACE: workspace,
        GITHUB_OUTPUT: output,
        GITHUB_API_URL: forge.origin,
        GITHUB_SERVER_URL: forge.origin,
      },
      log: (text) => void (log += text),
    });
    expect(code, log).toBe(0);
    expect(log.replace(`::add-mask::${token}`, '')).not.toContain(token);
    const pairs = [
      ...(await readFile(output, 'utf8')).matchAll(/^(?<name>[\w-]+)<<(?<end>\S+)\n(?<value>.*?)\n\k<end>\n/gms),
    ];
    return { ...Object.fromEntries(pairs.map(({ groups }) => [groups?.['name'], groups?.['value']])), log } as never;
  };

  const planned = await step({ 'dry-run': 'true', plan: 'plan.json' });
  expect(planned).toMatchObject({ state: 'done', 'plan-path': path.join(workspace, 'plan.json') });
  expect(planned.log).toMatch(/CREATED +stack:a\.yaml/);
  expect(forge.state.pulls).toHaveLength(0);

  const opened = await step({ plan: 'plan.json', labels: 'iac, stackmend', draft: 'true', 'group-by': 'stack' });
  const [pull] = forge.state.pulls;
  expect(pull).toMatchObject({ draft: true, labels: ['iac', 'stackmend'] });
  expect(opened).toMatchObject({ state: 'done', 'pull-request-number': String(pull?.number) });
  expect(opened['pull-request-url']).toMatch(/^http/);
  expect(opened['verified']).toMatch(/^(?:true|false)$/);
  expect(forge.violations).toStrictEqual([]);
});
