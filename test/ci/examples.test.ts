import { readFileSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readInputs } from '../../action/inputs.js';
import { cli, folder, put, read, template } from '../cli/support.js';
import { codeQualityReport } from '../report/schemas.js';

const root = path.resolve(import.meta.dirname, '../..');
const text = (name: string): string => readFileSync(path.join(root, 'docs/ci', name), 'utf8');
const guide = readFileSync(path.join(root, 'docs/ci.md'), 'utf8');
const inputs = Object.keys((parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as { inputs: object }).inputs);

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = readdirSync(path.join(root, 'docs/ci'));
const workflows = files.filter((name) => !/gitlab|pre-commit/.test(name));

test('every example is in the guide', () => {
  expect(files.filter((name) => !guide.includes(`(ci/${name})`))).toEqual([]);
  expect(workflows.length).toBeGreaterThan(2);
});

/** What the parser of GitHub says of workflows; in a process of its own, for it imports JSON in a way that Node 20 does not. */
function errorsIn(contents: readonly string[]): readonly (readonly string[])[] {
  const script = path.join(root, 'test/support/workflow-errors.ts');
  const args = ['--import', import.meta.resolve('tsx'), script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', input: JSON.stringify(contents) });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as readonly (readonly string[])[];
}

test('the examples are workflows to the parser of GitHub, which finds mistakes', () => {
  const wrong = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    permisions: {}\n    steps: [{run: a}]\n';
  const [mistakes, ...none] = errorsIn([wrong, ...workflows.map(text)]);
  expect(mistakes).toEqual([expect.stringContaining("Unexpected value 'permisions'")]);
  expect(none).toEqual(workflows.map(() => []));
});

describe.each(workflows)('%s', (name) => {
  const workflow = parse(text(name)) as Workflow;
  const jobs = Object.values(workflow.jobs);

  test('gives the action inputs that it has and takes', () => {
    const own = jobs.flatMap(({ steps }) => steps).filter(({ uses }) => uses === 'OWNER/stackmend@COMMIT');
    // The one that only asks for a review needs nothing but a number.
    expect(own.length > 0).toBe(name !== 'review-request.yml');
    for (const { with: given = {} } of own) {
      expect(Object.keys(given).filter((key) => !inputs.includes(key))).toEqual([]);
      const env = Object.entries(given).map(([key, value]) => {
        // An expression stands for what GitHub puts there.
        const shown = String(value).replace(/\$\{\{.*?\}\}/g, '1');
        return [`INPUT_${key.toUpperCase()}`, shown] as const;
      });
      expect(readInputs(Object.fromEntries(env)).mode).toBe(given['mode'] ?? 'check');
    }
  });

  test('asks for nothing by default, keeps no credentials, and runs no code of the repository', () => {
    expect(workflow.permissions).toEqual({});
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    for (const { steps, permissions = {} } of jobs) {
      for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
        expect(step.with).toMatchObject({ 'persist-credentials': false });
      const scripts = permissions['contents'] === 'write' ? steps.filter(({ run }) => run !== undefined) : [];
      expect(scripts).toEqual([]);
      // What a stranger wrote must not become a part of a shell script.
      for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{\s*github\.(?:event|head_ref)/);
    }
  });
});

test('the commands of the GitLab job work as they stand', async () => {
  const { stackmend } = parse(text('gitlab-ci.yml')) as {
    stackmend: { script: string[]; artifacts: { paths: string[]; reports: { codequality: string } } };
  };
  const cwd = folder({ 'a.yaml': template('bad', 'stuck') });
  const lines = stackmend.script.filter((line) => line.startsWith('stackmend '));
  expect(lines).toHaveLength(2);
  const codes: number[] = [];
  for (const line of lines) codes.push((await cli(line.split(' ').slice(1), { cwd })).code);
  expect(codes).toEqual([0, 1]);
  for (const artifact of stackmend.artifacts.paths) expect(read(cwd, artifact)).not.toBe('');
  expect(codeQualityReport(read(cwd, stackmend.artifacts.reports.codequality))).toHaveLength(2);
});

test('the ids of hooks in the example are those that there are', () => {
  const { repos } = parse(text('pre-commit-config.yaml')) as { repos: { hooks: { id: string }[] }[] };
  const hooks = parse(readFileSync(path.join(root, '.pre-commit-hooks.yaml'), 'utf8')) as { id: string }[];
  const known = hooks.map(({ id }) => id);
  const used = repos.flatMap((repo) => repo.hooks.map(({ id }) => id));
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((id) => !known.includes(id))).toEqual([]);
});

test('examples are not mistaken for templates', async () => {
  const cwd = folder();
  put(cwd, Object.fromEntries(files.map((name) => [name, text(name)])));
  const { stdout } = await cli(['check'], { cwd });
  expect(stdout).toBe(`No CloudFormation, SAM or Pulumi source among ${files.length} files.\n`);
});
