import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { modes } from '../../action/inputs.js';
import { git, put, read, repository } from '../cli/support.js';
import { sarifLog, workflowCommands } from '../report/schemas.js';
import { type BuiltAction, bundleAction } from '../support/bundle-action.js';

const root = path.resolve(import.meta.dirname, '../..');
const manifest = parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as {
  inputs: Record<string, { default?: string }>;
  outputs: Record<string, object>;
  runs: { using: string; main: string };
};

let action: BuiltAction;
beforeAll(async () => {
  action = await bundleAction();
}, 120_000);
afterAll(() => action.remove());

const wrong = `AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Retired:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs14.x
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/r
      Code: {S3Bucket: b, S3Key: k}
`;
const right = wrong.replace('nodejs14.x', 'nodejs22.x');

interface Step {
  readonly code: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly temp: readonly string[];
}

/** Runs the bundle as the runner does: inputs and places by the environment, nothing else. */
function step(workspace: string, inputs: Readonly<Record<string, string>>): Step {
  const runner = path.join(workspace, '.git/runner');
  mkdirSync(path.join(runner, 'temp'), { recursive: true });
  const output = path.join(runner, 'output');
  const summary = path.join(runner, 'summary');
  for (const file of [output, summary]) writeFileSync(file, '');
  const defaults = Object.entries(manifest.inputs).map(([name, { default: value = '' }]) => [name, value] as const);
  const given = [...defaults, ...Object.entries(inputs)].map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const { status, stdout, stderr } = spawnSync(process.execPath, [action.entry], {
    cwd: '/',
    encoding: 'utf8',
    env: {
      ...(Object.fromEntries(given) as Record<string, string>),
      PATH: process.env['PATH'],
      HOME: runner,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: path.join(runner, 'temp'),
    },
  });
  const pairs = [
    ...readFileSync(output, 'utf8').matchAll(/^(?<name>[\w-]+)<<(?<end>\S+)\n(?<value>.*?)\n\k<end>\n/gms),
  ];
  return {
    code: status,
    log: stdout + stderr,
    outputs: Object.fromEntries(pairs.map(({ groups }) => [groups?.['name'], groups?.['value']])) as Step['outputs'],
    summary: readFileSync(summary, 'utf8'),
    temp: readdirSync(path.join(runner, 'temp')),
  };
}

/** The commands that the runner obeys: those between `stop-commands` and its token are text. */
function obeyed(log: string): ReturnType<typeof workflowCommands>['commands'] {
  const commands: ReturnType<typeof workflowCommands>['commands'] = [];
  let until: string | undefined;
  for (const command of workflowCommands(log).commands) {
    if (until !== undefined) {
      if (command.command === until) until = undefined;
      continue;
    }
    if (command.command === 'stop-commands') until = command.message;
    else commands.push(command);
  }
  expect(until).toBeUndefined();
  return commands;
}

test('check: the text in the log, annotations, summary and outputs; 1 for findings', () => {
  const workspace = repository({ 'infra/a.yaml': wrong, 'infra/b.yaml': right });
  const ran = step(workspace, {
    mode: 'check',
    'working-directory': 'infra',
    sarif: 'x.sarif',
    rules: 'lambda-runtime-retired',
  });
  expect(ran.code, ran.log).toBe(1);
  expect(ran.outputs).toEqual({
    state: 'findings',
    findings: '1',
    changed: '0',
    'sarif-path': path.join(workspace, 'infra/x.sarif'),
  });
  expect(ran.log).toContain('lambda-runtime-retired');
  expect(obeyed(ran.log)).toMatchObject([
    { command: 'error', properties: { file: 'infra/a.yaml', line: '6', title: 'lambda-runtime-retired (proven)' } },
  ]);
  expect(ran.summary).toContain('| open | proven, critical | `infra/a.yaml:6`');
  expect(sarifLog(read(workspace, 'infra/x.sarif')).runs[0].results[0]?.fixes).toHaveLength(1);
  expect(ran.temp).toEqual([]);
});

