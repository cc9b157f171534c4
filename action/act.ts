import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../cli/main.js';
import { annotation, escapeData } from '../report/annotations.js';
import { visible } from '../report/escape.js';
import type { JsonReport } from '../report/report-schema.js';
import { type Environment, InputError, type Inputs, pullRequestOptionsOf, readInputs, selectionOf } from './inputs.js';

/** What the runner gives to the action, and takes from it. */
export interface Runner {
  readonly env: Environment;
  /** The log, in which lines with `::` in front are commands to the runner. */
  readonly log: (text: string) => void;
}

type Outputs = Readonly<Record<string, string | number | undefined>>;

/** Runs the action; answers the exit code of the step. */
export async function act({ env, log }: Runner): Promise<number> {
  const token = env['INPUT_TOKEN']?.trim() ?? '';
  // Before anything else, so that no later line can show it.
  if (token !== '') log(`::add-mask::${escapeData(token)}\n`);
  try {
    const inputs = readInputs(env);
    const { code, outputs } = await work(inputs, { env, log });
    setOutputs(env, outputs);
    return code;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    log(annotation('error', error.message, { title: 'stackmend' }));
    setOutputs(env, { state: 'failed' });
    return 2;
  }
}

interface Worked {
  readonly code: number;
  readonly outputs: Outputs;
}

