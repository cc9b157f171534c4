import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folder, read, repository, template } from './support.js';

const script = fileURLToPath(new URL('../support/spawned-cli.ts', import.meta.url));
const command = [process.execPath, '--import', import.meta.resolve('tsx'), script] as const;
const shell = command.map((word) => `'${word}'`).join(' ');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line of shell in which `stackmend` is the command line. */
async function sh(cwd: string, line: string): Promise<Ended> {
  const child = spawn('bash', ['-c', `set -o pipefail; stackmend() { ${shell} "$@"; }; ${line}`], { cwd });
  return ended(child);
}

async function ended(child: ReturnType<typeof spawn>): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => void child.on('close', resolve));
  return { code, stdout, stderr };
}

test('diff | git apply, then nothing is left', async () => {
  const cwd = repository({
    'my infra/größe.yaml': template('bad').replaceAll('\n', '\r\n').slice(0, -2),
    'b.json': '{"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "bad"}}}}',
  });
  const { code, stderr } = await sh(cwd, 'stackmend diff -q | git apply && stackmend check -q');
  expect([code, stderr]).toEqual([0, '']);
  expect(read(cwd, 'b.json')).toContain('"good"');
  expect(read(cwd, 'my infra/größe.yaml')).toBe(template('good').replaceAll('\n', '\r\n').slice(0, -2));
});

test('fix --stdin is a filter', async () => {
  const cwd = folder({ 'a.yaml': template('bad') });
  expect(await sh(cwd, 'stackmend fix --stdin < a.yaml')).toEqual({ code: 0, stdout: template('good'), stderr: '' });
});

test('a reader that goes away is no error', async () => {
  const names = Array.from({ length: 120 }, (_, index) => [
    `${index}.yaml`,
    template(...Array<string>(20).fill('bad')),
  ]);
  const cwd = folder(Object.fromEntries(names) as Record<string, string>);
  const { stdout, stderr } = await sh(cwd, '{ stackmend check; echo "code $?" >&2; } | head -1');
  expect(stdout).toBe('0.yaml:6:19  proven  test-bad-word  Bucket0 (AWS::S3::Bucket)\n');
  expect(stderr).toBe('code 1\n');
});

test('Ctrl-C while writing: 130, and every file is whole', async () => {
  const bad = template(...Array<string>(5).fill('bad'));
  const good = template(...Array<string>(5).fill('good'));
  const cwd = folder(Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`${index}.yaml`, bad])));
  const [node, ...args] = command;
  const child = spawn(node, [...args, 'fix', '--force'], { cwd });
  child.stdout.once('data', () => child.kill('SIGINT'));
  const { code, stderr } = await ended(child);
  expect([code, stderr]).toEqual([130, 'stackmend: interrupted; every file is whole\n']);
  const names = readdirSync(cwd);
  expect(names).toHaveLength(150);
  const texts = names.map((name) => read(cwd, name));
  expect(texts.filter((text) => text !== bad && text !== good)).toEqual([]);
  expect(texts).toContain(bad);
  expect(texts).toContain(good);
});