test('nothing to mend is 0, and findings are where the workflow says so', () => {
  const clean = step(repository({ 'b.yaml': right }), {});
  expect([clean.code, clean.outputs]).toEqual([0, { state: 'clean', findings: '0', changed: '0' }]);
  const lenient = step(repository({ 'a.yaml': wrong }), {
    'fail-on-findings': 'false',
    annotations: 'false',
    summary: 'false',
  });
  expect([lenient.code, lenient.outputs['state'], lenient.summary]).toEqual([0, 'findings', '']);
  expect(obeyed(lenient.log)).toEqual([]);
  const broken = step(repository({ 'c.yaml': `${wrong}  - [` }), { 'fail-on-findings': 'false' });
  expect([broken.code, broken.outputs['state']]).toEqual([2, 'failed']);
});

test('diff writes the patch, fix the files', () => {
  const workspace = repository({ 'a.yaml': wrong });
  const rules = 'lambda-runtime-retired';
  const diff = step(workspace, { mode: 'diff', patch: 'x.patch', rules });
  expect([diff.code, diff.outputs]).toEqual([0, { state: 'changed', findings: '1', changed: '1' }]);
  git(workspace, 'apply', '--check', 'x.patch');
  const fix = step(workspace, { mode: 'fix', accept: 'review', rules });
  expect([fix.code, fix.outputs]).toEqual([0, { state: 'changed', findings: '0', changed: '1' }]);
  expect(read(workspace, 'a.yaml')).toBe(right);
  expect(fix.summary).toContain('| mended |');
});

test('no name of a file is a command to the runner', () => {
  const workspace = repository({ 'b.yaml': right });
  put(workspace, { '::set-env name=X::y/::error::forged.yaml': wrong });
  const commands = obeyed(step(workspace, { preset: 'all' }).log);
  expect(commands.length).toBeGreaterThan(0);
  for (const { command, properties } of commands) {
    expect(['error', 'warning', 'notice']).toContain(command);
    expect(properties['file']).toBe('::set-env name=X::y/::error::forged.yaml');
  }
});

test('a token is masked first and shown nowhere', () => {
  const token = 'canary-0123456789';
  const { log, summary, outputs } = step(repository({ 'a.yaml': wrong }), { mode: 'check', token });
  expect(log.split('\n')[0]).toBe(`::add-mask::${token}`);
  expect([log.split('\n').slice(1).join('\n'), summary, JSON.stringify(outputs)].join()).not.toContain(token);
});

describe('inputs that cannot be are told in one line', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['mode', { mode: 'mend' }, 'the input mode is one of check, diff, fix, pr, review, not "mend"'],
    ['flag', { strict: 'yes' }, 'the input strict is true or false, not "yes"'],
    ['misplaced', { mode: 'fix', patch: 'x' }, 'the input patch is for the mode diff, not for fix'],
    ['token', { mode: 'check', token: 't' }, 'the input token is for the mode pr or review, not for check'],
    ['review', { mode: 'review' }, 'the mode review needs the input pull-request, the number of one'],
  ])('%s', (_name, inputs, message) => {
    const { code, log, outputs } = step(repository({ 'a.yaml': wrong }), inputs);
    expect([code, outputs]).toEqual([2, { state: 'failed' }]);
    expect(obeyed(log).filter(({ command }) => command !== 'add-mask')).toMatchObject([{ command: 'error', message }]);
  });

  test('a value that looks like an option stays a value', () => {
    const { code, log } = step(repository({ 'a.yaml': wrong }), { paths: '--force', config: '--strict' });
    expect(code).toBe(2);
    expect(log).toContain('--strict');
    expect(log).not.toContain('unknown option');
  });
});

test('the manifest names the inputs that are read, and no others', () => {
  const source = readFileSync(path.join(root, 'action/inputs.ts'), 'utf8');
  const readInputs = [...source.matchAll(/(?:text|flag|list)\('(?<name>[a-z-]+)'/g)].map(
    ({ groups }) => groups?.['name'] ?? '',
  );
  expect([...new Set(readInputs)].toSorted()).toEqual(Object.keys(manifest.inputs).toSorted());
  expect(manifest.runs).toEqual({ using: 'node24', main: 'action/dist/index.js' });
  for (const mode of modes) expect(readFileSync(path.join(root, 'action.yml'), 'utf8')).toContain(mode);
});

test('the bundle is one file, of a size that a repository can hold, and names no place of a machine', () => {
  expect(Buffer.byteLength(action.code)).toBeLessThan(3_000_000);
  expect(action.code).not.toContain(root);
  expect(action.code).not.toMatch(/file:\/\/\/(?:home|work|root|tmp)\//);
  expect(action.imports.filter((name) => !isBuiltin(name))).toEqual([]);
});