async function work(inputs: Inputs, runner: Runner): Promise<Worked> {
  const workspace = runner.env['GITHUB_WORKSPACE'] ?? process.cwd();
  const cwd = path.resolve(workspace, inputs.directory);
  if (inputs.mode === 'pr' || inputs.mode === 'review') return propose(inputs, cwd, runner);
  const scratch = mkdtempSync(path.join(runner.env['RUNNER_TEMP'] ?? tmpdir(), 'stackmend-'));
  try {
    return await report(inputs, cwd, scratch, runner);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** `check`, `diff` and `fix`: the text into the log, the rest into the places where GitHub shows it. */
async function report(inputs: Inputs, cwd: string, scratch: string, runner: Runner): Promise<Worked> {
  const { mode, sarif, patch } = inputs;
  const files = {
    json: path.join(scratch, 'report.json'),
    github: path.join(scratch, 'annotations.txt'),
    markdown: path.join(scratch, 'summary.md'),
  };
  const args = [
    mode,
    ...selectionOf(inputs),
    ...Object.entries(files).flatMap(([format, file]) => [`--format=${format}`, `--output=${file}`]),
    ...(sarif === '' ? [] : ['--format=sarif', `--output=${sarif}`]),
    ...(patch === '' ? [] : ['--format=patch', `--output=${patch}`]),
    '--format=text',
    '--',
    ...inputs.paths,
  ];
  const code = await shown(args, cwd, runner);
  const json = readIfThere(files.json);
  if (json === undefined) return { code, outputs: { state: 'failed' } };
  const { summary } = JSON.parse(json) as JsonReport;
  if (inputs.annotations && mode !== 'diff') runner.log(readIfThere(files.github) ?? '');
  if (inputs.summary) append(runner.env['GITHUB_STEP_SUMMARY'], readIfThere(files.markdown) ?? '');
  const left = mode === 'fix' ? summary.left.proven + summary.left.possible : summary.findings;
  return {
    code: code === 1 && !inputs.failOnFindings ? 0 : code,
    outputs: {
      state: stateOf(code, left, summary.changedFiles),
      findings: left,
      changed: summary.changedFiles,
      ...(sarif !== '' && { 'sarif-path': path.resolve(cwd, sarif) }),
    },
  };
}

function stateOf(code: number, left: number, changed: number): string {
  if (code > 1) return 'failed';
  if (changed > 0) return 'changed';
  return left > 0 ? 'findings' : 'clean';
}

/** `pr` and `review`: the command line does the work; the token reaches it as an environment of its own. */
async function propose(inputs: Inputs, cwd: string, runner: Runner): Promise<Worked> {
  const { mode, token } = inputs;
  const env = token === '' ? runner.env : { ...runner.env, GITHUB_TOKEN: token };
  const withToken = { ...runner, env };
  return mode === 'pr' ? openPullRequests(inputs, cwd, withToken) : review(inputs, cwd, withToken);
}

async function review(inputs: Inputs, cwd: string, runner: Runner): Promise<Worked> {
  const { dryRun, pullRequest, head, paths } = inputs;
  const args = [
    'review',
    ...selectionOf(inputs),
    ...(dryRun ? ['--dry-run'] : []),
    `--pr=${pullRequest}`,
    ...(head === '' ? [] : [`--head=${head}`]),
    '--',
    ...paths,
  ];
  const code = await shown(args, cwd, runner);
  return { code, outputs: { state: code === 0 ? 'done' : 'failed' } };
}

/** What the outputs need of the JSON of `stackmend pr`. */
interface PrReport {
  readonly groups: readonly {
    readonly key: string;
    readonly state: string;
    readonly because?: string;
    readonly pullRequest?: { readonly number: number; readonly url: string };
    readonly commit?: { readonly verification?: { readonly verified: boolean } };
  }[];
}

/** A dry run writes its JSON where the input `plan` says; a run without `dry-run` takes it from there. */
async function openPullRequests(inputs: Inputs, cwd: string, runner: Runner): Promise<Worked> {
  const { plan, dryRun, paths } = inputs;
  const api = runner.env['GITHUB_API_URL'] ?? '';
  const args = [
    'pr',
    '--format=json',
    // Whatever the host is called: the runner is GitHub's.
    '--forge=github',
    ...(api === '' ? [] : [`--api-url=${api}`]),
    ...selectionOf(inputs),
    ...pullRequestOptionsOf(inputs),
    ...(dryRun ? ['--dry-run'] : plan === '' ? [] : [`--plan=${plan}`]),
    '--',
    ...paths,
  ];
  let json = '';
  const code = await shown(args, cwd, runner, (text) => void (json += text));
  if (json === '') return { code, outputs: { state: 'failed' } };
  const { groups } = JSON.parse(json) as PrReport;
  const lines = groups.map(({ key, state, because = '', pullRequest }) =>
    visible([state.padEnd(13), key, pullRequest?.url ?? '', because].filter(Boolean).join('  ')),
  );
  await quoted(`${lines.join('\n')}\n`, runner);
  const written = dryRun && plan !== '' ? path.resolve(cwd, plan) : undefined;
  if (written !== undefined) writeFileSync(written, json);
  const opened = groups.filter(({ pullRequest }) => pullRequest !== undefined);
  const [only] = opened.length === 1 ? opened : [];
  return {
    code,
    outputs: {
      state: code === 0 ? 'done' : 'failed',
      'plan-path': written,
      'pull-request-number': only?.pullRequest?.number,
      'pull-request-url': only?.pullRequest?.url,
      verified: only?.commit?.verification && String(only.commit.verification.verified),
    },
  };
}

/**
 * Runs a command line with its output in the log, where no name of a scanned file can be a command to the runner.
 * @param take takes standard output instead of the log
 */
async function shown(
  args: readonly string[],
  cwd: string,
  { env, log }: Runner,
  take?: (text: string) => void,
): Promise<number> {
  return stopped(log, async () => {
    const output = { write: log, isTTY: false };
    const stdout = take ? { write: take, isTTY: false } : output;
    // The log shows colours although it is no terminal.
    return main(args, { cwd, env: { FORCE_COLOR: '1', ...env }, stdout, stderr: output });
  });
}

/** Text of which no line can be a command to the runner. */
async function quoted(text: string, { log }: Runner): Promise<void> {
  await stopped(log, () => log(text));
}

async function stopped<Answer>(log: Runner['log'], work: () => Answer | Promise<Answer>): Promise<Answer> {
  const resume = randomUUID();
  log(`::stop-commands::${resume}\n`);
  try {
    return await work();
  } finally {
    log(`\n::${resume}::\n`);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function append(file: string | undefined, text: string): void {
  if (file !== undefined && file !== '' && text !== '') appendFileSync(file, text);
}

/** Outputs in the form that takes any text: between two delimiters that no text holds. */
function setOutputs(env: Environment, outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) {
    if (value === undefined) continue;
    const end = `stackmend-${randomUUID()}`;
    append(env['GITHUB_OUTPUT'], `${name}<<${end}\n${value}\n${end}\n`);
  }
}
